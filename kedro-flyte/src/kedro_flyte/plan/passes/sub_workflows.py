"""Sub-workflows: namespaces on request, and stretches of tasks where one workflow has too many."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from kedro_flyte.plan.model import SubWorkflow, Task
from kedro_flyte.plan.names.registry import Names
from kedro_flyte.plan.passes.groups import GroupingCycleError, ordered
from kedro_flyte.plan.view import NodeView

Dependencies = Mapping[str, frozenset[str]]
Groups = dict[str, list[NodeView]]


def together_by_namespace(
    groups: Groups, dependencies: Dependencies
) -> tuple[Groups, GroupingCycleError | None]:
    """Return the groups in an order in which those of a namespace stand one after another.

    The second is the circle, where two namespaces wait for each other; then the order stays.
    """
    block_of = {label: namespace(nodes) or f"{label} " for label, nodes in groups.items()}
    labels = {node.name: block_of[label] for label, nodes in groups.items() for node in nodes}
    try:
        blocks = {block: position for position, block in enumerate(ordered(labels, dependencies))}
    except GroupingCycleError as circle:
        return groups, circle
    return {
        label: groups[label] for label in sorted(groups, key=lambda g: blocks[block_of[g]])
    }, None


def namespace(nodes: Iterable[NodeView]) -> str:
    """Return the first namespace that all of the nodes share; empty where there is none."""
    found = {(node.namespace or "").split(".")[0] for node in nodes}
    return found.pop() if len(found) == 1 else ""


def calls(nodes: Sequence[NodeView]) -> int:
    """Return how many nodes of Flyte's workflow the task of a group makes at most.

    A map stands between what lists and what gathers; Flyte counts a choice and its alternatives.
    """
    return 3 if len(nodes) == 1 and (nodes[0].choice or nodes[0].fan_out) else 1


def sub_workflows(
    tasks: Sequence[Task],
    groups: Groups,
    plan_id: str,
    names: Names,
    *,
    by_namespace: bool,
    limit: int,
) -> tuple[SubWorkflow, ...]:
    """Return the sub-workflows of tasks, which stand in the order of the groups.

    Namespaces of two tasks and more are sub-workflows where that is asked for. Where the workflow
    would still call more than `limit`, stretches of what it calls itself become sub-workflows too.
    """
    spaces = [namespace(nodes) if by_namespace else "" for nodes in groups.values()]
    weights = {task.id: calls(nodes) for task, nodes in zip(tasks, groups.values(), strict=True)}
    found: dict[str, list[str]] = defaultdict(list)
    for task, space in zip(tasks, spaces, strict=True):
        found[space].append(task.id)
    inside = {space: ids for space, ids in found.items() if space and len(ids) > 1}
    mine = [space if space in inside else "" for space in spaces]
    direct = sum(w for w, space in zip(weights.values(), mine, strict=True) if not space)
    made = [(space, ids, f"namespace '{space}'") for space, ids in inside.items()]
    if direct + len(made) > limit:
        for number, piece in enumerate(_stretches(weights, mine, limit), start=1):
            made.append((f"{plan_id}_part_{number}", piece, f"part {number}"))
    ids = names.functions([name for name, _, _ in made], suffix="tasks")
    every = [SubWorkflow(id=ids[name], label=label, tasks=tuple(own)) for name, own, label in made]
    order = {task.id: position for position, task in enumerate(tasks)}
    return tuple(sorted(every, key=lambda one: order[one.tasks[0]]))


def _stretches(
    weights: Mapping[str, int], spaces: Sequence[str], limit: int
) -> Iterator[list[str]]:
    """Yield stretches of the tasks that are in no space, each of `limit` calls at most.

    No stretch waits for a later one, since tasks stand in an order in which all can run.
    """
    for space, run in groupby(zip(weights, spaces, strict=True), lambda pair: pair[1]):
        ids = [] if space else [task_id for task_id, _ in run]
        yield from (piece for piece in _cut(ids, weights, limit) if len(piece) > 1)


def _cut(ids: Iterable[str], weights: Mapping[str, int], limit: int) -> Iterator[list[str]]:
    piece: list[str] = []
    room = limit
    for task_id in ids:
        if weights[task_id] > room:
            yield piece
            piece, room = [], limit
        piece.append(task_id)
        room -= weights[task_id]
    yield piece
