"""A search: values of a grid tried by cross-validation, the best of them trained on all rows.

What is tried is told before, and each value when it was tried. Every random choice takes the seed
of the parameters.
"""

import logging
import time
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import numpy as np
import pandas as pd

from e06_flows.pipelines.multitrain import estimators
from e06_flows.pipelines.multitrain.fit import sample_weight, train
from e06_flows.pipelines.multitrain.parameters import Grid, MultitrainParameters
from e06_flows.pipelines.multitrain.training import Training
from e06_flows.statistics.metrics import gain

logger = logging.getLogger(__name__)


class Model(Protocol):
    """A trained model, as scikit-learn names its parts; a classifier has `predict_proba`, too."""

    def predict(self, table: pd.DataFrame) -> Any:
        """Return the classes or the numbers, shape (n_rows,)."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One value of a grid.

    Attributes:
        name: Shown to people, such as `C=0.1` or H2O's name of the model.
        values: The hyper-parameters.
        scores: Mean of each metric over the folds of the cross-validation.
        spread: Standard deviation of the selecting metric over the folds.
        started: Seconds since 1970.
        seconds: How long training and scoring took, all folds together.
    """

    name: str
    values: dict[str, Any]
    scores: dict[str, float]
    spread: float | None
    started: float
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What a search has found.

    Attributes:
        model: The best of the candidates, trained on the whole training part.
        candidates: All that were tried, in that order.
        best: The one that the model is made with.
        threshold: Probability from which on the model predicts the positive class of two.
        tried: How many of how many values were tried, and what would try more, for people.
        started: Seconds since 1970.
        seconds: How long the search and the training took.
    """

    model: Model
    candidates: tuple[Candidate, ...]
    best: Candidate
    threshold: float
    tried: str
    started: float
    seconds: float


def search_linear(training: Training) -> Search:
    """Try each C of a logistic regression; of a quantity, each alpha of a linear regression."""
    if training.problem.classes:
        made, prefix = estimators.logistic_regression(training), "regression__"
        return _search(made, prefix, training.parameters.logistic_grid(), training)
    made, prefix = estimators.linear_regression(training), "regression__regressor__"
    return _search(made, prefix, training.parameters.linear_grid(), training)


def search_random_forest(training: Training) -> Search:
    """Try seeded draws from the grid of a random forest."""
    forest = estimators.random_forest(training)
    prefix = "forest__" if "forest" in forest.get_params() else ""
    return _search(forest, prefix, training.parameters.forest_grid(), training)


def search_xgboost(training: Training) -> Search:
    """Try seeded draws from the grid of XGBoost."""
    boosted = estimators.xgboost(training)
    prefix = "boosted__" if "boosted" in boosted.get_params() else ""
    inner = f"{prefix}classifier__" if training.problem.classes else prefix
    return _search(boosted, inner, training.parameters.xgboost_grid(), training)


def _search(estimator: Any, prefix: str, grid: Grid, training: Training) -> Search:
    """Try the values within the time; of equal ones, the first is kept: the smallest values.

    Args:
        estimator: What is trained.
        prefix: Of the names of its settings, where it stands within another.
        grid: The values.
        training: The rows, the folds, the clock.
    """
    from sklearn.base import clone
    from sklearn.exceptions import ConvergenceWarning

    # Said once, by `_complain`, with the name of the parameter to change.
    warnings.filterwarnings("ignore", category=ConvergenceWarning)
    parameters, select_by = training.parameters, training.select_by
    drawn = draw(grid, parameters)
    candidates: list[Candidate] = []
    for values in drawn:
        if candidates and training.seconds > parameters.max_search_secs:
            break
        given = clone(estimator).set_params(**_prefixed(prefix, values))
        candidates.append(_try(given, values, training.searched))
        _tell(grid.name, candidates, len(drawn), training)
    best = max(candidates, key=lambda tried: gain(select_by, tried.scores[select_by]))
    tried = grid.describe(len(candidates), parameters.draws, parameters.max_search_secs)
    logger.info("%s. Training the best on %d rows", tried, len(training.rows))
    chosen = clone(estimator).set_params(**_prefixed(prefix, best.values))
    model, threshold = train(chosen, training)
    return Search(
        model=model,
        candidates=tuple(candidates),
        best=best,
        threshold=threshold,
        tried=tried,
        started=training.started,
        seconds=training.seconds,
    )


def draw(grid: Grid, parameters: MultitrainParameters) -> list[dict[str, Any]]:
    """Return different values of the grid in its order; `parameters.draws` of one with bounds."""
    from sklearn.model_selection import ParameterGrid

    values = list(ParameterGrid(grid.values))
    wanted = grid.tries(parameters.draws)
    if wanted == len(values):
        return values
    chosen = np.random.default_rng(parameters.seed).choice(len(values), wanted, replace=False)
    return [values[position] for position in sorted(chosen)]


def _prefixed(prefix: str, values: Mapping[str, Any]) -> dict[str, Any]:
    return {prefix + name: value for name, value in values.items()}


def _try(estimator: Any, values: dict[str, Any], training: Training) -> Candidate:
    """Train and test on every fold; each fold is predicted once, for all metrics."""
    from sklearn.model_selection import cross_validate

    started, began = time.time(), time.perf_counter()
    found = cross_validate(
        estimator,
        training.features,
        training.target,
        cv=training.splits,
        scoring=partial(_measure, training=training),
        params=sample_weight(estimator, training),
        error_score="raise",
    )
    name = ", ".join(f"{name}={value}" for name, value in values.items())
    _complain(name, found["test_steps"].max(), training.parameters)
    select_by = training.select_by
    return Candidate(
        name=name,
        values=values,
        scores={
            metric: gain(metric, float(found[f"test_{metric}"].mean()))
            for metric in training.problem.metrics
        },
        spread=float(found[f"test_{select_by}"].std()),
        started=started,
        seconds=time.perf_counter() - began,
    )


def _measure(
    model: Any, features: pd.DataFrame, target: "pd.Series[Any]", *, training: Training
) -> dict[str, float]:
    """Measure all metrics of one prediction, for scikit-learn: the larger, the better.

    `steps` are those that a linear model has taken, 0 for others.
    """
    problem = training.problem
    found = problem.measure(
        target.to_numpy(),
        problem.predict(model, features),
        threshold=training.parameters.threshold,
    )
    regression = getattr(model, "named_steps", {}).get("regression")
    linear = getattr(regression, "regressor_", regression)
    steps = 0.0 if linear is None else float(np.max(linear.n_iter_))
    return {"steps": steps, **{str(name): gain(name, value) for name, value in found.items()}}


def _tell(name: str, candidates: list[Candidate], of: int, training: Training) -> None:
    last, metric = candidates[-1], training.select_by
    logger.info(
        "%s, %d of %d: %s %.4f with %s, after %.0f s",
        name, len(candidates), of, metric, last.scores[metric], last.name, training.seconds,
    )  # fmt: skip


def _complain(name: str, steps: float, parameters: MultitrainParameters) -> None:
    if steps >= parameters.max_iter:
        logger.warning(
            "The linear model (%s) did not converge in %d steps; raise multitrain.max_iter",
            name, parameters.max_iter,
        )  # fmt: skip
