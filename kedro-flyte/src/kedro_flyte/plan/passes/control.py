"""Which branches and maps an orchestrator can run itself, and which run inside a task, and why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kedro_flyte.plan.conditions import IS_TRUE
from kedro_flyte.plan.data.datasets import type_name
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
from kedro_flyte.plan.names.identifiers import LONGEST, LONGEST_TASK, TASKS, hashed, identifier
from kedro_flyte.plan.names.registry import Names
from kedro_flyte.plan.passes.travel import Flow
from kedro_flyte.plan.view import (
    AlternativeView,
    ChoiceView,
    FanOutView,
    Finding,
    NodeView,
    ProjectView,
    Severity,
    base_name,
    is_parameter,
)


class _InsideError(Exception):
    """An orchestrator cannot run it; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What decides: the project, where datasets go, the parameters, and the parts by task id."""

    view: ProjectView
    flow: Flow
    parameters: tuple[Parameter, ...]
    part_of: Mapping[str, str]


def controlled(tasks: Sequence[Task], facts: Facts, names: Names) -> list[Task]:
    """Return the tasks with the forms of those that are a branch or an `each` alone."""
    nodes = {node.name: node for node in facts.view.nodes}
    given = _form_names(tasks, nodes, names)
    found = {task.id: task for task in tasks}
    for task in tasks:
        own = [nodes[name] for name in task.nodes]
        special = [node for node in own if node.choice or node.fan_out]
        if not special:
            continue
        try:
            made = _form(found, task, own, facts, given)
        except _InsideError as why:
            made = replace(found[task.id], control=_inside(special, str(why)))
        found[task.id] = made
    return list(found.values())


def inside(tasks: Iterable[Task], view: ProjectView) -> list[Task]:
    """Return the tasks, each with what it decides and loops itself: Domino does neither."""
    special = {node.name: node for node in view.nodes if node.choice or node.fan_out}
    made = []
    for task in tasks:
        own = [special[name] for name in task.nodes if name in special]
        why = "a job starts slowly, and Domino maps and chooses none"
        made.append(replace(task, control=_inside(own, why)) if own else task)
    return made


_WHY = {
    "flyte": "Flyte chooses and maps only what is a task of its own, by values it can compare.",
    "domino": "Domino has no map tasks, and knows no choice between jobs.",
}


def findings(tasks: Iterable[Task], target: str) -> tuple[Finding, ...]:
    """Return a finding for each task that chooses or loops inside."""
    return tuple(
        Finding(
            code="KF150",
            severity=Severity.INFO,
            what=f"Task '{task.id}' {task.control}.",
            why=_WHY[target],
            todo="Leave it so where the work is small; the results are the same.",
            place=task.id,
        )
        for task in tasks
        if task.control and task.conditional is None and task.map_over is None
    )


def _mapped(fan_out: FanOutView) -> str:
    limit = f", {fan_out.concurrency} at a time" if fan_out.concurrency else ""
    ratio = fan_out.min_success_ratio
    tolerated = f", {ratio:.0%} must succeed" if ratio < 1 else ""
    return f"a task for each item of {fan_out.over}{limit}{tolerated}"


def _inside(nodes: list[NodeView], why: str) -> str:
    what = [f"{'decides' if node.choice else 'loops'} for {node.name}" for node in nodes]
    return f"{', '.join(what)}: {why}"


def _form(
    found: dict[str, Task], task: Task, nodes: list[NodeView], facts: Facts, given: "_FormNames"
) -> Task:
    """Return a task with its form; the task that makes what decides a branch gets a flag.

    Raises:
        _InsideError: It runs inside the task.
    """
    if len(nodes) > 1:
        raise _InsideError(f"the task has {len(nodes)} nodes")
    own, node = found[task.id], nodes[0]
    if node.fan_out is not None:
        mapped = _map_over(own, node, node.fan_out, facts, given)
        return replace(own, map_over=mapped, control=_mapped(node.fan_out))
    if node.choice is None:
        return own
    if not task.outputs:
        raise _InsideError("it gives no other task anything")
    value, text = _decider(found, task, node.choice, facts, given)
    return replace(
        own,
        conditional=Conditional(
            value=value,
            condition=node.choice.condition,
            then=_alternative(task, node, node.choice.then, facts, given.then[task.id]),
            otherwise=_alternative(
                task, node, node.choice.otherwise, facts, given.otherwise[task.id]
            ),
        ),
        control=text,
    )


def _alternative(
    task: Task, node: NodeView, one: AlternativeView, facts: Facts, function: str
) -> Alternative:
    datasets = {base_name(entry) for entry in one.inputs if not is_parameter(entry)}
    return Alternative(
        id=function,
        label=one.name,
        inputs=tuple(name for name in task.inputs if name in datasets),
        parameters=_parameters(task, node, one.inputs, facts),
    )


def _parameters(
    task: Task, node: NodeView, entries: Iterable[str], facts: Facts
) -> tuple[str, ...]:
    """Return the parameters of these inputs, and those that no input names: of the catalog."""
    named = _ids(facts, node.inputs)
    wanted = _ids(facts, entries)
    return tuple(one for one in task.parameters if one in wanted or one not in named)


def _ids(facts: Facts, entries: Iterable[str]) -> set[str]:
    paths = [entry.removeprefix("params:") for entry in entries if is_parameter(entry)]
    return {
        parameter.id
        for parameter in facts.parameters
        for path in paths
        if path == "parameters" or f"{parameter.path}.".startswith(f"{path}.")
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _FormNames:
    """The names of the functions and flags of branches and maps, each by the id of its task."""

    then: Mapping[str, str]
    otherwise: Mapping[str, str]
    split: Mapping[str, str]
    item: Mapping[str, str]
    gather: Mapping[str, str]
    flags: Mapping[str, str]


def _form_names(tasks: Sequence[Task], nodes: Mapping[str, NodeView], names: Names) -> _FormNames:
    """Return names for every branch and map, so that none depends on how another one is run."""
    single = [(task, nodes[task.nodes[0]]) for task in tasks if len(task.nodes) == 1]
    choices = [(task, node.choice) for task, node in single if node.choice is not None]
    mapped = [task.id for task, node in single if node.fan_out is not None]
    both = {(task.id, True): choice.then.name for task, choice in choices}
    both |= {(task.id, False): choice.otherwise.name for task, choice in choices}
    wanted = {key: (identifier(name, TASKS, LONGEST_TASK),) for key, name in both.items()}
    found = names.give(
        wanted, lambda key: hashed(both[key], LONGEST_TASK, f"{key[0]} {key[1]} {both[key]}")
    )
    split, item, gather = (
        names.of_tasks(mapped, what, LONGEST_TASK) for what in ("split", "item", "gather")
    )
    return _FormNames(
        then={one: name for (one, is_then), name in found.items() if is_then},
        otherwise={one: name for (one, is_then), name in found.items() if not is_then},
        split=split,
        item=item,
        gather=gather,
        flags=names.of_tasks([task.id for task, _ in choices], "if", LONGEST),
    )


def _decider(
    found: dict[str, Task], task: Task, choice: ChoiceView, facts: Facts, given: "_FormNames"
) -> tuple[str, str]:
    """Return the id of what decides, and how; the task that makes it gets a flag.

    Raises:
        _InsideError: No value of the workflow says it.
    """
    said = choice.condition.text(choice.when)
    if is_parameter(choice.when):
        return _parameter(choice, facts).id, f"chosen by the input {said}"
    name = base_name(choice.when)
    maker = next((one for one in found.values() if name in one.outputs), None)
    if maker is None:
        raise _InsideError(f"'{name}' is made by no task, so none can compare it before")
    if maker.conditional or maker.map_over:
        raise _InsideError(f"'{name}' is made by the branch or map '{maker.id}'")
    if facts.part_of.get(maker.id) != facts.part_of.get(task.id):
        raise _InsideError(f"'{name}' is made in another sub-workflow")
    flag = Flag(id=given.flags[task.id], entry=choice.when, condition=choice.condition)
    found[maker.id] = replace(maker, flags=(*maker.flags, flag))
    return flag.id, f"chosen by {said}, told by {maker.id}"


def _parameter(choice: ChoiceView, facts: Facts) -> Parameter:
    path = choice.when.removeprefix("params:")
    parameter = next((one for one in facts.parameters if one.path == path), None)
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


def _map_over(
    task: Task, node: NodeView, fan_out: FanOutView, facts: Facts, given: "_FormNames"
) -> MapOver:
    if node.inputs.count(fan_out.over) > 1:
        raise _InsideError(f"it reads '{fan_out.over}' as a whole, too")
    over, suffix = _over(fan_out.over, facts)
    return MapOver(
        name="" if is_parameter(fan_out.over) else base_name(fan_out.over),
        over=over,
        suffix=suffix,
        split=given.split[task.id],
        item=given.item[task.id],
        gather=given.gather[task.id],
        splits=_parameters(task, node, [fan_out.over], facts),
        gathers=_parameters(task, node, [], facts),
        in_place=_in_place(node, facts),
        concurrency=fan_out.concurrency,
        min_success_ratio=fan_out.min_success_ratio,
    )


def _over(entry: str, facts: Facts) -> tuple[Over, str]:
    """Return how an item of a dataset gets to its task, and the suffix of a partition's file."""
    if is_parameter(entry):
        return Over.PARAMETER, ""
    config = facts.view.datasets[entry].config or {}
    travel = facts.flow.routes[base_name(entry)].travel
    if type_name(config) != "PartitionedDataset":
        if travel is Travel.DIRECTORY:
            raise _InsideError(f"'{entry}' is a {type_name(config)}, not a PartitionedDataset")
        return Over.VALUE, ""
    if travel is Travel.REFERENCE:
        return Over.IN_PLACE, ""
    if facts.view.datasets[entry].path_text:
        raise _InsideError(f"the path of '{entry}' is made in the task")
    inner = config.get("dataset")
    if config.get("load_args") or (isinstance(inner, Mapping) and inner.get("versioned")):
        raise _InsideError(f"the partitions of '{entry}' are no plain files: load_args or versions")
    return Over.PARTITION, str(config.get("filename_suffix") or "")


def _in_place(node: NodeView, facts: Facts) -> tuple[str, ...]:
    """Return the outputs that items save by themselves: partitions at remote paths."""
    found = []
    for entry in node.outputs:
        config = facts.view.datasets[entry].config or {}
        remote = facts.flow.routes[base_name(entry)].travel is Travel.REFERENCE
        if not remote or type_name(config) != "PartitionedDataset":
            continue
        if config.get("overwrite"):
            raise _InsideError(
                f"'{entry}' has overwrite: true, and its tasks would remove each other's"
            )
        found.append(base_name(entry))
    return tuple(found)
