"""What multitrain and model_comparison pick can become the champion, and the champion can score."""

import json
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from sample_projects import ROOT, copy_project
from use_cases import refused, run_pipeline

from e06_flows.datasets.batches import BatchDataset
from e06_flows.h2o.mojo import Mojo
from e06_flows.modelling.algorithms import make_algorithm
from e06_flows.pipelines.batch_prediction.nodes import score_batch
from e06_flows.pipelines.batch_prediction.parameters import BatchParameters
from e06_flows.pipelines.model_comparison.nodes import train_winner
from e06_flows.pipelines.model_comparison.parameters import ModelComparisonParameters
from e06_flows.pipelines.retraining import nodes
from e06_flows.pipelines.retraining.parameters import RetrainingParameters
from e06_flows.registry.in_service import (
    Champion,
    copy_version,
    load_candidate,
    load_champion,
    training_rows,
)
from e06_flows.registry.reference import unseen
from e06_flows.tracking.client import import_mlflow

# MLflow's tables use a way of SQLAlchemy that goes away.
pytestmark = [
    pytest.mark.long,
    pytest.mark.filterwarnings("ignore:The ``noload`` loader strategy is deprecated"),
]

KINDS = ("logistic-regression", "random-forest", "xgboost", "h2o-automl")
SMALL = (
    "multitrain.n_estimators=20,multitrain.max_depth=3,multitrain.cv_folds=3,multitrain.draws=2,"
    "multitrain.max_models=1,multitrain.max_runtime_secs=15,multitrain.h2o_max_mem_size=1G"
)
MODELS = "data/06_models"


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in which multitrain has registered four models."""
    root = copy_project(tmp_path_factory.mktemp("winners"))
    run_pipeline(root, "multitrain", "--params", SMALL)
    return root


def _given(pipeline: str) -> dict[str, Any]:
    text = (ROOT / f"conf/base/parameters_{pipeline}.yml").read_text(encoding="utf-8")
    return {**yaml.safe_load(text)[pipeline]}


def make_parameters() -> RetrainingParameters:
    return RetrainingParameters(**_given("retraining"))


def comparison_parameters() -> ModelComparisonParameters:
    return ModelComparisonParameters(**{**_given("model_comparison"), "registered": "e06"})


def _report(root: Path) -> dict[str, Any]:
    return dict(json.loads((root / "data/08_reporting/retraining_report.json").read_text()))


def _client(root: Path) -> Any:
    return import_mlflow().MlflowClient(tracking_uri=f"sqlite:///{root}/mlflow.db")


def _winner(root: Path) -> str:
    client = _client(root)
    (name,) = [
        kind for kind in KINDS if "winner" in client.get_registered_model(f"e06-{kind}").aliases
    ]
    return name


@pytest.fixture
def registry(trained: Path) -> Iterator[Any]:
    """A client of the copy's registry, which the code under test uses too, in a run."""
    mlflow = import_mlflow()
    mlflow.set_tracking_uri(f"sqlite:///{trained}/mlflow.db")
    with mlflow.start_run():
        yield mlflow.MlflowClient()
    mlflow.set_tracking_uri(None)


@pytest.mark.parametrize("kind", KINDS)
def test_a_champion_of_any_kind_scores_a_batch_as_the_trained_model_does(trained, registry, kind):
    candidate = load_candidate(f"e06-{kind}@candidate")
    copied = copy_version(candidate, f"served-{kind}")
    registry.set_registered_model_alias(f"served-{kind}", "champion", copied)
    champion = load_champion(f"served-{kind}", made_by="retraining")
    folder = trained / "data/01_raw/flower_batches"
    batch = BatchDataset(
        filepath=str(folder / "2026-06-01.csv"), rows={"type": "pandas.CSVDataset"},
        batches={"path": str(folder)}, records={"path": str(trained / "none")},
    ).load()  # fmt: skip
    parameters = BatchParameters(model="m", key="Id", new_champion="keep", most_rejected=0)

    service = pickle.loads(pickle.dumps({"champion": champion, "run_id": "r"}))  # as the catalog
    predictions, record = score_batch(batch, service, parameters)

    assert champion.copied_from == f"{candidate.name}/{candidate.version}"
    assert record["status"] == "scored"
    rows = pd.read_csv(folder / "2026-06-01.csv")
    model = _saved(trained / MODELS, kind)
    expected = model.predict_proba(rows[list(champion.columns)])
    assert predictions.filter(like="probability_").to_numpy() == pytest.approx(expected)
    assert set(predictions["prediction"]) <= set(model.classes_)


def _saved(folder: Path, kind: str) -> Any:
    if kind == "h2o-automl":
        return Mojo((folder / "h2o_automl.zip").read_bytes())
    files = {
        "logistic-regression": "sklearn_logreg",
        "random-forest": "sklearn_rf",
        "xgboost": "xgb_clf",
    }
    return pd.read_pickle(folder / f"{files[kind]}.pkl")


def test_the_winner_becomes_the_champion_and_is_not_tested_on_rows_it_was_trained_on(trained):
    winner = _winner(trained)

    run_pipeline(trained, "retraining", "--params", f"retraining.challenger=e06-{winner}@winner")

    champion = _client(trained).get_model_version_by_alias("e06-champion", "champion")
    verdict = json.loads((trained / "data/08_reporting/retraining_verdict.json").read_text())
    seen = pd.read_parquet(trained / "data/05_model_input/multitrain_train.parquet")
    holdout = pd.read_parquet(trained / "data/05_model_input/retraining_holdout.parquet")
    assert _report(trained)["outcome"] == "promoted"
    assert champion.tags["copied_from"].startswith(f"e06-{winner}/")
    new = unseen(holdout, seen.drop(columns="Species"))
    assert 0 < verdict["rows"] == new.sum() < len(holdout)

    run_pipeline(trained, "batch_prediction")
    again = run_pipeline(trained, "retraining")
    assert "Drifted since version 1 was trained" in again.stdout + again.stderr
    assert _report(trained)["outcome"] == "kept"


def test_a_candidate_whose_rows_were_not_kept_is_refused(trained):
    (other, *_) = [kind for kind in KINDS if kind != _winner(trained)]

    printed = refused(
        trained, "retraining", "--params", f"retraining.challenger=e06-{other}@candidate"
    )

    assert "nobody can tell which others are new to it" in printed


def test_a_version_that_is_not_there_is_refused_by_name(registry):
    with pytest.raises(LookupError, match=r"has no 'e06-xgboost@best'.*<registered model>@<alias>"):
        load_candidate("e06-xgboost@best")


def test_a_challenger_that_has_seen_almost_all_is_told_to_wait_for_new_rows():
    rows = pd.DataFrame({"x": [1.0, 2.0, 3.0], "Species": ["a", "b", "b"]})
    model = make_algorithm("baseline", {}, seed=0).fit(rows[["x"]], rows["Species"])
    made = Champion(name="m", version="1", run_id="r", columns=("x",), model=model)
    challenger = nodes.Challenger(model=made, registered=True, reference=rows[["x"]].head(1))

    table, verdict, better = nodes.compare({"champion": made}, challenger, rows, make_parameters())

    assert (len(table), better, verdict["rows"]) == (0, False, 2)
    assert "none of them is of ['a']: add rows to retraining_recent" in verdict["reason"]


def test_numbers_as_text_dates_and_gaps_reach_the_champion_as_it_was_trained():
    rows = pd.DataFrame(
        {"a": ["1", None], "day": ["1970-01-03", None], "code": [7, 8], "empty": [None, None]}
    )
    columns = ("a", "day", "code", "empty")
    champion = Champion(
        name="m", version="1", run_id="r", columns=columns, model=None, texts=frozenset({"code"})
    )

    found = champion.as_trained(rows)

    assert found["a"].tolist()[0] == 1.0
    assert found["day"].tolist()[0] == 2.0
    assert found["code"].tolist() == ["7", "8"]
    assert found["empty"].isna().all()
    with pytest.raises(ValueError, match="a: 'much' is no number"):
        champion.as_trained(rows.assign(a=["much", "1"]))


def test_the_winner_of_the_comparison_is_registered_with_the_rows_it_was_trained_on(registry):
    parameters = comparison_parameters()
    table = pd.DataFrame({"x": [1.0, 2.0, 3.0, 4.0], "Species": ["a", "b", "a", "b"]})

    train_winner({"name": "xgboost", "reason": "for a test"}, table, parameters)

    found = load_candidate("e06-comparison@winner")
    assert training_rows(found)["x"].tolist() == [1.0, 2.0, 3.0, 4.0]
    assert found.model.predict_proba(table[["x"]]).shape == (4, 2)
