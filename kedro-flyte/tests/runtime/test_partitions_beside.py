"""The partitions of a folder that was handed over, whatever else was handed over with it."""

from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest
from flytekit.types.directory import FlyteDirectory
from kedro_flyte.errors import TaskError
from kedro_flyte.runtime.steps.partitions import Files
from kedro_flyte.runtime.workplace import NOTE


@pytest.fixture(params=["local", "remote"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Path | str, object]]:
    """Where files are written, and what a task is given of them."""
    if request.param == "local":
        yield tmp_path, FlyteDirectory(str(tmp_path))
    else:
        store = fsspec.filesystem("memory")
        given = FlyteDirectory("memory://parts", remote_directory=False)
        given._remote_source = "memory://parts"
        yield "memory://parts", given
        store.rm("/parts", recursive=True)


def _write(where: Path | str, **files: str) -> None:
    for name, text in files.items():
        with fsspec.open(f"{where}/{name.replace('__', '/').replace('_dot_', '.')}", "w") as stream:
            stream.write(text)


def _files(path: Path) -> list[str]:
    return sorted(p.relative_to(path).as_posix() for p in path.rglob("*") if p.is_file())


def test_a_partition_is_fetched_with_what_lies_beside_it(folder, tmp_path):
    where, given = folder
    _write(where, a_dot_csv="1", a_dot_units_dot_json="m", ab_dot_csv="2", a_dot_b_dot_csv="3")
    files = Files(given, ".csv")

    assert files.names() == ["a.b", "a", "ab"]
    assert _files(files.fetch("a", tmp_path / "to")) == ["a.csv", "a.units.json"]


def test_partitions_in_folders_are_fetched_by_their_paths(folder, tmp_path):
    where, given = folder
    _write(where, deep__a_dot_csv="1", deep__a_dot_json="2", a_dot_json="3")
    files = Files(given, ".csv")

    assert files.names() == ["deep/a"]
    assert _files(files.fetch("deep/a", tmp_path / "to")) == ["deep/a.csv", "deep/a.json"]


def test_what_was_written_beside_the_folder_is_no_partition(folder, tmp_path):
    where, given = folder
    _write(where, **{NOTE: "own", "own__a": "1", "_dot_own_dot_crc": "2"})
    files = Files(given, "")

    assert files.names() == ["a"]
    assert _files(files.fetch("a", tmp_path / "to")) == ["a"]


def test_a_folder_in_which_nothing_was_saved_has_no_partitions(folder):
    where, given = folder
    _write(where, **{NOTE: "own"})

    assert Files(given, "").names() == []


def test_a_partition_that_is_gone_is_named(folder, tmp_path):
    where, given = folder
    _write(where, a_dot_csv="1")

    with pytest.raises(TaskError, match="'b'"):
        Files(given, ".csv").fetch("b", tmp_path / "to")
