"""Processes of this Python that have imported the large libraries before they start.

A test that needs a process of its own waits for what the process does, and not for the import of
flytekit and pandas. Each is forked from a server that has run nothing but these imports, and gets
its own variables, folder, arguments, output, session and end, as if it had been started.

What an interpreter reads at its start cannot be given later, so there is a server for each set of
such variables. `pytest --start-afresh` does without: every process starts from nothing, or, with
`--start-afresh=pods`, every pod.
"""

import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

AFRESH = "START_AFRESH"
LIBRARIES = (
    "attrs", "click", "cloudpickle", "concurrent.futures.process", "croniter", "dynaconf",
    "flytekit.bin.entrypoint", "fsspec", "importlib_metadata", "joblib", "kedro.config", "kedro.io",
    "kedro.pipeline", "kedro.validation", "kedro_flyte.plan.build", "logging.config",
    "multiprocessing.managers", "multiprocessing.pool", "omegaconf", "pandas", "pluggy", "pydantic",
    "pydantic.types", "rich._emoji_codes", "rich.console", "rich.logging", "rich.table", "tomllib",
    "yaml",
)  # fmt: skip
_PROGRAM = Path(__file__).with_name("server.py")
_READ_AT_START = ("PYTHON", "LC_", "LANG", "COVERAGE_")
_READ_BY_LIBRARIES = (
    "AWS_ACCESS",
    "AWS_SECRET",
    "AWS_ENDPOINT",
    "FLYTE_AWS_",
    "FLYTE_SDK_",
)  # when they are imported
_SILENT = {"DO_NOT_TRACK": "true", "MLFLOW_DISABLE_TELEMETRY": "true"}
_SERVERS: dict[frozenset[tuple[str, str]], socket.socket] = {}  # by what they read at their start
_LOCK = threading.Lock()  # pods start from several threads
WIDTH = 16  # of a number that a process's keeper tells
AT_THE_END = ExitStack()  # closed with the session


class Process:
    """A process that a server has started; of `subprocess.Popen`'s methods those that tests use."""

    def __init__(self, status: socket.socket) -> None:
        self._status = status
        self.pid = self._told()
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return the exit code, None while it runs."""
        if self.returncode is None and select.select([self._status], [], [], 0)[0]:
            self.wait()
        return self.returncode

    def wait(self) -> int:
        """Wait for the end, and return the exit code."""
        if self.returncode is None:
            self.returncode = self._told()
            self._status.close()
        return self.returncode

    def _told(self) -> int:
        return int(self._status.recv(WIDTH, socket.MSG_WAITALL) or -signal.SIGKILL)


def start(
    words: Sequence[Any],
    *,
    cwd: Path,
    env: Mapping[str, str],
    outputs: tuple[int, int],
    pass_fds: Sequence[int] = (),
    kind: str = "command",
) -> "Process | subprocess.Popen[bytes]":
    """Start this Python, or a program that is written in it, as the leader of a session.

    Args:
        words: As `subprocess.Popen` takes them; the first is this interpreter, or a script of it.
        outputs: Open files for standard output and error, by their numbers.
        pass_fds: Open files that keep their numbers.
        kind: "command" or "pod".
    """
    program = shutil.which(str(words[0]), path=env["PATH"]) or str(words[0])
    if _starts_afresh(kind) or not _may_be_warm(Path(program), env):
        return subprocess.Popen(
            words, cwd=cwd, env=env, pass_fds=pass_fds, stdin=subprocess.DEVNULL,
            stdout=outputs[0], stderr=outputs[1], start_new_session=True,
        )  # fmt: skip
    asked = {"words": [program, *map(str, words[1:])], "cwd": str(cwd), "env": dict(env),
             "kept": pass_fds}  # fmt: skip
    mine, its = socket.socketpair()
    with its:
        fds = [its.fileno(), *outputs, *pass_fds]
        socket.send_fds(_server(env), [json.dumps(asked).encode("ascii")], fds)
    return Process(mine)


def run(
    words: Sequence[Any], *, cwd: Path, env: Mapping[str, str], pass_fds: Sequence[int] = ()
) -> "subprocess.CompletedProcess[str]":
    """Run a command to its end, and return what it has printed."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        outputs = (out.fileno(), err.fileno())
        code = start(words, cwd=cwd, env=env, outputs=outputs, pass_fds=pass_fds).wait()
        return subprocess.CompletedProcess(list(map(str, words)), code, _text(out), _text(err))


def _text(stream: Any) -> str:
    stream.seek(0)
    text: str = stream.read().decode("utf-8")
    return text.replace("\r\n", "\n")


def _may_be_warm(program: Path, env: Mapping[str, str]) -> bool:
    """Tell whether a process may have imported libraries before it has its variables."""
    is_read = any(name.startswith(_READ_BY_LIBRARIES) for name in env)
    return not is_read and _is_python(program)


def _starts_afresh(kind: str) -> bool:
    return os.environ.get(AFRESH) in ("all", f"{kind}s")


def _is_python(program: Path) -> bool:
    """Tell whether a program is this interpreter, or a script beside it that it runs."""
    if program == Path(sys.executable):
        return True
    if program.parent != Path(sys.executable).parent:
        return False
    with program.open("rb") as script:
        return script.readline().strip() == f"#!{sys.executable}".encode()


def _server(env: Mapping[str, str]) -> socket.socket:
    """Return the channel of the server for processes of these variables; it ends with its channel."""
    read = frozenset((k, v) for k, v in env.items() if k.startswith(_READ_AT_START))
    with _LOCK:
        if read not in _SERVERS:
            _SERVERS[read] = _new_server(dict(read))
        return _SERVERS[read]


def _new_server(read: dict[str, str]) -> socket.socket:
    mine, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    mine.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
    with its:
        process = subprocess.Popen(
            [sys.executable, _PROGRAM, str(its.fileno()), str(WIDTH), *LIBRARIES],
            env={"PATH": os.environ["PATH"], **_SILENT, **read}, cwd="/",
            pass_fds=[its.fileno()], stdin=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
    AT_THE_END.callback(process.wait)
    return AT_THE_END.enter_context(mine)
