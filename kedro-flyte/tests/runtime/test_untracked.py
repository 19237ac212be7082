"""A project with kedro-mlflow installed that does not use it: what is said, and what it costs."""

import re
import subprocess
import sys

import pytest
from kedro_projects import Project, command, environment

NODES = """
import sys
from kedro.pipeline import Node, Pipeline

def look():
    return sorted({name.partition(".")[0] for name in sys.modules} & {"mlflow", "kedro_mlflow"})

def create():
    return Pipeline([Node(look, None, "imported", name="look")])
"""
CATALOG = "imported: {type: json.JSONDataset, filepath: data/imported.json}"
PROJECT = Project(NODES, catalog=CATALOG, settings="")


def imported(root):
    """Return what a task has imported; its server is new, and no other test has warmed it."""
    program = "from kedro_flyte.cli import flyte; flyte()"
    words = [sys.executable, "-c", program, "run", "--output", "results"]
    done = subprocess.run(
        words, cwd=root, env=environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return (root / "results/imported.json").read_text()


@pytest.mark.parametrize("config", ["", "server: {mlflow_tracking_uri: 'no-such-store://x'}\n"])
def test_a_task_that_cannot_track_says_how_to_do_without(tmp_path, config):
    root = PROJECT.write(tmp_path)
    if config:
        (root / "conf/base/mlflow.yml").write_text(config)
    done = command(root, "run")
    assert done.returncode == 1

    told = " ".join((done.stdout + done.stderr).split())
    (line,) = set(re.findall(r"DISABLE_HOOKS_FOR_PLUGINS = \S+", told))
    (root / "src/demo/settings.py").write_text(f"{line}\n")

    assert imported(root) == "[]"
