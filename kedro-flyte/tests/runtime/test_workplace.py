"""What a task hands over of a dataset: all that its type has written, and nothing less."""

from collections.abc import Callable
from pathlib import Path

import pytest
from kedro_flyte.errors import TaskError
from kedro_flyte.plan.model import Dataset, Travel
from kedro_flyte.results import MARKS, Results
from kedro_flyte.runtime.workplace import Workplace, file_name

Write = Callable[[Path], None]


def _dataset(location: str, travel: Travel = Travel.FILE) -> Dataset:
    return Dataset(
        name="x", id="x", travel=travel, reason="", entries=("x",), declared=True, location=location
    )


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def _with_units(path: Path) -> None:
    _write(path, "1")
    _write(path.with_suffix(".units.json"), "m")


def _files(folder: Path) -> dict[str, str]:
    return {
        p.relative_to(folder).as_posix(): p.read_text()
        for p in sorted(folder.rglob("*"))
        if p.is_file() and not p.name.startswith(".kedro-flyte")
    }


CASES: list[tuple[str, Travel, Write, dict[str, str]]] = [
    ("data/x.csv", Travel.FILE, lambda p: _write(p, "1"), {"x.csv": "1"}),
    ("data/x.csv", Travel.FILE, _with_units, {"x.csv": "1", "x.units.json": "m"}),
    ("data/x.csv", Travel.FILE, lambda p: _write(p / "part", "1"), {"x.csv/part": "1"}),
    ("data/x", Travel.FILE, lambda p: _write(p.with_suffix(".npz"), "1"), {"x.npz": "1"}),
    ("data/x.pt", Travel.FILE, lambda p: (_write(p, "1"), _write(p.parent / "x.pt.ckpt", "2")),
     {"x.pt": "1", "x.pt.ckpt": "2"}),
    ("data/x", Travel.DIRECTORY, lambda p: _write(p / "a", "1"), {"x/a": "1"}),
    ("data/x", Travel.DIRECTORY, lambda p: _write(p, "1"), {"x": "1"}),
    ("data/x", Travel.DIRECTORY, lambda p: (_write(p / "a", "1"), _write(p.parent / ".x.crc", "2")),
     {"x/a": "1", ".x.crc": "2"}),
    ("data/*.csv", Travel.DIRECTORY, lambda p: _write(p.parent / "0.csv", "1"), {"0.csv": "1"}),
    ("data/x", Travel.DIRECTORY, lambda p: None, {}),
]  # fmt: skip


@pytest.mark.parametrize(("location", "travel", "write", "expected"), CASES)
def test_another_task_finds_all_that_was_written(location, travel, write, expected, tmp_path):
    dataset = _dataset(location, travel)
    maker = Workplace()
    write(maker.place(dataset))

    given = maker.give(dataset)
    received = Workplace().receive(dataset, given)

    name = Path(location).name
    if travel is Travel.DIRECTORY:
        assert given.is_dir()
    else:
        assert given.is_file()
    if expected == {f"{name}/a": "1"}:  # a folder and nothing beside it travels as it is
        assert _files(received) == {"a": "1"}
    else:
        assert received.name == name
        held = received.parent if received.name == name else received
        assert _files(held).items() >= expected.items()


def test_results_are_copied_with_what_lies_beside_them(tmp_path):
    dataset = _dataset("data/x.csv")
    maker = Workplace()
    _with_units(maker.place(dataset))

    Results([dataset], tmp_path / "out").keep([maker.give(dataset)], print)

    assert _files(tmp_path / "out/x") == {"x.csv": "1", "x.units.json": "m"}
    assert {p.name for p in (tmp_path / "out").iterdir()} == {"x", MARKS}
    assert not list((tmp_path / "out/x").glob(".*"))


def test_what_lies_outside_the_folder_of_a_dataset_is_refused_by_name():
    dataset = _dataset("data/x.csv")
    maker = Workplace()
    place = maker.place(dataset)
    _write(place, "1")
    _write(place.parents[1] / "shared.json", "2")

    with pytest.raises(TaskError, match=r"shared\.json has been written to the folder above"):
        maker.give(dataset)


def test_a_file_that_nobody_has_written_is_missing():
    with pytest.raises(TaskError, match="nothing is there"):
        Workplace().give(_dataset("data/x.csv"))


def test_a_folder_that_is_given_for_a_pattern_is_read_by_it(tmp_path):
    place = Workplace().receive(_dataset("data/*.nc", Travel.DIRECTORY), tmp_path)

    assert place == tmp_path / "*.nc"


@pytest.mark.parametrize(
    ("location", "name"),
    [("data/x.csv", "x.csv"), ("./data/x/", "x"), ("..", "x"), (".", "x"), ("/", "x"), ("a/..", "x"),
     ("file:///a/b.csv", "b.csv"), ("memory://x/y.csv", "y.csv"), ("", "x.pickle")],
)  # fmt: skip
def test_a_dataset_has_a_name_of_its_own_wherever_it_is(location, name):
    assert file_name(_dataset(location)) == name
