"""What a plan says of Domino alone: immutable records, which are `Plan.own` as plain data."""

from dataclasses import dataclass

from kedro_flyte.plan.model import Plan
from kedro_flyte.plan.serialization import record

PRODUCTION = "production"


@dataclass(frozen=True, slots=True, kw_only=True)
class DominoEnvironment:
    """A compute environment: `name` is that of flyte.yml, the rest is what Domino calls it."""

    name: str
    domino: str = ""
    revision: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalVolume:
    """An external data volume."""

    name: str
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Domino:
    """What all jobs of a flow share. `plan` is the path of plan.json from a job's folder.

    `tier_ids` holds the ids of hardware tiers, by the names that flyte.yml has for the tiers.
    """

    profile: str = "development"
    plan: str = ""
    python_path: tuple[str, ...] = ()
    git_type: str = ""
    git_value: str = ""
    volume_size_gib: float | None = None
    artifacts_commit: str = ""
    external_volumes: tuple[ExternalVolume, ...] = ()
    environments: tuple[DominoEnvironment, ...] = ()
    tier_ids: tuple[tuple[str, str], ...] = ()

    @property
    def is_production(self) -> bool:
        """Whether every setting is pinned."""
        return self.profile == PRODUCTION

    def environment(self, name: str) -> DominoEnvironment | None:
        """Return the compute environment of this name; None: the project's default."""
        return next((one for one in self.environments if one.name == name), None)


def domino_of(plan: Plan) -> Domino:
    """Return what a plan says of Domino."""
    return record(Domino, plan.own or {})
