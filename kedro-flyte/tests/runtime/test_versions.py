"""Versions at remote paths: which one is read, and which one may be written over."""

import uuid

import fsspec
import pytest
from kedro_flyte.errors import TaskError
from kedro_flyte.runtime.agreement import Agreement
from kedro_flyte.runtime.versions import Store, pin, store_of

FIRST, SECOND = "2026-01-01T00.00.00.000Z", "2026-01-02T00.00.00.000Z"


def _store(*versions: str, **more: object) -> Store:
    """Return a dataset at a remote path that has these versions."""
    location = f"memory://{uuid.uuid4()}/data.csv"
    files = fsspec.filesystem("memory")
    for version in versions:
        files.pipe_file(f"{location}/{version}/data.csv", version.encode())
    entry = {"type": "pandas.CSVDataset", "filepath": location, "versioned": True, **more}
    found = store_of("data", entry, dict)
    assert found is not None
    return found


def test_the_latest_version_is_the_last_by_name_that_has_a_file():
    store = _store(FIRST, SECOND)
    store.files.pipe_file(f"{store.location}/2026-01-03T00.00.00.000Z/other.csv", b"")

    assert store.latest() == SECOND
    assert _store().latest() == ""


def test_all_tasks_of_an_execution_read_one_version_of_a_source(tmp_path):
    store, agreement = _store(FIRST), Agreement(str(tmp_path))

    before = pin([("data@pandas", store)], agreement)
    store.files.pipe_file(f"{store.location}/{SECOND}/data.csv", b"")
    after = pin([("data@spark", store)], agreement)

    assert (before, after) == ({"data@pandas": FIRST}, {"data@spark": FIRST})
    assert pin([("data", store)], Agreement(str(tmp_path / "another"))) == {"data": SECOND}


@pytest.mark.parametrize(
    ("run", "pinned"), [(FIRST, {"data": FIRST}), ("f1", {}), ("2025-01-01T00.00.00.000Z", {})]
)
def test_without_an_agreement_no_version_is_later_than_the_run(monkeypatch, run, pinned):
    monkeypatch.setenv("KEDRO_FLYTE_RUN_ID", run)

    assert pin([("data", _store(FIRST, SECOND))], None) == pinned


def test_what_an_earlier_attempt_has_begun_is_removed(tmp_path):
    store, agreement = _store(FIRST), Agreement(str(tmp_path))
    store.begin(SECOND, agreement)
    store.files.pipe_file(f"{store.location}/{SECOND}/data.csv", b"half")

    store.begin(SECOND, agreement)

    assert store.latest() == FIRST


@pytest.mark.parametrize("agrees", [True, False])
def test_a_version_of_another_execution_is_left_as_it_is(tmp_path, agrees):
    store = _store(FIRST)

    for _ in range(2):  # on a second attempt, too
        with pytest.raises(TaskError, match="this execution has not made it") as caught:
            store.begin(FIRST, Agreement(str(tmp_path)) if agrees else None)

    assert store.latest() == FIRST
    assert "another KEDRO_FLYTE_RUN_ID" in str(caught.value)
    assert FIRST in str(caught.value)


@pytest.mark.parametrize(
    "entry",
    [
        {"type": "pandas.CSVDataset", "filepath": "memory://a/b.csv"},
        {"type": "pandas.CSVDataset", "filepath": "data/b.csv", "versioned": True},
        {"type": "MemoryDataset"},
    ],
)
def test_a_dataset_without_versions_at_a_remote_path_has_no_store(entry):
    assert store_of("data", entry, dict) is None
