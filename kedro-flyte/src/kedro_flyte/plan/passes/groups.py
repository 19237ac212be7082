"""First: which nodes run in one task, and what each of them asks for."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from kedro_flyte.plan.passes.order import Dependencies, GroupingCycleError, ordered
from kedro_flyte.plan.passes.scope import Scope
from kedro_flyte.plan.settings.demand import Demand, demand, together
from kedro_flyte.plan.view import NodeView

TASK_TAG = "task."
_OTHER_TAGS = ("tier.", "env.", TASK_TAG)

Groups = Mapping[str, Sequence[NodeView]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouped:
    """The nodes of every group by its label, groups and nodes in an order in which they can run.

    `asked` is what each node asks for, by its name, and `needs` what its nodes ask for together, by
    the label of a group. `circle` holds groups that would wait for each other; then each node is a
    group of its own.
    """

    groups: Groups
    asked: Mapping[str, Demand]
    needs: Mapping[str, Demand]
    circle: GroupingCycleError | None = None


def grouped(scope: Scope) -> Grouped:
    """Return the groups of the nodes, and what nodes and groups ask for."""
    asked = {node.name: demand(node, scope.config) for node in scope.view.nodes}
    groups, circle = _groups(scope, asked)
    needs = {
        label: together([asked[node.name] for node in nodes], scope.tiers)
        for label, nodes in groups.items()
    }
    return Grouped(groups=groups, asked=asked, needs=needs, circle=circle)


def _groups(scope: Scope, asked: Mapping[str, Demand]) -> tuple[Groups, GroupingCycleError | None]:
    """Return the groups; one node a group, and the circle, where the grouping makes one."""
    try:
        return _members(scope, _labels(scope, asked)), None
    except GroupingCycleError as circle:
        return _members(scope, {node.name: node.name for node in scope.view.nodes}), circle


def _members(scope: Scope, labels: Mapping[str, str]) -> Groups:
    members: dict[str, list[NodeView]] = defaultdict(list)
    for node in scope.view.nodes:
        members[labels[node.name]].append(node)
    return {label: members[label] for label in ordered(labels, scope.view.dependencies)}


def _labels(scope: Scope, asked: Mapping[str, Demand]) -> dict[str, str]:
    """Return the label of each node's group."""
    if scope.grouping == "tier":
        return _same_tier(scope.view.nodes, scope.view.dependencies, asked)
    return {node.name: _LABELS[scope.grouping](node) for node in scope.view.nodes}


def _by_namespace(node: NodeView) -> str:
    return f"{node.namespace.split('.')[0]}/" if node.namespace else node.name


def _by_tag(node: NodeView) -> str:
    named = sorted(tag for tag in node.tags if tag.startswith(TASK_TAG))
    plain = sorted(tag for tag in node.tags if not tag.startswith(_OTHER_TAGS))
    if named:
        return "+".join(tag.removeprefix(TASK_TAG) for tag in named) + "/"
    return "+".join(plain) + "/" if plain else node.name


# A slash keeps the label of a group apart from that of a node: no node's name has one.
_LABELS: dict[str, Callable[[NodeView], str]] = {
    "node": lambda node: node.name,
    "namespace": _by_namespace,
    "tag": _by_tag,
    "pipeline": lambda _: "all/",
}


def _same_tier(
    nodes: Sequence[NodeView], dependencies: Dependencies, asked: Mapping[str, Demand]
) -> dict[str, str]:
    """Join a node to the one that it waits for, where they share a tier and nothing else waits.

    Chains of one tier become one task; a task never waits for another twice, so no circle can be.
    """
    followers: dict[str, int] = defaultdict(int)
    for all_before in dependencies.values():
        for name in all_before:
            followers[name] += 1
    labels: dict[str, str] = {}
    for node in nodes:
        before = sorted(dependencies[node.name])
        alone = len(before) == 1 and followers[before[0]] == 1
        joins = alone and asked[before[0]].tier == asked[node.name].tier
        labels[node.name] = labels[before[0]] if joins else node.name
    return _named_after_both_ends(labels)


def _named_after_both_ends(labels: Mapping[str, str]) -> dict[str, str]:
    """Return labels that tell where a chain ends, too; each has been called as its first node."""
    last = {first: name for name, first in labels.items()}  # in the order of running
    return {
        name: first if last[first] == first else f"{first}_to_{last[first]}/"
        for name, first in labels.items()
    }
