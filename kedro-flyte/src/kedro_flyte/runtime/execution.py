"""The execution that a task is part of: its id, its version, its project, and who watches it."""

import os
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path

from kedro_flyte.errors import TaskError

RUN_ID = "KEDRO_FLYTE_RUN_ID"  # the run's id and version for Kedro, in place of the execution's
PROJECT = "KEDRO_FLYTE_PROJECT"  # the project's root, where plan.json is not within it


def timestamp() -> str:
    """Return the present moment as Kedro writes it in a version."""
    return datetime.now(tz=timezone.utc).strftime("%Y-%m-%dT%H.%M.%S.%f")[:-3] + "Z"


_STARTED = timestamp()
Watcher = Callable[[str, str], None]
_watchers: list[Watcher] = []


def watch(watcher: Watcher | None) -> None:
    """Tell this of every task that begins, ends or fails in this process; None: no more."""
    _watchers[:] = [watcher] if watcher else []


def is_watched() -> bool:
    """Whether somebody is told."""
    return bool(_watchers)


def tell(task: str, state: str) -> None:
    """Say that a task `begins`, is `done` or has `failed`."""
    for watcher in _watchers:
        watcher(task, state)


def execution_id() -> str:
    """Return what all tasks of an execution share: the platform's id, or one of this process."""
    return os.environ.get("FLYTE_INTERNAL_EXECUTION_ID") or run_id()


def run_id() -> str:
    """Return the one version of an execution: what was set for it, or else its id.

    Kedro takes the last version by name for the latest one. An id of the platform says nothing of
    time, so whoever launches sets a time, as `kedro run` would choose it.
    """
    return os.environ.get(RUN_ID) or os.environ.get("FLYTE_INTERNAL_EXECUTION_ID") or _STARTED


def attempt() -> int:
    """Return how often this task has been tried before."""
    number = os.environ.get("FLYTE_ATTEMPT_NUMBER", "0")
    return int(number) if number.isdigit() else 0


def project_root(plan: Path) -> Path:
    """Return the root of the Kedro project that a plan is in.

    Raises:
        TaskError: It is in none.
    """
    if os.environ.get(PROJECT):
        return Path(os.environ[PROJECT])
    for folder in plan.resolve().parents:
        settings = folder / "pyproject.toml"
        if settings.is_file() and "[tool.kedro]" in settings.read_text(encoding="utf-8"):
            return folder
    raise TaskError(
        f"{plan} is in no Kedro project: no pyproject.toml above it has a [tool.kedro] section. "
        "Was the project left out of the image, or of what `--copy all` takes along?"
    )
