"""The page on own tables, done as it is printed: six tables, and none replaces another."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from pipelines.multitrain.projects import ROOT, Run, copy_project, kedro, rare_rows, shop_rows

from e06_flows.registry.models import log_and_register
from e06_flows.tracking.client import import_mlflow

# MLflow's tables use a way of SQLAlchemy that goes away.
pytestmark = [
    pytest.mark.long,
    pytest.mark.filterwarnings("ignore:The ``noload`` loader strategy is deprecated"),
]

PAGE = ROOT / "docs/how-to/use-your-own-table.md"
QUICK = ",".join(
    f"multitrain.{change}"
    for change in ("train.h2o_automl=false", "n_estimators=10", "draws=2", "cv_folds=2")
)
TABLES = {
    "wine": "classification", "cancer": "classification", "diabetes": "regression",
    "shop": "classification", "rare": "classification", "sales": "regression",
}  # fmt: skip
MODELS = {"sklearn_logreg.pkl", "sklearn_rf.pkl", "xgb_clf.pkl"}


def _printed(starts: str) -> str:
    """Return the block of the page that starts so, for the environment `mine`."""
    blocks = re.findall(r"(?:^(?: {7}.*)?\n)+", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    (found,) = [block for block in blocks if block.strip().startswith(starts)]
    return re.sub("^ {7}", "", found, flags=re.MULTILINE)


def _own_table(
    project: Path, name: str, table: pd.DataFrame, target: str = "target", **settings: str
) -> Run:
    """Follow the page for a table of that name, with settings that it speaks of."""
    conf = project / "conf" / name
    conf.mkdir()
    table.to_csv(project / f"data/01_raw/{name}.csv", index=False)
    for file, starts in {
        "catalog_multitrain": "multitrain_rows:",
        "globals": "registered:",
    }.items():
        text = _printed(starts).replace("mine", name)
        (conf / f"{file}.yml").write_text(text, encoding="utf-8")
    text = (project / "conf/base/parameters_multitrain.yml").read_text(encoding="utf-8")
    changes = {"target": target, "features": "null", "key": "null", **settings}
    for key, value in changes.items():
        text = re.sub(rf"^  {key}: .*", f"  {key}: {value}", text, flags=re.MULTILINE)
    (conf / "parameters_multitrain.yml").write_text(text, encoding="utf-8")
    command = _printed("kedro run").replace("mine", name).split()[1:]
    return kedro(project, *command, "--params", QUICK)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project in which the page was followed for six tables, one after another."""
    from sklearn.datasets import load_breast_cancer, load_diabetes, load_wine

    root = copy_project(tmp_path_factory.mktemp("own"))
    runs = {
        name: _own_table(root, name, load(as_frame=True).frame)
        for name, load in {
            "wine": load_wine, "cancer": load_breast_cancer, "diabetes": load_diabetes,
        }.items()
    }  # fmt: skip
    runs["shop"] = _own_table(root, "shop", shop_rows(), target="returned")
    runs["rare"] = _own_table(
        root, "rare", rare_rows(), target="outcome", class_weight="balanced",
        select_by="average_precision", tune_threshold="f1",
    )  # fmt: skip
    runs["sales"] = _own_table(root, "sales", _sales(), target="sold", time="day")
    for run in runs.values():
        assert run.code == 0, run.printed
        assert not re.search(r"warn|traceback", run.printed, re.IGNORECASE), run.printed
    return root


def _sales(days: int = 400) -> pd.DataFrame:
    """Return a quantity a day that grows, not in the order of the days."""
    random = np.random.default_rng(0)
    table = pd.DataFrame(
        {
            "day": pd.date_range("2025-01-01", periods=days).strftime("%Y-%m-%d"),
            "price": random.normal(10, 1, days),
            "shop": random.choice(["north", "south"], days),
        }
    )
    table["sold"] = 100 - 3 * table["price"] + 0.005 * np.arange(days) + random.normal(size=days)
    return table.sample(frac=1, random_state=0)


def test_each_table_has_files_of_its_own(project: Path) -> None:
    models = project / "data/06_models"

    assert {path.name for path in models.iterdir()} == set(TABLES)
    for name, columns in {"wine": 13, "cancer": 30}.items():
        assert {path.name for path in (models / name).iterdir()} == MODELS
        assert pd.read_pickle(models / name / "sklearn_rf.pkl").n_features_in_ == columns
        assert (project / f"data/08_reporting/{name}/multitrain_comparison.csv").exists()


def test_what_is_predicted_and_how_it_is_split_is_told(project: Path) -> None:
    found = {
        name: json.loads(
            (project / f"data/05_model_input/{name}/multitrain_profile.json").read_text()
        )
        for name in TABLES
    }

    assert {name: profile["problem"]["task"] for name, profile in found.items()} == TABLES
    assert found["rare"]["problem"]["positive"] == "fraud"
    assert found["rare"]["select_by"] == "average_precision"
    assert "day" in found["sales"]["split_by"]
    assert found["diabetes"]["select_by"] == "rmse"


def test_the_models_have_learnt_something_of_each_table(project: Path) -> None:
    best = {
        name: pd.read_csv(project / f"data/08_reporting/{name}/multitrain_comparison.csv").iloc[0]
        for name in TABLES
    }

    assert best["rare"]["average_precision"] > 10 / 41
    assert best["rare"]["mcc"] > 0.2
    assert best["sales"]["r2"] > 0.3
    assert best["diabetes"]["r2"] > 0.3
    assert min(best["wine"]["roc_auc"], best["cancer"]["roc_auc"]) > 0.95


def test_each_table_has_registered_models_of_its_own(project: Path) -> None:
    client = import_mlflow().MlflowClient(tracking_uri=f"sqlite:///{project}/mlflow.db")

    names = {model.name for model in client.search_registered_models()}
    quantities = ("linear-regression", "random-forest", "xgboost")
    classes = ("logistic-regression", "random-forest", "xgboost")
    assert names == {
        f"{table}-{kind}"
        for table, task in TABLES.items()
        for kind in (quantities if task == "regression" else classes)
    }
    for name in names:
        assert client.get_model_version_by_alias(name, "candidate").version in (1, "1")


def test_registered_models_take_texts_and_gaps(project: Path) -> None:
    mlflow = import_mlflow()
    mlflow.set_tracking_uri(f"sqlite:///{project}/mlflow.db")
    rows = pd.read_parquet(project / "data/05_model_input/shop/multitrain_holdout.parquet")

    for kind in ("logistic-regression", "random-forest", "xgboost"):
        model = mlflow.sklearn.load_model(f"models:/shop-{kind}@candidate")
        assert set(model.predict(rows.drop(columns="returned"))) <= {"yes", "no"}
        assert model.predict_proba(rows.drop(columns="returned")).shape == (len(rows), 2)
    mlflow.set_tracking_uri(None)


def test_a_model_of_another_table_is_not_registered_under_the_same_name(project: Path) -> None:
    mlflow = import_mlflow()
    mlflow.set_tracking_uri(f"sqlite:///{project}/mlflow.db")
    model: Any = pd.read_pickle(project / "data/06_models/cancer/sklearn_rf.pkl")
    rows = pd.read_parquet(project / "data/05_model_input/cancer/multitrain_holdout.parquet")

    with pytest.raises(mlflow.MlflowException, match=r"'alcohol'.*it is of another table"):
        log_and_register(
            "wine-random-forest", model, rows.drop(columns="target"), run_id="", about=""
        )
    mlflow.set_tracking_uri(None)


def test_every_file_that_a_pipeline_makes_follows_the_table() -> None:
    for catalog in (ROOT / "conf/base").glob("catalog_*.yml"):
        places = re.findall(r"data/0[2-8]_\S+", catalog.read_text(encoding="utf-8"))
        assert [place for place in places if "${globals:folder}" not in place] == []
    for pipeline in ("retraining", "batch_prediction"):
        text = (ROOT / f"conf/base/parameters_{pipeline}.yml").read_text(encoding="utf-8")
        assert yaml.safe_load(text)[pipeline]["model"] == "${globals:registered}-champion"


def test_no_two_pipelines_write_the_same_file() -> None:
    places = [
        place.rstrip("\"'")
        for catalog in (ROOT / "conf/base").glob("catalog_*.yml")
        for place in re.findall(r"data/0[2-8]_\S+", catalog.read_text(encoding="utf-8"))
    ]

    assert len(set(places)) == len(places)
