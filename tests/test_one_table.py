"""One table of texts, gaps and one fraud among 40 orders goes through all seven pipelines.

Each is configured as its page says, in one environment, and the results mean something.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from pipelines.multitrain.projects import rare_rows
from sample_projects import ROOT, copy_project, kedro

from e06_flows.tracking.client import import_mlflow

# MLflow's tables use a way of SQLAlchemy that goes away.
pytestmark = [
    pytest.mark.long,
    pytest.mark.xdist_group("one table"),  # the project is made once
    pytest.mark.filterwarnings("ignore:The ``noload`` loader strategy is deprecated"),
]

AMOUNT, WAY = "amount [EUR] <gross>", 'way "of paying"'
OWN = {"type": "e06_flows.datasets.tables.OwnCSVDataset"}
FEATURES = "data/04_feature/fraud/flower_features.parquet"
FOREST = {"kind": "random_forest", "settings": {"n_estimators": 50, "min_samples_leaf": 5}}
QUICK = ",".join(
    f"multitrain.{change}"
    for change in ("train.h2o_automl=false", "n_estimators=20", "draws=2", "cv_folds=3")
)

CATALOGS: dict[str, dict[str, Any]] = {
    "multitrain": {
        "multitrain_rows": {**OWN, "filepath": "data/01_raw/fraud.csv"},
        "multitrain_more_rows": {
            "type": "pandas.CSVDataset", "filepath": "data/01_raw/datasetD.csv",
            "load_args": {"nrows": 0},
        },
    },
    "retraining": {
        "retraining_history": {**OWN, "filepath": "data/01_raw/fraud.csv"},
        "retraining_recent": {**OWN, "filepath": "data/01_raw/fraud_recent.csv"},
    },
    "batch_prediction": {
        "_batches": "data/01_raw/fraud_batches",
        "_batch_records": "data/07_model_output/${globals:folder}batch_records",
        "batches": {
            "type": "partitions.PartitionedDataset", "path": "${_batches}",
            "filename_suffix": ".csv",
            "dataset": {
                "type": "e06_flows.datasets.batches.BatchDataset",
                "rows": {"type": "pandas.CSVDataset"},
                "batches": {"path": "${_batches}"}, "records": {"path": "${_batch_records}"},
            },
        },
    },
    "feature_engineering": {
        "feature_sepals": {
            **OWN, "filepath": "data/01_raw/fraud.csv",
            "load_args": {"usecols": ["order", AMOUNT, "hour"]},
        },
        "feature_petals": {
            **OWN, "filepath": "data/01_raw/fraud.csv",
            "load_args": {"usecols": ["order", "outcome"]},
        },
    },
    "model_comparison": {
        "comparison_rows": {"type": "pandas.ParquetDataset", "filepath": FEATURES},
        "comparison_more_rows": {
            "type": "pandas.CSVDataset", "filepath": "data/01_raw/datasetD.csv",
            "load_args": {"nrows": 0},
        },
    },
    "sample": {
        "dataset_a": {"type": "pandas.CSVDataset", "filepath": "data/01_raw/fraud_a.csv"},
        "dataset_b": {"type": "pandas.CSVDataset", "filepath": "data/01_raw/fraud_b.csv"},
    },
}  # fmt: skip

PARAMETERS: dict[str, dict[str, Any]] = {
    "multitrain": {
        "target": "outcome", "features": None, "key": "order", "class_weight": "balanced",
        "select_by": "average_precision", "tune_threshold": "f1",
    },
    "retraining": {
        "key": "order", "target": "outcome", "features": [AMOUNT, WAY, "hour"],
        "metric": "average_precision",
    },
    "batch_prediction": {"key": "order"},
    "feature_engineering": {
        "key": "order", "target": "outcome",
        "features": [
            {"name": "amount", "formula": f"`{AMOUNT}`", "unit": "EUR", "meaning": "amount"},
            {"name": "size", "formula": f"log(`{AMOUNT}`)", "unit": "1", "meaning": "its log"},
            {"name": "hour", "formula": "hour", "unit": "h", "meaning": "hour of the day"},
        ],
    },
    "model_comparison": {
        "key": "order", "target": "outcome", "features": ["amount", "size", "hour"],
        "metric": "average_precision", "repeats": 2, "folds": 4,
    },
    "ab_testing": {
        "key": "order", "target": "outcome", "control": "shares",
        "variants": {
            "shares": {"title": "always fine", "kind": "baseline", "features": ["hour"], "share": 1},
            "forest": {"title": "a forest", **FOREST, "features": ["amount", "size", "hour"], "share": 1},
        },
    },
}  # fmt: skip


def _write_files(root: Path) -> None:
    """Write the files of raw data: two tables, three batches, and lengths for the sample flow."""
    raw = root / "data/01_raw"
    rows, recent = rare_rows(), rare_rows(seed=1)
    rows.insert(0, "order", range(len(rows)))
    recent.insert(0, "order", range(10_000, 10_000 + len(recent)))
    rows.to_csv(raw / "fraud.csv", index=False)
    recent.to_csv(raw / "fraud_recent.csv", index=False)
    (raw / "fraud_batches").mkdir()
    for number in range(3):
        batch = recent.iloc[number * 400 : (number + 1) * 400].drop(columns="outcome")
        batch.to_csv(raw / f"fraud_batches/day_{number}.csv", index=False)
    full = rows.dropna(subset=AMOUNT)
    kinds = {"fine": "Iris-setosa", "fraud": "Iris-virginica"}
    lengths = {
        "Id": full["order"], "SepalLengthCm": full[AMOUNT], "SepalWidthCm": full["hour"] + 1,
        "RandomColumn": 0.0, WAY: full[WAY],
    }  # fmt: skip
    pd.DataFrame(lengths).to_csv(raw / "fraud_a.csv", index=False)
    more = {
        "Id": full["order"], "PetalLengthCm": full[AMOUNT], "PetalWidthCm": 1.0,
        "Species": full["outcome"].map(kinds),
    }  # fmt: skip
    pd.DataFrame(more).to_csv(raw / "fraud_b.csv", index=False)


def _configure(root: Path) -> None:
    """Write the environment `fraud`: names, catalogs, and parameters of conf/base, changed."""
    conf = root / "conf/fraud"
    conf.mkdir()
    files: dict[str, Any] = {"globals": {"registered": "fraud", "folder": "fraud/"}}
    files |= {f"catalog_{name}": entries for name, entries in CATALOGS.items()}
    for name, changes in PARAMETERS.items():
        text = (ROOT / f"conf/base/parameters_{name}.yml").read_text(encoding="utf-8")
        files[f"parameters_{name}"] = {name: {**yaml.safe_load(text)[name], **changes}}
    for name, content in files.items():
        (conf / f"{name}.yml").write_text(yaml.safe_dump(content), encoding="utf-8")


def _run(root: Path, pipeline: str, *params: str) -> None:
    words = ["--params", ",".join(params)] if params else []
    done = kedro(root, "run", "--pipeline", pipeline, "--env", "fraud", *words)
    printed = done.stdout + done.stderr
    assert done.returncode == 0, printed
    assert "traceback" not in printed.lower(), printed
    assert "warning" not in printed.lower(), printed


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in which the table has gone through all pipelines."""
    root = copy_project(tmp_path_factory.mktemp("one"))
    _write_files(root)
    _configure(root)
    _run(root, "sample")
    _run(root, "multitrain", QUICK)
    winner = _winner(root)
    _run(root, "retraining", f"retraining.challenger={winner}@winner")
    shutil.copy(root / "data/08_reporting/fraud/retraining_report.json", root / "first.json")
    _run(root, "retraining", f"retraining.challenger={winner}@winner")
    for pipeline in ("batch_prediction", "feature_engineering", "model_comparison", "ab_testing"):
        _run(root, pipeline)
    return root


def _client(root: Path) -> Any:
    return import_mlflow().MlflowClient(tracking_uri=f"sqlite:///{root}/mlflow.db")


def _winner(root: Path) -> str:
    best = pd.read_csv(root / "data/08_reporting/fraud/multitrain_comparison.csv").iloc[0]
    return f"fraud-{best['model'].lower().replace(' ', '-')}"


def _report(root: Path, name: str) -> Any:
    return json.loads((root / f"data/08_reporting/fraud/{name}.json").read_text(encoding="utf-8"))


def test_the_sample_flow_tells_the_two_classes_apart(project: Path) -> None:
    metrics = _report(project, "sample_metrics")

    assert metrics["roc_auc_ovr"] > 0.8
    assert metrics["f1_macro"] > 0.6


def test_the_best_of_multitrain_finds_frauds_ten_times_better_than_chance(project: Path) -> None:
    compared = pd.read_csv(project / "data/08_reporting/fraud/multitrain_comparison.csv")

    assert compared["average_precision"].is_monotonic_decreasing
    assert compared["average_precision"].iloc[0] > 10 / 41
    assert compared["recall"].iloc[0] > 0.3


def test_the_winner_of_multitrain_becomes_the_champion(project: Path) -> None:
    client = _client(project)

    report = json.loads((project / "first.json").read_text(encoding="utf-8"))

    assert report["outcome"] == "promoted"
    assert report["scores"]["challenger"]["average_precision"] > 10 / 41
    champion = client.get_model_version_by_alias("fraud-champion", "champion")
    winner = client.get_model_version_by_alias(_winner(project), "winner")
    assert champion.run_id == winner.run_id


def test_the_second_retraining_compares_texts_and_gaps_with_those_of_the_champion(
    project: Path,
) -> None:
    report = _report(project, "retraining_report")

    assert report["champion_before"] == "1"
    assert report["outcome"] == "kept"  # it is as good as itself
    assert set(report["scores"]) == {"champion", "challenger"}
    assert report["drifted"] == []
    assert [row["feature"] for row in report["drift"]] == [AMOUNT, WAY, "hour"]
    assert all(0 <= row["p_value"] <= 1 and row["psi"] < 0.1 for row in report["drift"])


def test_the_champion_scores_batches_with_texts_and_gaps(project: Path) -> None:
    scored = pd.read_parquet(project / "data/07_model_output/fraud/batch_predictions")
    truth = pd.read_csv(project / "data/01_raw/fraud_recent.csv").set_index("order")["outcome"]

    assert len(scored) == 1200
    assert _report(project, "batch_summary")["rejected"] == {}
    fraud = truth.loc[scored["order"]].to_numpy() == "fraud"
    caught = scored["prediction"] == "fraud"
    assert fraud[caught].mean() > 10 / 41
    assert fraud[caught].sum() > fraud.sum() / 2
    limit = pd.read_csv(project / "data/08_reporting/fraud/multitrain_comparison.csv")["threshold"][
        0
    ]
    assert (caught == (scored["probability_fraud"] >= limit)).all()
    assert limit != 0.5
    riskiest = scored["probability_fraud"].to_numpy().argsort()[-60:]
    assert fraud[riskiest].sum() > fraud.sum() / 2


def test_features_fill_the_gaps_and_are_computed_of_a_name_with_brackets(project: Path) -> None:
    features = pd.read_parquet(project / FEATURES)
    told = pd.read_csv(project / "data/08_reporting/fraud/feature_dictionary.csv")

    assert list(features.columns) == ["order", "Part", "amount", "size", "hour", "outcome"]
    assert not features.isna().any(axis=None)
    assert told["train_filled"].tolist() == [told["train_filled"][0]] * 2 + [0]
    assert told["train_filled"][0] > 80


def test_the_baseline_does_not_win_the_comparison(project: Path) -> None:
    ranking = pd.read_csv(project / "data/08_reporting/fraud/algorithm_ranking.csv")
    winner = _report(project, "algorithm_winner")

    assert winner["name"] != "baseline"
    assert winner["score"] > 10 / 41
    assert ranking["name"].iloc[-1] == "baseline"
    assert _client(project).get_model_version_by_alias("fraud-comparison", "winner")


def test_a_share_of_right_predictions_hardly_tells_variants_apart_where_frauds_are_rare(
    project: Path,
) -> None:
    decided = pd.read_csv(project / "data/08_reporting/fraud/ab_decision.csv").set_index("variant")

    assert decided["correct"].min() > 0.93
    assert decided.loc["forest", "decision"] in {"equal", "undecided"}
    assert decided.loc["forest", "log_loss"] < decided.loc["shares", "log_loss"]
    assert _report(project, "ab_conclusion")["serve"] == "shares"
