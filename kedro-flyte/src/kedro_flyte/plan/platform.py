"""What reading and planning have to know of a target: what its platform can, and what it adds."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from kedro_flyte.plan.capabilities import Capabilities
from kedro_flyte.plan.checks import Check
from kedro_flyte.plan.model import Plan
from kedro_flyte.plan.settings.config import FlyteConfig
from kedro_flyte.plan.snapshots import Mount, at_remote
from kedro_flyte.plan.view import Finding, ProjectView
from pydantic import BaseModel


def _same(plan: Plan, view: ProjectView, config: FlyteConfig) -> Plan:  # noqa: ARG001
    return plan


def _nothing(root: Path) -> Iterable[Finding]:  # noqa: ARG001
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """A target, as the plan sees it.

    Args:
        can: What it can do.
        settings: The model of its section of flyte.yml, which is called as the target; it has
            defaults for all.
        checks: Yield findings of their own about what a plan is made from.
        problems: Yields those about the project's folder.
        mount: Returns where a snapshot is for tasks; empty where it is nowhere.
        finished: Returns a plan with what it says of this platform alone: `Plan.own`.
    """

    can: Capabilities
    settings: type[BaseModel] | None = None
    checks: tuple[Check, ...] = ()
    problems: Callable[[Path], Iterable[Finding]] = _nothing
    mount: Mount = at_remote
    finished: Callable[[Plan, ProjectView, FlyteConfig], Plan] = _same
