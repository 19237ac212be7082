"""What the rest sees of a target: one frozen record.

A target is a folder of `targets/`. It makes a record of what follows; whoever plans, exports, runs
or prints is handed the record, and knows no target by its name.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kedro_flyte.errors import UnsupportedError
from kedro_flyte.isolated.client import Processes
from kedro_flyte.plan.model import Dataset, Plan
from kedro_flyte.plan.platform import Platform
from kedro_flyte.plan.view import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """Where an export goes.

    `folder` is the one that the export was told, `module` is within it. `root` is the project's,
    and `within` the folder of the root in its repository.
    """

    folder: Path
    module: Path
    root: Path | None = None
    within: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What a run on this machine gives to a target.

    `code` is the folder of the project as tasks see it, `folder` the run's own. With `isolated`
    each task has a process, and a copy of what ships; `processes` forks them where a target asks
    for that. `variables` are given to all tasks, and `tell` is told of each by id: `begins`, `done`
    or `failed`.
    """

    plan: Plan
    code: Path
    folder: Path
    isolated: bool
    processes: Processes | None
    variables: Mapping[str, str]
    tell: Callable[[str, str], None]


def _called(module: Any, workflow: str, inputs: Mapping[str, Any]) -> Any:
    return getattr(module, workflow)(**inputs)


def _no_command(plan: Plan, task_id: str) -> str:
    raise UnsupportedError(f"Nothing here runs task '{task_id}' of '{plan.identity}' by itself.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Local:
    """How an exported module runs on this machine.

    Args:
        around: Makes ready for a run, and cleans up: what an exported module imports and calls.
        value: What the workflow takes for a file or folder that is given by hand: its place.
        run: Runs the workflow of a module; returns its results, several in their order.
        run_task: Runs one task of a module. None: a task has a command of its own, which
            `task_command` returns.
    """

    around: Callable[[Stage], AbstractContextManager[None]]
    value: Callable[[Dataset, str], Any]
    run: Callable[[Any, str, Mapping[str, Any]], Any] = _called
    run_task: Callable[[Any, str, Mapping[str, Any]], Any] | None = None
    task_command: Callable[[Plan, str], str] = _no_command


def _same(plan: Plan, export: Export) -> Plan:  # noqa: ARG001 - most plans say no paths
    return plan


def _nothing(export: Export) -> Iterable[Finding]:  # noqa: ARG001
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An orchestrator that code is written for.

    Args:
        platform: What reading and planning have to know of it.
        render: Returns the source of a plan's module; `<identity>.plan.json` stands beside it. The
            words "Written by `kedro flyte export" in it let the next export replace it.
        commands: Returns how to run a module here and there. It is told the options by which
            another command makes the same plan.
        local: Returns how a module runs here; imports what that needs.
        forks: Whether its tasks run here in processes that are forked from a warm one.
        libraries: Names of packages that a module imports, so that no folder may be called so.
        placed: Returns a plan with what depends on where it is exported to.
        left_behind: Yields findings for what tasks would not find of an export.
    """

    platform: Platform
    render: Callable[[Plan], str]
    commands: Callable[[Plan, Path, str], str]
    local: Callable[[], Local]
    forks: bool = False
    libraries: frozenset[str] = frozenset()
    placed: Callable[[Plan, Export], Plan] = _same
    left_behind: Callable[[Export], Iterable[Finding]] = _nothing

    @property
    def name(self) -> str:
        """What `--target` takes."""
        return self.platform.can.name

    @property
    def title(self) -> str:
        """What sentences call it."""
        return self.platform.can.title

    @property
    def folder(self) -> str:
        """The folder of its exports.

        It is not called as the target: where its parent is imported from, it would stand for the
        SDK of that name.
        """
        return f"on_{self.name}"
