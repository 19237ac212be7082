"""The record of a run: the same by Kedro alone and as a workflow, whatever becomes of its nodes."""

import json
import subprocess
import sys

import pytest
import warm_python
from kedro_flyte.record import lines
from kedro_flyte.record.read import read
from kedro_flyte.report import as_html
from kedro_projects import Project, environment, flyte, kedro_run
from record_runs import CATALOG, HEAD, NODES, PROJECT, WAYS, by_kedro, ran


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return PROJECT.write(tmp_path_factory.mktemp("recorded"))


@pytest.mark.parametrize("way", WAYS)
def test_a_run_records_what_each_node_took(root, way):
    record = ran(root, way)

    assert (record.of, record.state, record.pipeline) == (way, "done", "__default__")
    assert [node.name for node in record.nodes] == ["first", "second", "third"]
    for node in record.nodes:
        assert node.state == "done"
        assert 0 <= node.computing_seconds <= node.seconds <= record.ended - record.started
        assert 20e6 < node.peak_memory < 2e9
        assert node.written_bytes >= sum(u.size for u in node.datasets if u.how == "saved")
    sizes = {use.name: use.size for node in record.nodes for use in node.datasets}
    assert sizes["rows"] == len('["row"]')
    assert sizes["text"] == len(json.dumps(["row", "more"], indent=2))


@pytest.mark.parametrize("way", WAYS)
def test_a_node_that_fails_is_recorded_with_its_error(root, way):
    record = ran(root, way, "raise")

    first, second = record.nodes
    assert (record.state, first.state, second.state) == ("failed", "done", "failed")
    assert second.error == "ValueError: no luck"
    assert "in second" in second.traceback
    assert record.planned == ("first", "second", "third")


@pytest.mark.parametrize("way", WAYS)
def test_a_node_that_is_killed_leaves_what_it_has_said(root, way):
    record = ran(root, way, "kill")

    first, second = record.nodes
    assert first.state == "done"
    assert second.error == ""
    whole = way != "kedro run"  # whose own process is gone
    assert (record.state, second.state) == (("failed", "killed") if whole else ("running",) * 2)


def test_tasks_are_recorded_with_their_tiers(root):
    record = ran(root, "flyte", "raise")

    assert [(task.id, task.state, task.nodes) for task in record.tasks] == [
        ("first", "done", ("first",)),
        ("second", "failed", ("second",)),
    ]
    assert record.tasks[0].tier == "small"


def test_processes_of_kedros_own_runner_add_to_one_record(root):
    done = by_kedro(root, "--runner", "ParallelRunner")

    assert done.returncode == 0, done.stderr
    record = read(lines.files(root)[-1])
    assert [node.state for node in record.nodes] == ["done"] * 3


def test_a_node_that_loads_what_is_not_there_has_failed(tmp_path):
    root = Project(HEAD + NODES, catalog=CATALOG).write(tmp_path)
    by_kedro(root)

    (node,) = read(lines.files(root)[-1]).nodes
    assert (node.name, node.state) == ("first", "failed")
    assert "rows.json" in node.error


def test_a_record_stays_out_of_git(tmp_path):
    root = PROJECT.write(tmp_path)
    for words in (["init", "-q"], ["add", "."]):
        subprocess.run(["git", *words], cwd=root, check=True)
    kedro_run(root)

    status = ["git", "status", "--porcelain", "--untracked-files=all"]
    told = subprocess.run(status, cwd=root, check=True, capture_output=True, text=True).stdout
    assert lines.files(root)
    assert ".kedro-flyte" not in told


@pytest.mark.parametrize("words", [None, ("run",)], ids=["kedro", "flyte"])
def test_no_record_is_kept_where_none_is_wanted(tmp_path, words):
    root = PROJECT.write(tmp_path)
    done = (
        by_kedro(root, KEDRO_FLYTE_RECORD="off")
        if words is None
        else flyte(root, *words, KEDRO_FLYTE_RECORD="off")
    )

    assert done.returncode == 0
    assert not (root / ".kedro-flyte").exists()


def test_a_run_needs_no_place_for_its_record(tmp_path):
    root = PROJECT.write(tmp_path)
    (root / ".kedro-flyte").write_text("in the way")

    assert by_kedro(root).returncode == 0
    assert (root / "data/kept.json").exists()
    flyte(root, "run")


NESTED = """
from pathlib import Path
from kedro.pipeline import Node, Pipeline
from kedro.framework.session import KedroSession

def outer(x):
    with KedroSession.create(Path.cwd()) as session:
        session.run(pipeline_names=["inner"])
    return x

def same(x):
    return x

def create():
    return Pipeline([Node(outer, "params:x", "y", name="outer"), Node(same, "y", "z", name="after")])

def inner():
    return Pipeline([Node(same, "params:x", "made", name="within")])
"""


def test_a_pipeline_that_a_node_runs_has_a_record_of_its_own(tmp_path):
    registry = "from demo.flow import inner\nreturn {'__default__': create(), 'inner': inner()}"
    root = Project(NESTED, parameters="x: 1", registry=registry).write(tmp_path)
    done = by_kedro(root)
    assert done.returncode == 0, done.stdout + done.stderr

    found = {record.pipeline: record for record in map(read, lines.files(root))}
    assert [node.name for node in found["inner"].nodes] == ["within"]
    assert [node.name for node in found["__default__"].nodes] == ["outer", "after"]
    assert {record.state for record in found.values()} == {"done"}


INTERRUPTED = """
from pathlib import Path
from kedro.framework.session import KedroSession
from kedro.framework.startup import bootstrap_project

bootstrap_project(Path.cwd())
for value in (True, False):
    try:
        with KedroSession.create(Path.cwd(), runtime_params={"stop": value}) as session:
            session.run()
    except KeyboardInterrupt:
        pass
"""


def test_a_run_after_one_that_was_interrupted_is_recorded_by_itself(tmp_path):
    nodes = """
    from kedro.pipeline import Node, Pipeline

    def wait(stop):
        if stop:
            raise KeyboardInterrupt
        return 1

    def create():
        return Pipeline([Node(wait, "params:stop", "y", name="wait")])
    """
    root = Project(nodes, parameters="stop: false").write(tmp_path)
    done = warm_python.run([sys.executable, "-c", INTERRUPTED], cwd=root, env=environment())
    assert done.returncode == 0, done.stdout + done.stderr

    assert [read(path).state for path in lines.files(root)] == ["running", "done"]


def test_a_run_succeeds_where_kedro_viz_cannot_be_told(tmp_path):
    root = PROJECT.write(tmp_path)
    (root / ".viz").write_text("in the way")

    assert by_kedro(root).returncode == 0
    flyte(root, "run")


def test_a_run_by_kedro_after_a_task_in_the_same_process_is_recorded(tmp_path):
    root = PROJECT.write(tmp_path)
    flyte(root, "export")
    program = """
import sys
from pathlib import Path
from kedro.framework.session import KedroSession
from kedro_flyte import PlanFile, run_task

run_task(PlanFile(Path("flows/on_flyte/demo__default.plan.json")), "first", {})
with KedroSession.create(Path.cwd()) as session:
    session.run()
"""
    done = warm_python.run([sys.executable, "-c", program], cwd=root, env=environment())
    assert done.returncode == 0, done.stdout + done.stderr

    assert [read(path).of for path in lines.files(root)] == ["kedro run"]


def test_an_error_that_is_no_utf8_is_reported(tmp_path):
    path = lines.begin(tmp_path, "1", of="kedro run", pipeline="p", nodes=["a"])
    lines.add(path, node="a", step="failed", **lines.of_error(ValueError("caf\udce9")))
    lines.add(path, run="failed")

    assert as_html(read(path)).encode("utf-8")
    assert r"ValueError: caf\udce9" in read(path).nodes[0].error


def test_a_line_that_was_cut_off_says_nothing(tmp_path):
    path = tmp_path / "x.jsonl"
    lines.add(path, run="begins", id="1", of="kedro run", pipeline="p", nodes=["a"])
    lines.add(path, node="a", step="computes")
    with path.open("a") as stream:
        stream.write('{"time": 12')

    record = read(path)
    assert (record.state, record.nodes[0].state) == ("running", "running")


def test_a_file_that_is_no_record_is_refused(tmp_path):
    (tmp_path / "x.jsonl").write_text("12\n[]\n\n")

    with pytest.raises(ValueError, match="does not say which run it is of"):
        read(tmp_path / "x.jsonl")
