"""Datasets that publish their files when they are complete."""

import json
import pickle

import pytest
from kedro.io.core import DatasetError, Version

from e06_flows.datasets.files import StagedJSONDataset, StagedMatplotlibDataset, StagedPickleDataset


def _json(folder, **metadata):
    path = folder / "metrics.json"
    path.write_text('{"old": 1}')
    return StagedJSONDataset(filepath=str(path), metadata=metadata or None), path


def test_a_run_sees_what_it_has_saved_and_others_see_the_old_file(tmp_path):
    dataset, path = _json(tmp_path)
    dataset.stage("run-1")

    dataset.save({"new": 2})

    assert dataset.load() == {"new": 2}
    assert json.loads(path.read_text()) == {"old": 1}


def test_publishing_replaces_the_file_and_leaves_nothing_beside_it(tmp_path):
    dataset, path = _json(tmp_path)
    dataset.stage("run-1")
    dataset.save({"new": 2})

    dataset.publish()
    dataset.discard()

    assert json.loads(path.read_text()) == {"new": 2}
    assert list(tmp_path.iterdir()) == [path]


def test_discarding_keeps_the_old_file(tmp_path):
    dataset, path = _json(tmp_path)
    dataset.stage("run-1")
    dataset.save({"new": 2})

    dataset.discard()

    assert dataset.load() == {"old": 1}
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_node_publishes_is_there_at_once(tmp_path):
    dataset, path = _json(tmp_path, publish="node")
    dataset.stage("run-1")

    dataset.save({"new": 2})

    assert json.loads(path.read_text()) == {"new": 2}


def test_outside_a_run_a_save_is_published_at_once(tmp_path):
    dataset, path = _json(tmp_path)

    dataset.save({"new": 2})

    assert json.loads(path.read_text()) == {"new": 2}
    assert list(tmp_path.iterdir()) == [path]


def test_a_save_that_fails_keeps_the_old_file(tmp_path):
    dataset, path = _json(tmp_path)

    with pytest.raises(DatasetError):
        dataset.save({"new": object()})

    assert json.loads(path.read_text()) == {"old": 1}
    assert list(tmp_path.iterdir()) == [path]


def test_an_unknown_moment_is_refused(tmp_path):
    dataset, _ = _json(tmp_path, publish="tomorrow")

    with pytest.raises(DatasetError, match="'publish: tomorrow' is not known"):
        dataset.stage("run-1")


def test_a_versioned_dataset_is_left_to_kedro(tmp_path):
    path = tmp_path / "model.pkl"
    dataset = StagedPickleDataset(filepath=str(path), version=Version(None, "v1"))
    dataset.stage("run-1")

    dataset.save([1, 2])

    assert (path / "v1" / "model.pkl").exists()


def test_a_picture_keeps_its_suffix_while_it_is_staged(tmp_path):
    from matplotlib.figure import Figure

    dataset = StagedMatplotlibDataset(filepath=str(tmp_path / "plot.png"))
    dataset.stage("run-1")
    dataset.save(Figure())
    dataset.publish()

    assert (tmp_path / "plot.png").read_bytes().startswith(b"\x89PNG")


def test_a_staged_file_is_written_as_the_catalog_entry_says(tmp_path):
    path = tmp_path / "metrics.json"
    dataset = StagedJSONDataset(filepath=str(path), save_args={"indent": 1})
    dataset.stage("run-1")

    dataset.save({"new": 2})

    assert dataset.exists()
    dataset.publish()
    assert path.read_text() == '{\n "new": 2\n}'


def test_a_copy_of_a_dataset_saves_to_the_same_file(tmp_path):
    dataset, path = _json(tmp_path)

    pickle.loads(pickle.dumps(dataset)).save({"new": 2})

    assert json.loads(path.read_text()) == {"new": 2}
