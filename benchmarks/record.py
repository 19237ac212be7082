"""A run of 100 small nodes with its record, against the same without one."""

import sys
import tempfile
from functools import partial
from pathlib import Path

from benchmarks.flyte_projects import kedro_project
from benchmarks.measurement import Measurement, cost, medians

NODES = 100
RUN = """\
import os, sys
os.environ["KEDRO_FLYTE_RECORD"] = sys.argv.pop()
from kedro.framework.cli import main
sys.argv[1:] = ["run"]
main()
"""


def measure(runs: int = 7) -> list[Measurement]:
    """Run both in turn."""
    with tempfile.TemporaryDirectory(prefix="e06-bench-") as temporary:
        project = kedro_project(Path(temporary), NODES)
        rows = "".join(f"{value}\n" for value in range(1000))
        (project / "data/table_0.csv").write_text(f"value\n{rows}", encoding="utf-8")
        run = partial(cost, folder=project)
        without = f"kedro run of {NODES} nodes, no record"
        cases = {
            without: partial(run, [sys.executable, "-c", RUN, "off"]),
            f"kedro run of {NODES} nodes, recorded": partial(run, [sys.executable, "-c", RUN, ""]),
        }
        return medians(cases, runs, against=without)
