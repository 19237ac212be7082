"""A process between a task and the child that runs its nodes, so that nothing lives on after them.

It waits for the child alone, and not for what the child has started: workers of a pool whose parent
was killed, daemons, what a library leaves that exits. All of that, which Linux gives to it as its
own, it ends with the child. It does the same when the task's own process dies, however that dies.
"""

import contextlib
import ctypes
import json
import os
import select
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

FORWARDED = (signal.SIGTERM, signal.SIGINT)
_PATIENCE = 5.0  # seconds for what was killed to be gone
_SET_PARENT_DEATH_SIGNAL, _SET_CHILD_SUBREAPER = 1, 36  # of Linux's prctl


@dataclass(frozen=True, slots=True)
class Ended:
    """How the child ended: its status, as the kernel tells it, and its peak of memory in KiB."""

    status: int
    peak: int


def scratch() -> int:
    """Return a file in memory, or one without a name, that forked processes share."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("kedro-flyte")
    with tempfile.TemporaryFile() as stream:
        return os.dup(stream.fileno())


def contents(file: int) -> bytes:
    """Return what was written to a file of `scratch`, and close it."""
    with os.fdopen(file, "rb") as stream:
        stream.seek(0)
        return stream.read()


def run(action: Callable[[], NoReturn]) -> Ended | None:
    """Run an action in a child process, and return when it and all that it has started are gone.

    Args:
        action: What the child does; it ends the process itself.

    Returns:
        How the child ended; None where the guard was killed, and so could not say.
    """
    report, held = scratch(), _hold()
    alive, own = os.pipe()  # this process alone holds `own`: its death ends the pipe
    sys.stdout.flush()
    sys.stderr.flush()
    guard = os.fork()
    if guard == 0:
        os.close(own)
        _be_guard(action, alive, report, held)
    os.close(alive)
    with _forwarding(guard), contextlib.suppress(ChildProcessError):  # some ignore SIGCHLD
        _release(held)
        os.waitpid(guard, 0)
    os.close(own)
    told = contents(report)
    return Ended(*json.loads(told)) if told else None


def _hold() -> set[int]:
    """Let signals wait until there is somebody to pass them on; return what waited before."""
    return set(signal.pthread_sigmask(signal.SIG_BLOCK, FORWARDED))


def _release(held: set[int]) -> None:
    signal.pthread_sigmask(signal.SIG_SETMASK, held)


@contextlib.contextmanager
def _forwarding(process: int) -> Iterator[None]:
    """Pass on signals that the platform sends, and wait for the process's own end."""

    def forward(number: int, _: object) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, number)

    before = {number: signal.signal(number, forward) for number in FORWARDED}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _be_guard(action: Callable[[], NoReturn], alive: int, report: int, held: set[int]) -> NoReturn:
    """Start the child, wait for its end or the parent's, and end what is left."""
    try:
        os.setsid()  # who kills the group of the task does not kill this
        _ask_kernel(_SET_CHILD_SUBREAPER, 1)
        before = signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        child = os.fork()
        if child == 0:
            os.close(alive)
            signal.signal(signal.SIGCHLD, before)
            _be_child(action, held)
        with _forwarding(child):
            wake = _woken_by_children()
            _release(held)
            ended = _wait(child, alive, wake)
            _end_all(child)
        if ended is not None:
            os.write(report, json.dumps([ended.status, ended.peak]).encode())
    finally:
        os._exit(0)


def _be_child(action: Callable[[], NoReturn], held: set[int]) -> NoReturn:
    os.setsid()
    _ask_kernel(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    _release(held)
    action()


def _ask_kernel(option: int, value: int) -> None:
    """Call Linux's prctl; elsewhere there is none, and only the child's own group is ended."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _woken_by_children() -> int:
    """Return a pipe that can be read when a child has ended."""
    wake, write = os.pipe()
    os.set_blocking(write, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(write, warn_on_full_buffer=False)
    return wake


def _wait(child: int, alive: int, wake: int) -> Ended | None:
    """Return how the child ended; None where the parent has."""
    poll = select.poll()
    poll.register(alive)
    poll.register(wake, select.POLLIN)
    while True:
        found, status, usage = os.wait4(child, os.WNOHANG)
        if found:
            return Ended(status, usage.ru_maxrss)
        ready = [file for file, _ in poll.poll()]
        if alive in ready:
            return None
        os.read(wake, 512)


def _end_all(child: int) -> None:
    """Kill the child's group, and what has left it and was given to this process."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        try:
            gone, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not gone:
            for process in _children():
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(process, signal.SIGKILL)
            time.sleep(0.005)


def _children() -> list[int]:
    """Return the processes whose parent is this one."""
    return [
        int(folder.name)
        for folder in Path("/proc").glob("[0-9]*")
        if _parent(folder) == os.getpid()
    ]


def _parent(folder: Path) -> int:
    try:
        return int((folder / "stat").read_bytes().rpartition(b")")[2].split()[1])
    except (OSError, ValueError, IndexError):
        return 0
