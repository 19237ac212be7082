"""The multi-train flow without H2O: branches in turn and at once, threads, MLflow on and off.

Every run is a process of its own. Projects that track have their database from the first round,
which is not counted.
"""

import shutil
import sys
import tempfile
from functools import partial
from pathlib import Path

from benchmarks.measurement import Cost, Measurement, cost, medians

ROOT = Path(__file__).parents[1]
KEDRO = Path(sys.executable).with_name("kedro")
SPLIT = "load_and_split"
BRANCHES = f"{SPLIT},train_logistic_regression,train_random_forest,train_xgboost"
IN_TURN, AT_ONCE = "SequentialRunner", "ThreadRunner"
UNTRACKED = "tracking: {disable_tracking: {pipelines: [sample, multitrain, __default__]}}\n"


def _project(folder: Path, *, tracked: bool) -> Path:
    unwanted = shutil.ignore_patterns("__pycache__", "local")
    for name in ("conf", "src", "data/01_raw"):
        shutil.copytree(ROOT / name, folder / name, ignore=unwanted)
    (folder / "conf/local").mkdir()
    for name in ("pyproject.toml", ".telemetry"):
        shutil.copy(ROOT / name, folder)
    if not tracked:
        (folder / "conf/local/mlflow.yml").write_text(UNTRACKED, encoding="utf-8")
    return folder


def _run(project: Path, nodes: str, runner: str = IN_TURN, threads: int = 1) -> Cost:
    command: list[str | Path] = [
        KEDRO, "run", "--pipeline", "multitrain", "--nodes", nodes, "--runner", runner,
        "--params", f"multitrain.threads={threads}",
    ]  # fmt: skip
    return cost(command, project)


def measure(runs: int = 3) -> list[Measurement]:
    """Run every case so many times, in turn."""
    with tempfile.TemporaryDirectory(prefix="e06-bench-") as temporary:
        plain = _project(Path(temporary, "plain"), tracked=False)
        tracked = _project(Path(temporary, "tracked"), tracked=True)
        return medians(
            {
                "in turn": partial(_run, plain, BRANCHES),
                "at once": partial(_run, plain, BRANCHES, AT_ONCE),
                "in turn, 2 threads each": partial(_run, plain, BRANCHES, IN_TURN, 2),
                "at once, 2 threads each": partial(_run, plain, BRANCHES, AT_ONCE, 2),
                "in turn, with MLflow": partial(_run, tracked, BRANCHES),
                "at once, with MLflow": partial(_run, tracked, BRANCHES, AT_ONCE),
                "start and split alone": partial(_run, plain, SPLIT),
                "start and split alone, with MLflow": partial(_run, tracked, SPLIT),
            },
            runs,
        )
