"""Names: one to one, readable, and never a word that something else needs."""

import keyword
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kedro_flyte.plan.names.identifiers import (
    DATASETS,
    LONGEST,
    LONGEST_IDENTITY,
    LONGEST_TASK,
    PARAMETERS,
    TASKS,
    identifier,
    identity,
    input_name,
    joined,
)
from kedro_flyte.targets.flyte.module import render
from plan_views import node, plan, view

NAMES = st.text(min_size=1, max_size=90) | st.from_regex(r"[ab._\-]{1,6}", fullmatch=True)


@given(NAMES)
def test_every_name_becomes_an_identifier(name):
    for reserved in (TASKS, DATASETS, PARAMETERS):
        found = identifier(name, reserved)
        assert found.isascii()
        assert found.isidentifier()
        assert not keyword.iskeyword(found)
        assert not found.startswith("_")
        assert found.lower() not in reserved
        assert len(found) <= LONGEST
        assert len(identifier(name, reserved, LONGEST_TASK)) <= LONGEST_TASK


@given(NAMES, NAMES)
def test_two_names_never_become_one(one, other):
    assert (identifier(one) == identifier(other)) == (one == other)


@given(NAMES, NAMES)
def test_two_names_of_inputs_never_become_one_in_lower_case(one, other):
    assert (input_name(one) == input_name(other)) == (one == other)
    assert input_name(one) == input_name(one).lower()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("train_model", "train_model"),
        ("X_train", "X_train"),
        ("ns.node", "ns__node"),
        ("model_options.features", "model_options__features"),
    ],
)
def test_a_plain_name_is_spelled_as_it_is(name, expected):
    assert identifier(name) == expected


@pytest.mark.parametrize(
    "name", ["1st", "class", "modèle", "数据", "a-b", "a__b", "_a", "a_.b", ""]
)
def test_another_name_carries_a_hash(name):
    assert identifier(name)[-7] == "_"


@pytest.mark.parametrize(
    ("pipeline", "env", "expected"),
    [
        ("__default__", None, "demo__default"),
        ("train", None, "demo__train"),
        ("train", "prod", "demo__train__prod"),
    ],
)
def test_an_export_is_called_by_project_pipeline_and_environment(pipeline, env, expected):
    assert identity("demo", pipeline, env) == expected


THINGS = st.tuples(
    st.sampled_from(["demo", "Demo", "demo__train", "a.b", "a"]),
    st.sampled_from(["__default__", "default", "train", "train__prod", "b.prod", "Train"]) | NAMES,
    st.sampled_from([None, "prod", "Prod", "a b"]) | NAMES,
)


@given(THINGS, THINGS)
def test_two_exports_never_share_a_name(one, other):
    names = identity(*one), identity(*other)

    assert (names[0] == names[1]) == (one == other)
    for name in names:
        assert re.fullmatch("[a-z][a-z0-9_]*", name)
        assert len(name) <= LONGEST_IDENTITY


@given(THINGS, NAMES, THINGS, NAMES)
def test_two_launch_plans_never_share_a_name(one, schedule, other, another):
    same = joined(identity(*one), schedule) == joined(identity(*other), another)

    assert same == ((one, schedule) == (other, another))


def test_names_that_differ_in_marks_alone_stay_apart():
    names = ["a_b", "a.b", "a-b", "aB", "AB", "a b", "a__b"]

    assert len({identifier(name) for name in names}) == len(names)
    assert len({input_name(name) for name in names}) == len(names)


@pytest.mark.parametrize("last", ["train_model_node", "evaluate_model_node"])
def test_a_long_name_with_a_namespace_keeps_what_follows_it(last):
    found = identifier(f"candidate_modelling_pipeline.{last}", TASKS, LONGEST_TASK)

    assert found.startswith("candid")
    assert f"_{last}_" in found


def test_a_long_name_keeps_its_head_and_its_tail():
    found = identifier("head_" + "x" * 200 + "_tail")

    assert found.startswith("head_")
    assert "_tail_" in found


def test_tiers_and_images_that_differ_in_marks_alone_are_two_constants():
    names = ("gpu-1", "gpu_1", "gpu.1")
    nodes = [node(f"n{i}", tags=f"tier.{n} env.{n}") for i, n in enumerate(names)]
    text = render(
        plan(
            view(*nodes),
            {
                "tiers": {n: {"cpu": str(i)} for i, n in enumerate(names, start=1)},
                "environments": {n: {"image": f"image:{i}"} for i, n in enumerate(names, start=1)},
            },
        )
    )

    for kind in ("TIER", "IMAGE"):
        constants = re.findall(rf"^({kind}_\w+) = .*(\d)", text, re.MULTILINE)
        assert len({name for name, _ in constants}) == 3
        assert all(re.search(rf"={name}\b", text) for name, _ in constants)


def test_a_plain_tier_is_spelled_as_it_is():
    text = render(plan(view(node("a", tags="tier.gpu-1")), {"tiers": {"gpu-1": {"cpu": "1"}}}))

    assert "TIER_GPU_1 = " in text


def test_tasks_that_differ_in_marks_alone_have_outputs_of_different_names():
    text = render(plan(view(node("a_b", "", "p q"), node("aB", "", "r s"), node("a.b", "", "t u"))))

    classes = re.findall(r"^class (\w+)", text, re.MULTILINE)
    assert len(set(classes)) == len(classes)
