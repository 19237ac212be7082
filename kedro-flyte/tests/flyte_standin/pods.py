"""Pods on a machine: when they start, what ends them, and a record of all.

Knows time-outs and signals. Knows nothing of tasks, literals or retries.
"""

import os
import shutil
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGKILL, Signals
from typing import TYPE_CHECKING

from flyte_standin.containers import Command
from flyte_standin.machines import Machine

if TYPE_CHECKING:
    import subprocess

_POLL_SECONDS = 0.02


class Stop:
    """Asks pods to end; asking a parent asks its children."""

    def __init__(self, parent: "Stop | None" = None) -> None:
        self._parent = parent
        self._event = threading.Event()

    def ask(self) -> None:
        """Ask, once and for all."""
        self._event.set()

    @property
    def asked(self) -> bool:
        """Whether this or a parent was asked."""
        return self._event.is_set() or (self._parent is not None and self._parent.asked)


@dataclass(frozen=True, slots=True)
class Fault:
    """A signal that a pod is killed with.

    Args:
        delay: Seconds after the pod's start.
        when_exists: Wait for this file too.
    """

    signal: Signals = SIGKILL
    delay: float = 0.0
    when_exists: Path | None = None

    def is_due(self, elapsed: float) -> bool:
        """Tell whether it is time to send the signal."""
        seen = self.when_exists is None or self.when_exists.exists()
        return elapsed >= self.delay and seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Pod:
    """What to start.

    Args:
        node: The path of the node, such as "n0" or "n2/n0/1".
        attempt: From 0.
        timeout: Seconds, or None.
    """

    node: str
    task: str
    attempt: int
    command: Command
    env: Mapping[str, str]
    timeout: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PodRun:
    """How a pod went.

    Args:
        exit_code: As a shell has it, negative for the number of a signal.
        ended_by: "itself", "timeout" or "abort".
        started, ended: Seconds since the execution began.
        log: Standard output and error.
    """

    node: str
    task: str
    attempt: int
    exit_code: int
    ended_by: str
    started: float
    ended: float
    log: str


@dataclass(kw_only=True)
class Kubelet:
    """Starts pods, at most `slots` at a time, and keeps what became of them.

    Args:
        folder: Where each running pod has its folder; removed when it ends.
        machine: What a pod is here: a process or a container.
        env: Variables besides those of the machine and the pod.
        faults: By node path and attempt.
    """

    folder: Path
    machine: Machine
    env: Mapping[str, str]
    slots: int
    faults: Mapping[tuple[str, int], Fault]
    runs: list[PodRun] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._free = threading.Semaphore(self.slots)
        self._lock = threading.Lock()
        self._began = time.monotonic()

    def run(self, pod: Pod, stop: Stop) -> PodRun | None:
        """Run a pod to its end; None if it was stopped before it could start."""
        if not self._wait_for_slot(stop):
            return None
        try:
            run = self._run(pod, stop)
        finally:
            self._free.release()
        with self._lock:
            self.runs.append(run)
        return run

    def _wait_for_slot(self, stop: Stop) -> bool:
        while not stop.asked:
            if self._free.acquire(timeout=_POLL_SECONDS):
                return True
        return False

    def _run(self, pod: Pod, stop: Stop) -> PodRun:
        folder = self.folder / f"{pod.node.replace('/', '.')}-{pod.attempt}"
        folder.mkdir(parents=True)
        env = {**pod.env, **pod.command.env, **self.env}
        try:
            started = time.monotonic()
            with (folder / "log").open("wb") as log:
                process = self.machine.start(pod.command, env, folder, log.fileno())
                try:
                    ended_by = _watch(process, pod, stop, self.faults.get((pod.node, pod.attempt)))
                finally:
                    self.machine.end(folder)
            text = (folder / "log").read_text(errors="replace")
        finally:
            shutil.rmtree(folder)
        return PodRun(
            node=pod.node,
            task=pod.task,
            attempt=pod.attempt,
            exit_code=process.returncode,
            ended_by=ended_by,
            started=started - self._began,
            ended=time.monotonic() - self._began,
            log=text,
        )


def _watch(process: "subprocess.Popen[bytes]", pod: Pod, stop: Stop, fault: Fault | None) -> str:
    """Wait until the pod has ended, by itself or not; its children end with it."""
    started = time.monotonic()
    ended_by = "itself"
    try:
        while process.poll() is None:
            elapsed = time.monotonic() - started
            if stop.asked or (pod.timeout and elapsed > pod.timeout):
                ended_by = "abort" if stop.asked else "timeout"
                break
            if fault is not None and fault.is_due(elapsed):
                _send(process, fault.signal)
                fault = None
            time.sleep(_POLL_SECONDS)
    finally:
        _send(process, SIGKILL)
        process.wait()
    return ended_by


def _send(process: "subprocess.Popen[bytes]", number: Signals) -> None:
    """Signal the pod's own session, which no other process is part of."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)
