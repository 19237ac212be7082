"""One row of a benchmark, and how to get it: processes that run in turn, timed from outside."""

import os
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

Cost = tuple[float, float]
"""Seconds, and the most memory held by one process at a time in MB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """The median of some runs.

    Attributes:
        name: What was run.
        seconds: From start to end of the process, or of several that run one after the other.
        megabytes: The most memory that a process has held, in units of 1,000,000 bytes.
        runs: How many.
        against: Name of the measurement that this one is compared with; empty: the first.
    """

    name: str
    seconds: float
    megabytes: float
    runs: int
    against: str = ""


def cost(command: Sequence[str | Path], folder: Path) -> Cost:
    """Run a command in a folder, its output in `run.log` there.

    Raises:
        RuntimeError: It has failed; the message is what it has printed.
    """
    words = [str(word) for word in command]
    log = folder / "run.log"
    began = time.perf_counter()
    child = os.fork()
    if child == 0:
        os.chdir(folder)
        quiet = os.open(log, os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        os.execv(words[0], words)
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - began
    if status != 0:
        raise RuntimeError(f"{' '.join(words)}\n{log.read_text(encoding='utf-8')}")
    unit = 1024 if sys.platform == "linux" else 1
    return seconds, usage.ru_maxrss * unit / 1e6


def in_turn(costs: Sequence[Cost]) -> Cost:
    """Return what several processes cost that run one after the other."""
    return sum(seconds for seconds, _ in costs), max(megabytes for _, megabytes in costs)


def medians(
    cases: Mapping[str, Callable[[], Cost]], runs: int, against: str = ""
) -> list[Measurement]:
    """Run all cases in turn, again and again, so that a busy minute falls on all of them.

    The first round is not counted: it compiles byte-code and fills the file cache. `against` names
    the case that the others are compared with, where it is not the first row of the table.
    """
    taken: dict[str, list[Cost]] = {name: [] for name in cases}
    for _ in range(runs + 1):
        for name, run in cases.items():
            taken[name].append(run())
    return [
        Measurement(
            name=name,
            seconds=statistics.median(seconds for seconds, _ in costs[1:]),
            megabytes=statistics.median(megabytes for _, megabytes in costs[1:]),
            runs=runs,
            against=against,
        )
        for name, costs in taken.items()
    ]
