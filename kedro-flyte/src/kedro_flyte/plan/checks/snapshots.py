"""Checks of snapshots: whether what each holds is a dataset that is read."""

from collections.abc import Iterator

from kedro_flyte.errors import nearest
from kedro_flyte.plan.checks.facts import Facts, error
from kedro_flyte.plan.model import Travel
from kedro_flyte.plan.view import Finding, base_name


def snapshots(facts: Facts) -> Iterator[Finding]:
    made = {base_name(entry) for node in facts.view.nodes for entry in node.outputs}
    here = {base_name(entry) for entry in facts.view.datasets}
    for label, snapshot in facts.config.snapshots.items():
        for entry in snapshot.paths:
            if entry not in here | facts.view.entries:
                yield error(
                    "KF206",
                    f"Snapshot '{label}' has '{entry}', and the catalog does not."
                    f"{nearest(entry, here | facts.view.entries)}",
                    "Nothing would be read from it.",
                    f"Correct the name under snapshots.{label}.paths in flyte.yml.",
                    place=entry,
                )
            elif entry in made:
                yield error(
                    "KF207",
                    f"Snapshot '{label}' has '{entry}', which a node of this pipeline writes.",
                    "A snapshot cannot be written to.",
                    f"Take '{entry}' out of snapshots.{label}.paths.",
                    place=entry,
                )
            elif entry in here and facts.routes[entry].travel is Travel.IN_PLACE:
                yield error(
                    "KF208",
                    f"Snapshot '{label}' has '{entry}', whose catalog entry has no path.",
                    "A snapshot holds files.",
                    "Give the entry a type with a 'filepath' or a 'path'.",
                    place=entry,
                )
