"""One task as the platform starts it, against the same work in a task written by hand.

The command is that of the container: a new process, the inputs from a file, the outputs to one.
Small is a CSV file of ten rows, large a parquet file of 1 GiB.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.flyte_projects import hand_written_flow, kedro_project
from benchmarks.measurement import Cost, Measurement, cost, medians

PYFLYTE_EXECUTE = Path(sys.executable).with_name("pyflyte-execute")
RESOLVER = "flytekit.core.python_auto_container.default_task_resolver"
LARGE_ROWS = 2**30 // 8

# What the platform writes for a task: its inputs as one message.
WRITE_INPUTS = """\
import importlib, sys
from pathlib import Path

from flytekit import FlyteContextManager
from flytekit.core.type_engine import TypeEngine
from flytekit.types.file import FlyteFile

module, table, place = sys.argv[1:]
sys.path.insert(0, ".")
task = importlib.import_module(module).step_0
types = task.python_interface.inputs
values = {name: FlyteFile(table) if "table" in name else 0.0 for name in types}
context = FlyteContextManager.current_context()
literals = TypeEngine.dict_to_literal_map(context, values, types)
Path(place).write_bytes(literals.to_flyte_idl().SerializeToString())
"""


def _task(folder: Path, module: str, table: Path) -> Cost:
    """Run the task `step_0` of a module as its container would."""
    results = folder / "results"
    shutil.rmtree(results, ignore_errors=True)
    inputs = folder / f"{module}.pb"
    if not inputs.exists():
        subprocess.run(
            [sys.executable, "-c", WRITE_INPUTS, module, table, inputs], cwd=folder, check=True
        )
    command: list[str | Path] = [
        PYFLYTE_EXECUTE, "--inputs", inputs, "--output-prefix", results / "out",
        "--raw-output-data-prefix", results / "raw", "--resolver", RESOLVER, "--",
        "task-module", module, "task-name", "step_0",
    ]  # fmt: skip
    taken = cost(command, folder)
    if not (results / "out/outputs.pb").exists():
        raise RuntimeError((folder / "run.log").read_text(encoding="utf-8"))
    return taken


def _cases(folder: Path, name: str, table: Path, runs: int) -> list[Measurement]:
    project = kedro_project(folder / "project", 1, table.suffix[1:])
    hand_written_flow(project / "flows_by_hand", table.suffix[1:])
    export = "from kedro_flyte.cli import flyte; flyte(['export'])"
    subprocess.run([sys.executable, "-c", export], cwd=project, check=True, capture_output=True)
    by_hand = f"{name}, written by hand"
    return medians(
        {
            by_hand: partial(_task, project, "flows_by_hand.hand", table),
            f"{name}, exported": partial(_task, project, "flows.on_flyte.big__default", table),
        },
        runs,
        against=by_hand,
    )


def measure(runs: int = 5) -> list[Measurement]:
    """Run the small task so many times, and the large one three times."""
    os.environ["FLYTE_INTERNAL_EXECUTION_ID"] = "bench"  # as in a container of the platform
    os.environ["PYTHONPATH"] = "."
    with tempfile.TemporaryDirectory(prefix="e06-bench-") as temporary:
        folder = Path(temporary)
        small, large = folder / "small.csv", folder / "large.parquet"
        pd.DataFrame({"value": np.arange(10.0)}).to_csv(small, index=False)
        values = np.random.default_rng(0).random(LARGE_ROWS)
        pd.DataFrame({"value": values}).to_parquet(large, index=False)
        del values
        found = _cases(folder / "of_small", "small task", small, runs)
        return found + _cases(folder / "of_large", "1 GiB of parquet", large, 3)
