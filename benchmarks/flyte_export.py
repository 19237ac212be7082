"""Export of projects of 10 to 3,000 nodes, against opening the same project with Kedro.

Opening is all that any plugin must do: bootstrap, session, context, catalog with every dataset,
pipelines. No other plugin takes part in either.
"""

import sys
import tempfile
from functools import partial
from pathlib import Path

from benchmarks.flyte_projects import kedro_project
from benchmarks.measurement import Measurement, cost, medians

SIZES = (10, 100, 1000, 3000)

OPEN = """\
from pathlib import Path

from kedro.framework.project import pipelines
from kedro.framework.session import KedroSession
from kedro.framework.startup import bootstrap_project

bootstrap_project(Path.cwd())
with KedroSession.create(Path.cwd()) as session:
    catalog = session.load_context().catalog
    for name in sorted(pipelines["__default__"].datasets()):
        catalog.get(name)
"""
EXPORT = "from kedro_flyte.cli import flyte; flyte(['export'])"


def measure(runs: int = 5) -> list[Measurement]:
    """Run every size so many times, one size after the other."""
    found: list[Measurement] = []
    with tempfile.TemporaryDirectory(prefix="e06-bench-") as temporary:
        for size in SIZES:
            project = kedro_project(Path(temporary, str(size)), size)
            run = partial(cost, folder=project)
            opened = f"{size} nodes: open with Kedro"
            exported = f"{size} nodes: export"
            cases = {
                opened: partial(run, [sys.executable, "-c", OPEN]),
                exported: partial(run, [sys.executable, "-c", EXPORT]),
            }
            found += medians(cases, runs, against=opened)
    return found
