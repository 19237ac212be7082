"""The functions of the comparison: a table and folds in; scores, a ranking, a winner out."""

import logging
import pickle
import time
import warnings
from typing import Any

import numpy as np
import pandas as pd

from e06_flows.modelling.algorithms import make_algorithm
from e06_flows.modelling.problem import find_positive
from e06_flows.pipelines.model_comparison.folds import (
    check_algorithms,
    choose_columns,
    repeated_folds,
)
from e06_flows.pipelines.model_comparison.parameters import ModelComparisonParameters
from e06_flows.pipelines.model_comparison.plots import Picture, comparison_picture
from e06_flows.pipelines.model_comparison.ranking import COSTS, choose_winner, rank
from e06_flows.registry.models import register_winner
from e06_flows.statistics.metrics import METRICS, measure
from e06_flows.tracking.attempts import attempt
from e06_flows.tracking.runs import child_run, log_numbers, log_report

logger = logging.getLogger(__name__)


def make_folds(
    rows: pd.DataFrame, more_rows: pd.DataFrame, parameters: ModelComparisonParameters
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the checked table, and the fold of each row in each repeat.

    Raises:
        ValueError: The table or an algorithm's settings cannot be used; says what and why.
    """
    check_algorithms(parameters)
    table = choose_columns([rows, more_rows], parameters)
    folds = repeated_folds(table, parameters)
    logger.info("%d rows, %d folds, %d repeats", len(table), parameters.folds, parameters.repeats)
    return table, folds


def cross_validate(
    table: pd.DataFrame, folds: pd.DataFrame, parameters: ModelComparisonParameters, name: str
) -> pd.DataFrame:
    """Train and test an algorithm on every fold of every repeat.

    Args:
        table: The features and the target.
        folds: As `make_folds` returns it.
        parameters: Of the flow.
        name: Of the algorithm in `parameters.algorithms`.

    Returns:
        A row a fold: all metrics, `fit_seconds`, `predict_ms` for 1,000 rows, and `model_kb`, the
        size of the pickled model.
    """
    algorithm = parameters.algorithms[name]
    features, target = table.drop(columns=parameters.target), table[parameters.target].to_numpy()
    positive = find_positive(table[parameters.target])
    with child_run(algorithm.title, {"model_type": algorithm.kind}) as run_id:
        results = []
        for repeat in folds:
            for fold in range(parameters.folds):
                test = folds[repeat].to_numpy() == fold
                model = make_algorithm(algorithm.kind, algorithm.settings, seed=parameters.seed)
                reached = _train_and_test(model, features, target, test, positive)
                results.append({"repeat": repeat, "fold": fold, **reached})
        scores = pd.DataFrame(results)
        means = {str(name): float(scores[name].mean()) for name in (*METRICS, *COSTS)}
        log_numbers(
            run_id,
            metrics={
                **means,
                f"{parameters.metric}_std": scores[parameters.metric].std(),
            },
            params={"kind": algorithm.kind, **algorithm.settings},
        )
    logger.info("%s: mean %s %.4f", algorithm.title, parameters.metric, means[parameters.metric])
    return scores


def _train_and_test(
    model: Any, features: pd.DataFrame, target: Any, test: Any, positive: Any
) -> dict[str, float]:
    started = time.perf_counter()
    _fit(model, features[~test], target[~test])
    fitted = time.perf_counter()
    probabilities = np.asarray(model.predict_proba(features[test]), dtype=np.float64)
    predicted = time.perf_counter()
    reached = measure(target[test], probabilities, model.classes_, positive=positive)
    return {
        **{str(metric): value for metric, value in reached.items()},
        "fit_seconds": fitted - started,
        "predict_ms": (predicted - fitted) / test.sum() * 1_000_000,
        "model_kb": len(pickle.dumps(model)) / 1024,
    }


def _fit(model: Any, features: pd.DataFrame, target: Any) -> None:
    """Train; what scikit-learn warns of, such as too few steps, becomes a line of the log."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model.fit(features, target)
    for message in {str(warning.message).splitlines()[0] for warning in caught}:
        logger.info("While training %s: %s", type(model).__name__, message)


def compare_algorithms(
    parameters: ModelComparisonParameters, *scores: pd.DataFrame
) -> tuple[pd.DataFrame, Picture, dict[str, Any]]:
    """Rank the algorithms, draw the ranking, choose the winner by the rule.

    Args:
        parameters: Of the flow.
        scores: What `cross_validate` returns, in the order of `parameters.algorithms`.
    """
    by_name = dict(zip(parameters.algorithms, scores, strict=True))
    table = rank(by_name, parameters)
    winner = choose_winner(table, parameters)
    table.insert(4, "winner", table["name"] == winner["name"])
    picture = comparison_picture(table, by_name, parameters)
    if "no feature at all" in winner["reason"]:
        logger.warning("No algorithm is better than the baseline: nothing was learned.")
    says = f"{winner['algorithm']} wins: {winner['reason']}."
    log_report("comparison", table, picture, says=says)
    logger.info(says)
    return table, picture, winner


def train_winner(
    winner: dict[str, Any], table: pd.DataFrame, parameters: ModelComparisonParameters
) -> Any:
    """Return the winner, trained on all rows; MLflow's registry has it with the alias `winner`."""
    algorithm = parameters.algorithms[winner["name"]]
    model = make_algorithm(algorithm.kind, algorithm.settings, seed=parameters.seed)
    features = table.drop(columns=parameters.target)
    _fit(model, features, table[parameters.target].to_numpy())
    with child_run("winner", {"model_type": algorithm.kind}) as run_id:
        if run_id is not None:
            about = f"{algorithm.title}: {winner['reason']}"
            name = f"{parameters.registered}-comparison"
            attempt(
                "the winner",
                lambda: register_winner(name, model, features, run_id=run_id, about=about),
            )
    return model
