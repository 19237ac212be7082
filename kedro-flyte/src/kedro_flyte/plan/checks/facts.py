"""What the checks look at, and how they say what they find."""

from collections.abc import Mapping
from dataclasses import dataclass

from kedro_flyte.plan.capabilities import Capabilities
from kedro_flyte.plan.data.datasets import Route, route
from kedro_flyte.plan.model import Dataset, Handler, Parameter, Snapshot, SubWorkflow, Task, Tier
from kedro_flyte.plan.passes.groups import Groups
from kedro_flyte.plan.passes.order import GroupingCycleError
from kedro_flyte.plan.settings.config import FlyteConfig, PipelineConfig
from kedro_flyte.plan.settings.demand import Demand
from kedro_flyte.plan.view import DatasetView, Finding, ProjectView, Severity, base_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the checks look at: what has been read, and what the passes have made of it.

    The words are those of the records of the passes; `inputs` are the parameters, and `entries` the
    catalog's, the first of each dataset.
    """

    view: ProjectView
    entries: Mapping[str, DatasetView]
    config: FlyteConfig
    own: PipelineConfig
    tiers: Mapping[str, Tier]
    snapshots: tuple[Snapshot, ...]
    can: Capabilities
    grouping: str
    by_namespace: bool
    strict: bool
    asked: Mapping[str, Demand]
    needs: Mapping[str, Demand]
    circle: GroupingCycleError | None
    groups: Groups
    calls: Mapping[str, int]
    spaces: Mapping[str, str]
    knot: GroupingCycleError | None
    routes: Mapping[str, Route]
    crossing: tuple[str, ...]
    sources: tuple[str, ...]
    results: tuple[str, ...]
    source_datasets: tuple[Dataset, ...]
    inputs: tuple[Parameter, ...]
    sub_workflows: tuple[SubWorkflow, ...]
    tasks: tuple[Task, ...]
    handler: Handler | None

    def entry_of(self, name: str) -> DatasetView | None:
        """Return what the catalog says of a dataset, which may have transcoding."""
        return self.entries.get(name)

    @property
    def handler_routes(self) -> dict[str, Route]:
        """How the datasets of the node that handles failures would travel."""
        handler = self.view.handler
        return {base_name(n): route(v) for n, v in handler.datasets.items()} if handler else {}


def parameter_place(path: str) -> str:
    """Return how findings call a parameter."""
    return f"parameters.{path}"


def error(code: str, what: str, why: str, todo: str, *, place: str) -> Finding:
    """Return a finding that forbids the export; `place` is what flyte.yml can allow it at."""
    return Finding(code=code, severity=Severity.ERROR, what=what, why=why, todo=todo, place=place)


def warning(code: str, what: str, why: str, todo: str, *, place: str) -> Finding:
    """Return a finding that `export` prints as well."""
    return Finding(code=code, severity=Severity.WARNING, what=what, why=why, todo=todo, place=place)


def info(code: str, what: str, why: str, todo: str, *, place: str) -> Finding:
    """Return a finding that `plan` alone shows."""
    return Finding(code=code, severity=Severity.INFO, what=what, why=why, todo=todo, place=place)
