"""From flyte.yml to what a plan says of Domino: the jobs' settings, and the kinds of artifacts."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from kedro_flyte.plan.model import Dataset, Plan
from kedro_flyte.plan.serialization import plain
from kedro_flyte.plan.settings.config import FlyteConfig
from kedro_flyte.plan.view import ProjectView
from kedro_flyte.targets.domino.flyte_yml import domino_section
from kedro_flyte.targets.domino.record import Domino, DominoEnvironment, ExternalVolume

ARTIFACTS = ("DATA", "MODEL", "REPORT")
_BY_LAYER = {"models": "MODEL", "reporting": "REPORT"}


def finished(plan: Plan, view: ProjectView, config: FlyteConfig) -> Plan:
    """Return a plan with the settings of its jobs, and each file that it gives as an artifact."""
    artifacts = _with_artifacts(plan, view)
    return replace(plan, own=plain(_settings(plan, config)), datasets=artifacts)


def _settings(plan: Plan, config: FlyteConfig) -> Domino:
    """Return the settings of the jobs; of tiers and environments those that are used."""
    tiers, environments = ({one.name for one in many} for many in (plan.tiers, plan.environments))
    own = domino_section(config)
    git = own.git_ref
    volumes = own.external_volumes or []
    return Domino(
        profile=own.profile,
        python_path=tuple(own.python_path),
        git_type=git.type if git else "",
        git_value=git.value if git else "",
        volume_size_gib=own.volume_size_gib,
        artifacts_commit=own.artifacts_commit,
        external_volumes=tuple(ExternalVolume(name=v.name, id=v.id) for v in volumes),
        environments=tuple(
            DominoEnvironment(name=name, domino=e.name, revision=e.revision, id=e.id)
            for name, e in own.environments.items()
            if name in environments
        ),
        tier_ids=tuple((name, tier) for name, tier in own.tier_ids.items() if name in tiers),
    )


def _with_artifacts(plan: Plan, view: ProjectView) -> tuple[Dataset, ...]:
    """Return the datasets, each result that is a file with the kind of artifact that it is."""
    return tuple(
        replace(dataset, artifact=_kind(dataset, view))
        if dataset.name in plan.results and dataset.travel.is_handed_over
        else dataset
        for dataset in plan.datasets
    )


def _kind(dataset: Dataset, view: ProjectView) -> str:
    """Return what the entry's metadata says, or else what its layer suggests."""
    metadata = _metadata(dataset, view)
    named = _member(metadata, "kedro-flyte").get("artifact")
    layer = _member(metadata, "kedro-viz").get("layer", metadata.get("layer"))
    return str(named) if named in ARTIFACTS else _BY_LAYER.get(str(layer), "DATA")


def _metadata(dataset: Dataset, view: ProjectView) -> Mapping[str, Any]:
    configs = [view.datasets[e].config for e in dataset.entries if e in view.datasets]
    return next((_member(c, "metadata") for c in configs if c and c.get("metadata")), {})


def _member(group: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = group.get(key)
    return found if isinstance(found, Mapping) else {}
