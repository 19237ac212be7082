"""Findings of Domino alone: jobs share no storage by which they could agree."""

from collections.abc import Iterator

from kedro_flyte.plan.checks.facts import Facts, error, warning
from kedro_flyte.plan.data.datasets import type_name
from kedro_flyte.plan.model import Travel
from kedro_flyte.plan.view import Finding, base_name


def shared_sources(facts: Facts) -> Iterator[Finding]:
    """Tasks of Flyte agree on the version of a source; jobs of Domino share nothing to agree by."""
    made = {base_name(entry) for node in facts.view.nodes for entry in node.outputs}
    for name in sorted(facts.routes.keys() - made):
        way, entry = facts.routes[name], facts.entry_of(name)
        grows = entry is not None and type_name(entry.config or {}) == "IncrementalDataset"
        is_shared = way.travel is Travel.REFERENCE and len(_readers(facts, name)) > 1
        if is_shared and (way.versioned or grows):
            what = "partitions that are there" if grows else "version that is the latest"
            yield warning(
                "KF156",
                f"'{name}' is read by {' and '.join(_readers(facts, name))}, each the {what} when "
                "it starts.",
                "Jobs of a Domino flow share no storage by which they could agree on one.",
                "Name a version in its path, or read it in one job that hands it on.",
                place=name,
            )


def increments(facts: Facts) -> Iterator[Finding]:
    """What one job loads, another cannot confirm."""
    for entry, view in facts.view.datasets.items():
        if not view.config or type_name(view.config) != "IncrementalDataset":
            continue
        confirming = _tasks(facts, entry, "confirms")
        apart = sorted(confirming - set(_readers(facts, base_name(entry))))
        if apart and _readers(facts, base_name(entry)):
            yield error(
                "KF156",
                f"'{entry}' is loaded in {' and '.join(_readers(facts, base_name(entry)))} and "
                f"confirmed in {' and '.join(apart)}.",
                "What is confirmed is listed anew there, with partitions that came in between and "
                "that nobody has read: jobs of a Domino flow share no storage to tell each other.",
                "Load and confirm it in one job: let both nodes have one namespace or tag.",
                place=entry,
            )


def _readers(facts: Facts, name: str) -> list[str]:
    return sorted(_tasks(facts, name, "inputs"))


def _tasks(facts: Facts, name: str, what: str) -> set[str]:
    """Return the groups whose nodes have a dataset among their inputs, or confirm it."""
    return {
        label
        for label, nodes in facts.divided.groups.items()
        for node in nodes
        if base_name(name) in map(base_name, getattr(node, what))
    }
