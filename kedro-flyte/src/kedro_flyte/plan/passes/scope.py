"""What is planned: the project as its platform can have it, and what flyte.yml says of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from kedro_flyte.plan.capabilities import Capabilities
from kedro_flyte.plan.data import parameters
from kedro_flyte.plan.model import Snapshot, Tier
from kedro_flyte.plan.settings.config import FlyteConfig, PipelineConfig
from kedro_flyte.plan.settings.tiers import tiers
from kedro_flyte.plan.snapshots import Mount, mounted, snapshots
from kedro_flyte.plan.view import Keys, ProjectView


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What is planned, and what its platform can.

    `own` is what flyte.yml says of this pipeline alone, without what the platform cannot do;
    `tiers` are all that are known; `paths` has the keys of every parameter by what Kedro calls it.
    """

    view: ProjectView
    paths: Mapping[str, Keys]
    config: FlyteConfig
    own: PipelineConfig
    tiers: Mapping[str, Tier]
    snapshots: tuple[Snapshot, ...]
    can: Capabilities
    grouping: str
    strict: bool

    @property
    def by_namespace(self) -> bool:
        """Whether namespaces are to be sub-workflows."""
        return (self.own.sub_workflows or self.config.sub_workflows) == "namespace"


def scoped(
    view: ProjectView,
    config: FlyteConfig,
    can: Capabilities,
    mount: Mount,
    *,
    group_by: str | None,
    strict: bool,
) -> Scope:
    """Return what is planned; snapshots have their place in the catalog."""
    pinned = snapshots(view, config, mount)
    view, own = _possible(mounted(view, pinned), config.of_pipeline(view.pipeline), can)
    return Scope(
        view=view,
        paths=parameters.paths(view.parameters),
        config=config,
        own=own,
        tiers=tiers(config, can),
        snapshots=pinned,
        can=can,
        grouping=group_by or own.group_by or _grouping(config, can),
        strict=strict,
    )


def _possible(
    view: ProjectView, own: PipelineConfig, can: Capabilities
) -> tuple[ProjectView, PipelineConfig]:
    """Return both without what the platform cannot have; a finding of its target says each."""
    left_out: dict[str, Any] = {}
    if not can.execution_settings:
        left_out |= {"failure_policy": "fail_immediately", "max_parallelism": None}
    if not can.workflow_limit:
        left_out["sub_workflows"] = "large"
    if not can.failure_node:
        left_out["on_failure"] = ""
        view = replace(view, handler=None)
    return view, own.model_copy(update=left_out)


def _grouping(config: FlyteConfig, can: Capabilities) -> str:
    """Return the grouping of the file, or else what the platform's tasks are best grouped by."""
    return config.group_by if "group_by" in config.model_fields_set else can.grouping
