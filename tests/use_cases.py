"""Runs of the use cases in copies of the project."""

import subprocess
from pathlib import Path
from typing import Any

from sample_projects import kedro


def run_pipeline(
    root: Path, pipeline: str, *words: str, **env: str
) -> subprocess.CompletedProcess[str]:
    """Run a pipeline of a copy as a command; fail unless it succeeds without a warning."""
    done = kedro(root, "run", "--pipeline", pipeline, *words, **env)
    printed = done.stdout + done.stderr
    assert done.returncode == 0, printed
    assert "warning" not in printed.lower(), printed
    return done


def refused(root: Path, pipeline: str, *words: str, **env: str) -> str:
    """Run a pipeline that must fail; return what it prints."""
    done = kedro(root, "run", "--pipeline", pipeline, *words, **env)
    assert done.returncode != 0, done.stdout
    return done.stdout + done.stderr


def files(root: Path, *names: str) -> dict[str, Any]:
    """Return the content of files of a copy."""
    return {name: (root / name).read_bytes() for name in names}


def untracked(root: Path, *pipelines: str) -> None:
    """Let a copy track none of these pipelines, as its user would."""
    names = ", ".join(["sample", *pipelines, "__default__"])
    text = f"tracking: {{disable_tracking: {{pipelines: [{names}]}}}}\n"
    (root / "conf/local/mlflow.yml").write_text(text, encoding="utf-8")
