"""What the checks look at, and how they say what they find."""

from collections.abc import Mapping
from dataclasses import dataclass

from kedro_flyte.plan.config import FlyteConfig
from kedro_flyte.plan.datasets import Route
from kedro_flyte.plan.grouping import GroupingCycleError
from kedro_flyte.plan.model import Parameter
from kedro_flyte.plan.rules import Demand
from kedro_flyte.plan.view import Finding, NodeView, ProjectView, Severity

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
    inputs: tuple[Parameter, ...]
    circle: GroupingCycleError | None
    strict: bool


def error(code: str, what: str, why: str, todo: str) -> Finding:
    """Return a finding that forbids the export."""
    return Finding(code=code, severity=Severity.ERROR, what=what, why=why, todo=todo)


def warning(code: str, what: str, why: str, todo: str) -> Finding:
    """Return a finding that `export` prints as well."""
    return Finding(code=code, severity=Severity.WARNING, what=what, why=why, todo=todo)


def info(code: str, what: str, why: str, todo: str) -> Finding:
    """Return a finding that `plan` alone shows."""
    return Finding(code=code, severity=Severity.INFO, what=what, why=why, todo=todo)
