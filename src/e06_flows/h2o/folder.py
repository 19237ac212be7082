"""A temporary folder that goes away with the process that has made it, however that ends."""

import contextlib
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

# Waits for the other end of its standard input, which the system closes when a process ends, by
# SIGTERM and SIGKILL too. A word there says that the process tidies up by itself. Java, which ends
# at the same moment, may still write.
_CARETAKER = """\
import pathlib, shutil, sys, time
folder = pathlib.Path(sys.argv[1])
if not sys.stdin.buffer.read():
    for _ in range(50):
        shutil.rmtree(folder, ignore_errors=True)
        time.sleep(0.2)
        if not folder.exists():
            break
"""


@contextlib.contextmanager
def folder_of_this_process(prefix: str) -> Iterator[Path]:
    """Make a temporary folder for as long as the block lasts, and this process at most."""
    with tempfile.TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True) as folder:
        caretaker = subprocess.Popen(  # noqa: S603  our own command, no shell
            [sys.executable, "-I", "-S", "-c", _CARETAKER, folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # what ends all of a terminal's processes leaves it alone
        )
        try:
            yield Path(folder)
        finally:
            caretaker.communicate(b"mine")
