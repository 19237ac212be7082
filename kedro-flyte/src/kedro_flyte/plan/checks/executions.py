"""Checks of what the tasks of one execution must agree on: versions, and what was loaded."""

from collections.abc import Iterator

from kedro_flyte.plan.checks.facts import Facts, warning
from kedro_flyte.plan.data.datasets import path_holder, type_name
from kedro_flyte.plan.model import Travel
from kedro_flyte.plan.view import Finding, base_name


def wrapped_versions(facts: Facts) -> Iterator[Finding]:
    """Kedro gives the version of a run to entries alone, and not to what is within one."""
    for entry, view in facts.view.datasets.items():
        config = view.config or {}
        holder = path_holder(config)
        way = facts.routes.get(base_name(entry))
        is_remote = way is not None and way.travel is Travel.REFERENCE
        if is_remote and holder and holder[1].get("versioned") and not config.get("versioned"):
            yield warning(
                "KF157",
                f"'{entry}' is versioned within its {type_name(config)}, so that each "
                "task saves a version of its own, and loads the latest.",
                "Kedro gives the version of a run to whole entries alone.",
                "Write 'versioned' into the entry itself, where its type takes that; or leave it "
                "out, and name the run in the path.",
                place=entry,
            )
