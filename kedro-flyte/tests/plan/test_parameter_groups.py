"""Parameters that are one input of a node are one argument of its task, and of no other."""

import pytest
from kedro_flyte.plan.conditions import Condition
from kedro_flyte.plan.model import Plan
from kedro_flyte.plan.model.grouped import apart, arguments, gathered
from kedro_flyte.plan.view import AlternativeView, ChoiceView
from kedro_flyte.targets.flyte.module import render
from plan_views import node, plan, view

MODEL = {"model": {"rate": 0.1, "grid": {"c": [0.1, 1], "names": ["a"]}, "depth": None}}
VALUES = {
    "model_rate": 0.2,
    "model_grid_c": [1, 2.5],
    "model_grid_names": ["b"],
    "model_depth": "3",
}


def _arguments(made: Plan) -> dict[str, tuple[str, ...]]:
    return {task.id: arguments(made, task) for task in made.tasks}


def test_an_input_with_several_parameters_is_one_argument():
    made = plan(
        view(node("train", "rows params:model params:seed", "m"), parameters={**MODEL, "seed": 1})
    )

    assert _arguments(made) == {"train": ("model_parameters", "seed")}
    assert set(made.tasks[0].parameters) == {*VALUES, "seed"}


def test_an_input_with_one_parameter_is_that():
    made = plan(view(node("train", "params:model", "m"), parameters={"model": {"rate": 0.1}}))

    assert made.groups == ()
    assert _arguments(made) == {"train": ("model_rate",)}


def test_a_task_takes_nothing_that_its_nodes_do_not_name():
    nodes = (node("all", "params:model", "x"), node("some", "x params:model.grid", "y"))
    made = plan(view(*nodes, parameters=MODEL))

    assert _arguments(made) == {"all": ("model_parameters",), "some": ("model_grid_parameters",)}
    assert {g.id: len(g.leaves) for g in made.groups} == {
        "model_parameters": 4,
        "model_grid_parameters": 2,
    }


def test_in_one_task_a_group_within_another_is_handed_over_once():
    nodes = (node("all", "params:model", "x"), node("some", "x params:model.grid", "y"))

    made = plan(view(*nodes, parameters=MODEL), group_by="pipeline")

    assert list(_arguments(made).values()) == [("model_parameters",)]


def test_all_parameters_of_a_project_are_one_group():
    made = plan(view(node("train", "parameters", "m"), parameters={**MODEL, "seed": 1}))

    assert _arguments(made) == {"train": ("parameters",)}
    assert 'parameters = PLAN.values("parameters", locals())' in render(made)


def test_the_group_of_the_pipeline_itself_has_the_short_name():
    made = plan(view(node("train", "params:model", "m"), pipeline="model", parameters=MODEL))

    assert [group.id for group in made.groups] == ["parameters"]


def test_a_group_gives_way_to_a_dataset_and_a_parameter_of_its_name():
    project = view(
        node("make", "", "model_parameters"),
        node("train", "params:model model_parameters params:grid_parameters params:grid", "m"),
        parameters={**MODEL, "grid_parameters": 1, "grid": {"a": 1, "b": 2}},
    )
    made = plan(project)

    assert not {group.id for group in made.groups} & {"model_parameters", "grid_parameters"}


def test_what_is_put_together_comes_apart_again():
    made = plan(view(node("train", "params:model", "m"), parameters=MODEL))

    together = gathered(made, "params:model", {**VALUES, "rows": "a file"})

    assert together == {"rate": 0.2, "grid.c": [1, 2.5], "grid.names": ["b"], "depth": "3"}
    assert apart(made, {"model_parameters": together, "rows": "a file"}) == {
        **VALUES,
        "rows": "a file",
    }


def test_parameters_that_come_alone_stay_as_they_are():
    made = plan(view(node("train", "params:model", "m"), parameters=MODEL))

    assert apart(made, VALUES) == VALUES


@pytest.mark.parametrize(("limit", "grouped"), [(0.5, 2), (True, 3)])
def test_a_float_that_decides_a_branch_is_compared_by_itself(limit, grouped):
    operator = {"operator": ">", "value": 0.3} if limit == 0.5 else {}
    choice = ChoiceView(
        when="params:model.limit",
        condition=Condition(**operator),
        then=AlternativeView(name="one", func="f", inputs=("x", "params:model")),
        otherwise=AlternativeView(name="two", func="f", inputs=("x",)),
    )
    made = plan(
        view(
            node("make", "", "x"),
            node("choose", "params:model.limit x params:model", "y", choice=choice),
            node("use", "y params:model", "z"),
            parameters={"model": {"limit": limit, "rate": 0.1, "n": 1}},
        )
    )

    (group,) = made.groups
    assert len(group.leaves) == grouped
    assert made.tasks[1].conditional is not None
    text = render(made)
    assert ("model_limit > 0.3" in text) == (limit == 0.5)
    assert ("model_limit: float = 0.5" in text) == (limit == 0.5)


def test_for_jobs_of_domino_every_parameter_is_an_input_of_its_type():
    made = plan(view(node("train", "params:model", "m"), parameters=MODEL), target="domino")

    assert made.groups == ()
    defaults = {one.id: one.default for one in made.parameters}
    assert defaults["model_grid_c"] == "[0.1, 1]"
