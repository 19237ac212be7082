"""The server of a run's processes: it imports what tasks need, and forks one for each request.

It is a fresh interpreter with the variables of a task alone, started before the project is read, so
that nothing of the project and of the command comes into a task. It ends when the other end of its
channel does, and whatever it has started ends with it.
"""

import contextlib
import os
import selectors
import signal
import socket
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from kedro_flyte.isolated import libraries
from kedro_flyte.isolated.records import Outcome, Request, line, outcome, request
from kedro_flyte.runtime import startup

_GRACE = 5.0  # seconds that a task has for its end
_ANSWER = "outcome.json"


class Server:
    """Forks a process for each request of a channel, and answers with its outcome."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._rest = b""
        self._running: dict[int, tuple[Request, float]] = {}

    def serve(self) -> None:
        """Serve until the other end closes the channel."""
        with _woken_by_children() as bell, selectors.DefaultSelector() as events:
            events.register(self._channel, selectors.EVENT_READ)
            events.register(bell, selectors.EVENT_READ)
            try:
                while True:
                    ready = {key.fileobj for key, _ in events.select()}
                    if bell in ready:
                        os.read(bell, 4096)
                    self._answer()
                    if self._channel in ready and not self._take():
                        return
            finally:
                self._end_all()

    def _take(self) -> bool:
        """Do what has been asked; False: nobody asks any more."""
        found = self._channel.recv(1 << 16)
        *lines, self._rest = (self._rest + found).split(b"\n")
        for text in lines:
            if text.startswith(b"["):
                libraries.load(text)
            else:
                self._start(request(text))
        return bool(found)

    def _start(self, asked: Request) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        process = os.fork()
        if process == 0:
            self._channel.close()
            _be_task(asked)
        self._running[process] = (asked, time.monotonic())

    def _answer(self) -> None:
        """Send the outcome of every task whose process has ended."""
        for process in list(self._running):
            ended, status, usage = os.wait4(process, os.WNOHANG)
            if not ended:
                continue
            _kill(process, signal.SIGKILL)  # what it has left running
            asked, began = self._running.pop(process)
            told = _told(asked, status)
            done = Outcome(
                number=asked.number,
                results=told.results,
                error=told.error,
                wall=time.monotonic() - began,
                cpu=usage.ru_utime + usage.ru_stime,
                peak=usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024),
            )
            with contextlib.suppress(OSError):
                self._channel.sendall(line(done))

    def _end_all(self) -> None:
        for number, patience in ((signal.SIGTERM, _GRACE), (signal.SIGKILL, _GRACE)):
            for process in self._running:
                _kill(process, number)
            end = time.monotonic() + patience
            while self._running and time.monotonic() < end:
                self._answer()
                time.sleep(0.02)


@contextlib.contextmanager
def _woken_by_children() -> Iterator[int]:
    """Yield what can be read from when a child has ended."""
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    os.set_blocking(writer, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    signal.set_wakeup_fd(writer)
    try:
        yield reader
    finally:
        signal.set_wakeup_fd(-1)
        os.close(reader)
        os.close(writer)


def _kill(process: int, number: int) -> None:
    """Send a signal to a task and all that it has started; it leads a session of its own."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process, number)


def _told(asked: Request, status: int) -> Outcome:
    """Return what a task has said of itself, or what is known of its end where it said nothing."""
    path = Path(asked.scratch, _ANSWER)
    if path.exists():
        return outcome(path.read_bytes())
    code = os.waitstatus_to_exitcode(status)
    how = f"signal {-code} ({signal.Signals(-code).name})" if code < 0 else f"exit code {code}"
    return Outcome(
        number=asked.number,
        error=f"The process of task '{asked.task}' ended with {how} and said nothing; see its log.",
    )


def _be_task(asked: Request) -> NoReturn:
    """Run a task in this process, leave what came of it, and end."""
    code = 1
    try:
        os.setsid()
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        from kedro_flyte.isolated.task import run

        Path(asked.scratch, f".{_ANSWER}").write_bytes(line(run(asked)))
        Path(asked.scratch, f".{_ANSWER}").replace(Path(asked.scratch, _ANSWER))
        code = 0
    except BaseException:  # noqa: BLE001 - nothing may come back into the server's code
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def main() -> None:
    """Serve the channel whose number is the argument."""
    channel = socket.socket(fileno=int(sys.argv[1]))
    sys.path[:] = [place for place in sys.path if place]  # not the folder that it is started in
    startup.prepare(Path.cwd())
    from kedro_flyte.isolated import task

    task.warm_up()
    Server(channel).serve()
