"""Then: which branches and maps the orchestrator runs, and which run inside a task, and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from kedro_flyte.plan.conditions import IS_TRUE
from kedro_flyte.plan.data.datasets import Route, type_name
from kedro_flyte.plan.model import (
    Alternative,
    Conditional,
    Flag,
    Kind,
    MapOver,
    Over,
    Parameter,
    Task,
    Travel,
)
from kedro_flyte.plan.passes.names import Named
from kedro_flyte.plan.passes.operations import Equipped
from kedro_flyte.plan.passes.scope import Scope
from kedro_flyte.plan.passes.travel import Travelling
from kedro_flyte.plan.view import (
    AlternativeView,
    ChoiceView,
    DatasetView,
    FanOutView,
    NodeView,
    base_name,
    is_parameter,
)


class _InsideError(Exception):
    """An orchestrator cannot run it; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What decides: datasets, parameters, names, and the sub-workflow of a task, by its id.

    `refusal` says why the target runs no control flow itself; empty where it does.
    """

    refusal: str
    datasets: Mapping[str, DatasetView]
    routes: Mapping[str, Route]
    parameters: tuple[Parameter, ...]
    steps: Mapping[tuple[str, str], str]
    sub_workflows: Mapping[str, str]


def controlled(scope: Scope, travelling: Travelling, named: Named, equipped: Equipped) -> Equipped:
    """Return the tasks with the control flow of those that are a branch or an `each` alone."""
    special = {node.name: node for node in scope.view.nodes if node.choice or node.fan_out}
    known = _Known(
        refusal=scope.can.runs_inside,
        datasets=scope.view.datasets,
        routes=travelling.routes,
        parameters=named.parameters,
        steps=named.steps,
        sub_workflows={task: one.id for one in named.sub_workflows for task in one.tasks},
    )
    found = {task.id: task for task in equipped.tasks}
    for task in equipped.tasks:
        nodes = [special[name] for name in task.nodes if name in special]
        if not nodes:
            continue
        try:
            made = _controlled(found, task, nodes[0], known)
        except _InsideError as why:
            made = replace(found[task.id], control=_inside(nodes, str(why)))
        found[task.id] = made
    return replace(equipped, tasks=tuple(found.values()))


def _mapped(fan_out: FanOutView) -> str:
    limit = f", {fan_out.concurrency} at a time" if fan_out.concurrency else ""
    ratio = fan_out.min_success_ratio
    tolerated = f", {ratio:.0%} must succeed" if ratio < 1 else ""
    return f"a task for each item of {fan_out.over}{limit}{tolerated}"


def _inside(nodes: list[NodeView], why: str) -> str:
    what = [f"{'decides' if node.choice else 'loops'} for {node.name}" for node in nodes]
    return f"{', '.join(what)}: {why}"


def _controlled(found: dict[str, Task], task: Task, node: NodeView, known: _Known) -> Task:
    """Return a task with its control flow; the task that makes what decides gets a flag.

    Raises:
        _InsideError: It runs inside the task.
    """
    if known.refusal:
        raise _InsideError(known.refusal)
    if len(task.nodes) > 1:
        raise _InsideError(f"the task has {len(task.nodes)} nodes")
    own = found[task.id]
    if node.fan_out is not None:
        mapped = _map_over(own, node, node.fan_out, known)
        return replace(own, map_over=mapped, control=_mapped(node.fan_out))
    if node.choice is None:
        return own
    if not task.outputs:
        raise _InsideError("it gives no other task anything")
    value, text = _decider(found, task, node.choice, known)
    conditional = Conditional(
        value=value,
        condition=node.choice.condition,
        then=_alternative(task, node, node.choice.then, known, "then"),
        otherwise=_alternative(task, node, node.choice.otherwise, known, "otherwise"),
    )
    return replace(own, conditional=conditional, control=text)


def _alternative(
    task: Task, node: NodeView, one: AlternativeView, known: _Known, step: str
) -> Alternative:
    datasets = {base_name(entry) for entry in one.inputs if not is_parameter(entry)}
    return Alternative(
        id=known.steps[task.id, step],
        label=one.name,
        inputs=tuple(name for name in task.inputs if name in datasets),
        parameters=_parameters(task, node, one.inputs, known),
    )


def _parameters(
    task: Task, node: NodeView, entries: Iterable[str], known: _Known
) -> tuple[str, ...]:
    """Return the parameters of these inputs, and those that no input names: of the catalog."""
    named = _ids(known, node.inputs)
    wanted = _ids(known, entries)
    return tuple(one for one in task.parameters if one in wanted or one not in named)


def _ids(known: _Known, entries: Iterable[str]) -> set[str]:
    paths = [entry.removeprefix("params:") for entry in entries if is_parameter(entry)]
    return {
        parameter.id
        for parameter in known.parameters
        for path in paths
        if path == "parameters" or f"{parameter.path}.".startswith(f"{path}.")
    }


def _decider(
    found: dict[str, Task], task: Task, choice: ChoiceView, known: _Known
) -> tuple[str, str]:
    """Return the id of what decides, and how; the task that makes it gets a flag.

    Raises:
        _InsideError: No value of the workflow says it.
    """
    said = choice.condition.text(choice.when)
    if is_parameter(choice.when):
        return _parameter(choice, known).id, f"chosen by the input {said}"
    name = base_name(choice.when)
    maker = next((one for one in found.values() if name in one.outputs), None)
    if maker is None:
        raise _InsideError(f"'{name}' is made by no task, so none can compare it before")
    if maker.conditional or maker.map_over:
        raise _InsideError(f"'{name}' is made by the branch or map '{maker.id}'")
    if known.sub_workflows.get(maker.id) != known.sub_workflows.get(task.id):
        raise _InsideError(f"'{name}' is made in another sub-workflow")
    flag = Flag(id=known.steps[task.id, "if"], entry=choice.when, condition=choice.condition)
    found[maker.id] = replace(maker, flags=(*maker.flags, flag))
    return flag.id, f"chosen by {said}, told by {maker.id}"


def _parameter(choice: ChoiceView, known: _Known) -> Parameter:
    path = choice.when.removeprefix("params:")
    parameter = next((one for one in known.parameters if one.path == path), None)
    if parameter is None:
        raise _InsideError(f"parameter '{path}' is no input of the workflow")
    if parameter.read_in_task:
        raise _InsideError(f"the value of parameter '{path}' is made in the task")
    condition = choice.condition
    if condition.operator == IS_TRUE:
        fits = parameter.kind is Kind.BOOLEAN
    elif isinstance(condition.value, str):
        fits = parameter.kind is Kind.TEXT and condition.operator in ("==", "!=")
    else:
        fits = parameter.kind is Kind.FLOAT
    if not fits:
        kind = "int or float" if parameter.kind is Kind.INTEGER else parameter.kind.value
        raise _InsideError(
            f"the workflow's input '{parameter.id}' is {kind}, which Flyte cannot compare so"
        )
    return parameter


def _map_over(task: Task, node: NodeView, fan_out: FanOutView, known: _Known) -> MapOver:
    if node.inputs.count(fan_out.over) > 1:
        raise _InsideError(f"it reads '{fan_out.over}' as a whole, too")
    over, suffix = _over(fan_out.over, known)
    return MapOver(
        name="" if is_parameter(fan_out.over) else base_name(fan_out.over),
        over=over,
        suffix=suffix,
        split=known.steps[task.id, "split"],
        item=known.steps[task.id, "item"],
        gather=known.steps[task.id, "gather"],
        splits=_parameters(task, node, [fan_out.over], known),
        gathers=_parameters(task, node, [], known),
        in_place=_in_place(node, known),
        concurrency=fan_out.concurrency,
        min_success_ratio=fan_out.min_success_ratio,
    )


def _over(entry: str, known: _Known) -> tuple[Over, str]:
    """Return how an item of a dataset gets to its task, and the suffix of a partition's file."""
    if is_parameter(entry):
        return Over.PARAMETER, ""
    config = known.datasets[entry].config or {}
    travel = known.routes[base_name(entry)].travel
    if type_name(config) != "PartitionedDataset":
        if travel is Travel.DIRECTORY:
            raise _InsideError(f"'{entry}' is a {type_name(config)}, not a PartitionedDataset")
        return Over.VALUE, ""
    if travel is Travel.REFERENCE:
        return Over.IN_PLACE, ""
    if known.datasets[entry].path_text:
        raise _InsideError(f"the path of '{entry}' is made in the task")
    inner = config.get("dataset")
    if config.get("load_args") or (isinstance(inner, Mapping) and inner.get("versioned")):
        raise _InsideError(f"the partitions of '{entry}' are no plain files: load_args or versions")
    return Over.PARTITION, str(config.get("filename_suffix") or "")


def _in_place(node: NodeView, known: _Known) -> tuple[str, ...]:
    """Return the outputs that items save by themselves: partitions at remote paths."""
    found = []
    for entry in node.outputs:
        config = known.datasets[entry].config or {}
        remote = known.routes[base_name(entry)].travel is Travel.REFERENCE
        if not remote or type_name(config) != "PartitionedDataset":
            continue
        if config.get("overwrite"):
            raise _InsideError(
                f"'{entry}' has overwrite: true, and its tasks would remove each other's"
            )
        found.append(base_name(entry))
    return tuple(found)
