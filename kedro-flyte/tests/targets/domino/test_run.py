"""`kedro flyte run --target domino` makes what `kedro run` makes, with a process for each job."""

import json
from typing import Any

import pytest
from conformance import CASES, PASSWORD
from kedro_projects import DOUBLE, Project, command, content, flyte, kedro_run, logged
from selection import chosen

# How each case's nodes are put into jobs: `node` where data of all kinds is to pass between jobs.
GROUPINGS = {
    "a fan of 120 nodes": "tag",
    "a node between two of a namespace": "node",
    "transcoding": "node",
    "factories, cached, copy modes": "node",
    "versioned, on local disk": "node",
    "folders, generators and functions that load or save": "node",
    "figures": "node",
    "linear, in memory": "node",
    "diamond of files and memory": "node",
    "in memory past a file": "node",
    "arguments by name, by position, twice, and several outputs by name": "node",
    "namespaces in namespaces": "namespace",
}


@pytest.mark.parametrize("case", chosen(CASES, ["diamond of files and memory", "transcoding"]))
def test_results_equal_those_of_kedro_run(case, tmp_path, monkeypatch):
    project, root, out = CASES[case], tmp_path / "project", tmp_path / "out"
    monkeypatch.setenv("DATABASE", str(tmp_path / "database"))
    monkeypatch.setenv("WAREHOUSE_PASSWORD", PASSWORD)
    kedro = kedro_run(project.write(tmp_path / "by_kedro"), project.pipeline, env=project.env)
    (tmp_path / "database").unlink(missing_ok=True)
    project.write(root)
    words = ("--target", "domino", "--pipeline", project.pipeline)
    words += ("--group-by", GROUPINGS.get(case, "tier"))

    flyte(root, "plan", *words, "--format", "json", "--output", str(tmp_path / "plan.json"))
    flyte(root, "run", *words, "--output", str(out), NODE_LOG=str(tmp_path / "nodes.log"))

    assert sorted(logged(tmp_path / "nodes.log")) == sorted(kedro.nodes)
    plan = json.loads((tmp_path / "plan.json").read_text())
    results = {path.stem: content(path) for path in out.glob("[!.]*")}
    by_name = {dataset["name"]: dataset for dataset in plan["datasets"]}
    compared = 0
    for name in plan["results"]:
        dataset = by_name[name]
        if dataset["travel"] == "pickle":
            assert _named(results, dataset) == kedro.free[name], name
            compared += 1
        elif dataset["travel"] in ("file", "directory"):
            path = kedro.root / dataset["location"]
            last = (sorted(path.glob(f"*Z/{path.name}")) or [path])[-1]
            assert _named(results, dataset) == content(last), name
            compared += 1
    assert len(results) == compared


def _named(results: dict[str, Any], dataset: dict[str, Any]) -> Any:
    """Return a result by its dataset's name, or by its id where the name is no file name."""
    keys = [dataset["name"], dataset["name"].rsplit(".", 1)[0], dataset["id"]]
    return results[next(key for key in keys if key in results)]


CONTROL = Project(
    """
from kedro.pipeline import Node, Pipeline
from kedro_flyte import branch, each

def shout(word, mark):
    log("shout " + word)
    return word.upper() + mark

def keep(loud):
    log("keep")
    return loud

def drop(mark):
    log("drop")
    return mark

def create():
    return Pipeline([
        each(shout, "params:words", "params:mark", "loud", name="loud"),
        branch("params:go", Node(keep, "loud", "chosen", name="keep"),
               Node(drop, "params:mark", "chosen", name="drop"), name="choose"),
    ])
""",
    parameters="{words: [a, bb], mark: '!', go: true}",
)


def test_a_branch_and_an_each_run_within_their_jobs(tmp_path):
    root, log = CONTROL.write(tmp_path / "project"), tmp_path / "nodes.log"
    kedro = kedro_run(CONTROL.write(tmp_path / "by_kedro"))
    words = ("--target", "domino", "--group-by", "node", "--output", str(tmp_path / "out"))

    done = flyte(root, "run", *words, NODE_LOG=str(log))

    assert "[2/2] choose done" in done.stdout
    assert content(tmp_path / "out/chosen.pickle") == kedro.free["chosen"]
    assert sorted(logged(log)) == sorted(kedro.nodes)


CHAIN = (
    DOUBLE
    + """
def create():
    return Pipeline([Node(double("one"), "a", "b", name="one")])
"""
)
A = "a: {type: json.JSONDataset, filepath: data/a.json}"


def test_a_job_that_fails_ends_the_run_with_the_reason(tmp_path):
    root = Project(CHAIN, catalog=A, files={"data/a.json": "null"}).write(tmp_path)

    done = command(root, "run", "--target", "domino")

    assert done.returncode == 1
    assert "'one'" in done.stderr
    assert "Traceback" not in done.stderr.split("Error encountered", 1)[-1]


def test_a_snapshot_that_only_domino_mounts_is_given_as_a_file(tmp_path):
    settings = "snapshots: {ours: {version: 3, mount: /nowhere/ours, paths: {a: a.json}}}"
    files = {"conf/base/flyte.yml": settings, "other.json": "4"}
    root = Project(CHAIN, catalog=A, files=files).write(tmp_path / "project")
    words = ("run", "--target", "domino", "--output", str(tmp_path / "out"))

    refused = command(root, *words)
    flyte(root, *words, "--input", "a=other.json")

    assert refused.returncode == 1
    assert "Give the file: --input a=PATH" in refused.stderr
    assert content(tmp_path / "out/b.pickle") == 8


def test_a_snapshot_that_is_mounted_is_read_in_place_and_nothing_of_it_is_copied(tmp_path):
    mount = tmp_path / "mounted"
    settings = f"snapshots: {{ours: {{version: 3, mount: {mount}, paths: {{a: v3/a.json}}}}}}"
    files = {"data/a.json": "2", "conf/base/flyte.yml": settings}
    root = Project(CHAIN, catalog=A, files=files).write(tmp_path / "project")
    (mount / "v3").mkdir(parents=True)
    (mount / "v3/a.json").write_text("5")
    before = (mount / "v3/a.json").stat()

    flyte(root, "run", "--target", "domino", "--output", str(tmp_path / "out"))

    assert content(tmp_path / "out/b.pickle") == 10
    after = (mount / "v3/a.json").stat()
    assert (after.st_mtime, after.st_nlink) == (before.st_mtime, 1)
    flyte(root, "export", "--target", "domino")
    module = (root / "flows/on_domino/demo__default.py").read_text()
    assert f'a: str = "{mount}/v3/a.json"' in module


def test_one_job_alone_is_run_by_its_own_command(tmp_path):
    root = Project(CHAIN, catalog=A, files={"data/a.json": "2"}).write(tmp_path)

    done = command(root, "run-task", "default", "--target", "domino")

    assert done.returncode == 1
    assert (
        "python -m kedro_flyte.targets.domino.job flows/on_domino/demo__default.plan.json"
        in done.stderr
    )
