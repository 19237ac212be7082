"""Tasks that Flyte chooses or maps: their functions, and how the workflow calls them.

A task must be called before a condition, and never in one: what decides is a value of the workflow.
"""

from dataclasses import replace

from kedro_flyte.plan.model import (
    Alternative,
    Conditional,
    MapOver,
    Over,
    Plan,
    Task,
)
from kedro_flyte.plan.settings.config import DEFAULT_TIER
from kedro_flyte.targets.flyte.tasks import (
    about,
    decoration,
    function,
    outputs_class,
    returned_by,
    task_blocks,
)
from kedro_flyte.targets.flyte.types import (
    ITEM,
    arguments_of,
    typed_arguments,
)
from kedro_flyte.targets.source import (
    WIDTH,
    alias,
    bracketed,
    literal,
    one_line,
    tuple_name_of,
)

_WHEN = {"then": "where its condition holds", "otherwise": "where its condition does not hold"}


def function_blocks(plan: Plan, task: Task) -> list[list[str]]:
    """Return the classes of outputs and the functions that stand for a task."""
    if task.conditional is not None:
        made = [_alternative(plan, task, one, step) for one, step in both(task.conditional)]
        return [*outputs_class(plan, task), *made]
    if task.map_over is not None:
        return _map_blocks(plan, task, task.map_over)
    return task_blocks(plan, task)


def both(choice: Conditional) -> list[tuple[Alternative, str]]:
    return [(choice.then, "then"), (choice.otherwise, "otherwise")]


def like(task: Task, one: Alternative) -> Task:
    """Return a task that takes what an alternative takes."""
    return replace(
        task, id=one.id, inputs=one.inputs, parameters=one.parameters, conditional=None, control=""
    )


def _run(task: Task, step: str) -> str:
    return f"run_task(PLAN, {literal(task.id)}, locals(), step={literal(step)})"


def _alternative(plan: Plan, task: Task, one: Alternative, step: str) -> list[str]:
    arguments = [f"{key}: {kind}" for key, kind in arguments_of(plan, like(task, one))]
    return function(
        bracketed("@task(", decoration(plan, task)),
        bracketed(f"def {one.id}(", arguments, f") -> {returned_by(plan, task)}:"),
        _about_alternative(plan, task, one, step),
        _run(task, step),
    )


def _about_alternative(plan: Plan, task: Task, one: Alternative, step: str) -> list[str]:
    """Return what the docstring of an alternative says: what it does, and when it runs."""
    choice = plan.node(task.nodes[0]).choice
    both = (choice.then, choice.otherwise) if choice else ()
    about = next((one_line(view.about) for view in both if view.name == one.label), "")
    runs = f"Node {one_line(one.label)}: what {one_line(task.nodes[0])} runs {_WHEN[step]}."
    return [about, "", runs] if 0 < len(about) <= WIDTH - 7 else [runs]


def _map_blocks(plan: Plan, task: Task, over: MapOver) -> list[list[str]]:
    node = plan.node(task.nodes[0])
    small = replace(task, tier=DEFAULT_TIER, cache_version="")
    split = bracketed("@task(", decoration(plan, small))
    what = one_line(node.fan_out.over if node.fan_out else "")
    gives = ["item_keys: list[str]", "items_kind: str"]
    gives += ["items_folder: FlyteDirectory"] if over.over is Over.VALUE else []
    one, several = alias(ITEM), f"list[{alias(ITEM)}{_optional(over)}]"
    name = tuple_name_of(over.split)
    item = [f"{key}: {kind}" for key, kind in item_arguments(plan, task, over)]
    takes = [f"{key}: {kind}" for key, kind in split_arguments(plan, task, over)]
    gather = ["item_keys: list[str]", "items_kind: str", f"item_results: {several}"]
    more = typed_arguments(plan, task, over.gathers)
    gather += [f"{key}: {kind}" for key, kind in more]
    return [
        ["", "", f"class {name}(NamedTuple):", *(f"    {line}" for line in gives)],
        function(
            split,
            bracketed(f"def {over.split}(", takes, f") -> {name}:"),
            [f"Lists the items of {what}."],
            _run(task, "split"),
        ),
        function(
            bracketed("@task(", decoration(plan, task)),
            bracketed(f"def {over.item}(", ["item_key: str", *item], f") -> {one}:"),
            about(plan, task),
            _run(task, "item"),
        ),
        *outputs_class(plan, task),
        function(
            split,
            bracketed(f"def {over.gather}(", gather, f") -> {returned_by(plan, task)}:"),
            [f"Saves what {over.item} gave for each item of {what}."],
            _run(task, "gather"),
        ),
    ]


def _optional(over: MapOver) -> str:
    return " | None" if over.min_success_ratio < 1 else ""


def split_arguments(plan: Plan, task: Task, over: MapOver) -> list[tuple[str, str]]:
    typed = dict(arguments_of(plan, task))
    given = [(key, typed[key]) for key in _given(plan, over)]
    return [*given, *typed_arguments(plan, task, over.splits)]


def _given(plan: Plan, over: MapOver) -> list[str]:
    """Return the id of the dataset that is mapped over, where it comes as an argument."""
    taken = any(over.name in task.inputs for task in plan.tasks if task.map_over is over)
    return [plan.dataset(over.name).id] if taken else []


def item_arguments(plan: Plan, task: Task, over: MapOver) -> list[tuple[str, str]]:
    """Return what an item takes besides its key: not all values, but the folder of them."""
    typed = arguments_of(plan, task)
    if over.over is not Over.VALUE:
        return typed
    given = _given(plan, over)
    return [("items_folder", "FlyteDirectory"), *(one for one in typed if one[0] not in given)]
