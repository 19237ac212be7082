"""Copies of this project, for tests that run it, change its data or break its files."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


def copy_project(target: Path) -> Path:
    """Copy what a run of the sample flow needs, and return the copy's root."""
    for name in ("pyproject.toml", ".telemetry"):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target / name)
    for name in ("conf", "src", "data/01_raw"):
        shutil.copytree(
            ROOT / name, target / name, ignore=shutil.ignore_patterns("__pycache__", "local")
        )
    (target / "conf/local").mkdir(exist_ok=True)
    return target


def kedro(root: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the `kedro` command in a copy of the project."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("KEDRO_", "MLFLOW_"))}
    return subprocess.run(
        [sys.executable, "-m", "kedro", *words],
        cwd=root,
        env={**clean, "DO_NOT_TRACK": "true", **env},
        capture_output=True,
        text=True,
        check=False,
    )


def without_times(printed: str) -> list[str]:
    """Return the lines of the log in what a run has printed, without the time of day."""
    return re.findall(r"^\d\d:\d\d:\d\d (.*)", printed, re.MULTILINE)


def run_in_process(root: Path, runner: Any = None, **runtime_params: Any) -> dict[str, Any]:
    """Run the sample flow of a copy in this process."""
    from kedro.framework.session import KedroSession
    from kedro.framework.startup import bootstrap_project

    bootstrap_project(root)
    with KedroSession.create(root, runtime_params=runtime_params) as session:
        found: dict[str, Any] = session.run(pipeline_names=["sample"], runner=runner)
    return found
