"""What a run and the server of its processes say to each other, and what the server imports."""

import json
import sys
from types import ModuleType

import pytest
from kedro_flyte.errors import TaskError
from kedro_flyte.isolated import environment, libraries
from kedro_flyte.isolated.records import Outcome, Request, line, outcome, read, request, written


def test_plain_values_pass_as_they_are():
    values = [None, True, 3, 3.0, float("inf"), "ä\udc80\n", ["a", ["b"]]]

    found = [read(one) for one in json.loads(json.dumps([written(one) for one in values]))]

    assert found == values
    assert [type(one) for one in found] == [type(one) for one in values]


def test_files_and_folders_pass_by_path(tmp_path):
    from flytekit.types.directory import FlyteDirectory
    from flytekit.types.file import FlyteFile

    (tmp_path / "a.csv").write_text("1")
    for made in (FlyteFile["csv"](str(tmp_path / "a.csv")), FlyteDirectory(str(tmp_path))):
        found = read(written(made))
        assert str(found.download()) == str(made.path)
    remote = read(written(FlyteFile.from_source("s3://bucket/a.csv")))
    assert str(remote.remote_source) == "s3://bucket/a.csv"


def test_what_failed_passes_as_its_message():
    from flytekit.types.error.error import FlyteError

    told = read(written(FlyteError(message="it failed", failed_node_id="n0")))

    assert str(getattr(told, "message", told)) == "it failed"


def test_what_is_no_value_of_a_task_is_refused():
    with pytest.raises(TaskError, match="A complex cannot be given"):
        written(1j)


def test_requests_and_outcomes_are_lines():
    asked = Request(
        number=1, plan="p", digest="", task="t", step="", flags=False, inputs={"a": "\n"},
        folder="/c", scratch="/s", environment={"B": "\udc80"},
    )  # fmt: skip
    done = Outcome(number=1, results=("x", None), error="no\n", wall=1.5, cpu=0.5, peak=2**30)

    assert request(line(asked)) == asked
    assert outcome(line(done)) == done
    assert line(asked).count(b"\n") == line(done).count(b"\n") == 1


def test_the_server_imports_what_the_project_uses_and_nothing_of_the_project(tmp_path, monkeypatch):
    import colorsys

    own = ModuleType("ours")
    own.__file__ = str(tmp_path / "src/ours.py")
    own.colorsys, own.Thing = colorsys, type("Thing", (), {"__module__": "ours"})
    own.row = type("Row", (), {"__module__": "csv"})
    monkeypatch.setitem(sys.modules, "ours", own)
    entries = [{"type": "pandas.CSVDataset", "dataset": {"type": "ours.Own"}}, None]

    told = json.loads(libraries.used(tmp_path, entries))

    assert {"colorsys", "csv", "pandas.CSVDataset"} <= set(told)
    monkeypatch.delitem(sys.modules, "colorsys")
    libraries.load(json.dumps(["colorsys", "ours", "ours.Own", "nowhere.to.be", ""]).encode())
    assert "colorsys" in sys.modules


def test_a_module_outside_the_installed_packages_is_not_imported(tmp_path, monkeypatch):
    (tmp_path / "worked_on.py").write_text("raise AssertionError('imported')")
    monkeypatch.syspath_prepend(tmp_path)

    libraries.load(b'["worked_on"]')

    assert "worked_on" not in sys.modules


def test_variables_are_given_with_a_value_or_with_that_of_here():
    assert environment.given(["A=1", "B", "C", "D="], {"B": "2"}) == {"A": "1", "B": "2", "D": ""}


def test_a_machine_says_who_it_is_and_not_what_a_project_has_set():
    here = {"AWS_PROFILE": "p", "LC_ALL": "C", "PYTHONPATH": "x", "KEDRO_ENV": "e", "PATH": "/bin"}

    found = environment.of_machine(here)

    assert found.keys() == {"AWS_PROFILE", "LC_ALL", "PATH"}
    assert found["PATH"].endswith(":/bin")
