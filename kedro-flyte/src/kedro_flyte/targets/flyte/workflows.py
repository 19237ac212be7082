"""The workflow, and sub-workflows where it has more tasks than one workflow may hold."""

from collections.abc import Sequence

from kedro_flyte.plan.model import Dataset, Plan, SubWorkflow
from kedro_flyte.targets.flyte.calls import all_calls, groups_put_together, wiring_of
from kedro_flyte.targets.flyte.types import (
    flow_of_sub_workflow,
    named_tuple,
    return_type,
    workflow_arguments,
)
from kedro_flyte.targets.flyte.wiring import Wiring
from kedro_flyte.targets.source import bracketed, docstring, one_line, tuple_name_of, workflow_about


def sub_workflow_blocks(plan: Plan) -> list[list[list[str]]]:
    """Return the sub-workflows: each takes what its tasks need and gives what others read."""
    return [_sub_workflow(plan, one) for one in plan.sub_workflows]


def _sub_workflow(plan: Plan, one: SubWorkflow) -> list[list[str]]:
    takes, gives = flow_of_sub_workflow(plan, one)
    blocks = []
    tuple_name = tuple_name_of(one.id)
    if len(gives) > 1:
        blocks.append(named_tuple(plan, tuple_name, gives))
    arguments = [f"{key}: {kind}" for key, kind in takes]
    returned = return_type(plan, gives, tuple_name)
    lines = ["", "", *_workflow_decoration(plan, is_inner=True)]
    lines += bracketed(f"def {one.id}(", arguments, f") -> {returned}:")
    lines += docstring([f"Tasks of {one_line(one.label)}."], indent=4)
    tasks = [plan.task(task_id) for task_id in one.tasks]
    wires = wiring_of(plan, tasks)
    lines += all_calls(plan, tasks, wires)
    blocks.append([*lines, *_return(plan, gives, tuple_name, wires)])
    return blocks


def _workflow_decoration(plan: Plan, *, is_inner: bool = False) -> list[str]:
    words = []
    if plan.finish_others:
        words.append("failure_policy=WorkflowFailurePolicy.FAIL_AFTER_EXECUTABLE_NODES_COMPLETE")
    if plan.handler and not is_inner:
        words.append(f"on_failure={plan.handler.task.id}")
    return bracketed("@workflow(", words) if words else ["@workflow"]


def _return(plan: Plan, names: Sequence[str], tuple_name: str, wires: Wiring) -> list[str]:
    ids = [plan.dataset(name).id for name in names]
    if not ids:
        return []
    if len(ids) == 1:
        return [f"    return {wires.word(ids[0])}"]
    return bracketed(f"return {tuple_name}(", wires.members(ids), indent=4)


def workflow_blocks(plan: Plan) -> list[list[str]]:
    """Return the blocks of the workflow: the class of its results, and the function."""
    blocks = []
    tuple_name = tuple_name_of(plan.id)
    if len(plan.results) > 1:
        blocks.append(named_tuple(plan, tuple_name, plan.results))
    returned = return_type(plan, plan.results, tuple_name)
    lines = ["", "", *_workflow_decoration(plan)]
    lines += bracketed(f"def {plan.id}(", workflow_arguments(plan), f") -> {returned}:")
    lines += docstring(workflow_about(plan, _source), indent=4)
    lines += groups_put_together(plan)
    wires = wiring_of(plan, plan.tasks, plan.sub_workflows)
    lines += all_calls(plan, plan.tasks, wires, plan.sub_workflows)
    blocks.append([*lines, *_return(plan, plan.results, tuple_name, wires)])
    return blocks


def _source(dataset: Dataset) -> str:
    return f"dataset '{one_line(dataset.name)}'; None: {one_line(dataset.location)}"
