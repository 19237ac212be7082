"""Which branches and maps Flyte runs, and which run inside a task, and why."""

import pytest
from kedro_flyte.plan.conditions import Condition
from kedro_flyte.plan.model import Plan
from kedro_flyte.plan.serialization import from_json, to_json
from kedro_flyte.plan.view import AlternativeView, ChoiceView, FanOutView
from plan_views import found, node, plan, view

PARTS = {"type": "partitions.PartitionedDataset", "path": "data/parts", "filename_suffix": ".csv"}


def choosing(when="params:go", inputs="x y", condition=None):
    choice = ChoiceView(
        when=when,
        condition=condition or Condition(),
        then=AlternativeView(name="one", func="f", inputs=("x",)),
        otherwise=AlternativeView(name="two", func="g", inputs=("y", "params:rate")),
    )
    return node("choose", f"{when} {inputs} params:rate", "z", choice=choice)


def mapping(over="parts", outputs="z", inputs="", **more):
    return node("score", f"{over} {inputs}", outputs, fan_out=FanOutView(over=over, **more))


def made(*nodes, catalog=None, parameters=None, **more) -> Plan:
    before = node("make", "params:rate", "x y")
    known = {"go": True, "rate": 0.5, "count": 3, "mode": "fast", **(parameters or {})}
    project = view(before, *nodes, node("use", "z", "end"), catalog=catalog, parameters=known)
    return plan(project, **more)


def test_an_alternative_takes_its_own_inputs_and_parameters():
    choice = made(choosing()).task("choose").conditional

    assert choice.value == "go"
    assert (choice.then.id, choice.then.inputs, choice.then.parameters) == ("one", ("x",), ())
    assert (choice.otherwise.inputs, choice.otherwise.parameters) == (("y",), ("rate",))


def test_the_task_that_makes_what_decides_gives_a_flag():
    found_plan = made(choosing(when="x", inputs="y", condition=Condition(operator=">", value=1)))

    (flag,) = found_plan.task("make").flags
    assert (flag.id, flag.entry, flag.condition.text("x")) == ("choose_if", "x", "x > 1")
    assert found_plan.task("choose").conditional.value == flag.id
    assert found_plan.task("choose").control == "chosen by x > 1, told by make"


def test_names_of_alternatives_that_are_taken_get_others():
    one = made(choosing(), node("one", "params:rate", "w")).task("choose").conditional.then

    assert one.id != "one"
    assert one.id.startswith("one_")


@pytest.mark.parametrize(
    ("when", "condition", "why"),
    [
        ("params:count", Condition(operator=">", value=2), "'count' is int or float"),
        ("params:mode", Condition(operator="<", value="b"), "'mode' is text"),
        ("params:rate", Condition(), "'rate' is float"),
        ("source", Condition(), "'source' is made by no task"),
    ],
)
def test_what_flyte_cannot_compare_is_decided_inside_and_said(when, condition, why):
    source = {"source": {"type": "json.JSONDataset", "filepath": "data/source.json"}}
    whole = made(choosing(when=when, condition=condition), catalog=source)

    assert whole.task("choose").conditional is None
    (finding,) = found(whole, "KF150")
    assert why in finding.what


def test_a_branch_that_another_branch_decides_is_decided_inside():
    second = node(
        "second", "z params:rate", "v",
        choice=ChoiceView(
            when="z", condition=Condition(),
            then=AlternativeView(name="a", func="f", inputs=()),
            otherwise=AlternativeView(name="b", func="g", inputs=("params:rate",)),
        ),
    )  # fmt: skip
    whole = made(choosing(), second)

    assert "'z' is made by the branch or map 'choose'" in whole.task("second").control


def test_nodes_that_share_a_task_choose_and_loop_inside_it():
    whole = made(choosing(), mapping(over="w", outputs="v"), node("before", "x", "w"),
                 group_by="pipeline")  # fmt: skip

    assert whole.tasks[0].control == "decides for choose, loops for score: the task has 5 nodes"


def test_a_map_takes_its_partitions_one_by_one_and_has_small_steps_around_it():
    whole = made(mapping(concurrency=3), catalog={"parts": PARTS})
    over = whole.task("score").map_over

    assert (over.over.value, over.suffix, over.concurrency) == ("a file of a folder", ".csv", 3)
    assert over.split.endswith("_split")
    assert "small" in {tier.name for tier in whole.tiers}


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"type": "partitions.IncrementalDataset"}, "is a IncrementalDataset"),
        ({"load_args": {"maxdepth": 1}}, "are no plain files"),
        ({"dataset": {"type": "pandas.CSVDataset", "versioned": True}}, "are no plain files"),
    ],
)
def test_partitions_that_are_no_plain_files_are_looped_over_inside(changed, why):
    whole = made(mapping(), catalog={"parts": {**PARTS, **changed}})

    assert why in whole.task("score").control
    assert found(whole, "KF150")


def test_items_do_not_save_in_place_what_they_would_remove_from_each_other():
    remote = {**PARTS, "path": "s3://bucket/z", "overwrite": True}
    whole = made(mapping(), catalog={"parts": PARTS, "z": remote})

    assert "overwrite: true" in whole.task("score").control


def test_a_plan_with_branches_and_maps_is_read_back_as_it_was_written():
    whole = made(choosing(when="x", inputs="y"), mapping(outputs="v"), catalog={"parts": PARTS})

    assert from_json(to_json(whole)) == whole
