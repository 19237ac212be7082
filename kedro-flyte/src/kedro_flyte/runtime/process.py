"""A child process around the nodes of a task, so that its death can be explained.

The platform sees a task that died by a signal as an exit code. Here the parent outlives the nodes,
knows which of them ran, how much memory they took and what the task had asked for, and says so.
"""

import atexit
import contextlib
import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from kedro_flyte.errors import TaskError
from kedro_flyte.runtime import guard

ISOLATE = "KEDRO_FLYTE_ISOLATE"
ON_PLATFORM = "KEDRO_FLYTE_ON_PLATFORM"
_OOM_EVENTS = (
    Path("/sys/fs/cgroup/memory.events"),
    Path("/sys/fs/cgroup/memory/memory.oom_control"),
)


def on_platform() -> bool:
    """Whether this process is a task's own, started by the platform.

    Flyte says so by itself; the entry of another target sets `ON_PLATFORM`.
    """
    return "FLYTE_INTERNAL_EXECUTION_ID" in os.environ or ON_PLATFORM in os.environ


def wanted() -> bool:
    """Whether to run in a child: in a task of the platform, unless KEDRO_FLYTE_ISOLATE is 0."""
    able = hasattr(os, "fork") and threading.current_thread() is threading.main_thread()
    return able and os.environ.get(ISOLATE, "1" if on_platform() else "0") == "1"


def in_child(action: Callable[[], None], *, progress: Path, asked: str) -> None:
    """Run an action in a child process, and wait until it and all that it has started are gone.

    Args:
        action: What to do; what it raises of ours is raised here again.
        progress: A file in which the action leaves the name of the node that runs.
        asked: What the task has asked for, for the explanation.

    Raises:
        TaskError: The action failed, or the child was ended by a signal.
    """
    kills, answers = _oom_kills(), guard.scratch()
    ended = guard.run(lambda: _be_child(action, answers))
    answer = guard.contents(answers)
    if ended is None:
        raise TaskError(f"{_where(progress)} was ended with all of its processes by a signal.")
    if os.WIFSIGNALED(ended.status):
        number, more = os.WTERMSIG(ended.status), _oom_kills() > kills
        raise TaskError(_explain(number, progress, asked, ended.peak, more))
    _check(answer, os.waitstatus_to_exitcode(ended.status), progress)


def _be_child(action: Callable[[], None], answers: int) -> NoReturn:
    """Do it, answer, run what was registered for the end, and end."""
    answer: dict[str, Any] = {}
    code = 0
    try:
        try:
            action()
        except TaskError as error:
            answer = {"error": str(error)}
        except SystemExit as error:
            answer = {"error": f"The node ended the process by sys.exit({error.code!r})."}
        with os.fdopen(answers, "w", encoding="utf-8") as stream:
            json.dump(answer, stream)
        threading._shutdown()  # type: ignore[attr-defined]  # noqa: SLF001 - as Python does at its end
        atexit._run_exitfuncs()  # noqa: SLF001 - loggers and trackers flush what they hold
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:  # noqa: BLE001 - nothing may come back into the parent's code
        sys.excepthook(*sys.exc_info())
        code = 1
    finally:
        os._exit(code)  # the parent's own handlers are the parent's


def _check(answer: bytes, code: int, progress: Path) -> None:
    if not answer:
        raise TaskError(
            f"{_where(progress)} ended the process with exit code {code} and said nothing; the log "
            "of the task may say more."
        )
    error = json.loads(answer).get("error")
    if error:
        raise TaskError(error)


def _where(progress: Path) -> str:
    node = progress.read_text(encoding="utf-8") if progress.exists() else ""
    return f"Kedro node '{node}'" if node else "The task, before its first node,"


def _explain(number: int, progress: Path, asked: str, peak: int, out_of_memory: bool) -> str:
    where = _where(progress)
    name = signal.Signals(number).name
    used = f"it had used {peak / 2**20:.2f} GiB at most; {asked}"
    head = f"{where} was ended by signal {number} ({name})"
    if out_of_memory:
        return f"{head}: the memory ran out ({used}). {_LARGER}"
    if number == signal.SIGKILL:
        return f"{head}, most often because the memory ran out ({used}). {_LARGER}"
    if number in guard.FORWARDED:
        return f"{head}: the platform stopped it (time-out, abort, or a machine taken away)."
    return f"{head}: a library crashed; faulthandler's traceback is in the log ({used})."


_LARGER = (
    "Ask for a larger tier (tag tier.<name>, or flyte.yml), or let the node hold less at once."
)


def _oom_kills() -> int:
    """Return how many processes of this container the kernel has killed for want of memory."""
    for path in _OOM_EVENTS:
        with contextlib.suppress(OSError, ValueError):
            words = dict(line.split() for line in path.read_text().splitlines())
            return int(words.get("oom_kill", 0))
    return 0
