"""Records of what is around the tasks: secrets, schedules, notifications."""

from dataclasses import dataclass

from kedro_flyte.plan.view import Default


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """A secret by its name; its value never comes near the plan."""

    key: str
    group: str
    env: str = ""

    @property
    def name(self) -> str:
        """What tasks and flyte.yml call it."""
        return self.env or f"{self.group}/{self.key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When a workflow starts by itself: by `cron`, or `every` so many minutes.

    `inputs` are ids of parameters and datasets; a dataset is given as a URI.
    """

    name: str
    cron: str = ""
    timezone: str = ""
    every: int = 0
    inputs: tuple[tuple[str, Default], ...] = ()
    active: bool = True
    max_parallelism: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """Whom to tell when an execution ends in one of the phases."""

    by: str
    to: tuple[str, ...]
    phases: tuple[str, ...]
