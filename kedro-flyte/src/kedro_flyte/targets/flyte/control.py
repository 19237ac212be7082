"""Tasks that Flyte chooses or maps: their functions, and how the workflow calls them.

A task must be called before a condition, and never in one: what decides is a value of the workflow.
"""

from collections.abc import Sequence
from dataclasses import replace

from kedro_flyte.plan.conditions import IS_TRUE
from kedro_flyte.plan.model import (
    Alternative,
    Conditional,
    Kind,
    MapOver,
    Over,
    Plan,
    SubWorkflow,
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
    flow_of_sub_workflow,
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
        made = [_alternative(plan, task, one, step) for one, step in _both(task.conditional)]
        return [*outputs_class(plan, task), *made]
    if task.map_over is not None:
        return _map_blocks(plan, task, task.map_over)
    return task_blocks(plan, task)


def groups_put_together(plan: Plan) -> list[str]:
    """Return what puts each group of parameters together, before tasks that take it are called."""
    taken = {key for task in plan.tasks for key, _ in _all_arguments(plan, task)}
    return [
        line
        for group in plan.groups
        if group.id in taken
        for line in bracketed(
            f"{group.id} = PLAN.values(", [literal(group.entry), "locals()"], indent=4
        )
    ]


def _all_arguments(plan: Plan, task: Task) -> list[tuple[str, str]]:
    """Return what all functions take that stand for a task."""
    if task.conditional is not None:
        both = [one for one, _ in _both(task.conditional)]
        return [given for one in both for given in arguments_of(plan, _like(task, one))]
    steps = [task.map_over.splits, task.map_over.gathers] if task.map_over else []
    more = [given for some in steps for given in typed_arguments(plan, task, some)]
    return arguments_of(plan, task) + more


def all_calls(
    plan: Plan, tasks: Sequence[Task], sub_workflows: Sequence[SubWorkflow] = ()
) -> list[str]:
    """Return the calls of tasks, and of sub-workflows where the first task of each stands."""
    inside = {task_id for one in sub_workflows for task_id in one.tasks}
    firsts = {one.tasks[0]: one for one in sub_workflows}
    lines = []
    used = _used(plan)
    for task in tasks:
        if task.id in firsts:
            lines += _call_of_sub_workflow(plan, firsts[task.id])
        elif task.id not in inside:
            lines += _calls(plan, task, used)
    return lines


def _used(plan: Plan) -> set[str]:
    """Return the datasets that something reads; of some, a flag alone tells."""
    found = set(plan.results)
    for task in plan.tasks:
        one = task.conditional
        found |= {*one.then.inputs, *one.otherwise.inputs} if one else set(task.inputs)
    return found


def _call_of_sub_workflow(plan: Plan, one: SubWorkflow) -> list[str]:
    takes, gives = flow_of_sub_workflow(plan, one)
    return call(one.id, [key for key, _ in takes], [plan.dataset(name).id for name in gives])


def _calls(plan: Plan, task: Task, used: set[str]) -> list[str]:
    """Return the lines of the workflow that call a task."""
    outputs = [plan.dataset(name).id if name in used else "_" for name in task.outputs]
    if task.conditional is not None:
        return _conditional(plan, task, task.conditional, outputs)
    if task.map_over is not None:
        return _map_calls(plan, task, task.map_over, outputs)
    given = [key for key, _ in arguments_of(plan, task)]
    return call(task.id, given, [*outputs, *(flag.id for flag in task.flags)])


def call(name: str, arguments: Sequence[str], outputs: Sequence[str]) -> list[str]:
    """Return the lines that call a function, in its own order, and name what it gives."""
    head = f"{', '.join(outputs)} = {name}(" if outputs else f"{name}("
    if len(head) + 4 <= WIDTH:
        return bracketed(head, arguments, indent=4)
    return [
        "    (",
        *(f"        {one}," for one in outputs),
        *bracketed(f") = {name}(", arguments, indent=4),
    ]


def _both(choice: Conditional) -> list[tuple[Alternative, str]]:
    return [(choice.then, "then"), (choice.otherwise, "otherwise")]


def _like(task: Task, one: Alternative) -> Task:
    """Return a task that takes what an alternative takes."""
    return replace(
        task, id=one.id, inputs=one.inputs, parameters=one.parameters, conditional=None, control=""
    )


def _run(task: Task, step: str) -> str:
    return f"run_task(PLAN, {literal(task.id)}, locals(), step={literal(step)})"


def _alternative(plan: Plan, task: Task, one: Alternative, step: str) -> list[str]:
    arguments = [f"{key}: {kind}" for key, kind in arguments_of(plan, _like(task, one))]
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


def _conditional(plan: Plan, task: Task, choice: Conditional, outputs: Sequence[str]) -> list[str]:
    # The comment keeps a formatter from joining the lines, whatever their length.
    head = ["    (", *(f"        {one}," for one in outputs), "    ) = ("]
    names = f"    {', '.join(outputs)} = ("
    node = plan.node(task.nodes[0])
    said = node.choice.condition.text(node.choice.when) if node.choice else choice.value
    return [
        *([names] if len(names) <= WIDTH else head),
        f"        conditional({literal(task.id)})  # {one_line(said)}",
        f"        .if_({_condition(plan, choice)})",
        *_then(plan, task, choice.then),
        "        .else_()",
        *_then(plan, task, choice.otherwise),
        "    )",
    ]


def _condition(plan: Plan, choice: Conditional) -> str:
    parameter = plan.parameter(choice.value)
    if parameter is None or choice.condition.operator == IS_TRUE:
        return f"{choice.value}.is_true()"
    number = parameter.kind is Kind.FLOAT
    constant = float(choice.condition.value) if number else choice.condition.value
    return f"{choice.value} {choice.condition.operator} {literal(constant)}"


def _then(plan: Plan, task: Task, one: Alternative) -> list[str]:
    given = [key for key, _ in arguments_of(plan, _like(task, one))]
    short = f"        .then({one.id}({', '.join(given)}))"
    if len(short) <= WIDTH:
        return [short]
    inner = bracketed(f"{one.id}(", given, indent=12, one_line=False)
    return ["        .then(", *inner, "        )"]


def _map_blocks(plan: Plan, task: Task, over: MapOver) -> list[list[str]]:
    node = plan.node(task.nodes[0])
    small = replace(task, tier=DEFAULT_TIER, cache_version="")
    split = bracketed("@task(", decoration(plan, small))
    what = one_line(node.fan_out.over if node.fan_out else "")
    gives = ["item_keys: list[str]", "items_kind: str"]
    gives += ["items_folder: FlyteDirectory"] if over.over is Over.VALUE else []
    one, several = alias(ITEM), f"list[{alias(ITEM)}{_optional(over)}]"
    name = tuple_name_of(over.split)
    item = [f"{key}: {kind}" for key, kind in _item_arguments(plan, task, over)]
    takes = [f"{key}: {kind}" for key, kind in _split_arguments(plan, task, over)]
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


def _split_arguments(plan: Plan, task: Task, over: MapOver) -> list[tuple[str, str]]:
    typed = dict(arguments_of(plan, task))
    given = [(key, typed[key]) for key in _given(plan, over)]
    return [*given, *typed_arguments(plan, task, over.splits)]


def _given(plan: Plan, over: MapOver) -> list[str]:
    """Return the id of the dataset that is mapped over, where it comes as an argument."""
    taken = any(over.name in task.inputs for task in plan.tasks if task.map_over is over)
    return [plan.dataset(over.name).id] if taken else []


def _item_arguments(plan: Plan, task: Task, over: MapOver) -> list[tuple[str, str]]:
    """Return what an item takes besides its key: not all values, but the folder of them."""
    typed = arguments_of(plan, task)
    if over.over is not Over.VALUE:
        return typed
    given = _given(plan, over)
    return [("items_folder", "FlyteDirectory"), *(one for one in typed if one[0] not in given)]


def _map_calls(plan: Plan, task: Task, over: MapOver, outputs: Sequence[str]) -> list[str]:
    listed = ["item_keys", "items_kind"]
    listed += ["items_folder"] if over.over is Over.VALUE else []
    bound = [f"{key}={key}" for key, _ in _item_arguments(plan, task, over)]
    mapped = bracketed("functools.partial(", [over.item, *bound], "),", indent=8)
    if not bound:
        mapped = [f"        {over.item},"]
    limits = [f"        concurrency={over.concurrency},"] if over.concurrency else []
    if over.min_success_ratio < 1:
        limits.append(f"        min_success_ratio={literal(over.min_success_ratio)},")
    more = [key for key, _ in typed_arguments(plan, task, over.gathers)]
    return [
        *call(over.split, [key for key, _ in _split_arguments(plan, task, over)], listed),
        "    item_results = map_task(",
        *mapped,
        *limits,
        "    )(item_key=item_keys)",
        *call(over.gather, ["item_keys", "items_kind", "item_results", *more], outputs),
    ]
