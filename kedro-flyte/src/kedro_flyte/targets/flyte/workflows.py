"""The workflow, and its parts where it has more tasks than one workflow may hold."""

from collections.abc import Sequence

from kedro_flyte.plan.model import Kind, Parameter, Plan, Task
from kedro_flyte.targets.flyte.control import all_calls, call
from kedro_flyte.targets.flyte.types import (
    arguments_of,
    named_tuple,
    parameter_type,
    return_type,
    source_type,
    tuple_name_of,
)
from kedro_flyte.targets.source import bracketed, docstring, literal, one_line


def part_blocks(plan: Plan) -> list[list[list[str]]]:
    """Return the sub-workflows: each takes what its tasks need and gives what others read."""
    return [_part(plan, number, part) for number, part in enumerate(plan.parts, start=1)]


def _part_name(plan: Plan, number: int) -> str:
    return f"{plan.id}_part_{number}"


def _part_flow(plan: Plan, part: Sequence[str]) -> tuple[list[str], list[str], list[str]]:
    """Return the datasets that a part takes, those that it gives, and its parameters."""
    inside = [plan.task(task_id) for task_id in part]
    made = {name for task in inside for name in task.outputs}
    ids = set(part)
    takes = list(dict.fromkeys(n for task in inside for n in task.inputs if n not in made))
    outside = {n for task in plan.tasks if task.id not in ids for n in task.inputs}
    gives = [n for task in inside for n in task.outputs if n in outside or n in plan.results]
    parameters = dict.fromkeys(p for task in inside for p in task.parameters)
    return takes, gives, list(parameters)


def _part(plan: Plan, number: int, part: Sequence[str]) -> list[list[str]]:
    takes, gives, parameters = _part_flow(plan, part)
    name, inside = _part_name(plan, number), [plan.task(task_id) for task_id in part]
    blocks = []
    tuple_name = tuple_name_of(name)
    if len(gives) > 1:
        blocks.append(named_tuple(plan, tuple_name, gives, f"What {name} gives."))
    as_task = Task(
        id=name, label=name, nodes=(), inputs=tuple(takes), parameters=tuple(parameters), tier=""
    )
    arguments = [f"{key}: {kind}" for key, kind in arguments_of(plan, as_task)]
    returned = return_type(plan, gives, tuple_name)
    lines = ["", "", "@workflow", *bracketed(f"def {name}(", arguments, f") -> {returned}:")]
    lines += docstring([f"Tasks of part {number} of {len(plan.parts)}."], indent=4)
    lines += all_calls(plan, inside)
    blocks.append([*lines, *_return(plan, gives, tuple_name)])
    return blocks


def _return(plan: Plan, names: Sequence[str], tuple_name: str) -> list[str]:
    ids = [plan.dataset(name).id for name in names]
    if not ids:
        return []
    if len(ids) == 1:
        return [f"    return {ids[0]}"]
    return bracketed(f"return {tuple_name}(", [f"{one}={one}" for one in ids], indent=4)


def workflow_blocks(plan: Plan) -> list[list[str]]:
    """Return the blocks of the workflow: the class of its results, and the function."""
    blocks = []
    tuple_name = tuple_name_of(plan.id)
    if len(plan.results) > 1:
        blocks.append(named_tuple(plan, tuple_name, plan.results, f"What {plan.id} gives."))
    returned = return_type(plan, plan.results, tuple_name)
    lines = ["", "", "@workflow"]
    lines += bracketed(f"def {plan.id}(", _workflow_arguments(plan), f") -> {returned}:")
    lines += docstring(_workflow_about(plan), indent=4)
    lines += _calls_of_parts(plan) if plan.parts else all_calls(plan, plan.tasks)
    blocks.append([*lines, *_return(plan, plan.results, tuple_name)])
    return blocks


def _calls_of_parts(plan: Plan) -> list[str]:
    lines: list[str] = []
    for number, part in enumerate(plan.parts, start=1):
        takes, gives, parameters = _part_flow(plan, part)
        arguments = [plan.dataset(name).id for name in takes] + parameters
        ids = [plan.dataset(name).id for name in gives]
        lines += call(_part_name(plan, number), arguments, ids)
    return lines


def _workflow_arguments(plan: Plan) -> list[str]:
    """Return the inputs: those that must be given first, then datasets, then parameters."""
    needed = [p for p in plan.parameters if p.required]
    lines = [f"{p.id}: {parameter_type(p)}" for p in needed]
    for name in plan.sources:
        dataset = plan.dataset(name)
        lines.append(f"{dataset.id}: {source_type(dataset)} = None")
    others = [p for p in plan.parameters if not p.required]
    return lines + [f"{p.id}: {parameter_type(p)} = {literal(p.default)}" for p in others]


def _workflow_about(plan: Plan) -> list[str]:
    lines = [f"Pipeline '{one_line(plan.pipeline)}' of {plan.package}."]
    arguments = [
        f"    {dataset.id}: dataset '{one_line(dataset.name)}'; None: {one_line(dataset.location)}"
        for dataset in map(plan.dataset, plan.sources)
    ]
    arguments += [f"    {p.id}: parameter '{one_line(p.path)}'{_hint(p)}" for p in plan.parameters]
    return [*lines, "", "Args:", *arguments] if arguments else lines


def _hint(parameter: Parameter) -> str:
    hints = {Kind.JSON: ", as JSON", Kind.DATE: ", as YYYY-MM-DD", Kind.DATETIME: ", as ISO 8601"}
    return hints.get(parameter.kind, "")
