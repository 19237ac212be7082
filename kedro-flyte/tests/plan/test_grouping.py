"""Which nodes share a task, and in which order tasks run."""

import pytest
from plan_views import found, node, plan, view


def test_by_default_each_node_is_a_task():
    made = plan(view(node("a", "", "x"), node("b", "x", "")))

    assert [t.nodes for t in made.tasks] == [("a",), ("b",)]


def test_nodes_of_a_namespace_share_a_task():
    made = plan(
        view(
            node("n.a", "", "x", namespace="n"),
            node("n.m.b", "x", "y", namespace="n.m"),
            node("c", "y", ""),
        ),
        group_by="namespace",
    )

    assert [t.nodes for t in made.tasks] == [("n.a", "n.m.b"), ("c",)]


def test_nodes_of_the_same_tags_share_a_task():
    made = plan(
        view(
            node("a", "", "x", tags="prep tier.small"),
            node("b", "x", "y", tags="prep tier.large"),
            node("c", "y", "z", tags="task.last"),
            node("d", "z", ""),
        ),
        group_by="tag",
    )

    assert [t.nodes for t in made.tasks] == [("a", "b"), ("c",), ("d",)]


def test_a_node_that_is_named_like_a_group_stays_outside():
    made = plan(
        view(
            node("load", "", "x"), node("a", "x", "y", tags="load"), node("b", "y", "", tags="load")
        ),
        group_by="tag",
    )

    assert [t.nodes for t in made.tasks] == [("load",), ("a", "b")]
    assert len({t.id for t in made.tasks}) == 2


def test_a_chain_of_one_tier_is_one_task():
    made = plan(
        view(
            node("a", "", "x", tags="tier.small"),
            node("b", "x", "y", tags="tier.small"),
            node("c", "y", "z", tags="tier.large"),
        ),
        group_by="tier",
    )

    assert [t.nodes for t in made.tasks] == [("a", "b"), ("c",)]


def test_a_chain_is_called_after_both_of_its_ends():
    made = plan(view(node("a", "", "x"), node("b", "x", "y"), node("c", "y", "z")), group_by="tier")
    alone = plan(view(node("a", "", "x"), node("b", "", "y")), group_by="tier")

    assert [(t.id, t.label) for t in made.tasks] == [("a_to_c", "a_to_c")]
    assert [t.label for t in alone.tasks] == ["a", "b"]


def test_a_node_that_is_called_as_a_chain_keeps_a_name_of_its_own():
    made = plan(
        view(node("a", "", "x"), node("b", "x", ""), node("a_to_b", tags="tier.large")),
        group_by="tier",
    )

    assert len({t.id for t in made.tasks}) == 2


def test_branches_of_one_tier_stay_parallel():
    made = plan(view(node("a", "", "x"), node("b", "x", ""), node("c", "x", "")), group_by="tier")

    assert len(made.tasks) == 3


def test_one_task_holds_the_whole_pipeline():
    made = plan(view(node("a", "", "x"), node("b", "x", "")), group_by="pipeline")

    assert [t.nodes for t in made.tasks] == [("a", "b")]


def test_groups_that_wait_for_each_other_are_an_error_that_names_the_path():
    made = plan(
        view(
            node("n.a", "", "x", namespace="n"),
            node("b", "x", "y"),
            node("n.c", "y", "", namespace="n"),
        ),
        group_by="namespace",
    )

    (finding,) = found(made, "KF101")
    assert "n.a -> b -> n.c" in finding.why
    assert [t.nodes for t in made.tasks] == [("n.a",), ("b",), ("n.c",)]


def test_a_circle_of_three_groups_is_told_in_its_order():
    made = plan(
        view(
            node("one", "", "x", tags="a"),
            node("two", "x", "y", tags="b"),
            node("three", "y", "z", tags="c"),
            node("four", "z", "", tags="a"),
        ),
        group_by="tag",
    )

    (finding,) = found(made, "KF101")
    assert "b -> c -> a -> b" in finding.what or "a -> b -> c -> a" in finding.what
    assert "one -> two" in finding.why
    assert "three -> four" in finding.why


@pytest.mark.parametrize(("count", "parts"), [(100, 0), (101, 1), (250, 3)])
def test_more_than_a_hundred_tasks_become_sub_workflows(count, parts):
    nodes = [node(f"n{i}", f"d{i}" if i else "", f"d{i + 1}") for i in range(count)]

    made = plan(view(*nodes))

    assert len(made.sub_workflows) == parts
    assert bool(found(made, "KF113")) == bool(parts)


def test_independent_chains_stay_together_in_the_parts():
    nodes = [
        node(f"c{chain}_{i}", f"d{chain}_{i}" if i else "", f"d{chain}_{i + 1}")
        for i in range(10)
        for chain in range(20)
    ]

    made = plan(view(*nodes))

    for part in made.sub_workflows:
        assert all(
            sum(name.startswith(f"c{c}_") for name in part.tasks) in (0, 10) for c in range(20)
        )
