"""Retraining on the shipped rows: who becomes champion, what drifted, and what is left alone."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from mlflow_server import mlflow_server
from pydantic import ValidationError
from sample_projects import ROOT, copy_project, kedro
from use_cases import files, refused, run_pipeline, untracked

from e06_flows.pipelines.retraining import create_pipeline, measuring, nodes
from e06_flows.pipelines.retraining.parameters import RetrainingParameters
from e06_flows.registry.in_service import Champion

NAME = "retraining"
RECENT = "data/01_raw/datasetD.csv"
REPORT = "data/08_reporting/retraining_report.json"
SCORES = "data/08_reporting/retraining_scores.csv"
DRIFT = "data/08_reporting/drift_table.csv"
PICTURE = "data/08_reporting/drift.png"
WEAK = ("--params", "retraining.settings.C=0.0001")
LENGTHS = ["SepalLengthCm", "SepalWidthCm", "PetalLengthCm", "PetalWidthCm"]


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in which the flow has run for the first time."""
    root = copy_project(tmp_path_factory.mktemp("retraining"))
    run_pipeline(root, NAME)
    return root


@pytest.fixture(scope="module")
def weak(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project whose champion is a bad model."""
    root = copy_project(tmp_path_factory.mktemp("weak"))
    run_pipeline(root, NAME, *WEAK)
    return root


def _copy(root: Path, target: Path) -> Path:
    """Copy a project with its registry; what is logged there stays where it is."""
    return Path(shutil.copytree(root, target / "project"))


def _report(root: Path) -> dict[str, Any]:
    return dict(json.loads((root / REPORT).read_text()))


def _aliases(database: Path) -> dict[str, str]:
    with closing(sqlite3.connect(database)) as opened:
        rows = opened.execute("SELECT alias, version FROM registered_model_aliases")
        return {alias: str(number) for alias, number in rows}


def _versions(database: Path) -> int:
    with closing(sqlite3.connect(database)) as opened:
        return int(opened.execute("SELECT COUNT(*) FROM model_versions").fetchone()[0])


def test_the_first_model_becomes_champion_and_there_is_no_previous_one(first):
    report = _report(first)

    assert _aliases(first / "mlflow.db") == {"champion": "1"}
    assert (report["outcome"], report["reason"]) == ("promoted", "there is no champion yet")
    assert list(report["scores"]) == ["challenger"]
    assert report["drift"] == []


def test_the_same_rows_again_change_nothing_in_the_registry(first, tmp_path):
    project = _copy(first, tmp_path)

    run_pipeline(project, NAME)

    report = _report(project)
    assert report["outcome"] == "kept"
    assert "not better by more than 0.01" in report["reason"]
    assert report["scores"]["champion"] == report["scores"]["challenger"]
    assert _aliases(project / "mlflow.db") == {"champion": "1"}
    assert _versions(project / "mlflow.db") == 1
    assert not pd.read_csv(project / DRIFT)["drifted"].any()
    assert (project / PICTURE).read_bytes().startswith(b"\x89PNG")


def test_mlflow_s_page_of_the_champion_says_that_it_is_registered(first):
    with closing(sqlite3.connect(first / "mlflow.db")) as opened:
        tags = dict(opened.execute("SELECT tag_key, tag_value FROM logged_model_tags"))

    assert json.loads(tags["mlflow.modelVersions"]) == [{"name": "e06-champion", "version": 1}]


def test_a_better_challenger_is_promoted_and_the_old_champion_stays_as_previous(weak, tmp_path):
    project = _copy(weak, tmp_path)

    run_pipeline(project, NAME)

    report = _report(project)
    losses = {name: found["log_loss"] for name, found in report["scores"].items()}
    assert losses["challenger"] < losses["champion"] - 0.01
    assert (report["outcome"], report["champion_before"]) == ("promoted", "1")
    assert _aliases(project / "mlflow.db") == {"champion": "2", "previous": "1"}


def test_a_challenger_that_is_not_better_by_the_margin_is_not_registered(weak, tmp_path):
    project = _copy(weak, tmp_path)

    run_pipeline(project, NAME, "--params", "retraining.margin=5.0")

    assert _report(project)["outcome"] == "kept"
    assert _versions(project / "mlflow.db") == 1


def test_the_scores_are_those_of_scikit_learn_on_the_recent_hold_out(first):
    from sklearn import metrics

    model = pd.read_pickle(first / "data/06_models/retraining_challenger.pkl")["model"].model
    holdout = pd.read_parquet(first / "data/05_model_input/retraining_holdout.parquet")
    truth, probabilities = holdout["Species"], model.predict_proba(holdout[LENGTHS])
    scores = pd.read_csv(first / SCORES).set_index("model").loc["challenger"]

    assert scores["log_loss"] == pytest.approx(metrics.log_loss(truth, probabilities))
    assert scores["accuracy"] == pytest.approx(model.score(holdout[LENGTHS], truth))


def test_rows_that_moved_are_reported_as_drift(first, tmp_path):
    project = _copy(first, tmp_path)
    rows = pd.read_csv(project / RECENT)
    rows["PetalWidthCm"] *= 3
    rows.to_csv(project / RECENT, index=False)

    run_pipeline(project, NAME)

    assert _report(project)["drifted"] == ["PetalWidthCm"]
    table = pd.read_csv(project / DRIFT).set_index("feature")
    assert table.loc["PetalWidthCm", "psi"] > 0.25
    assert table.loc["PetalWidthCm", "p_value"] < 0.05


def test_two_projects_get_the_same_scores(first, tmp_path):
    other = copy_project(tmp_path)

    run_pipeline(other, NAME, "--runner", "ThreadRunner")

    assert files(other, SCORES) == files(first, SCORES)


def test_the_run_in_mlflow_says_what_was_done(first):
    with closing(sqlite3.connect(first / "mlflow.db")) as database:
        tags = dict(database.execute("SELECT key, value FROM tags WHERE key = 'outcome'"))
        metrics = dict(database.execute("SELECT key, value FROM metrics"))

    assert tags == {"outcome": "promoted"}
    assert metrics["challenger.log_loss"] == _report(first)["scores"]["challenger"]["log_loss"]


@pytest.mark.long
def test_runs_that_overlap_leave_one_champion_and_both_tell_what_happened(tmp_path):
    folder = tmp_path / "server"
    folder.mkdir()
    projects = [copy_project(tmp_path / name) for name in ("one", "two")]
    with mlflow_server(folder) as address:
        first = run_pipeline(projects[0], NAME, *WEAK, MLFLOW_TRACKING_URI=address)
        assert first.returncode == 0
        running = [_start(project, address) for project in projects]
        said = [process.communicate(timeout=300)[0] for process in running]

    assert [process.returncode for process in running] == [0, 0], said
    reports = [_report(project) for project in projects]
    promoted = [report for report in reports if report["outcome"] == "promoted"]
    kept = [report for report in reports if report["outcome"] == "kept"]
    assert len(promoted) == len(kept) == 1
    assert "another run" in kept[0]["reason"] or "not better" in kept[0]["reason"]
    expected = {"champion": promoted[0]["challenger"], "previous": "1"}
    assert _aliases(folder / "mlflow.db") == expected


def _start(project: Path, address: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "kedro", "run", "--pipeline", NAME], cwd=project,
        env={**os.environ, "DO_NOT_TRACK": "true", "MLFLOW_TRACKING_URI": address},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


def test_the_champion_scores_the_shipped_batches(first, tmp_path):
    project = _copy(first, tmp_path)

    run_pipeline(project, "batch_prediction")

    summary = json.loads((project / "data/08_reporting/batch_summary.json").read_text())
    assert summary["rows_by_model_version"] == {"1": 150}
    assert summary["rows_by_class"]["Iris-setosa"] == 50


@pytest.mark.long
def test_a_workflow_on_flyte_keeps_and_promotes_as_kedro_run_does(weak, tmp_path):
    project = _copy(weak, tmp_path)
    store = f"MLFLOW_TRACKING_URI=sqlite:///{project / 'mlflow.db'}"  # of all tasks
    words = ("--pipeline", NAME, "--output", "results", "--variable", store)

    for champion in ({"champion": "2", "previous": "1"},) * 2:
        done = kedro(project, "flyte", "run", *words, HOME=os.environ["HOME"])
        assert done.returncode == 0, done.stdout + done.stderr
        assert _aliases(project / "mlflow.db") == champion

    (made,) = project.glob("results/**/retraining_scores.csv")
    run_pipeline(project, NAME)
    assert made.read_bytes() == (project / SCORES).read_bytes()


def test_rows_that_cannot_be_are_refused_and_the_last_report_stays(first, tmp_path):
    project = _copy(first, tmp_path)
    before = files(project, REPORT, PICTURE)
    rows = pd.read_csv(project / RECENT)
    rows.loc[3, "PetalWidthCm"] = -1
    rows.to_csv(project / RECENT, index=False)

    said = refused(project, NAME)

    assert "Validation failed for dataset 'retraining_recent'" in said
    assert "PetalWidthCm" in said
    assert files(project, REPORT, PICTURE) == before
    assert _aliases(project / "mlflow.db") == {"champion": "1"}


def test_without_tracking_the_message_says_what_to_change(tmp_path):
    project = copy_project(tmp_path)
    untracked(project, NAME)

    said = refused(project, NAME)

    assert "this pipeline is not tracked" in said
    assert "tracking.disable_tracking.pipelines" in said


def test_every_node_names_its_tier():
    assert all(
        any(tag.startswith("tier.") for tag in node.tags) for node in create_pipeline().nodes
    )


def _parameters(**changes: object) -> RetrainingParameters:
    text = (ROOT / "conf/base/parameters_retraining.yml").read_text()
    return RetrainingParameters(**{**yaml.safe_load(text)[NAME], **changes})


@pytest.mark.parametrize(
    "changes",
    [
        {"holdout_share": 1.0}, {"margin": -0.1}, {"kind": "oracle"}, {"metric": "luck"}, {"metric": "rmse"},
        {"features": []}, {"target": "Id"}, {"key": "PetalWidthCm"}, {"unknown": 1},
    ],
)  # fmt: skip
def test_parameters_that_cannot_be_are_refused(changes):
    with pytest.raises(ValidationError):
        _parameters(**changes)


@pytest.fixture
def rows() -> tuple[pd.DataFrame, pd.DataFrame]:
    """The older rows and the recent ones."""
    raw = ROOT / "data/01_raw"
    return pd.read_csv(raw / "datasetC.csv"), pd.read_csv(raw / "datasetD.csv")


def test_only_recent_rows_are_held_out_and_none_of_them_is_trained_on(rows):
    history, recent = rows

    train, holdout = nodes.split_rows(pd.concat([history, recent.head(40)]), recent, _parameters())

    assert set(holdout["Id"]) < set(recent["Id"])
    assert set(train["Id"]).isdisjoint(holdout["Id"])
    assert sorted([*train["Id"], *holdout["Id"]]) == list(range(1, 151))


def test_a_row_stays_held_out_when_others_come(rows):
    history, recent = rows

    _, few = nodes.split_rows(history, recent.iloc[:60], _parameters())
    _, more = nodes.split_rows(history, recent, _parameters())

    assert set(few["Id"]) <= set(more["Id"])


def test_a_row_in_both_tables_is_taken_from_the_recent_one(rows):
    history, recent = rows
    _, holdout = nodes.split_rows(history, recent, _parameters())
    moved = recent[~recent["Id"].isin(holdout["Id"])].head(1)

    train, _ = nodes.split_rows(
        pd.concat([history, moved.assign(PetalWidthCm=99.0)]), recent, _parameters()
    )

    assert train["PetalWidthCm"].max() < 99


def test_a_class_without_a_row_to_test_on_is_named(rows):
    history, recent = rows

    with pytest.raises(ValueError, match=r"recent hold-out .* has no row of \['Iris-setosa'\]"):
        nodes.split_rows(history, recent[recent["Species"] != "Iris-setosa"], _parameters())


def test_a_quantity_and_a_column_that_is_not_there_are_refused_by_name(rows):
    quantity = {"target": "RandomColumn", "features": ("PetalWidthCm",)}
    with pytest.raises(ValueError, match=r"retraining predicts classes, and the target 'Random"):
        nodes.split_rows(*rows, _parameters(**quantity))
    with pytest.raises(ValueError, match=r"columns \['Kind'\] are not in both tables"):
        nodes.split_rows(*rows, _parameters(target="Kind"))


def test_a_setting_that_is_not_known_is_refused_before_anything_is_trained(rows):
    with pytest.raises(ValueError, match=r"The settings \['strength'\] are not known"):
        nodes.split_rows(*rows, _parameters(settings={"strength": 1}))


def _champion(model: Any, columns: list[str]) -> Champion:
    return Champion(name="m", version="7", run_id="r", columns=tuple(columns), model=model)


def test_a_champion_that_does_not_know_a_class_is_measured_all_the_same(rows):
    train, holdout = nodes.split_rows(*rows, _parameters())
    known = train[train["Species"] != "Iris-virginica"]
    old = nodes.train_challenger(known, _parameters())["model"].model
    new = nodes.train_challenger(train, _parameters())

    table, verdict, better = nodes.compare(
        {"champion": _champion(old, LENGTHS)}, new, holdout, _parameters()
    )

    expected = (old.predict(holdout[LENGTHS]) == holdout["Species"]).mean()
    assert table.set_index("model").loc["champion", "accuracy"] == pytest.approx(expected)
    assert better
    assert verdict["promote"]


def test_each_model_is_measured_with_the_threshold_that_it_predicts_with(rows):
    from sklearn.model_selection import FixedThresholdClassifier

    bad = [
        table.assign(Species=np.where(table["Species"] == "Iris-setosa", "bad", "good"))
        for table in rows
    ]
    train, holdout = nodes.split_rows(*bad, _parameters(features=["SepalWidthCm"]))
    challenger = nodes.train_challenger(train, _parameters(features=["SepalWidthCm"]))
    model = FixedThresholdClassifier(challenger["model"].model, threshold=0.1, pos_label="bad")
    careful = _champion(model.fit(train[["SepalWidthCm"]], train["Species"]), ["SepalWidthCm"])

    table, _, _ = nodes.compare(
        {"champion": careful}, challenger, holdout, _parameters(metric="f1")
    )

    found = table.set_index("model")
    truth = holdout["Species"] == "bad"
    for name, one in {"champion": careful.model, "challenger": challenger["model"].model}.items():
        predicted = one.predict(holdout[["SepalWidthCm"]]) == "bad"
        assert found.loc[name, "accuracy"] == (predicted == truth).mean()
        assert found.loc[name, "recall"] == predicted[truth].mean()
    assert found.loc["champion", "recall"] > found.loc["challenger", "recall"]


def test_a_champion_of_other_columns_is_refused_by_name(rows):
    train, holdout = nodes.split_rows(*rows, _parameters())
    model = nodes.train_challenger(train, _parameters())

    with pytest.raises(ValueError, match=r"takes the columns \['Weight'\]"):
        nodes.compare(
            {"champion": _champion(model["model"].model, ["Weight"])}, model, holdout, _parameters()
        )


def test_probabilities_of_other_classes_are_shared_out():
    found = measuring.by_class(
        np.array([[0.2, 0.2, 0.6], [0.0, 0.0, 1.0]]), np.array(["a", "b", "z"]), np.array(["a", "b", "c"])
    )  # fmt: skip

    assert found.tolist() == [[0.5, 0.5, 0.0], [1 / 3, 1 / 3, 1 / 3]]
