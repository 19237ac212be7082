"""What is planned: the project as the target sees it, and what flyte.yml says of the pipeline."""

from collections.abc import Mapping
from dataclasses import dataclass

from kedro_flyte.plan.domino import Snapshot
from kedro_flyte.plan.domino_settings import reduced
from kedro_flyte.plan.model import Tier
from kedro_flyte.plan.settings.config import FlyteConfig, PipelineConfig
from kedro_flyte.plan.settings.tiers import tiers
from kedro_flyte.plan.snapshots import mounted, snapshots
from kedro_flyte.plan.view import ProjectView


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What is planned, and what for.

    `own` is what flyte.yml says of this pipeline alone, without what the target cannot do;
    `tiers` are all that are known.
    """

    view: ProjectView
    config: FlyteConfig
    own: PipelineConfig
    tiers: Mapping[str, Tier]
    snapshots: tuple[Snapshot, ...]
    target: str
    grouping: str
    strict: bool

    @property
    def is_domino(self) -> bool:
        """Whether the plan is for Domino."""
        return self.target == "domino"

    @property
    def by_namespace(self) -> bool:
        """Whether namespaces are to be sub-workflows."""
        return (self.own.sub_workflows or self.config.sub_workflows) == "namespace"


def scoped(
    view: ProjectView, config: FlyteConfig, *, group_by: str | None, strict: bool, target: str
) -> Scope:
    """Return what is planned; snapshots have their place in the catalog."""
    pinned = snapshots(view, config, target)
    view, own = mounted(view, pinned), config.of_pipeline(view.pipeline)
    if target == "domino":
        view, own = reduced(view, own)
    return Scope(
        view=view,
        config=config,
        own=own,
        tiers=tiers(config),
        snapshots=pinned,
        target=target,
        grouping=group_by or own.group_by or _grouping(config, target),
        strict=strict,
    )


def _grouping(config: FlyteConfig, target: str) -> str:
    """Return the grouping of the file; a job of Domino starts slowly, so its default is by tier."""
    chosen = "group_by" in config.model_fields_set or target != "domino"
    return config.group_by if chosen else "tier"
