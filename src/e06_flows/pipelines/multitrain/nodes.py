"""The functions of the multi-train flow: tables in, models, metrics and pictures out.

The branches share nothing but the split, and none of them knows of MLflow: what they have made is
saved before `track_models` writes it there.
"""

import logging
from collections.abc import Iterator, Mapping
from typing import Any, TypedDict

import pandas as pd

from e06_flows.modelling.problem import Problem
from e06_flows.pipelines.multitrain import comparison_picture, plots, table, tracked
from e06_flows.pipelines.multitrain.automl import search_automl
from e06_flows.pipelines.multitrain.drawing import Picture
from e06_flows.pipelines.multitrain.evaluation import Evaluation, evaluate, sample_rows
from e06_flows.pipelines.multitrain.parameters import MultitrainParameters
from e06_flows.pipelines.multitrain.profile import describe_data
from e06_flows.pipelines.multitrain.search import (
    Candidate,
    Model,
    Search,
    search_linear,
    search_random_forest,
    search_xgboost,
)
from e06_flows.pipelines.multitrain.split import split
from e06_flows.pipelines.multitrain.training import Training
from e06_flows.statistics.metrics import gain

logger = logging.getLogger(__name__)

Trained = tuple[Any, dict[str, Any], Evaluation, Picture]


class Result(TypedDict):
    """What a branch hands on beside its model; it is saved as JSON.

    Attributes:
        model: Name of the model for people.
        select_by: The metric that it is the best by.
        best: The hyper-parameters of the saved model.
        threshold: Probability from which on it predicts the positive class of two.
        cross_validation: Its mean scores over the folds.
        metrics: Of the hold-out, by their names.
        tried: How many values were tried, of how many, and what would try more.
        candidates: All that were tried.
        started: Seconds since 1970.
        seconds: How long the search took.
        fingerprint: Of the data; see `profile.fingerprint`.
    """

    model: str
    select_by: str
    best: dict[str, Any]
    threshold: float
    cross_validation: dict[str, float]
    metrics: dict[str, float]
    tried: str
    candidates: list[dict[str, Any]]
    started: float
    seconds: float
    fingerprint: str


def load_and_split(
    rows: pd.DataFrame, more_rows: pd.DataFrame, parameters: MultitrainParameters
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, dict[str, Any]]:
    """Stack the two tables, check them, find out what is predicted, and split the rows.

    Returns:
        The training part, its folds, the hold-out, and a description of the data.

    Raises:
        ValueError: The tables cannot be trained on; says which column, why and what to do.
    """
    stacked, copies = table.without_copies(table.stack([rows, more_rows], parameters), parameters)
    chosen = table.select(stacked, parameters)
    parts = split(chosen.rows, chosen.problem, chosen.along, parameters)
    told = {
        **describe_data(parts, chosen.problem, parameters),
        "left_out": chosen.left_out,
        "renamed": table.renamed(stacked),
        "copies": copies,
    }
    _tell(told)
    return parts.train, parts.folds, parts.holdout, told


def _tell(told: dict[str, Any]) -> None:
    """Say what was found in the table, and what will be tried."""
    for name, reason in told["left_out"].items():
        logger.info("Left out the column %r: it %s", name, reason)
    for name, reason in told["renamed"].items():
        logger.info("The column %r is %s", name, reason)
    problem = told["problem"]
    positive = (
        "" if problem["positive"] is None else f"; the positive class is {problem['positive']!r}"
    )
    logger.info(
        "This is %s, by %s: %s%s",
        problem["task"], told["select_by"], problem["why"], positive,
    )  # fmt: skip
    rows = told["rows"]
    logger.info(
        "Split %s into %d rows to train on, %d to test on",
        told["split_by"], rows["train"], rows["holdout"],
    )  # fmt: skip
    for line in told["to_try"]:
        logger.info("Will try: %s", line)


def train_logistic_regression(
    train: pd.DataFrame,
    folds: pd.DataFrame,
    holdout: pd.DataFrame,
    profile: dict[str, Any],
    parameters: MultitrainParameters,
) -> Trained:
    """Return the best logistic regression, its result, what it does on the hold-out, pictures.

    Of a quantity, it is the best linear regression.
    """
    training = Training.of(train, folds, profile, parameters)
    name = "logistic regression" if training.problem.classes else "linear regression"
    return _report(name, search_linear(training), training, holdout, profile)


def train_random_forest(
    train: pd.DataFrame,
    folds: pd.DataFrame,
    holdout: pd.DataFrame,
    profile: dict[str, Any],
    parameters: MultitrainParameters,
) -> Trained:
    """Return the best random forest, its result, what it does on the hold-out, pictures."""
    training = Training.of(train, folds, profile, parameters)
    return _report("random forest", search_random_forest(training), training, holdout, profile)


def train_xgboost(
    train: pd.DataFrame,
    folds: pd.DataFrame,
    holdout: pd.DataFrame,
    profile: dict[str, Any],
    parameters: MultitrainParameters,
) -> Trained:
    """Return the best XGBoost model, its result, what it does on the hold-out, pictures."""
    training = Training.of(train, folds, profile, parameters)
    return _report("XGBoost", search_xgboost(training), training, holdout, profile)


def tune_h2o_automl(
    train: pd.DataFrame,
    folds: pd.DataFrame,
    holdout: pd.DataFrame,
    profile: dict[str, Any],
    parameters: MultitrainParameters,
) -> tuple[Any, dict[str, Any], Evaluation, Picture, str]:
    """Return the leader of H2O's AutoML, and the like; and what H2O has printed."""
    training = Training.of(train, folds, profile, parameters)
    search = search_automl(training, sample_rows(holdout, training.problem, parameters))
    importances = search.importances
    made = _report("H2O AutoML", search, training, holdout, profile, importances=importances)
    return *made, search.log


def _report(
    name: str,
    search: Search,
    training: Training,
    holdout: pd.DataFrame,
    profile: dict[str, Any],
    *,
    importances: pd.DataFrame | None = None,
) -> Trained:
    """Test the model on the hold-out, once; say what was found."""
    evaluation = evaluate(
        search.model, holdout, training.problem, training.parameters,
        threshold=search.threshold, importances=importances,
    )  # fmt: skip
    select_by = training.select_by
    reached = evaluation.metrics[select_by]
    logger.info("%s: %s %.3f on the hold-out, with %s", name, select_by, reached, search.best.name)
    result = Result(
        model=name,
        select_by=select_by,
        best=search.best.values,
        threshold=search.threshold,
        cross_validation=search.best.scores,
        metrics={str(metric): value for metric, value in evaluation.metrics.items()},
        tried=search.tried,
        candidates=[_as_json(c, best=c is search.best) for c in search.candidates],
        started=search.started,
        seconds=round(search.seconds, 3),
        fingerprint=profile["fingerprint"],
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
    profile: dict[str, Any], *results: dict[str, Any]
) -> tuple[pd.DataFrame, Picture]:
    """Rank the models by their metrics on the hold-out. No registry is asked.

    Args:
        profile: Of the data; it names the metric that the best has the best of.
        results: Of the models that were trained.

    Returns:
        A row a model, the best first, of equal ones the one with the lower log loss, or of
        quantities the lower error; and its picture.

    Raises:
        ValueError: The models were trained on different data, so there is nothing to compare.
    """
    _refuse_mixed(results)
    select_by, loss = profile["select_by"], Problem.from_json(profile["problem"]).loss
    ranked = sorted(
        results,
        key=lambda r: (gain(select_by, r["metrics"][select_by]), -r["metrics"][loss]),
        reverse=True,
    )
    compared = pd.DataFrame([_row(rank, result) for rank, result in enumerate(ranked, start=1)])
    winner = ranked[0]
    picture = comparison_picture.draw(compared, list(winner["metrics"]), select_by)
    logger.info("Best by %s: %s", select_by, winner["model"])
    return compared, picture


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
        "threshold": result["threshold"],
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
) -> Iterator[tuple[Model, Mapping[str, Any], Evaluation]]:
    return zip(branches[::3], branches[1::3], branches[2::3], strict=True)
