"""The functions of the multi-train flow: tables in, models, metrics and pictures out.

The four branches share nothing but the split. Each writes an MLflow run of its own where the
pipeline is tracked, and does the same without one where it is not.
"""

import logging
from typing import Any, TypedDict

import pandas as pd

from e06_flows.h2o.mojo import Mojo
from e06_flows.metrics import METRICS, gain
from e06_flows.pipelines.multitrain import plots, split
from e06_flows.pipelines.multitrain.automl import search_automl
from e06_flows.pipelines.multitrain.evaluation import evaluate
from e06_flows.pipelines.multitrain.parameters import MultitrainParameters
from e06_flows.pipelines.multitrain.plots import Picture
from e06_flows.pipelines.multitrain.runs import (
    Branch,
    branch_run,
    log_comparison,
    log_data,
)
from e06_flows.pipelines.multitrain.search import (
    Classifier,
    Search,
    search_logistic_regression,
    search_random_forest,
    search_xgboost,
)

logger = logging.getLogger(__name__)


class Result(TypedDict):
    """What a branch hands on; it is saved as JSON.

    Attributes:
        model: Name of the model for people.
        best: The hyper-parameters of the saved model.
        cross_validation: Its mean scores over the folds.
        metrics: Of the hold-out, by the names of `METRICS`.
        candidates: How many values of the grid were tried.
        seconds: How long the search took.
        mlflow: Run and version of the registered model; None where nothing is tracked.
    """

    model: str
    best: dict[str, Any]
    cross_validation: dict[str, float]
    metrics: dict[str, float]
    candidates: int
    seconds: float
    mlflow: dict[str, str] | None


def load_and_split(
    rows: pd.DataFrame, more_rows: pd.DataFrame, parameters: MultitrainParameters
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, Any]]:
    """Stack the two tables, check them, and split them with the same shares of the classes.

    Returns:
        The training part, the hold-out, and a description of the data.

    Raises:
        ValueError: The tables cannot be trained on; says which column, why and what to do.
    """
    table = split.select(split.stack([rows, more_rows], parameters.key), parameters)
    train, holdout = split.split(table, parameters)
    profile = split.profile(train, holdout, parameters)
    log_data(profile)
    logger.info("Split into %d rows to train on, %d to test on", len(train), len(holdout))
    return train, holdout, profile


def train_logistic_regression(
    train: pd.DataFrame, holdout: pd.DataFrame, parameters: MultitrainParameters
) -> tuple[Classifier, dict[str, Any], Picture]:
    """Return the best logistic regression, its result and its pictures."""
    with branch_run("logistic regression", train, holdout, parameters) as branch:
        search = search_logistic_regression(train, parameters)
        return search.model, *_report(search, branch)


def train_random_forest(
    train: pd.DataFrame, holdout: pd.DataFrame, parameters: MultitrainParameters
) -> tuple[Classifier, dict[str, Any], Picture]:
    """Return the best random forest, its result and its pictures."""
    with branch_run("random forest", train, holdout, parameters) as branch:
        search = search_random_forest(train, parameters)
        return search.model, *_report(search, branch)


def train_xgboost(
    train: pd.DataFrame, holdout: pd.DataFrame, parameters: MultitrainParameters
) -> tuple[Classifier, dict[str, Any], Picture]:
    """Return the best XGBoost model, its result and its pictures."""
    with branch_run("XGBoost", train, holdout, parameters) as branch:
        search = search_xgboost(train, parameters)
        return search.model, *_report(search, branch)


def tune_h2o_automl(
    train: pd.DataFrame, holdout: pd.DataFrame, parameters: MultitrainParameters
) -> tuple[Mojo, dict[str, Any], Picture, str]:
    """Return the leader of H2O's AutoML, its result, its pictures and what H2O has printed."""
    with branch_run("H2O AutoML", train, holdout, parameters) as branch:
        search = search_automl(train, parameters)
        return search.model, *_report(search, branch), search.log


def _report(search: Search, branch: Branch) -> tuple[dict[str, Any], Picture]:
    """Test the model on the hold-out, once; log all of it."""
    evaluation = evaluate(search.model, branch.holdout, branch.parameters)
    version = branch.log(search, evaluation)
    select_by = branch.parameters.select_by
    logger.info(
        "%s: %s %.3f on the hold-out, with %s",
        branch.name,
        select_by,
        evaluation.metrics[select_by],
        search.best.name,
    )
    result = Result(
        model=branch.name,
        best=search.best.values,
        cross_validation=search.best.scores,
        metrics={metric: evaluation.metrics[metric] for metric in METRICS},
        candidates=len(search.candidates),
        seconds=round(search.seconds, 3),
        mlflow=version,
    )
    title = f"{branch.name}: {search.best.name}"
    return dict(result), plots.panel(evaluation, title)


def compare_models(
    logistic_regression: dict[str, Any],
    h2o_automl: dict[str, Any],
    random_forest: dict[str, Any],
    xgboost: dict[str, Any],
    parameters: MultitrainParameters,
) -> tuple[pd.DataFrame, Picture]:
    """Rank the four models by their metrics on the hold-out.

    Returns:
        A row a model, the best by `parameters.select_by` first, of equal ones the one with the
        lower log loss; and its picture.
    """
    results = [logistic_regression, h2o_automl, random_forest, xgboost]
    select_by = parameters.select_by
    ranked = sorted(
        results,
        key=lambda r: (gain(select_by, r["metrics"][select_by]), -r["metrics"]["log_loss"]),
        reverse=True,
    )
    table = pd.DataFrame([_row(rank, result) for rank, result in enumerate(ranked, start=1)])
    winner = ranked[0]
    picture = plots.comparison_picture(table, winner["model"], select_by)
    log_comparison(table, picture, winner, select_by)
    logger.info("Best by %s: %s", select_by, winner["model"])
    return table, picture


def _row(rank: int, result: dict[str, Any]) -> dict[str, Any]:
    tracked = result["mlflow"] or {}
    return {
        "rank": rank,
        "model": result["model"],
        **result["metrics"],
        "best": ", ".join(f"{name}={value}" for name, value in result["best"].items()),
        "candidates": result["candidates"],
        "seconds": result["seconds"],
        "registered_model": tracked.get("registered_model", ""),
        "version": tracked.get("version", ""),
    }
