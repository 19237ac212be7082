"""The server: imports what it is told, then forks a process for each request.

Run as a script: `server.py CHANNEL WIDTH LIBRARY ...`. A request brings its outputs, and a socket to which go,
each WIDTH characters wide, the process's id and, at its end, its exit code. The fork leaves the server's loop and
runs the request's program as the interpreter would, with the interpreter's own end.
"""

import atexit
import contextlib
import fcntl
import gc
import importlib
import json
import os
import runpy
import socket
import sys
import threading
import types
from pathlib import Path

_MOST = 1 << 20
_HIGH = 200  # open files are moved up here before they get the numbers that are asked for


def main() -> None:
    """Serve; in a process that was asked for, run it."""
    channel = socket.socket(fileno=int(sys.argv[1]))
    sys.path.pop(0)  # this script's folder
    for name in sys.argv[3:]:
        with contextlib.suppress(ImportError):  # what is not here, no program needs
            importlib.import_module(name)
    gc.collect()
    gc.freeze()
    asked = _serve(channel)
    os._exit(_run(asked["words"]) if asked is not None else 0)


def _serve(channel: socket.socket) -> "dict | None":
    """Fork for each request; return it in the fork, and None when nobody asks any more."""
    while True:
        message, fds, _, _ = socket.recv_fds(channel, _MOST, 64)
        if not message:
            return None
        _bury()
        if os.fork() == 0:
            channel.close()
            asked = json.loads(message)
            _keep(fds)
            _enter(asked, fds)
            return asked
        for fd in fds:
            os.close(fd)


def _bury() -> None:
    """Take note of the forks that have ended."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _keep(fds: list[int]) -> None:
    """Start the process, and stay to tell its id and its end; return in the process."""
    process = os.fork()
    if process == 0:
        os.setsid()
        os.write(fds[0], _told(os.getpid()))
        return
    for fd in fds[1:]:
        os.close(fd)
    _, status = os.waitpid(process, 0)
    try:
        os.write(fds[0], _told(os.waitstatus_to_exitcode(status)))
    finally:
        os._exit(0)


def _told(number: int) -> bytes:
    return str(number).ljust(int(sys.argv[2])).encode("ascii")


def _enter(asked: dict, fds: list[int]) -> None:
    """Have the folder, variables and open files of the request, and no others."""
    status, *given = fds
    os.close(status)
    moved = [fcntl.fcntl(fd, fcntl.F_DUPFD, _HIGH) for fd in given]
    for fd in given:
        os.close(fd)
    for number, fd in zip((1, 2, *asked["kept"]), moved, strict=True):
        os.dup2(fd, number)
        os.close(fd)
    os.environ.clear()
    os.environ.update(asked["env"])
    os.chdir(asked["cwd"])
    if flytekit := sys.modules.get("flytekit.core.context_manager"):
        flytekit.FlyteContextManager.initialize()  # which has read the variables of the server


def _run(words: list[str]) -> int:
    """Run a program as `python words` would, and return its exit code.

    All that is said to run at the end has run, and modules are left as they are: to take the
    libraries apart costs more than to have forked.
    """
    code = 0
    try:
        _be(words)
    except SystemExit as end:
        code = _code(end)
    except BaseException:  # noqa: BLE001 - printed as the interpreter does
        sys.excepthook(*sys.exc_info())
        code = 1
    threading._shutdown()
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    return code


def _code(end: SystemExit) -> int:
    if isinstance(end.code, str):
        sys.stderr.write(f"{end.code}\n")
    return end.code & 255 if isinstance(end.code, int) else int(end.code is not None)


def _be(words: list[str]) -> None:
    if Path(words[0]) == Path(sys.executable):
        words = words[1:]
    first, *rest = words
    if first == "-c":
        sys.argv, sys.path[:0] = ["-c", *rest[1:]], [""]
        module = types.ModuleType("__main__")
        sys.modules["__main__"] = module
        exec(compile(rest[0], "<string>", "exec"), module.__dict__)
    elif first == "-m":
        sys.argv, sys.path[:0] = rest, [str(Path.cwd())]
        runpy.run_module(rest[0], run_name="__main__", alter_sys=True)
    else:
        sys.argv, sys.path[:0] = [first, *rest], [str(Path(first).resolve().parent)]
        runpy.run_path(first, run_name="__main__")


if __name__ == "__main__":
    main()
