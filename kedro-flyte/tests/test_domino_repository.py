"""A job of Domino starts at the top of the repository, wherever in it the Kedro project is."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from kedro_projects import Project, environment, flyte

FLOW = """
from kedro.pipeline import Node, Pipeline

def double(x):
    log("double")
    return 2 * x

def create():
    return Pipeline([Node(double, "params:x", "y", name="double")])
"""


@pytest.mark.parametrize("where", [".", "ml/the project"])
def test_the_command_of_a_job_runs_from_the_top_of_the_repository(where, tmp_path):
    project = Project(FLOW, "y: {type: json.JSONDataset, filepath: data/y.json}", "x: 21")
    root = project.write(tmp_path / "repository" / where)
    top = tmp_path / "repository"
    subprocess.run(["git", "init", "--quiet", top], check=True)
    flyte(root, "export", "--target", "domino")
    job = tmp_path / "job"
    (job / "inputs").mkdir(parents=True)
    (job / "inputs/x").write_text("21")

    done = subprocess.run(
        _command(root / "flows/on_domino/demo__default.py").format("double"),
        cwd=top,
        shell=True,
        env=environment(
            DOMINO_IS_WORKFLOW_JOB="true",
            KEDRO_FLYTE_WORKFLOW=str(job),
            PATH=f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        ),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads((job / "outputs/y").read_text()) == 42


def _command(module: Path) -> str:
    """Return the module's COMMAND, with what it is made of."""
    lines = module.read_text().split("# What all jobs share")[0].splitlines()
    begin = next(n for n, line in enumerate(lines) if line.startswith("# What a job runs"))
    found: dict[str, str] = {}
    exec("\n".join(lines[begin:]), found)
    return found["COMMAND"]


def _git(folder: Path, *words: str) -> None:
    who = ("-c", "user.name=n", "-c", "user.email=n@example.org")
    subprocess.run(["git", "-C", folder, *who, *words], check=True, capture_output=True)


def test_an_export_says_what_the_jobs_would_not_run(tmp_path):
    project = Project(FLOW, "y: {type: json.JSONDataset, filepath: data/y.json}", "x: 21")
    root = project.write(tmp_path / "project")
    (root / ".gitignore").write_text("__pycache__/\n")

    def warned() -> str:
        """Return what an export warns of, in one line."""
        said = flyte(root, "export", "--target", "domino").stderr
        return " ".join(said.split())

    assert "KF216" not in warned(), "a folder without a repository"
    _git(root, "init", "--quiet")
    _git(root, "add", "--all")
    _git(root, "commit", "--quiet", "--message", "all")
    assert "Not pushed: the branch follows none of a remote repository." in warned()
    _git(tmp_path, "init", "--quiet", "--bare", "remote")
    _git(root, "remote", "add", "origin", str(tmp_path / "remote"))
    _git(root, "push", "--quiet", "--set-upstream", "origin", "HEAD")
    assert "KF216" not in warned()
    (root / "src/demo/flow.py").write_text((root / "src/demo/flow.py").read_text() + "# more\n")
    assert "Not committed: src/demo/flow.py." in warned()
    _git(root, "commit", "--quiet", "--all", "--message", "more")
    assert "Not pushed: 1 commit." in warned()
