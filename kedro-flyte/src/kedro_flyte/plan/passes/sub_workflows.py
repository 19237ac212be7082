"""Then: which groups stand in a workflow of their own within the workflow.

Namespaces do on request, and stretches of tasks where one workflow has too many.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from kedro_flyte.plan.passes.groups import Grouped, Groups
from kedro_flyte.plan.passes.order import Dependencies, GroupingCycleError, ordered
from kedro_flyte.plan.passes.scope import Scope
from kedro_flyte.plan.view import NodeView


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What is to be a sub-workflow: a namespace, or else a numbered stretch, and its groups."""

    namespace: str = ""
    number: int = 0
    groups: tuple[str, ...]

    @property
    def label(self) -> str:
        """What a reader calls it."""
        return f"namespace '{self.namespace}'" if self.namespace else f"part {self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Divided:
    """The groups in an order in which those of a piece stand one after another.

    `calls` says how many calls of a workflow the task of a group makes at most, `spaces` its
    namespace where those are to be sub-workflows. `knot` holds namespaces that would wait for each
    other; then none of them is one.
    """

    groups: Groups
    calls: Mapping[str, int]
    spaces: Mapping[str, str]
    pieces: tuple[Piece, ...] = ()
    knot: GroupingCycleError | None = None


def divided(scope: Scope, grouped: Grouped) -> Divided:
    """Return the groups in the order of their sub-workflows, and what is to be one.

    Namespaces of two groups and more are, where that is asked for. Where the workflow would still
    call more than it may, stretches of what it calls itself are, too.
    """
    groups, knot = grouped.groups, None
    if scope.by_namespace:
        groups, knot = _together(grouped.groups, scope.view.dependencies)
    named = scope.by_namespace and not knot
    calls = {label: _calls(nodes) for label, nodes in groups.items()}
    spaces = {label: _namespace(nodes) if named else "" for label, nodes in groups.items()}
    limit = scope.can.workflow_limit
    pieces = _pieces(calls, spaces, limit) if limit else ()
    order = list(groups)
    return Divided(
        groups=groups,
        calls=calls,
        spaces=spaces,
        pieces=tuple(sorted(pieces, key=lambda piece: order.index(piece.groups[0]))),
        knot=knot,
    )


def _together(
    groups: Groups, dependencies: Dependencies
) -> tuple[Groups, GroupingCycleError | None]:
    """Return the groups in an order in which those of a namespace stand one after another.

    The second is the circle, where two namespaces wait for each other; then the order stays.
    """
    block_of = {label: _namespace(nodes) or f"{label} " for label, nodes in groups.items()}
    labels = {node.name: block_of[label] for label, nodes in groups.items() for node in nodes}
    try:
        blocks = {block: position for position, block in enumerate(ordered(labels, dependencies))}
    except GroupingCycleError as circle:
        return groups, circle
    return {
        label: groups[label] for label in sorted(groups, key=lambda g: blocks[block_of[g]])
    }, None


def _namespace(nodes: Iterable[NodeView]) -> str:
    """Return the first namespace that all of the nodes share; empty where there is none."""
    found = {(node.namespace or "").split(".")[0] for node in nodes}
    return found.pop() if len(found) == 1 else ""


def _calls(nodes: Sequence[NodeView]) -> int:
    """Return how many nodes of a workflow one group makes.

    A map stands between what lists and what gathers; Flyte counts a choice and its alternatives.
    """
    return 3 if len(nodes) == 1 and (nodes[0].choice or nodes[0].fan_out) else 1


def _pieces(calls: Mapping[str, int], spaces: Mapping[str, str], limit: int) -> Iterator[Piece]:
    found: dict[str, list[str]] = defaultdict(list)
    for label, space in spaces.items():
        found[space].append(label)
    inside = {space: labels for space, labels in found.items() if space and len(labels) > 1}
    yield from (Piece(namespace=space, groups=tuple(own)) for space, own in inside.items())
    mine = [space if space in inside else "" for space in spaces.values()]
    direct = sum(count for count, space in zip(calls.values(), mine, strict=True) if not space)
    if direct + len(inside) > limit:
        for number, stretch in enumerate(_stretches(calls, mine, limit), start=1):
            yield Piece(number=number, groups=tuple(stretch))


def _stretches(calls: Mapping[str, int], spaces: Sequence[str], limit: int) -> Iterator[list[str]]:
    """Yield stretches of the groups that are in no space, each of not too many calls.

    No stretch waits for a later one, since groups stand in an order in which all can run.
    """
    for space, run in groupby(zip(calls, spaces, strict=True), lambda pair: pair[1]):
        labels = [] if space else [label for label, _ in run]
        yield from (piece for piece in _cut(labels, calls, limit) if len(piece) > 1)


def _cut(labels: Iterable[str], calls: Mapping[str, int], limit: int) -> Iterator[list[str]]:
    piece: list[str] = []
    room = limit
    for label in labels:
        if calls[label] > room:
            yield piece
            piece, room = [], limit
        piece.append(label)
        room -= calls[label]
    yield piece
