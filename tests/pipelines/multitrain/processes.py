"""Look for the Java processes that one run has started, wherever they are in the process tree.

A run gets a variable of its own, which every process that it starts inherits. No other process is
looked at further, and none is ended.
"""

import time
import uuid
from collections.abc import Iterator
from pathlib import Path

MARK = "E06_TEST_RUN"


def new_mark() -> dict[str, str]:
    """Return a variable that no other run has."""
    return {MARK: uuid.uuid4().hex}


def javas(mark: dict[str, str]) -> list[int]:
    """Return the process ids of the Javas with the mark."""
    wanted = f"{MARK}={mark[MARK]}".encode()
    return [pid for pid, variables in _java_processes() if wanted in variables]


def _java_processes() -> Iterator[tuple[int, list[bytes]]]:
    for process in Path("/proc").iterdir():
        if not process.name.isdigit():
            continue
        try:
            if (process / "comm").read_text().strip() != "java":
                continue
            if " Z " in (process / "stat").read_text():
                continue
            yield int(process.name), (process / "environ").read_bytes().split(b"\0")
        except OSError:  # it has ended meanwhile
            continue


def wait_for_java(mark: dict[str, str], seconds: float = 60) -> int:
    """Return the first Java with the mark."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := javas(mark):
            return found[0]
        time.sleep(0.05)
    raise AssertionError(f"no Java was started within {seconds} seconds")


def wait_for_no_java(mark: dict[str, str], seconds: float = 15) -> bool:
    """Tell whether all Javas with the mark end in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not javas(mark):
            return True
        time.sleep(0.05)
    return False
