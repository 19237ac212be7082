"""What the checks look at, and how they say what they find."""

from collections.abc import Mapping
from dataclasses import dataclass

from kedro_flyte.plan.capabilities import Capabilities
from kedro_flyte.plan.data.datasets import Route, route
from kedro_flyte.plan.model import Dataset
from kedro_flyte.plan.passes.groups import Grouped
from kedro_flyte.plan.passes.names import Named
from kedro_flyte.plan.passes.operations import Equipped
from kedro_flyte.plan.passes.scope import Scope
from kedro_flyte.plan.passes.sub_workflows import Divided
from kedro_flyte.plan.passes.travel import Travelling
from kedro_flyte.plan.settings.config import FlyteConfig
from kedro_flyte.plan.view import DatasetView, Finding, ProjectView, Severity, base_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the checks look at: what each pass has made; `entries` are the first of each dataset."""

    scope: Scope
    grouped: Grouped
    divided: Divided
    travelling: Travelling
    named: Named
    equipped: Equipped
    entries: Mapping[str, DatasetView]

    @property
    def view(self) -> ProjectView:
        """What was read."""
        return self.scope.view

    @property
    def config(self) -> FlyteConfig:
        """What flyte.yml says."""
        return self.scope.config

    @property
    def can(self) -> Capabilities:
        """What the platform can."""
        return self.scope.can

    @property
    def routes(self) -> Mapping[str, Route]:
        """How each dataset travels, by its name."""
        return self.travelling.routes

    @property
    def source_datasets(self) -> tuple[Dataset, ...]:
        """What enters, with its name in the module."""
        return tuple(self.named.datasets[name] for name in self.travelling.sources)

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
