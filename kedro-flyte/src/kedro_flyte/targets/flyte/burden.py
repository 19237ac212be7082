"""What a plan costs Flyte's back end: the compilation of its workflows, and the size of the result.

Measured with flytepropeller 1.16.8: its search for cycles follows every path through a workflow,
and visits about 4.5 million nodes a second. A task makes about 2 kB of the workflow's resource.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from kedro_flyte.plan.model import SubWorkflow, Task

VISITS_A_SECOND = 4.5e6
_TASK, _INPUT, _OUTPUT = 1_700, 200, 100  # bytes


class Compilation(NamedTuple):
    """The longest compilation: its seconds, and its sub-workflow; empty for the outermost one."""

    seconds: float
    sub_workflow: str


def compilation(tasks: Sequence[Task], sub_workflows: Sequence[SubWorkflow]) -> Compilation:
    """Return how long the compiler takes for the workflow that takes it longest.

    Paths are counted as the graph is walked once, in the order of the tasks.
    """
    inside = {task_id: one for one in sub_workflows for task_id in one.tasks}
    known = {task.id: task for task in tasks}
    found = [
        Compilation(_visits([[known[id_]] for id_ in one.tasks]) / VISITS_A_SECOND, one.id)
        for one in sub_workflows
    ]
    outermost = _visits(_called(tasks, inside))
    return max([Compilation(outermost / VISITS_A_SECOND, ""), *found])


def _called(tasks: Sequence[Task], inside: Mapping[str, SubWorkflow]) -> list[list[Task]]:
    """Return what the outermost workflow calls: tasks, and sub-workflows as all of their tasks."""
    calls: dict[str, list[Task]] = {}
    for task in tasks:
        own = inside.get(task.id)
        calls.setdefault(f"{own.id}/" if own else task.id, []).append(task)
    return list(calls.values())


def _visits(calls: Sequence[Sequence[Task]]) -> float:
    """Return how often the nodes of a workflow are visited: once for each path that leads there."""
    maker = {name: at for at, tasks in enumerate(calls) for task in tasks for name in task.outputs}
    paths: list[float] = []
    visits = 0.0
    for at, tasks in enumerate(calls):
        read = {name for task in tasks for name in task.inputs}
        before = {maker[name] for name in read if name in maker} - {at}
        from_start = not before or bool(read - maker.keys()) or any(t.parameters for t in tasks)
        mine = sum(paths[one] for one in before if one < at) + from_start
        # A map is three nodes, of which the first leads to both others; a choice is one, whose
        # alternatives stand within it.
        maps = sum(bool(task.map_over) for task in tasks)
        visits += mine * (1 + 3 * maps)
        paths.append(mine * 2**maps)
    return visits


def resource_bytes(tasks: Sequence[Task]) -> int:
    """Return the size of the workflow's resource in Kubernetes, about."""
    return sum(
        (3 if task.map_over or task.conditional else 1) * _TASK
        + _INPUT * (len(task.inputs) + len(task.parameters))
        + _OUTPUT * len(task.outputs)
        for task in tasks
    )
