"""The folder of results: what a run puts there, what it replaces, and what it leaves alone."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from kedro_flyte.errors import ProjectError
from kedro_flyte.local import Given, run_workflow
from kedro_flyte.plan.model import Dataset, Travel
from kedro_flyte.results import MARKS, Results
from kedro_flyte.stage import Manner
from kedro_flyte.targets import load
from plan_views import node, plan, view


def _dataset(name: str, travel: Travel = Travel.FILE, location: str = "") -> Dataset:
    location = location or ("data/x" if travel is Travel.DIRECTORY else "data/x.csv")
    return Dataset(
        name=name, id=f"id_{abs(hash(name))}", travel=travel, reason="", entries=(name,),
        declared=True, location=location,
    )  # fmt: skip


def _folder(tmp_path: Path, **files: str) -> Path:
    folder = tmp_path / "made" / "x"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name).write_text(text)
    return folder


def _file(tmp_path: Path, text: str) -> Path:
    (tmp_path / "x.csv").write_text(text)
    return tmp_path / "x.csv"


def _keep(output: Path, *pairs: tuple[Dataset, Any]) -> list[str]:
    told: list[str] = []
    Results([dataset for dataset, _ in pairs], output).keep([v for _, v in pairs], told.append)
    return told


def _visible(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir() if p.name != MARKS)


def test_a_folder_that_no_run_has_made_is_in_the_way_and_stays(tmp_path):
    (tmp_path / "out/src").mkdir(parents=True)
    (tmp_path / "out/src/code.py").write_text("mine")
    with pytest.raises(ProjectError, match=r"in the way of results: .*out/src \(for 'src'\)"):
        Results([_dataset("src", Travel.DIRECTORY)], tmp_path / "out")
    assert (tmp_path / "out/src/code.py").read_text() == "mine"


def test_a_file_or_a_link_that_no_run_has_made_is_in_the_way_too(tmp_path):
    (tmp_path / "a.csv").write_text("mine")
    (tmp_path / "b.csv").symlink_to(tmp_path / "nowhere")
    with pytest.raises(ProjectError, match=r"a\.csv \(for 'a'\), .*b\.csv \(for 'b'\)"):
        Results([_dataset("a"), _dataset("b")], tmp_path)


def test_what_is_in_the_way_is_said_before_anything_runs(tmp_path):
    (tmp_path / "made").mkdir()
    project = view(
        node("make", outputs="made"), catalog={"made": {"type": "x.Dataset", "path": "data/made"}}
    )
    given = Given(params={}, files={}, output=tmp_path)
    told: list[str] = []
    with pytest.raises(ProjectError, match="in the way"):
        run_workflow(
            tmp_path / "no project", plan(project), given, Manner(target=load("flyte")), told.append
        )
    assert told == []


@pytest.mark.parametrize("name", ["..", ".", ".git", "../up", "a/b", "a\\b", "", "l" * 300, "\n"])
def test_a_name_that_leads_elsewhere_names_no_file(tmp_path, name):
    (tmp_path / "precious.txt").write_text("mine")
    dataset = _dataset(name, Travel.DIRECTORY)
    told = _keep(tmp_path / "out", (dataset, _folder(tmp_path, part="1")))
    assert (tmp_path / "precious.txt").read_text() == "mine"
    assert told == [f"{name}: {tmp_path / 'out' / dataset.id}"]
    assert (tmp_path / "out" / dataset.id / "part").read_text() == "1"


def test_results_of_an_earlier_run_are_replaced_whole(tmp_path):
    out = tmp_path / "out"
    pairs = _dataset("parts", Travel.DIRECTORY), _dataset("table")
    _keep(out, (pairs[0], _folder(tmp_path, a="1", b="1")), (pairs[1], _file(tmp_path, "one")))
    _keep(out, (pairs[0], _folder(tmp_path, a="2")), (pairs[1], _file(tmp_path, "two")))
    assert _visible(out) == ["parts", "table.csv"]
    assert _visible(out / "parts") == ["a"]
    assert (out / "table.csv").read_text() == "two"


@pytest.mark.parametrize("change", ["more", "other"])
def test_a_result_that_was_changed_is_not_replaced(tmp_path, change):
    out, dataset = tmp_path / "out", _dataset("parts", Travel.DIRECTORY)
    _keep(out, (dataset, _folder(tmp_path, a="1")))
    (out / "parts" / ("b" if change == "more" else "a")).write_text("mine")
    with pytest.raises(ProjectError, match="or it was changed since"):
        Results([dataset], out)


def test_a_copy_that_fails_leaves_the_earlier_results(tmp_path):
    out = tmp_path / "out"
    first, second = _dataset("parts", Travel.DIRECTORY), _dataset("table")
    _keep(out, (first, _folder(tmp_path, a="1")), (second, _file(tmp_path, "one")))
    results = Results([first, second], out)
    with pytest.raises(FileNotFoundError):
        results.keep([_folder(tmp_path, a="2"), tmp_path / "gone.csv"], print)
    assert _visible(out) == ["parts", "table.csv"]
    assert (out / "parts/a").read_text() == "1"
    Results([first, second], out)  # and they may still be replaced


def test_what_appears_during_the_run_is_left_and_the_result_kept_beside_it(tmp_path):
    results = Results([_dataset("table")], tmp_path / "out")
    (tmp_path / "out/table.csv").write_text("mine")
    told: list[str] = []
    results.keep([_file(tmp_path, "one")], told.append)
    assert (tmp_path / "out/table.csv").read_text() == "mine"
    assert told == [f"table: {tmp_path / 'out' / 'table-2.csv'}"]


def test_two_results_never_share_a_place(tmp_path):
    both = _dataset("Table"), _dataset("table")
    mixed = _dataset("a", location="data/a.csv"), _dataset("a.csv", Travel.DIRECTORY)
    told = _keep(
        tmp_path / "out",
        *((dataset, _file(tmp_path, "1")) for dataset in both),
        (mixed[0], _file(tmp_path, "1")),
        (mixed[1], _folder(tmp_path, a="1")),
    )
    places = [line.split(": ")[1] for line in told]
    assert len({place.casefold() for place in places}) == 4
    assert all(Path(place).exists() for place in places)


def test_a_folder_that_cannot_be_made_is_said_before_the_run(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ProjectError, match="Name another folder"):
        Results([_dataset("table")], tmp_path / "file")


def test_marks_that_are_no_marks_forbid_what_is_there(tmp_path):
    for content in ("{", "[1]", '{"table.csv": 1}'):
        (tmp_path / MARKS).write_text(content)
        (tmp_path / "table.csv").write_text("mine")
        with pytest.raises(ProjectError, match="in the way"):
            Results([_dataset("table")], tmp_path)
