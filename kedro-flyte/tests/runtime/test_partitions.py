"""The files of a folder one by one, at a store too, whatever they are called."""

import uuid
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import fsspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kedro_datasets.partitions import PartitionedDataset
from kedro_flyte.errors import TaskError
from kedro_flyte.runtime.steps.item_names import item_name
from kedro_flyte.runtime.steps.partitions import Files

NAMES = ["a", "a-b", "a b", "x1", "x[1]", "q?", "st*r", "p%20q", "c#1", "é", "a+b", "sub/z"]


def _folder(kind: str, folder: Path) -> Any:
    """Return a folder as the platform hands it over, with a file for each name."""
    if kind == "store":
        root = f"memory:///{uuid.uuid4()}"
        for name in NAMES:
            fsspec.filesystem("memory").pipe_file(f"{root}/{name}.txt", name.encode())
        return SimpleNamespace(remote_source=root)
    for name in NAMES:
        path = folder / f"{name}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return folder


@pytest.mark.parametrize("kind", ["folder", "store"])
def test_every_file_is_fetched_by_its_name_alone(kind, tmp_path):
    files = Files(_folder(kind, tmp_path / "parts"), ".txt")

    for number, name in enumerate(NAMES):
        folder = files.fetch(name, tmp_path / str(number))
        found = [path for path in folder.rglob("*") if path.is_file()]
        assert [path.read_text() for path in found] == [name]
    with pytest.raises(TaskError, match="Partition 'x2' is not in"):
        files.fetch("x2", tmp_path / "none")


def test_the_names_have_the_order_that_kedro_gives_them(tmp_path):
    folder = _folder("folder", tmp_path)
    by_kedro = PartitionedDataset(
        path=str(folder), dataset="text.TextDataset", filename_suffix=".txt"
    )

    assert Files(folder, ".txt").names() == list(by_kedro.load())
    assert Files(_folder("store", tmp_path), ".txt").names() == list(by_kedro.load())


@given(st.text() | st.text(min_size=100, max_size=400), st.text(max_size=400))
def test_two_keys_have_two_names_that_any_disk_takes(one, other):
    assert len(f"{item_name(one)}.pickle".encode()) <= 255
    assert "/" not in item_name(one)
    assert (item_name(one) == item_name(other)) == (one == other)


def test_long_keys_with_one_beginning_have_two_names():
    assert item_name("Я" * 100 + "a") != item_name("Я" * 100 + "b")
