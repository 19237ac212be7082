"""Grids, cross-validation, and the best model refitted: the three models of scikit-learn's kind.

Scikit-learn's `GridSearchCV` tries the values and refits the best; what is here says which values
are tried, and how they are scored. Every random choice takes the seed of the parameters.
"""

import logging
import time
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pandas as pd

from e06_flows.algorithms import with_labels
from e06_flows.metrics import METRICS, gain, measure
from e06_flows.pipelines.multitrain import columns
from e06_flows.pipelines.multitrain.parameters import Grid, MultitrainParameters

logger = logging.getLogger(__name__)

_BINARY = 2
_TOLERANCE = 1e-3  # at 1e-4 saga takes four times the steps, and the log loss is the same


class Classifier(Protocol):
    """A trained model, as scikit-learn names its parts."""

    @property
    def classes_(self) -> Any:
        """The classes, in sorted order."""
        ...

    def predict(self, table: pd.DataFrame) -> Any:
        """Return the classes, shape (n_rows,)."""
        ...

    def predict_proba(self, table: pd.DataFrame) -> Any:
        """Return probabilities, shape (n_rows, n_classes), in the order of `classes_`."""
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
        tried: How many of how many values were tried, and what would try more, for people.
        started: Seconds since 1970.
        seconds: How long the search and the training took.
    """

    model: Classifier
    candidates: tuple[Candidate, ...]
    best: Candidate
    tried: str
    started: float
    seconds: float


def search_logistic_regression(train: pd.DataFrame, parameters: MultitrainParameters) -> Search:
    """Try each C of an l1-penalised logistic regression on standardised features."""
    from sklearn.linear_model import LogisticRegression

    classes = train[parameters.target].nunique()
    regression = LogisticRegression(
        l1_ratio=1.0,
        solver="liblinear" if classes == _BINARY else "saga",
        tol=_TOLERANCE,
        max_iter=parameters.max_iter,
        random_state=parameters.seed,
    )
    features = train.drop(columns=parameters.target)
    scaled = _behind(columns.encoder(features, scale=True), "regression", regression)
    return _search(scaled, "regression__", parameters.logistic_grid(), train, parameters)


def search_random_forest(train: pd.DataFrame, parameters: MultitrainParameters) -> Search:
    """Try seeded draws from the grid of a random forest."""
    from sklearn.ensemble import RandomForestClassifier

    forest = RandomForestClassifier(random_state=parameters.seed, n_jobs=parameters.threads)
    encoder = columns.encoder(train.drop(columns=parameters.target), scale=False)
    prefix = "forest__" if encoder else ""
    found = _behind(encoder, "forest", forest)
    return _search(found, prefix, parameters.forest_grid(), train, parameters)


def search_xgboost(train: pd.DataFrame, parameters: MultitrainParameters) -> Search:
    """Try seeded draws from the grid of XGBoost."""
    from xgboost import XGBClassifier

    boosted = with_labels(
        XGBClassifier(
            random_state=parameters.seed,
            n_jobs=parameters.threads,
            tree_method="hist",
            verbosity=0,
        )
    )
    encoder = columns.encoder(train.drop(columns=parameters.target), scale=False)
    prefix = "boosted__classifier__" if encoder else "classifier__"
    found = _behind(encoder, "boosted", boosted)
    return _search(found, prefix, parameters.xgboost_grid(), train, parameters)


def _behind(encoder: Any, name: str, estimator: Any) -> Any:
    """Put an estimator behind what makes numbers of the columns, if there is need of that."""
    from sklearn.pipeline import Pipeline

    return Pipeline([("columns", encoder), (name, estimator)]) if encoder else estimator


def _search(
    estimator: Any, prefix: str, grid: Grid, train: pd.DataFrame, parameters: MultitrainParameters
) -> Search:
    """Let scikit-learn try the values; of equal ones, the first is kept: the smallest values.

    Args:
        estimator: What is trained.
        prefix: Of the names of its settings, where it stands within another.
        grid: The values.
        train: The training part.
        parameters: Of the flow.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.model_selection import GridSearchCV, ParameterGrid, StratifiedKFold

    drawn = draw(grid.values, parameters) if grid.bounds else list(ParameterGrid(grid.values))
    tried = grid.describe(len(drawn))
    logger.info("%s", tried)
    search = GridSearchCV(
        estimator,
        [{prefix + name: [value] for name, value in values.items()} for values in drawn],
        scoring=_gains,
        refit=parameters.select_by,
        cv=StratifiedKFold(parameters.cv_folds, shuffle=True, random_state=parameters.seed),
        error_score="raise",
    )
    # Said once, by `_complain`, with the name of the parameter to change.
    warnings.filterwarnings("ignore", category=ConvergenceWarning)
    started, began = time.time(), time.perf_counter()
    search.fit(train.drop(columns=parameters.target), train[parameters.target])
    candidates = _candidates(search.cv_results_, drawn, parameters, started)
    _complain(search.cv_results_, candidates, parameters)
    return Search(
        model=search.best_estimator_,
        candidates=candidates,
        best=candidates[int(search.best_index_)],
        tried=tried,
        started=started,
        seconds=time.perf_counter() - began,
    )


def draw(grid: Mapping[str, list[Any]], parameters: MultitrainParameters) -> list[dict[str, Any]]:
    """Return different values of the grid, `parameters.draws` at most, in the grid's order."""
    from sklearn.model_selection import ParameterGrid

    values = list(ParameterGrid(grid))
    if len(values) <= parameters.draws:
        return values
    chosen = np.random.default_rng(parameters.seed).choice(
        len(values), parameters.draws, replace=False
    )
    return [values[position] for position in sorted(chosen)]


def _gains(model: Any, features: pd.DataFrame, target: "pd.Series[Any]") -> dict[str, float]:
    """Measure all metrics of one prediction, for scikit-learn: the larger, the better.

    `steps` are those that a logistic regression has taken, 0 for others.
    """
    found = measure(target.to_numpy(), probabilities(model, features), model.classes_)
    regression = getattr(model, "named_steps", {}).get("regression")
    steps = 0.0 if regression is None else float(np.max(regression.n_iter_))
    return {"steps": steps, **{str(name): gain(name, value) for name, value in found.items()}}


def _candidates(
    results: Mapping[str, Any],
    drawn: list[dict[str, Any]],
    parameters: MultitrainParameters,
    started: float,
) -> tuple[Candidate, ...]:
    """Return what was tried. Scikit-learn tries one value after the other, in this order."""
    seconds = (results["mean_fit_time"] + results["mean_score_time"]) * parameters.cv_folds
    before = np.concatenate([[0.0], np.cumsum(seconds)[:-1]])
    return tuple(
        Candidate(
            name=", ".join(f"{name}={value}" for name, value in values.items()),
            values=values,
            scores={
                metric: gain(metric, float(results[f"mean_test_{metric}"][at]))
                for metric in METRICS
            },
            spread=float(results[f"std_test_{parameters.select_by}"][at]),
            started=started + float(before[at]),
            seconds=float(seconds[at]),
        )
        for at, values in enumerate(drawn)
    )


def _complain(
    results: Mapping[str, Any],
    candidates: tuple[Candidate, ...],
    parameters: MultitrainParameters,
) -> None:
    most = np.max(
        [results[f"split{fold}_test_steps"] for fold in range(parameters.cv_folds)], axis=0
    )
    short = [
        c.name for c, steps in zip(candidates, most, strict=True) if steps >= parameters.max_iter
    ]
    if short:
        logger.warning(
            "The logistic regression (%s) did not converge in %d steps; raise multitrain.max_iter",
            "; ".join(short),
            parameters.max_iter,
        )


def probabilities(model: Classifier, features: pd.DataFrame) -> Any:
    """Return the model's probabilities in double precision, rows adding up to 1."""
    raw = np.asarray(model.predict_proba(features), dtype=np.float64)
    return raw / raw.sum(axis=1, keepdims=True)
