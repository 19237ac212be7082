"""What the checks look at, and how they say what they find."""

from collections.abc import Mapping
from dataclasses import dataclass

from kedro_flyte.plan.data.datasets import Route, route
from kedro_flyte.plan.domino import Snapshot
from kedro_flyte.plan.model import Dataset, Parameter
from kedro_flyte.plan.operations.failure import handler_demand
from kedro_flyte.plan.passes.groups import GroupingCycleError
from kedro_flyte.plan.settings.config import FlyteConfig
from kedro_flyte.plan.settings.demand import Demand
from kedro_flyte.plan.view import DatasetView, Finding, NodeView, ProjectView, Severity, base_name

WORKFLOW_LIMIT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the checks look at: what has been read, and what has been made of it so far."""

    view: ProjectView
    config: FlyteConfig
    grouping: str
    asked: Mapping[str, Demand]
    groups: Mapping[str, list[NodeView]]
    routes: Mapping[str, Route]
    crossing: list[str]
    sources: list[str]
    results: list[str]
    source_datasets: list[Dataset]
    inputs: tuple[Parameter, ...]
    circle: GroupingCycleError | None
    knot: GroupingCycleError | None
    strict: bool
    target: str = "flyte"
    snapshots: tuple[Snapshot, ...] = ()

    @property
    def is_domino(self) -> bool:
        """Whether the plan is for Domino."""
        return self.target == "domino"

    @property
    def carrier(self) -> str:
        """What brings the code to the tasks."""
        return "the commit that a job runs" if self.is_domino else "`--copy all`"

    def entry_of(self, name: str) -> DatasetView | None:
        """Return what the catalog says of a dataset, which may have transcoding."""
        entries = self.view.datasets.items()
        return next((v for e, v in entries if base_name(e) == name and v.config), None)

    @property
    def handler_routes(self) -> dict[str, Route]:
        """How the datasets of the node that handles failures would travel."""
        handler = self.view.handler
        return {base_name(n): route(v) for n, v in handler.datasets.items()} if handler else {}

    @property
    def asked_by_handler(self) -> Demand | None:
        """What that node asks for."""
        return handler_demand(self.view, self.config)


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
