"""What a model does on the rows that it has not seen: metrics, and how much each column matters."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from e06_flows.metrics import Metric, log_losses, measure
from e06_flows.pipelines.multitrain.parameters import MultitrainParameters
from e06_flows.pipelines.multitrain.search import Classifier, probabilities

_REPEATS = 10
_ROWS = 500  # of the hold-out, at most, for the importances
_ROWS_AT_ONCE = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What there is to report of a model.

    Attributes:
        classes: In sorted order.
        truth: Position of the true class of each row of the hold-out, shape (n_rows,).
        probabilities: Shape (n_rows, n_classes).
        metrics: Of the hold-out.
        importances: Increase of the log loss when a column is shuffled; a column a feature, a row
            a repeat.
    """

    classes: NDArray[Any]
    truth: NDArray[np.intp]
    probabilities: NDArray[np.float64]
    metrics: dict[Metric, float]
    importances: pd.DataFrame


def evaluate(
    model: Classifier, holdout: pd.DataFrame, parameters: MultitrainParameters
) -> Evaluation:
    """Measure the model on the hold-out."""
    features, target = holdout.drop(columns=parameters.target), holdout[parameters.target]
    predicted = probabilities(model, features)
    truth = np.searchsorted(model.classes_, target.to_numpy())
    return Evaluation(
        classes=np.asarray(model.classes_),
        truth=truth,
        probabilities=predicted,
        metrics=measure(target.to_numpy(), predicted, model.classes_),
        importances=_importances(model, features, truth, predicted, parameters.seed),
    )


def _importances(
    model: Classifier,
    features: pd.DataFrame,
    truth: NDArray[np.intp],
    predicted: NDArray[np.float64],
    seed: int,
) -> pd.DataFrame:
    """Shuffle each column some times; many shuffled tables are predicted in one call."""
    random = np.random.default_rng(seed)
    rows = np.sort(random.permutation(len(features))[:_ROWS])
    table, true = features.iloc[rows], truth[rows]
    before = log_losses(true, predicted[rows]).mean()
    at_once = max(1, _ROWS_AT_ONCE // (len(table) * _REPEATS))
    columns = list(features.columns)
    losses: dict[str, NDArray[np.float64]] = {}
    for first in range(0, len(columns), at_once):
        names = columns[first : first + at_once]
        shuffled = pd.concat([_shuffled(table, name, random) for name in names], ignore_index=True)
        rises = log_losses(np.tile(true, _REPEATS * len(names)), probabilities(model, shuffled))
        means = rises.reshape(len(names), _REPEATS, len(table)).mean(axis=2) - before
        losses.update(zip(names, means, strict=True))
    return pd.DataFrame(losses)


def _shuffled(table: pd.DataFrame, name: str, random: np.random.Generator) -> pd.DataFrame:
    """Return the table `_REPEATS` times, with one column in another order each time."""
    copies = pd.concat([table] * _REPEATS, ignore_index=True)
    values = table[name].to_numpy()
    copies[name] = np.concatenate([random.permutation(values) for _ in range(_REPEATS)])
    return copies
