"""A project that can fail or be killed, and every way to run it that leaves a record."""

import subprocess
import sys
from pathlib import Path

import warm_python
from kedro_flyte.record import lines
from kedro_flyte.record.read import RunRecord, read
from kedro_projects import Project, command, environment

NODES = """
import os, signal

def first(rows):
    log("first")
    return rows + ["more"]

def second(text):
    if os.environ.get("FAIL") == "raise":
        raise ValueError("no luck")
    if os.environ.get("FAIL") == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    return text * 100

def third(text):
    return text

def create():
    return Pipeline([
        Node(first, "rows", "text", name="first", tags="tier.small"),
        Node(second, "text", "long", name="second"),
        Node(third, "long", "kept", name="third"),
    ])
"""
HEAD = "from kedro.pipeline import Node, Pipeline\n"
CATALOG = """
rows: {type: json.JSONDataset, filepath: data/rows.json}
text: {type: json.JSONDataset, filepath: data/text.json}
long: {type: pickle.PickleDataset, filepath: data/long.pkl}
kept: {type: json.JSONDataset, filepath: data/kept.json}
"""
PROJECT = Project(HEAD + NODES, catalog=CATALOG, files={"data/rows.json": '["row"]'})
RUN = "from kedro.framework.cli import main; import sys; sys.argv[1:] = ['run', *{words!r}]; main()"
WAYS = {"kedro run": None, "flyte": ("--target", "flyte"), "domino": ("--target", "domino")}


def by_kedro(root: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    return warm_python.run(
        [sys.executable, "-c", RUN.format(words=words)], cwd=root, env=environment(**env)
    )


def ran(root: Path, way: str, fail: str = "") -> RunRecord:
    """Run the project in one of the ways, and return the record that it has made."""
    words = WAYS[way]
    if words is None:
        by_kedro(root, FAIL=fail)
    else:
        command(root, "run", *words, "--variable", "FAIL", FAIL=fail)
    return read(lines.files(root)[-1])
