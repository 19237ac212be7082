"""`kedro flyte run` shows what a platform would: a process and a folder a task, and nothing else."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from kedro_projects import Project, command, content, environment, flyte

LOOK = """
import os, sys
from kedro.pipeline import Node, Pipeline

def look(*_):
    seen = {
        "folder": os.getcwd(),
        "files": sorted(os.listdir(".")),
        "variables": dict(os.environ),
        "process": os.getpid(),
        "modules": sorted(name for name in sys.modules if name.startswith("demo")),
    }
    open("left.txt", "w").close()
    return seen

def create():
    return Pipeline([
        Node(look, ["table", "params:n"], "one", name="first"),
        Node(look, "one", "two", name="second"),
    ])
"""
CATALOG = """
table: {type: demo.store.StoreDataset, credentials: warehouse}
one: {type: json.JSONDataset, filepath: data/one.json}
two: {type: json.JSONDataset, filepath: data/two.json}
"""
STORE = """
from kedro.io import AbstractDataset


class StoreDataset(AbstractDataset):
    def __init__(self, credentials):
        self._password = credentials["password"]

    def load(self):
        return self._password

    def save(self, data):
        raise NotImplementedError

    def _describe(self):
        return {}
"""
PROJECT = Project(
    LOOK,
    catalog=CATALOG,
    parameters="n: 1",
    files={
        "src/demo/store.py": STORE,
        "conf/base/credentials.yml": "warehouse: {password: '${oc.env:AWS_PASSWORD}'}",
        "conf/base/flyte.yml": "secrets: [{group: warehouse, key: password, env: AWS_PASSWORD}]",
        ".gitignore": "ignored.txt\nconf/local/\n",
        "ignored.txt": "not shipped",
        "shipped.txt": "shipped",
        "conf/local/parameters.yml": "n: 2",
    },
)
OWN = {"AWS_PASSWORD": "open sesame", "FOR_ALL": "given", "NOBODYS": "not given"}


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    """Return what the two tasks have seen, by target."""
    root = PROJECT.write(tmp_path_factory.mktemp("look") / "project")
    subprocess.run(["git", "init", "--quiet", root], check=True)
    found = {}
    for target in ("flyte", "domino"):
        out = root.parent / target
        words = ("--group-by", "node", "--target", target, "--variable", "FOR_ALL")
        flyte(root, "run", *words, "--variable", "SAID=x=y", "--output", str(out), **OWN)
        found[target] = [json.loads((out / name).read_text()) for name in ("one.json", "two.json")]
    assert not (root / "left.txt").exists()
    return found


@pytest.mark.parametrize("target", ["flyte", "domino"])
def test_each_task_has_a_process_and_a_folder_of_its_own(target, seen):
    first, second = seen[target]

    assert first["folder"] != second["folder"]
    assert first["process"] != second["process"]
    assert "left.txt" not in second["files"]
    assert not Path(first["folder"]).exists()


@pytest.mark.parametrize("target", ["flyte", "domino"])
def test_a_task_finds_what_ships_and_nothing_else(target, seen):
    files = set(seen[target][0]["files"])

    assert {"shipped.txt", "conf", "src", "flows"} <= files
    assert "ignored.txt" not in files


def test_a_task_has_the_variables_of_a_machine_its_secrets_and_what_the_run_gives(seen):
    first, second = (task["variables"] for task in seen["flyte"])

    assert "NOBODYS" not in first
    assert (first["FOR_ALL"], first["SAID"]) == ("given", "x=y")
    assert first["AWS_PASSWORD"] == "open sesame"
    assert "AWS_PASSWORD" not in second  # it asks for no secret, whatever the name looks like
    assert {"PATH", "HOME"} <= second.keys()
    assert "KEDRO_FLYTE_PROJECT" not in second


def test_all_jobs_of_domino_have_what_its_settings_would_hold(seen):
    for task in seen["domino"]:
        assert task["variables"]["AWS_PASSWORD"] == "open sesame"
        assert task["variables"]["FOR_ALL"] == "given"
        assert "NOBODYS" not in task["variables"]


def test_all_runs_in_the_projects_folder_and_this_process_where_that_is_asked_for(tmp_path):
    root = PROJECT.write(tmp_path / "project")

    flyte(root, "run", "--in-process", "--output", str(tmp_path / "out"), **OWN)

    one, two = (json.loads((tmp_path / "out" / n).read_text()) for n in ("one.json", "two.json"))
    assert one["folder"] == two["folder"] == str(root)
    assert one["process"] == two["process"]
    assert "NOBODYS" in one["variables"]


def test_an_environment_that_is_asked_for_by_name_comes_along_for_a_run_here(tmp_path):
    nodes = """
from kedro.pipeline import Node, Pipeline

def read(n, table):
    return [n, table]

def create():
    return Pipeline([Node(read, ["params:n", "table"], "x", name="read")])
"""
    files = {
        ".gitignore": "conf/local/\n", "conf/local/parameters.yml": "n: 2", "data/a.json": "7",
        "conf/local/catalog.yml": "table: {type: json.JSONDataset, filepath: data/a.json}",
    }  # fmt: skip
    root = Project(nodes, parameters="n: 1", files=files).write(tmp_path / "project")
    subprocess.run(["git", "init", "--quiet", root], check=True)

    flyte(root, "run", "--env", "local", "--output", str(tmp_path / "out"))

    assert content(tmp_path / "out/x.pickle") == [2, 7]


ENDS = """
import os, signal, subprocess, sys, time
from kedro.pipeline import Node, Pipeline

def end(how):
    if how == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if how == "exit":
        os._exit(3)
    if how == "leave":
        sys.exit("enough")
    if how == "wait":
        other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"])
        with open(os.environ["NODE_LOG"], "w") as stream:
            stream.write(f"{os.getpid()} {other.pid}")
        time.sleep(300)
    raise ValueError("no " + chr(0xdc80))

def create():
    return Pipeline([Node(end, "params:how", "x", name="end")])
"""


@pytest.fixture(scope="module")
def ending(tmp_path_factory) -> Path:
    return Project(ENDS, parameters="how: ''").write(tmp_path_factory.mktemp("ends") / "project")


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ("kill", "Kedro node 'end' was ended by signal 9 (SIGKILL), most often because the memory"),
        ("exit", "Kedro node 'end' ended the process with exit code 3 and said nothing"),
        ("leave", "The node ended the process by sys.exit('enough')"),
        ("fail", "Kedro node 'end' of pipeline '__default__' failed: ValueError: no "),
    ],
)
def test_a_failure_is_told_as_the_platform_tells_it_and_nothing_is_left(
    how, told, ending, tmp_path
):
    done = command(ending, "run", "--param", f"how={how}", TMPDIR=str(tmp_path))

    assert done.returncode == 1
    assert told in " ".join(done.stderr.split())
    assert "[1/1] end failed after" in done.stdout
    assert not list(tmp_path.glob("kedro-flyte-*"))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_run_that_is_ended_leaves_no_process(number, ending, tmp_path):
    log = tmp_path / "processes"
    words = ("run", "--param", "how=wait", "--variable", f"NODE_LOG={log}")
    run = subprocess.Popen(
        [sys.executable, "-c", "from kedro_flyte.cli import flyte; flyte()", *words],
        cwd=ending, env=environment(TMPDIR=str(tmp_path)), start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    processes = [int(text) for text in _wait_for(log).split()]

    os.kill(run.pid, number)
    run.wait()

    _wait_for_the_end_of(processes)


def _wait_for(log: Path) -> str:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if log.exists() and len(log.read_text().split()) == 2:
            return log.read_text()
        time.sleep(0.05)
    raise AssertionError("no task has begun")


def _wait_for_the_end_of(processes: list[int]) -> None:
    end = time.monotonic() + 20
    while any(Path(f"/proc/{process}").exists() for process in processes):
        assert time.monotonic() < end, "a process of the task is still there"
        time.sleep(0.05)
