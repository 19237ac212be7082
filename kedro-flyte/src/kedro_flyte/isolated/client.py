"""The other end of the server's channel: a run starts it, asks it, and ends it."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from kedro_flyte.errors import TaskError
from kedro_flyte.isolated import environment
from kedro_flyte.isolated.records import Outcome, Request, line, outcome

_MAIN = "from kedro_flyte.isolated.server import main; main()"
_GRACE = 15  # seconds that the server has to end its tasks


def is_possible() -> bool:
    """Whether this system can fork."""
    return hasattr(os, "fork")


class Processes:
    """A server of processes, by its channel; it gets ready while this process goes on."""

    def __init__(self, channel: socket.socket) -> None:
        self.channel = channel
        self._answers = channel.makefile("rb")

    def prepare(self, libraries: bytes) -> None:
        """Let the server import what tasks will import: a line of `libraries.used`."""
        with contextlib.suppress(BrokenPipeError):  # told by the first task
            self.channel.sendall(libraries)

    def run(self, request: Request) -> Outcome:
        """Run a task and wait for its end.

        Raises:
            TaskError: The server is gone.
        """
        with contextlib.suppress(BrokenPipeError):
            self.channel.sendall(line(request))
        while True:
            text = self._answers.readline()
            if not text:
                raise TaskError(
                    f"The server of the tasks' processes ended while task '{request.task}' ran; "
                    "see its log. `--in-process` does without it."
                )
            found = outcome(text)
            if found.number == request.number:
                return found

    def close(self) -> None:
        """Ask nothing more."""
        self._answers.close()
        self.channel.close()


@contextmanager
def processes() -> Iterator[Processes]:
    """Yield a server of processes; it ends with all that it has started."""
    channel, other = socket.socketpair()
    with tempfile.TemporaryDirectory(prefix="kedro-flyte-server-") as folder:
        server = subprocess.Popen(  # noqa: S603 - this interpreter
            [sys.executable, "-c", _MAIN, str(other.fileno())],
            cwd=folder,
            env=environment.of_machine(),
            stdin=subprocess.DEVNULL,
            pass_fds=(other.fileno(),),
            start_new_session=True,  # Ctrl-C comes to this process, which ends the server
        )
        other.close()
        found = Processes(channel)
        try:
            yield found
        finally:
            found.close()
            _wait(server)


def _wait(server: "subprocess.Popen[bytes]") -> None:
    try:
        server.wait(_GRACE)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()
