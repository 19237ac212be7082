"""Domino Flows, as the plan sees them."""

from kedro_flyte.plan.capabilities import Capabilities, Carrier
from kedro_flyte.plan.platform import Platform
from kedro_flyte.plan.settings.config import FlyteConfig, SnapshotConfig
from kedro_flyte.targets.domino.checks import CHECKS
from kedro_flyte.targets.domino.flyte_yml import DominoConfig, domino_section
from kedro_flyte.targets.domino.own import finished

_MOUNTS = {"git": "/mnt/data", "dfs": "/domino/datasets/local"}


def _mount(label: str, snapshot: SnapshotConfig, config: FlyteConfig) -> str:
    """Return the folder in which a job finds a snapshot."""
    return snapshot.mount or f"{_MOUNTS[domino_section(config).project]}/{snapshot.name or label}"


PLATFORM = Platform(
    can=Capabilities(
        name="domino",
        title="Domino",
        tier_names={"small": "Small", "medium": "Medium", "large": "Large"},
        grouping="tier",  # a job starts slowly
        carrier=Carrier(name="the commit that a job runs"),
        runs_inside="a job starts slowly, and Domino maps and chooses none",
        stays_inside="Domino has no map tasks, and knows no choice between jobs.",
        tracking_server=True,
    ),
    settings=DominoConfig,
    checks=CHECKS,
    mount=_mount,
    finished=finished,
)
