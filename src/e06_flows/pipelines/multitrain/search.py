"""Grids, cross-validation, and the best model refitted: the three models of scikit-learn's kind.

Nothing here tracks, draws or writes. Every random choice takes the seed of the parameters.
"""

import logging
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pandas as pd

from e06_flows.algorithms import with_labels
from e06_flows.metrics import METRICS, Metric, gain, measure
from e06_flows.pipelines.multitrain.parameters import MultitrainParameters

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
        seconds: How long the cross-validation took.
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
        seconds: How long the search and the training took.
    """

    model: Classifier
    candidates: tuple[Candidate, ...]
    best: Candidate
    seconds: float


def search_logistic_regression(train: pd.DataFrame, parameters: MultitrainParameters) -> Search:
    """Try each C of an l1-penalised logistic regression on standardised features."""
    classes = train[parameters.target].nunique()

    def make(values: dict[str, Any]) -> Any:
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import Pipeline
        from sklearn.preprocessing import StandardScaler

        regression = LogisticRegression(
            **values,
            l1_ratio=1.0,
            solver="liblinear" if classes == _BINARY else "saga",
            tol=_TOLERANCE,
            max_iter=parameters.max_iter,
            random_state=parameters.seed,
        )
        return Pipeline([("scale", StandardScaler()), ("regression", regression)])

    values = [{"C": strength} for strength in parameters.logistic_grid()["C"]]
    return _search(make, values, train, parameters)


def search_random_forest(train: pd.DataFrame, parameters: MultitrainParameters) -> Search:
    """Try seeded draws from the grid of a random forest."""

    def make(values: dict[str, Any]) -> Any:
        from sklearn.ensemble import RandomForestClassifier

        return RandomForestClassifier(
            **values, random_state=parameters.seed, n_jobs=parameters.threads
        )

    return _search(make, draw(parameters.forest_grid(), parameters), train, parameters)


def search_xgboost(train: pd.DataFrame, parameters: MultitrainParameters) -> Search:
    """Try seeded draws from the grid of XGBoost."""

    def make(values: dict[str, Any]) -> Any:
        from xgboost import XGBClassifier

        return with_labels(
            XGBClassifier(
                **values,
                random_state=parameters.seed,
                n_jobs=parameters.threads,
                tree_method="hist",
                verbosity=0,
            )
        )

    return _search(make, draw(parameters.xgboost_grid(), parameters), train, parameters)


def _search(
    make: Callable[[dict[str, Any]], Any],
    values: list[dict[str, Any]],
    train: pd.DataFrame,
    parameters: MultitrainParameters,
) -> Search:
    began = time.perf_counter()
    candidates = tuple(_cross_validate(make, given, train, parameters) for given in values)
    best = best_of(candidates, parameters.select_by)
    features, target = _parts(train, parameters)
    model = make(best.values)
    _fit(model, features, target, f"{best.name}, all training rows")
    return Search(
        model=model,
        candidates=candidates,
        best=best,
        seconds=time.perf_counter() - began,
    )


def draw(grid: dict[str, list[Any]], parameters: MultitrainParameters) -> list[dict[str, Any]]:
    """Return different values of the grid, `parameters.draws` at most, in the grid's order."""
    from sklearn.model_selection import ParameterGrid

    values = list(ParameterGrid(grid))
    if len(values) <= parameters.draws:
        return values
    chosen = np.random.default_rng(parameters.seed).choice(
        len(values), parameters.draws, replace=False
    )
    return [values[position] for position in sorted(chosen)]


def best_of(candidates: Sequence[Candidate], metric: Metric) -> Candidate:
    """Return the best on cross-validation; of equal ones, the first: the smallest values."""
    return max(candidates, key=lambda candidate: gain(metric, candidate.scores[metric]))


def _cross_validate(
    make: Callable[[dict[str, Any]], Any],
    values: dict[str, Any],
    train: pd.DataFrame,
    parameters: MultitrainParameters,
) -> Candidate:
    from sklearn.model_selection import StratifiedKFold

    started, began = time.time(), time.perf_counter()
    name = ", ".join(f"{key}={value}" for key, value in values.items())
    features, target = _parts(train, parameters)
    folds = StratifiedKFold(parameters.cv_folds, shuffle=True, random_state=parameters.seed)
    scores = []
    for number, (inside, outside) in enumerate(folds.split(features, target), start=1):
        model = make(values)
        _fit(model, features.iloc[inside], target.iloc[inside], f"{name}, fold {number}")
        tested = probabilities(model, features.iloc[outside])
        scores.append(measure(target.iloc[outside].to_numpy(), tested, model.classes_))
    return Candidate(
        name=name,
        values=values,
        scores={metric: float(np.mean([s[metric] for s in scores])) for metric in METRICS},
        spread=float(np.std([s[parameters.select_by] for s in scores])),
        started=started,
        seconds=time.perf_counter() - began,
    )


def _fit(model: Any, features: pd.DataFrame, target: "pd.Series[Any]", what: str) -> None:
    from sklearn.exceptions import ConvergenceWarning

    # Said once, below, with the name of the parameter to change.
    warnings.filterwarnings("ignore", category=ConvergenceWarning)
    model.fit(features, target)
    steps = getattr(getattr(model, "named_steps", {}).get("regression"), "n_iter_", None)
    if steps is not None and max(steps) >= model.named_steps["regression"].max_iter:
        logger.warning(
            "The logistic regression (%s) did not converge in %d steps; raise multitrain.max_iter",
            what,
            max(steps),
        )


def _parts(
    train: pd.DataFrame, parameters: MultitrainParameters
) -> tuple[pd.DataFrame, "pd.Series[Any]"]:
    return train.drop(columns=parameters.target), train[parameters.target]


def probabilities(model: Classifier, features: pd.DataFrame) -> Any:
    """Return the model's probabilities in double precision, rows adding up to 1."""
    raw = np.asarray(model.predict_proba(features), dtype=np.float64)
    return raw / raw.sum(axis=1, keepdims=True)
