"""The sample flow against the same work in plain Python: five scripts one after the other, as the
workflow of five jobs that this project replaces ran them, and all five in one process.

All read the same files, check them, write the same tables, model, metrics and pictures; the
benchmark stops if the metrics differ in one byte. The target is a ratio below 0.5.
"""

import re
import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks.measurement import Cost, Measurement, cost, in_turn, medians

ROOT = Path(__file__).parents[1]
PLAIN = Path(__file__).with_name("plain")
KEDRO = Path(sys.executable).with_name("kedro")
RUN = (KEDRO, "run", "--pipeline", "sample")
METRICS = "sample_metrics.json"


def _project(folder: Path) -> Path:
    unwanted = shutil.ignore_patterns("__pycache__", "local")
    for name in ("conf", "src", "data/01_raw"):
        shutil.copytree(ROOT / name, folder / name, ignore=unwanted)
    (folder / "conf/local").mkdir()
    for name in ("pyproject.toml", ".telemetry"):
        shutil.copy(ROOT / name, folder)
    return folder


def _with_garbage_looked_for(project: Path) -> Path:
    settings = project / "src/e06_flows/settings.py"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(
        re.sub(r"(?m)^(gc\.set_threshold|atexit\.register)\(.*\)$", "", text), encoding="utf-8"
    )
    return project


def _plain(folder: Path, *script: str) -> Cost:
    name, *raw = script
    return cost((sys.executable, PLAIN / name, *raw, folder), folder)


def _five(folder: Path, raw: str) -> Cost:
    loads = [_plain(folder, "load_a.py", raw), _plain(folder, "load_b.py", raw)]
    rest = [_plain(folder, name) for name in ("merge.py", "process.py", "train.py")]
    return in_turn([*loads, *rest])


def measure(runs: int = 7) -> list[Measurement]:
    """Run every case so many times, in turn.

    Raises:
        RuntimeError: Two cases have not computed the same.
    """
    with tempfile.TemporaryDirectory(prefix="e06-bench-") as temporary:
        folders = {name: Path(temporary, name) for name in ("five", "one", "kedro", "heavy")}
        for folder in folders.values():
            folder.mkdir()
        project = _project(folders["kedro"])
        heavy = _with_garbage_looked_for(_project(folders["heavy"]))
        raw = str(project / "data/01_raw")
        found = medians(
            {
                "five plain scripts, one after the other": lambda: _five(folders["five"], raw),
                "one plain script": lambda: _plain(folders["one"], "all_in_one.py", raw),
                "kedro run --pipeline sample": lambda: cost(RUN, project),
                "the same, garbage looked for as Python does": lambda: cost(RUN, heavy),
            },
            runs,
        )
        files = [
            folders["five"],
            folders["one"],
            *(p / "data/08_reporting" for p in (project, heavy)),
        ]
        if len({(folder / METRICS).read_bytes() for folder in files}) != 1:
            raise RuntimeError("The cases have not computed the same metrics.")
    return found
