"""Batch prediction on the shipped batches: what is predicted, skipped, set aside and summed up."""

import json
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import fsspec
import numpy as np
import pandas as pd
import pytest
from champions import LENGTHS, put_into_service, train
from kedro.io.core import DatasetError
from pydantic import ValidationError
from sample_projects import copy_project, kedro
from use_cases import refused, run_pipeline

from e06_flows.datasets.batches import BadBatchError, Batch, BatchDataset
from e06_flows.pipelines.batch_prediction import create_pipeline, monitoring, nodes
from e06_flows.pipelines.batch_prediction.parameters import BatchParameters
from e06_flows.registry.in_service import Champion

NAME = "batch_prediction"
BATCHES = "data/01_raw/flower_batches"
PREDICTIONS = "data/07_model_output/batch_predictions"
RECORDS = "data/07_model_output/batch_records"
SUMMARY = "data/08_reporting/batch_summary.json"
SCHEMA = "e06_flows.pipelines.batch_prediction.schemas.Flowers"
DAYS = ["2026-06-01", "2026-06-02", "2026-06-03", "2026-06-04", "2026-06-05"]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with a champion, in which the flow has run for the first time."""
    root = copy_project(tmp_path_factory.mktemp("batches"))
    put_into_service(root)
    run_pipeline(root, NAME)
    return root


@pytest.fixture
def project(finished: Path, tmp_path: Path) -> Path:
    """A copy with the results of an earlier run; its models are those of `finished`."""
    return Path(shutil.copytree(finished, tmp_path / "project"))


def _predictions(root: Path, day: str = DAYS[0]) -> pd.DataFrame:
    return pd.read_parquet(root / PREDICTIONS / f"{day}.parquet")


def _summary(root: Path) -> dict[str, Any]:
    return dict(json.loads((root / SUMMARY).read_text()))


def _changed(root: Path, first: dict[str, float]) -> list[str]:
    return [day for day, when in _times(root).items() if when != first[day]]


def _times(root: Path) -> dict[str, float]:
    return {p.stem: p.stat().st_mtime_ns for p in sorted((root / PREDICTIONS).glob("*.parquet"))}


def _write(root: Path, day: str, text: str) -> None:
    (root / BATCHES / f"{day}.csv").write_text(text)


HEADER = "Id," + ",".join(LENGTHS) + "\n"


def test_the_predictions_are_those_of_scikit_learn_on_the_same_rows(finished):
    model = train(finished)
    for day in DAYS:
        rows, made = pd.read_csv(finished / BATCHES / f"{day}.csv"), _predictions(finished, day)
        expected = model.predict_proba(rows[LENGTHS])

        assert made["Id"].tolist() == rows["Id"].tolist()
        assert made["prediction"].tolist() == model.predict(rows[LENGTHS]).tolist()
        for at, name in enumerate(model.classes_):
            assert np.array_equal(made[f"probability_{name}"], expected[:, at])


def test_each_row_names_the_version_the_run_of_the_model_and_the_run_that_predicted(finished):
    made = _predictions(finished)
    runs = made[["model_version", "model_run_id", "batch_run_id"]].drop_duplicates()

    assert runs["model_version"].tolist() == ["1"]
    assert (runs[["model_run_id", "batch_run_id"]].map(len) == 32).all(axis=None)
    assert runs["batch_run_id"].tolist() == [_summary(finished)["batch_run_id"]]


def test_the_predictions_of_all_batches_are_read_as_one_table(finished):
    made = pd.read_parquet(finished / PREDICTIONS)

    assert sorted(made["Id"]) == list(range(1, 151))


def test_the_summary_counts_what_was_predicted(finished):
    made, summary = pd.read_parquet(finished / PREDICTIONS), _summary(finished)
    highest = made.filter(like="probability_").max(axis=1)

    assert summary["batches"] == {"scored": 5, "scored_in_this_run": 5, "rejected": 0}
    assert summary["rows_by_class"] == made["prediction"].astype(str).value_counts().to_dict()
    assert summary["rows_by_model_version"] == {"1": 150}
    assert summary["confidence"]["mean"] == pytest.approx(highest.mean())
    assert summary["confidence"]["unsure_rows"] == (highest < 0.6).sum()
    assert sum(summary["confidence"]["rows_by_bin"]) == 150


def test_a_second_run_skips_finished_batches_and_has_the_same_summary(project):
    times, before = _times(project), _summary(project)

    done = run_pipeline(project, NAME)

    after = _summary(project)
    assert _changed(project, times) == []
    assert (done.stdout + done.stderr).count("is finished") == 5
    assert after["batches"].pop("scored_in_this_run") == 0
    before["batches"].pop("scored_in_this_run")
    assert {**after, "batch_run_id": ""} == {**before, "batch_run_id": ""}


def test_a_batch_whose_content_changed_and_a_new_one_are_scored(project):
    times = _times(project)
    shutil.copy(project / BATCHES / f"{DAYS[0]}.csv", project / BATCHES / f"{DAYS[1]}.csv")
    _write(project, "2026-06-06", HEADER + "901,5.1,3.5,1.4,0.2\n")

    run_pipeline(project, NAME)

    assert (project / PREDICTIONS / "2026-06-06.parquet").exists()
    assert _changed(project, {**times, "2026-06-06": -1}) == [DAYS[1], "2026-06-06"]
    assert _summary(project)["rows"] == 151


def test_what_a_killed_run_has_not_finished_is_done_by_the_next(project):
    times = _times(project)
    (project / RECORDS / f"{DAYS[3]}.json").unlink()  # killed between predictions and record
    (project / RECORDS / f"{DAYS[4]}.json").write_text('{"status": "sco')  # or while it was written

    run_pipeline(project, NAME)

    assert _changed(project, times) == DAYS[3:]
    assert _summary(project)["batches"]["scored"] == 5


@pytest.mark.long
def test_a_run_that_is_killed_keeps_what_it_has_finished(tmp_path):
    root = copy_project(tmp_path)
    put_into_service(root)
    for number in range(10, 60):
        rows = pd.read_csv(root / BATCHES / f"{DAYS[0]}.csv")
        many = pd.concat([rows] * 100, ignore_index=True).assign(Id=range(3000))
        many.to_csv(root / BATCHES / f"2026-07-{number}.csv", index=False)
    process = subprocess.Popen(
        [sys.executable, "-m", "kedro", "run", "--pipeline", NAME], cwd=root,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    while len(list((root / RECORDS).glob("*.json"))) < 10 and process.poll() is None:
        time.sleep(0.02)
    process.kill()
    process.wait()
    kept = _times(root)
    done = {path.stem for path in (root / RECORDS).glob("*.json")}

    run_pipeline(root, NAME)

    assert 10 <= len(done) < 55
    assert done.isdisjoint(_changed(root, {**dict.fromkeys(_times(root), 0.0), **kept}))
    assert _summary(root)["batches"]["scored"] == 55


BAD = {
    "no-rows": (HEADER, "at_least_one_row"),
    "empty": ("", "cannot be read: EmptyDataError"),
    "no-column": ("Id,SepalLengthCm\n1,5.0\n", "there is no column SepalWidthCm"),
    "text": (HEADER + "1,long,3,1,1\n", "coerce_dtype"),
    "missing": (HEADER + "1,5,,1,1\n", "SepalWidthCm: not_nullable fails 1 times"),
    "negative": (HEADER + "1,5,3,-1,1\n2,5,3,1,1\n", "PetalLengthCm: greater_than(0) fails 1 times, e.g. -1.0"),
    "infinite": (HEADER + "1,5,3,inf,1\n", "PetalLengthCm: less_than(inf)"),
    "twice": (HEADER + "1,5,3,1,1\n1,5,3,1,1\n", "Id: field_uniqueness"),
}  # fmt: skip


def test_bad_batches_are_set_aside_with_the_reason_and_the_others_are_scored(project):
    for name, (text, _) in BAD.items():
        _write(project, name, text)
    (project / BATCHES / "binary.csv").write_bytes(b"\xff\xfe\x00")
    _write(project, "2026-06-06", HEADER + "901,5.1,3.5,1.4,0.2\n")

    done = _run_that_warns(project, "--params", "batch_prediction.most_rejected=0.7")

    summary = _summary(project)
    assert summary["batches"] == {"scored": 6, "scored_in_this_run": 1, "rejected": 9}
    for name, (_, reason) in BAD.items():
        assert reason in summary["rejected"][name]
        assert f"{name} is set aside" in done
        assert not (project / PREDICTIONS / f"{name}.parquet").exists()
    assert "cannot be read: UnicodeDecodeError" in summary["rejected"]["binary"]
    table = pd.read_csv(project / "data/08_reporting/batch_table.csv").set_index("batch")
    assert table.loc["negative", "reason"] == summary["rejected"]["negative"]


def _run_that_warns(root: Path, *words: str) -> str:
    done = kedro(root, "run", "--pipeline", NAME, *words)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.long
def test_a_batch_that_was_mended_is_scored_and_one_that_broke_keeps_no_predictions(project):
    good = (project / BATCHES / f"{DAYS[0]}.csv").read_text()
    _write(project, DAYS[0], HEADER)
    _run_that_warns(project)
    broken = _predictions(project)

    _write(project, DAYS[0], good)
    run_pipeline(project, NAME)

    assert len(broken) == 0
    assert len(_predictions(project)) == 30
    assert _summary(project)["batches"]["rejected"] == 0


def test_the_run_fails_when_too_many_batches_are_bad_and_the_last_summary_stays(project):
    before = _summary(project)
    for name, (text, _) in BAD.items():
        _write(project, name, text)

    said = refused(project, NAME)

    assert "8 of 13 batches cannot be scored, more than" in said
    assert "negative: PetalLengthCm: greater_than(0)" in said
    assert _summary(project) == before


@pytest.mark.long
@pytest.mark.parametrize(("choice", "scored_again"), [("keep", []), ("rescore", DAYS)])
def test_a_new_champion_scores_finished_batches_again_where_that_is_asked_for(
    tmp_path, choice, scored_again
):
    root = copy_project(tmp_path)
    put_into_service(root)
    run_pipeline(root, NAME)
    times = _times(root)
    put_into_service(root, trees=9)

    run_pipeline(root, NAME, "--params", f"batch_prediction.new_champion={choice}")

    assert _changed(root, times) == scored_again
    assert _summary(root)["rows_by_model_version"] == ({"2": 150} if scored_again else {"1": 150})


def test_without_a_champion_the_message_says_which_pipeline_makes_one(tmp_path):
    said = refused(copy_project(tmp_path), NAME)

    assert "has the alias 'champion'" in said
    assert "kedro run --pipeline retraining" in said


def test_a_folder_without_batches_says_what_it_looked_for(project):
    shutil.rmtree(project / BATCHES)

    assert "No partitions found in " in refused(project, NAME)


def test_the_summary_alone_says_that_a_batch_was_never_scored(project):
    _write(project, "2026-06-06", HEADER + "901,5.1,3.5,1.4,0.2\n")

    said = refused(project, NAME, "--nodes", "sum_up")

    assert "There is no record of 1 of 6 batches (e.g. ['2026-06-06'])" in said


def test_a_parameter_that_is_not_known_is_refused_before_anything_runs(project):
    times = _times(project)

    said = refused(project, NAME, "--params", "batch_prediction.new_champion=maybe")

    assert "Parameter validation failed" in said
    assert _changed(project, times) == []


def test_the_run_in_mlflow_has_the_numbers_and_the_picture(finished):
    run_id = _summary(finished)["batch_run_id"]
    with closing(sqlite3.connect(finished / "mlflow.db")) as database:
        metrics = dict(
            database.execute("SELECT key, value FROM metrics WHERE run_uuid = ?", [run_id])
        )
        (status,) = database.execute("SELECT status FROM runs WHERE run_uuid = ?", [run_id])

    assert status == ("FINISHED",)
    assert metrics["rows"] == 150
    assert sum(v for k, v in metrics.items() if k.startswith("share.")) == pytest.approx(1)
    kept = finished / f"mlruns/{run_id}/artifacts/batches"
    assert sorted(path.name for path in kept.iterdir()) == ["batches.csv", "batches.png"]


def test_every_node_names_its_tier():
    assert all(
        any(tag.startswith("tier.") for tag in node.tags) for node in create_pipeline().nodes
    )


def _parameters(**changes: object) -> BatchParameters:
    values = {"model": "m", "key": "Id", "new_champion": "keep", "most_rejected": 0.5}
    return BatchParameters(**{**values, **changes})


@pytest.mark.parametrize("changes", [{"most_rejected": 1.1}, {"key": ""}, {"model": ""}, {"x": 1}])
def test_parameters_out_of_range_are_refused(changes):
    with pytest.raises(ValidationError):
        _parameters(**changes)


def _batch(folder: Path, name: str = "a", **changes: Any) -> Batch:
    """Load a partition of a folder as the catalog's entry does."""
    values = {"filepath": f"{folder}/{name}.csv", "rows": {"type": "pandas.CSVDataset"}, "schema": SCHEMA, "batches": {"path": str(folder)}, "records": {"path": str(folder / "records")}}  # fmt: skip
    return BatchDataset(**{**values, **changes}).load()


def test_a_batch_is_not_read_before_it_is_asked_for(tmp_path):
    (tmp_path / "a.csv").write_text("nonsense")

    batch = _batch(tmp_path)

    assert (batch.name, batch.record) == ("a", None)
    with pytest.raises(BadBatchError, match="there is no column Id; there is no column Sepal"):
        batch.read()


def test_batches_in_folders_keep_their_names_and_records_apart(tmp_path):
    for name in ("north", "south"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "1.csv").write_text(HEADER + "1,5,3,1,1\n")
    (tmp_path / "records/north").mkdir(parents=True)
    (tmp_path / "records/north/1.json").write_text('{"status": "scored"}')

    north, south = _batch(tmp_path, "north/1"), _batch(tmp_path, "south/1")

    assert (north.name, north.record) == ("north/1", {"status": "scored"})
    assert (south.name, south.record) == ("south/1", None)
    assert north.fingerprint() == south.fingerprint()


def test_a_batch_that_was_brought_from_its_folder_is_called_by_its_file(tmp_path):
    (tmp_path / "fetched").mkdir()
    (tmp_path / "fetched/a.csv").write_text(HEADER)

    assert (
        _batch(tmp_path, filepath=f"{tmp_path}/fetched/a.csv", batches={"path": "elsewhere"}).name
        == "a"
    )


def test_a_batch_is_not_written(tmp_path):
    dataset = BatchDataset(
        filepath="a.csv", rows={"type": "pandas.CSVDataset"}, batches={"path": "."}, records={"path": "."}
    )  # fmt: skip

    with pytest.raises(DatasetError, match="is a batch to read"):
        dataset.save(pd.DataFrame())


def test_a_file_that_must_not_be_read_is_a_bad_batch(tmp_path):
    (tmp_path / "a.csv").write_text(HEADER)
    batch = _batch(tmp_path)
    (tmp_path / "a.csv").unlink()

    with pytest.raises(BadBatchError, match="cannot be read: "):
        batch.fingerprint()


def test_columns_that_the_champion_needs_beyond_the_schema_are_asked_for(tmp_path):
    (tmp_path / "a.csv").write_text(HEADER + "1,5,3,1,1\n")
    champion = Champion(name="m", version="1", run_id="r", columns=("Weight",), model=_untaught())

    predictions, record = nodes.score_batch(
        _batch(tmp_path), {"champion": champion, "run_id": "b"}, _parameters()
    )

    assert predictions is None
    assert record is not None
    assert record["reason"].startswith("has no columns ['Weight']; it has ['Id', ")


def _untaught() -> Any:
    from sklearn.dummy import DummyClassifier

    return DummyClassifier().fit([[0], [1]], ["no", "yes"])


def test_the_confidence_of_a_record_is_that_of_its_probabilities():
    probabilities = np.array([[0.5, 0.5], [0.1, 0.9], [1.0, 0.0]])

    best = probabilities.argmax(axis=1)
    record = monitoring.scored({}, probabilities, best, np.array(["no", "yes"]))

    assert record["classes"] == {"no": 2, "yes": 1}
    assert record["confidence"]["mean"] == pytest.approx(0.8)
    assert record["confidence"]["unsure_rows"] == 1
    bins = [at for at, n in enumerate(record["confidence"]["histogram"]) if n]
    assert bins == [10, 18, 19]


def test_a_champion_predicts_in_batches_what_it_predicts_elsewhere():
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import FixedThresholdClassifier

    rows = pd.DataFrame({"x": np.linspace(-2, 2, 40)})
    kinds = np.where(rows["x"] > 1, "bad", "good")
    for limit in (0.1, 0.5, 0.9):
        model = FixedThresholdClassifier(LogisticRegression(), threshold=limit, pos_label="bad")
        model.fit(rows, kinds)
        champion = Champion(name="m", version="1", run_id="r", columns=("x",), model=model)

        best = champion.decide(champion.probabilities(rows))

        assert model.classes_[best].tolist() == model.predict(rows).tolist()


def test_the_confidence_is_that_of_the_class_that_is_predicted():
    probabilities = np.array([[0.3, 0.7], [0.1, 0.9]])

    record = monitoring.scored({}, probabilities, np.array([0, 1]), np.array(["no", "yes"]))

    assert record["classes"] == {"no": 1, "yes": 1}
    assert record["confidence"]["mean"] == pytest.approx(0.6)
    assert record["confidence"]["unsure_rows"] == 1


def test_a_summary_of_rejected_batches_alone_has_no_rows():
    summary = monitoring.as_summary(
        {"a": monitoring.rejected({"model_version": "1", "batch_run_id": "r"}, "why")}, run_id="r"
    )

    assert summary["rows"] == 0
    assert summary["confidence"]["mean"] is None
    assert monitoring.as_metrics(summary)["batches_rejected"] == 1


@pytest.fixture
def bucket() -> Iterator[str]:
    """A remote folder: fsspec's own, in memory."""
    files = fsspec.filesystem("memory")
    files.pipe("/bucket/in/a.csv", HEADER.encode())
    files.pipe("/bucket/records/a.json", b'{"status": "scored"}')
    yield "memory://bucket"
    files.rm("/bucket", recursive=True)


def test_batches_at_remote_paths_are_named_hashed_and_known_as_finished(bucket, tmp_path):
    (tmp_path / "a.csv").write_text(HEADER)

    batch = _batch(tmp_path, filepath=f"{bucket}/in/a.csv", batches={"path": f"{bucket}/in"}, records={"path": f"{bucket}/records"})  # fmt: skip

    assert (batch.name, batch.record) == ("a", {"status": "scored"})
    assert batch.fingerprint() == _batch(tmp_path).fingerprint()


def test_in_a_task_of_a_workflow_only_what_is_remote_is_known_as_finished(
    bucket, tmp_path, monkeypatch
):
    monkeypatch.setattr("e06_flows.datasets.batches.current_task", object)
    (tmp_path / "records").mkdir()
    (tmp_path / "records/a.json").write_text("{}")

    assert _batch(tmp_path).record is None
    assert _batch(tmp_path, records={"path": f"{bucket}/records"}).record is not None
