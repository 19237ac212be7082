"""The tasks of an execution, run one by one while the data at remote paths change under them."""

import json
import subprocess
import sys
from typing import Any

import pytest
from kedro_projects import Project, environment

PROJECT = Project(
    """
import fsspec
from kedro.pipeline import Node, Pipeline

def early(x, parts):
    files = fsspec.filesystem("memory")
    files.pipe_file("memory:///b/src.txt/2026-01-02T00.00.00.000Z/src.txt", b"second")
    files.pipe_file("memory:///b/inc/p3", b"3")
    return x

def late(a, x, parts):
    return [a, x, sorted(parts)]

def create():
    return Pipeline([
        Node(early, ["src", "inc"], "ver", name="early"),
        Node(late, ["ver", "src", "inc"], "res", name="late"),
        Node(list, "res", "done", name="confirm", confirms="inc"),
    ])
""",
    catalog="""
src: {type: text.TextDataset, filepath: "memory:///b/src.txt", versioned: true}
ver: {type: text.TextDataset, filepath: "memory:///b/ver.txt", versioned: true}
inc: {type: partitions.IncrementalDataset, path: "memory:///b/inc", dataset: text.TextDataset}
res: {type: json.JSONDataset, filepath: data/res.json}
done: {type: json.JSONDataset, filepath: data/done.json}
""",
)

# In one process, since that has the memory; each task has a session of its own all the same.
SCRIPT = """
import json, os, sys
from pathlib import Path
import fsspec
from kedro_flyte import KedroFlyteError, run_task
from kedro_flyte.cli import flyte
from kedro_flyte.plan.serialization import from_json

flyte(["export", "--output", "out"], standalone_mode=False)
(plan,) = Path("out").rglob("*.plan.json")
ids = {t.nodes[0]: t.id for t in from_json(plan.read_text()).tasks}
files = fsspec.filesystem("memory")
VERSION = "memory:///b/ver.txt/2026-02-01T00.00.00.000Z/ver.txt"

def execution(name):
    os.environ.update(KEDRO_FLYTE_AGREEMENT=str(Path(name).absolute()))

def run(node, **inputs):
    try:
        given = run_task(plan, ids[node], inputs)
        return str(getattr(given, "path", given))
    except KedroFlyteError as error:
        return f"refused: {error}"

files.pipe_file("memory:///b/src.txt/2026-01-01T00.00.00.000Z/src.txt", b"first")
for name in "12":
    files.pipe_file(f"memory:///b/inc/p{name}", name.encode())
os.environ["KEDRO_FLYTE_RUN_ID"] = "2026-02-01T00.00.00.000Z"
told = {}
execution("first")
told["early"] = run("early")
told["tried again"] = run("early")
path = run("late", ver=told["early"])
told["late"] = Path(path).read_text()
run("confirm", res=path)
told["checkpoint"] = files.cat_file("memory:///b/inc/CHECKPOINT").decode()
files.pipe_file(VERSION, b"what the first execution has made")
execution("relaunched")
told["relaunched"] = [run("early"), run("early")]
told["left"] = files.cat_file(VERSION).decode()
told["not loaded"] = run("confirm", res=path)
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> dict[str, Any]:
    """Return what the tasks have given, read and refused."""
    root = PROJECT.write(tmp_path_factory.mktemp("project"))
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=root, env=environment(), capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_all_tasks_read_the_version_that_the_first_has_read(told):
    assert json.loads(told["late"])[:2] == ["first", "first"]


def test_all_tasks_read_the_partitions_that_the_first_has_read(told):
    assert json.loads(told["late"])[2] == ["p1", "p2"]


def test_what_was_loaded_is_confirmed_and_nothing_later(told):
    assert told["checkpoint"] == "p2"


def test_an_attempt_writes_its_version_again(told):
    assert told["tried again"] == told["early"]
    assert told["early"].endswith("2026-02-01T00.00.00.000Z/ver.txt")


def test_a_relaunch_leaves_the_version_of_the_first_execution(told):
    assert all(one.startswith("refused: Dataset 'ver' has") for one in told["relaunched"])
    assert told["left"] == "what the first execution has made"


def test_what_no_task_of_the_execution_has_loaded_is_not_confirmed(told):
    assert told["not loaded"].startswith("refused: Which partitions of 'inc'")
