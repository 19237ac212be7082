"""Which nodes run in one task: from nodes to labels, from labels to an order of groups."""

import graphlib
from collections import defaultdict
from collections.abc import Callable, Mapping
from itertools import pairwise

from kedro_flyte.plan.view import NodeView

TASK_TAG = "task."
_OTHER_TAGS = ("tier.", "env.", TASK_TAG)

Dependencies = Mapping[str, frozenset[str]]


class GroupingCycleError(Exception):
    """Groups wait for each other; `path` holds the nodes of one such circle, in order."""

    def __init__(self, groups: list[str], path: list[str]) -> None:
        super().__init__(" -> ".join(groups))
        self.groups = groups
        self.path = path


def group_nodes(
    nodes: tuple[NodeView, ...],
    dependencies: Dependencies,
    grouping: str,
    tier_of: Callable[[NodeView], str],
) -> dict[str, list[NodeView]]:
    """Return the nodes of every group, groups and nodes in an order in which they can run.

    Args:
        nodes: In an order in which they can run.
        dependencies: The nodes that each node waits for.
        grouping: `node`, `namespace`, `tag`, `tier` or `pipeline`.
        tier_of: The tier of a node, for `tier`.

    Raises:
        GroupingCycleError: Two groups wait for each other.
    """
    if grouping == "tier":
        labels = _same_tier(nodes, dependencies, tier_of)
    else:
        labels = {node.name: _LABELS[grouping](node) for node in nodes}
    members: dict[str, list[NodeView]] = defaultdict(list)
    for node in nodes:
        members[labels[node.name]].append(node)
    return {label: members[label] for label in ordered(labels, dependencies)}


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


def ordered(labels: Mapping[str, str], dependencies: Dependencies) -> list[str]:
    """Return labels of nodes in an order in which what they label can run.

    Raises:
        GroupingCycleError: Two of them wait for each other.
    """
    waits: dict[str, set[str]] = {label: set() for label in labels.values()}
    for node, before in dependencies.items():
        waits[labels[node]] |= {labels[name] for name in before} - {labels[node]}
    sorter = graphlib.TopologicalSorter({label: sorted(before) for label, before in waits.items()})
    try:
        sorter.prepare()
    except graphlib.CycleError as error:
        groups: list[str] = error.args[1]  # each comes before the next
        raise GroupingCycleError(groups, _path(groups, labels, dependencies)) from None
    return _depth_first(waits)


def _path(groups: list[str], labels: Mapping[str, str], dependencies: Dependencies) -> list[str]:
    """Return for each step between two groups the two nodes that make it."""
    steps: list[str] = []
    for one, other in pairwise(groups):
        edge = next(
            (before, node)
            for node, all_before in sorted(dependencies.items())
            for before in sorted(all_before)
            if labels[before] == one and labels[node] == other
        )
        steps += [name for name in edge if not steps or name != steps[-1]]
    return steps


def _depth_first(waits: Mapping[str, set[str]]) -> list[str]:
    """Return an order in which a group comes as soon as it can after what it waits for.

    Chains stay together, so that a stretch of the order is as independent of others as may be.
    """
    position = {label: index for index, label in enumerate(waits)}
    followers: dict[str, list[str]] = {label: [] for label in waits}
    for label, before in waits.items():
        for one in before:
            followers[one].append(label)
    left = {label: len(before) for label, before in waits.items()}
    ready = sorted((label for label in waits if not left[label]), key=position.__getitem__)
    ready.reverse()
    order: list[str] = []
    while ready:
        label = ready.pop()
        order.append(label)
        for follower in followers[label]:
            left[follower] -= 1
        free = [follower for follower in followers[label] if not left[follower]]
        ready += sorted(free, key=position.__getitem__, reverse=True)
    return order


def _same_tier(
    nodes: tuple[NodeView, ...], dependencies: Dependencies, tier_of: Callable[[NodeView], str]
) -> dict[str, str]:
    """Join a node to the one that it waits for, where they share a tier and nothing else waits.

    Chains of one tier become one task; a task never waits for another twice, so no circle can be.
    """
    followers: dict[str, int] = defaultdict(int)
    for all_before in dependencies.values():
        for name in all_before:
            followers[name] += 1
    tiers = {node.name: tier_of(node) for node in nodes}
    labels: dict[str, str] = {}
    for node in nodes:
        before = sorted(dependencies[node.name])
        alone = len(before) == 1 and followers[before[0]] == 1
        joins = alone and tiers[before[0]] == tiers[node.name]
        labels[node.name] = labels[before[0]] if joins else node.name
    return _named_after_both_ends(labels)


def _named_after_both_ends(labels: Mapping[str, str]) -> dict[str, str]:
    """Return labels that tell where a chain ends, too; each has been called as its first node."""
    last = {first: name for name, first in labels.items()}  # in the order of running
    return {
        name: first if last[first] == first else f"{first}_to_{last[first]}/"
        for name, first in labels.items()
    }
