"""The workflow, and its parts where it has more tasks than one workflow may hold."""

from collections.abc import Sequence

from kedro_flyte.plan.model import Dataset, Part, Plan, Task
from kedro_flyte.targets.flyte.control import all_calls
from kedro_flyte.targets.flyte.types import (
    arguments_of,
    named_tuple,
    part_flow,
    return_type,
    workflow_arguments,
)
from kedro_flyte.targets.source import bracketed, docstring, one_line, tuple_name_of, workflow_about


def part_blocks(plan: Plan) -> list[list[list[str]]]:
    """Return the sub-workflows: each takes what its tasks need and gives what others read."""
    return [_part(plan, part) for part in plan.parts]


def _part(plan: Plan, part: Part) -> list[list[str]]:
    takes, gives, parameters = part_flow(plan, part)
    blocks = []
    tuple_name = tuple_name_of(part.id)
    if len(gives) > 1:
        blocks.append(named_tuple(plan, tuple_name, gives, f"What {part.id} gives."))
    as_task = Task(
        id=part.id,
        label=part.id,
        nodes=(),
        inputs=tuple(takes),
        parameters=tuple(parameters),
        tier="",
    )
    arguments = [f"{key}: {kind}" for key, kind in arguments_of(plan, as_task)]
    returned = return_type(plan, gives, tuple_name)
    lines = ["", "", *_workflow_decoration(plan, is_part=True)]
    lines += bracketed(f"def {part.id}(", arguments, f") -> {returned}:")
    lines += docstring([f"Tasks of {one_line(part.label)}."], indent=4)
    lines += all_calls(plan, [plan.task(task_id) for task_id in part.tasks])
    blocks.append([*lines, *_return(plan, gives, tuple_name)])
    return blocks


def _workflow_decoration(plan: Plan, *, is_part: bool = False) -> list[str]:
    words = []
    if plan.finish_others:
        words.append("failure_policy=WorkflowFailurePolicy.FAIL_AFTER_EXECUTABLE_NODES_COMPLETE")
    if plan.handler and not is_part:
        words.append(f"on_failure={plan.handler.task.id}")
    return bracketed("@workflow(", words) if words else ["@workflow"]


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
    lines = ["", "", *_workflow_decoration(plan)]
    lines += bracketed(f"def {plan.id}(", workflow_arguments(plan), f") -> {returned}:")
    lines += docstring(workflow_about(plan, _source), indent=4)
    lines += all_calls(plan, plan.tasks, plan.parts)
    blocks.append([*lines, *_return(plan, plan.results, tuple_name)])
    return blocks


def _source(dataset: Dataset) -> str:
    return f"dataset '{one_line(dataset.name)}'; None: {one_line(dataset.location)}"
