"""A job as a process on this machine."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextvars import ContextVar, Token
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from kedro_flyte.errors import TaskError
from kedro_flyte.targets.domino.exchange import ERROR, ROOT
from kedro_flyte.targets.domino.stand_in.copilot import collect, lay_out

_GRACE = 10  # seconds that a job has for its end


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where jobs run: the folder of the code, one for the jobs' own, and who is told of them.

    `tell` takes the name of a job, and `begins`, `done` or `failed`. With `variables` each job has
    these alone, and a copy of the code of its own; without, all share this process's and the code.
    """

    root: Path
    folder: Path
    tell: Callable[[str, str], None]
    variables: Mapping[str, str] | None = None


_place: ContextVar[Place | None] = ContextVar("place", default=None)


def enter(place: Place) -> "Token[Place | None]":
    """Set where jobs run."""
    return _place.set(place)


def leave(token: "Token[Place | None]") -> None:
    """Set it as it was before."""
    _place.reset(token)


def run_job(
    name: str,
    command: str,
    values: Mapping[str, Any],
    types: Mapping[str, Any],
    *,
    attempts: int,
    timeout: timedelta,
) -> list[Any]:
    """Run a job until it succeeds; return its outputs in the order of their types.

    Raises:
        TaskError: It failed as often as it may be tried, or nothing says where to run it.
    """
    place = _place.get()
    if place is None:
        raise TaskError(f"Job '{name}' runs in Domino, or by: kedro flyte run --target domino.")
    for left in reversed(range(attempts)):
        place.tell(name, "begins")
        try:
            found = _attempt(place, name, command, values, types, timeout)
        except TaskError:
            place.tell(name, "failed")
            if not left:
                raise
        else:
            place.tell(name, "done")
            return found
    raise AssertionError("unreachable")


def _attempt(
    place: Place,
    name: str,
    command: str,
    values: Mapping[str, Any],
    types: Mapping[str, Any],
    timeout: timedelta,
) -> list[Any]:
    folder = Path(tempfile.mkdtemp(dir=place.folder))
    inputs, outputs = folder / "inputs", folder / "outputs"
    outputs.mkdir()
    lay_out(inputs, values)
    root = place.root if place.variables is None else folder / "code"
    if root is not place.root:
        shutil.copytree(place.root, root, symlinks=True)
    code = _code(name, command, _environment(place, folder, root), root, timeout)
    if root is not place.root:
        shutil.rmtree(root, ignore_errors=True)
    reason = outputs / ERROR
    if reason.exists():
        raise TaskError(reason.read_text(encoding="utf-8"))
    if code:
        raise TaskError(f"Job '{name}' ended with exit code {code} and left no reason; see above.")
    try:
        return collect(outputs, types)
    except TaskError as error:
        raise TaskError(f"Job '{name}': {error}") from None


def _environment(place: Place, folder: Path, root: Path) -> dict[str, str]:
    """Return a job's variables; `python` is the one that runs.

    A job does not take over the PYTHONPATH of whoever starts the flow.
    """
    own = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    given = own if place.variables is None else place.variables
    return {
        **given,
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", ""))),
        "DOMINO_IS_WORKFLOW_JOB": "true",
        "DOMINO_RUN_ID": folder.name,
        "DOMINO_WORKING_DIR": str(root),
        ROOT: str(folder),
    }


def _code(
    name: str, command: str, environment: Mapping[str, str], root: Path, timeout: timedelta
) -> int:
    """Return the exit code of a command; whatever it has started ends with it."""
    process = subprocess.Popen(  # noqa: S603 - the command is that of the exported module
        ["bash", "-c", command],  # noqa: S607 - by the PATH, as in a job
        cwd=root,
        env=environment,
        start_new_session=True,
    )
    try:
        return process.wait(timeout.total_seconds() or None)
    except subprocess.TimeoutExpired:
        raise TaskError(
            f"Job '{name}' has not ended within {timeout}, which is its timeout. Give it more time "
            "(timeout in flyte.yml) or a larger tier."
        ) from None
    finally:
        if process.poll() is None:
            _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE)
            return
