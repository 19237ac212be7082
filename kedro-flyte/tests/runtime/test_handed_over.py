"""What stays in memory between nodes, and passes between tasks as a pickle."""

import shutil
from pathlib import Path

from kedro_datasets.partitions import PartitionedDataset
from kedro_flyte.runtime.datasets import HandedOverDataset


def _partitions(folder: Path) -> PartitionedDataset:
    return PartitionedDataset(path=str(folder), dataset="text.TextDataset")


def test_partitions_that_a_node_passes_on_are_there_in_another_task(tmp_path):
    first_disk, path = tmp_path / "first", str(tmp_path / "handed over")
    _partitions(first_disk).save({"a": "1", "b": "2"})
    chosen = {**_partitions(first_disk).load(), "made": "3"}

    handed = HandedOverDataset(path)
    handed.save(chosen)
    shutil.rmtree(first_disk)
    found = HandedOverDataset(path).load()

    assert [found["a"](), found["b"](), found["made"]] == ["1", "2", "3"]


def test_within_a_task_they_are_loaded_when_they_are_asked_for(tmp_path):
    _partitions(tmp_path / "parts").save({"a": "1"})
    handed = HandedOverDataset(str(tmp_path / "handed over"))
    handed.save(_partitions(tmp_path / "parts").load())

    (tmp_path / "parts/a").write_text("changed")

    assert handed.load()["a"]() == "changed"


def test_partitions_at_a_store_are_left_to_the_task_that_reads_them(tmp_path):
    store = PartitionedDataset(path="memory:///parts", dataset="text.TextDataset")
    store.save({"a": "1"})
    handed = HandedOverDataset(str(tmp_path / "handed over"))
    handed.save(store.load())
    store.save({"a": "changed"})

    assert HandedOverDataset(str(tmp_path / "handed over")).load()["a"]() == "changed"
