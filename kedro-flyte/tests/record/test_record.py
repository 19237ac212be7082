"""The record of a run: the same by Kedro alone and as a workflow, whatever becomes of its nodes."""

import json
import subprocess

import pytest
from kedro_flyte.record import lines
from kedro_flyte.record.read import read
from kedro_projects import Project, flyte, kedro_run
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
