"""An H2O server of our own, for as long as a `with` block lasts.

H2O's own start-up connects to whatever answers at its port, and leaves Java behind when Python is
ended by a signal. Here the server listens on loopback alone, at a port that is free, asks for a
password made for it, and may use as much memory as it is told. Its files are in a folder that goes
away with it.
"""

import base64
import contextlib
import http.client
import io
import logging
import secrets
import select
import socket
import subprocess
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from e06_flows.h2o.folder import folder_of_this_process
from e06_flows.h2o.java import java_command

logger = logging.getLogger(__name__)

_HOST = "127.0.0.1"
_USER = "e06"
_STARTS = 3  # another process may take the port between our look and Java's
_SECONDS_TO_START = 90.0
_SECONDS_TO_STOP = 10.0
_SECONDS_BETWEEN_LOOKS = 0.1
_LINES_OF_LOG = 15


class H2OServerError(RuntimeError):
    """The server did not start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class H2OServer:
    """A server that runs.

    Attributes:
        process: Java itself.
        port: Where it listens; it uses the next one too.
        password: Of the only user.
        log: What Java has printed.
    """

    process: "subprocess.Popen[bytes]"
    port: int
    password: str
    log: Path

    @property
    def url(self) -> str:
        """The address."""
        return f"http://{_HOST}:{self.port}"

    @property
    def user(self) -> str:
        """The name of the only user."""
        return _USER

    def printed(self) -> str:
        """Return what Java has printed so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def is_ready(self) -> bool:
        """Tell whether it answers.

        An answer is waited for: a server that is asked again before it has answered for the first
        time makes its tables of requests twice at once, and ends ("Failed to instantiate schema").
        """
        login = base64.b64encode(f"{_USER}:{self.password}".encode()).decode()
        connection = http.client.HTTPConnection(_HOST, self.port, timeout=_SECONDS_TO_START)
        try:
            connection.request(
                "GET", "/3/Cloud?skip_ticks=true", headers={"Authorization": f"Basic {login}"}
            )
            return (
                self._has_answered(connection.sock)
                and connection.getresponse().status == HTTPStatus.OK
            )
        except (http.client.HTTPException, OSError):
            return False
        finally:
            connection.close()

    def _has_answered(self, asked: socket.socket) -> bool:
        """Return True when there is an answer, False when Java has ended or time is over."""
        until = time.monotonic() + _SECONDS_TO_START
        while time.monotonic() < until and self.process.poll() is None:
            if select.select([asked], [], [], _SECONDS_BETWEEN_LOOKS)[0]:
                return True
        return False


@contextlib.contextmanager
def h2o_server(*, max_mem_size: str, threads: int) -> Iterator[H2OServer]:
    """Start a server, connect Python's client to it, and stop it whatever happens inside.

    Args:
        max_mem_size: The most that Java's heap may use, such as `2G`.
        threads: The number of threads that it computes with.

    Raises:
        JavaNotFoundError: There is no Java.
        H2OServerError: It did not start; the end of its log says why.
    """
    with folder_of_this_process("e06-h2o-") as folder:
        server = _start(folder, max_mem_size=max_mem_size, threads=threads)
        try:
            logger.info("Started H2O at %s with at most %s of memory", server.url, max_mem_size)
            with _client(server):
                yield server
        finally:
            _stop(server.process)
            logger.info("Stopped H2O")


def _start(folder: Path, *, max_mem_size: str, threads: int) -> H2OServer:
    for _ in range(_STARTS):
        server = _launch(folder, max_mem_size=max_mem_size, threads=threads)
        try:
            if _wait(server):
                return server
        except BaseException:
            _stop(server.process)
            raise
    last = "\n".join(server.printed().splitlines()[-_LINES_OF_LOG:])
    raise H2OServerError(
        f"H2O ended with code {server.process.returncode} while it started with at most "
        f"{max_mem_size} of memory. If that is more than this machine has, lower "
        f"multitrain.h2o_max_mem_size. The end of its log:\n{last}"
    )


def _launch(folder: Path, *, max_mem_size: str, threads: int) -> H2OServer:
    port, password, log = _free_port(), secrets.token_urlsafe(24), folder / "java.log"
    realm = folder / "realm.properties"
    realm.touch(mode=0o600)
    realm.write_text(f"{_USER}: {password}\n", encoding="utf-8")
    command = java_command(
        f"-Xmx{max_mem_size}", "-XX:-UsePerfData", f"-Djava.io.tmpdir={folder}", "-jar", _jar(),
        "-ip", _HOST, "-web_ip", _HOST, "-port", str(port), "-name", f"e06-{secrets.token_hex(8)}",
        "-nthreads", str(threads), "-ice_root", str(folder), "-hash_login",
        "-login_conf", str(realm), "-disable_flow", "-log_level", "WARN", "-allow_unsupported_java",
    )  # fmt: skip
    with log.open("wb") as printed:
        process = subprocess.Popen(  # noqa: S603  our own command, no shell
            command, stdin=subprocess.DEVNULL, stdout=printed, stderr=subprocess.STDOUT, cwd=folder
        )
    return H2OServer(process=process, port=port, password=password, log=log)


def _jar() -> str:
    import h2o.backend

    return str(Path(h2o.backend.__file__).parent / "bin" / "h2o.jar")


def _free_port() -> int:
    """Return a port that is free and whose next one is free too: H2O takes both."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind((_HOST, 0))
            port: int = first.getsockname()[1]
            try:
                second.bind((_HOST, port + 1))
            except (OSError, OverflowError):
                continue
            return port


def _wait(server: H2OServer) -> bool:
    """Return True when the server answers, False when Java has ended."""
    until = time.monotonic() + _SECONDS_TO_START
    while time.monotonic() < until:
        if server.process.poll() is not None:
            return False
        if server.is_ready():
            return True
        time.sleep(_SECONDS_BETWEEN_LOOKS)
    raise H2OServerError(
        f"H2O did not answer at {server.url} within {_SECONDS_TO_START:.0f} seconds. Is the "
        "machine busy? Run the pipeline again, or with fewer pipelines at a time."
    )


@contextlib.contextmanager
def _client(server: H2OServer) -> Iterator[None]:
    import h2o

    # The client warns of a proxy variable, and then uses no proxy for loopback: as we want it.
    warnings.filterwarnings("ignore", message="Proxy is defined in the environment")
    with contextlib.redirect_stdout(io.StringIO()):  # it prints how many months old it is
        h2o.connect(url=server.url, auth=(server.user, server.password), verbose=False)
    h2o.no_progress()
    connection = h2o.connection()
    try:
        yield
    finally:
        connection.close()


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(_SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
