"""A project with kedro-mlflow installed that does not use it: what is said, and what it costs."""

import re

from kedro_projects import Project, command, flyte

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
    flyte(root, "run", "--output", "results")
    return (root / "results/imported.json").read_text()


def test_a_task_that_cannot_track_says_how_to_do_without(tmp_path):
    root = PROJECT.write(tmp_path)
    done = command(root, "run")
    assert done.returncode == 1

    told = " ".join((done.stdout + done.stderr).split())
    (line,) = set(re.findall(r"DISABLE_HOOKS_FOR_PLUGINS = \S+", told))
    (root / "src/demo/settings.py").write_text(f"{line}\n")

    assert imported(root) == "[]"
