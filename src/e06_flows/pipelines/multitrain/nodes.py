"""The functions of the multi-train flow: tables in, models, metrics and pictures out.

The branches share nothing but the split, and none of them knows of MLflow: what they have made is
saved before `track_models` writes it there.
"""

import logging
from collections.abc import Iterator, Mapping
from typing import Any, TypedDict

import pandas as pd

from e06_flows.metrics import METRICS, gain
from e06_flows.pipelines.multitrain import plots, split, tracked
from e06_flows.pipelines.multitrain.automl import search_automl
from e06_flows.pipelines.multitrain.evaluation import Evaluation, evaluate, sample_rows
from e06_flows.pipelines.multitrain.parameters import MultitrainParameters
from e06_flows.pipelines.multitrain.plots import Picture
from e06_flows.pipelines.multitrain.search import (
    Candidate,
    Classifier,
    Search,
    search_logistic_regression,
    search_random_forest,
    search_xgboost,
)

logger = logging.getLogger(__name__)

Trained = tuple[Any, dict[str, Any], Evaluation, Picture]


class Result(TypedDict):
    """What a branch hands on beside its model; it is saved as JSON.

    Attributes:
        model: Name of the model for people.
        best: The hyper-parameters of the saved model.
        cross_validation: Its mean scores over the folds.
        metrics: Of the hold-out, by the names of `METRICS`.
        tried: How many values were tried, of how many, and what would try more.
        candidates: All that were tried.
        started: Seconds since 1970.
        seconds: How long the search took.
        fingerprint: Of the data; see `split.profile`.
    """

    model: str
    best: dict[str, Any]
    cross_validation: dict[str, float]
    metrics: dict[str, float]
    tried: str
    candidates: list[dict[str, Any]]
    started: float
    seconds: float
    fingerprint: str


def load_and_split(
    rows: pd.DataFrame, more_rows: pd.DataFrame, parameters: MultitrainParameters
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, Any]]:
    """Stack the two tables, check them, and split them with the same shares of the classes.

    Returns:
        The training part, the hold-out, and a description of the data.

    Raises:
        ValueError: The tables cannot be trained on; says which column, why and what to do.
    """
    stacked = split.stack([rows, more_rows], parameters.key)
    table = split.select(stacked, parameters)
    train, holdout = split.split(table, parameters)
    left_out = split.leave_out(stacked, parameters)
    profile = {**split.profile(train, holdout, parameters), "left_out": left_out}
    for name, reason in left_out.items():
        logger.info("Left out the column %r: it %s", name, reason)
    logger.info("Split into %d rows to train on, %d to test on", len(train), len(holdout))
    return train, holdout, profile


def train_logistic_regression(
    train: pd.DataFrame, holdout: pd.DataFrame, parameters: MultitrainParameters
) -> Trained:
    """Return the best logistic regression, its result, what it does on the hold-out, pictures."""
    search = search_logistic_regression(train, parameters)
    return _report("logistic regression", search, train, holdout, parameters)


def train_random_forest(
    train: pd.DataFrame, holdout: pd.DataFrame, parameters: MultitrainParameters
) -> Trained:
    """Return the best random forest, its result, what it does on the hold-out, pictures."""
    search = search_random_forest(train, parameters)
    return _report("random forest", search, train, holdout, parameters)


def train_xgboost(
    train: pd.DataFrame, holdout: pd.DataFrame, parameters: MultitrainParameters
) -> Trained:
    """Return the best XGBoost model, its result, what it does on the hold-out, pictures."""
    search = search_xgboost(train, parameters)
    return _report("XGBoost", search, train, holdout, parameters)


def tune_h2o_automl(
    train: pd.DataFrame, holdout: pd.DataFrame, parameters: MultitrainParameters
) -> tuple[Any, dict[str, Any], Evaluation, Picture, str]:
    """Return the leader of H2O's AutoML, and the like; and what H2O has printed."""
    search = search_automl(train, sample_rows(holdout, parameters), parameters)
    importances = search.importances
    made = _report("H2O AutoML", search, train, holdout, parameters, importances=importances)
    return *made, search.log


def _report(
    name: str,
    search: Search,
    train: pd.DataFrame,
    holdout: pd.DataFrame,
    parameters: MultitrainParameters,
    *,
    importances: pd.DataFrame | None = None,
) -> Trained:
    """Test the model on the hold-out, once; say what was found."""
    evaluation = evaluate(search.model, holdout, parameters, importances)
    select_by = parameters.select_by
    reached = evaluation.metrics[select_by]
    logger.info("%s: %s %.3f on the hold-out, with %s", name, select_by, reached, search.best.name)
    result = Result(
        model=name,
        best=search.best.values,
        cross_validation=search.best.scores,
        metrics={metric: evaluation.metrics[metric] for metric in METRICS},
        tried=search.tried,
        candidates=[_as_json(c, best=c is search.best) for c in search.candidates],
        started=search.started,
        seconds=round(search.seconds, 3),
        fingerprint=split.profile(train, holdout, parameters)["fingerprint"],
    )
    picture = plots.panel(evaluation, f"{name}: {search.best.name}", search.tried)
    return search.model, dict(result), evaluation, picture


def _as_json(candidate: Candidate, *, best: bool) -> dict[str, Any]:
    return {
        "name": candidate.name,
        "best": best,
        "values": candidate.values,
        "scores": candidate.scores,
        "spread": candidate.spread,
        "started": candidate.started,
        "seconds": round(candidate.seconds, 3),
    }


def compare_models(
    parameters: MultitrainParameters, *results: dict[str, Any]
) -> tuple[pd.DataFrame, Picture]:
    """Rank the models by their metrics on the hold-out. No registry is asked.

    Returns:
        A row a model, the best by `parameters.select_by` first, of equal ones the one with the
        lower log loss; and its picture.

    Raises:
        ValueError: The models were trained on different data, so there is nothing to compare.
    """
    _refuse_mixed(results)
    select_by = parameters.select_by
    ranked = sorted(
        results,
        key=lambda r: (gain(select_by, r["metrics"][select_by]), -r["metrics"]["log_loss"]),
        reverse=True,
    )
    table = pd.DataFrame([_row(rank, result) for rank, result in enumerate(ranked, start=1)])
    winner = ranked[0]
    picture = plots.comparison_picture(table, winner["model"], select_by)
    logger.info("Best by %s: %s", select_by, winner["model"])
    return table, picture


def _refuse_mixed(results: tuple[dict[str, Any], ...]) -> None:
    by_data: dict[str, list[str]] = {}
    for result in results:
        by_data.setdefault(result["fingerprint"], []).append(result["model"])
    if len(by_data) > 1:
        groups = " and ".join(str(models) for models in by_data.values())
        raise ValueError(
            f"The models {groups} were trained or tested on different rows, so their metrics "
            "cannot be compared. Train all again: kedro run --pipeline multitrain"
        )


def _row(rank: int, result: dict[str, Any]) -> dict[str, Any]:
    return {
        "rank": rank,
        "model": result["model"],
        **result["metrics"],
        "best": ", ".join(f"{name}={value}" for name, value in result["best"].items()),
        "tried": result["tried"],
        "seconds": result["seconds"],
    }


def track_models(
    comparison: pd.DataFrame,
    profile: dict[str, Any],
    train: pd.DataFrame,
    parameters: MultitrainParameters,
    *branches: Any,
) -> dict[str, Any]:
    """Write everything to MLflow and register the models, if the run is tracked.

    Run it again alone, with `--nodes track_models`, where MLflow could not be reached.

    Args:
        comparison: As `compare_models` returns it.
        profile: Of the data.
        train: Rows that the models were trained on.
        parameters: Of the flow.
        branches: Of each model in turn: itself, its result, its evaluation.

    Returns:
        Where each model is in MLflow (`run_id`, `registered_model`, `version`), by its name; and
        what was not tracked, with the reason.
    """
    features = train.drop(columns=parameters.target)
    made = [tracked.Branch(*branch) for branch in _threes(branches)]
    return tracked.track(made, comparison, profile, features, parameters)


def _threes(
    branches: tuple[Any, ...],
) -> Iterator[tuple[Classifier, Mapping[str, Any], Evaluation]]:
    return zip(branches[::3], branches[1::3], branches[2::3], strict=True)
