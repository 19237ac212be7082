"""An order in which groups of nodes can run: what grouping and sub-workflows have in common."""

import graphlib
from collections.abc import Mapping
from itertools import pairwise

Dependencies = Mapping[str, frozenset[str]]


class GroupingCycleError(Exception):
    """Groups wait for each other; `path` holds the nodes of one such circle, in order."""

    def __init__(self, groups: list[str], path: list[str]) -> None:
        super().__init__(" -> ".join(groups))
        self.groups = groups
        self.path = path


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
