"""What a model does on the rows that it has not seen: metrics, and how much each column matters."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from e06_flows.metrics import Metric, log_losses, measure
from e06_flows.pipelines.multitrain.parameters import MultitrainParameters
from e06_flows.pipelines.multitrain.search import Classifier, probabilities

REPEATS = 10
_ROWS = 500  # of the hold-out, at most, for the importances


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
        shuffled_rows: How many rows of the hold-out the importances are computed on.
    """

    classes: NDArray[Any]
    truth: NDArray[np.intp]
    probabilities: NDArray[np.float64]
    metrics: dict[Metric, float]
    importances: pd.DataFrame
    shuffled_rows: int


def evaluate(
    model: Classifier,
    holdout: pd.DataFrame,
    parameters: MultitrainParameters,
    importances: pd.DataFrame | None = None,
) -> Evaluation:
    """Measure the model on the hold-out.

    Args:
        model: Trained.
        holdout: Rows that it has not seen.
        parameters: Of the flow.
        importances: Those of `sample_rows(holdout)`, where they are known; H2O computes its own.
    """
    features, target = holdout.drop(columns=parameters.target), holdout[parameters.target]
    predicted = probabilities(model, features)
    sample = sample_rows(holdout, parameters)
    return Evaluation(
        classes=np.asarray(model.classes_),
        truth=np.searchsorted(model.classes_, target.to_numpy()),
        probabilities=predicted,
        metrics=measure(target.to_numpy(), predicted, model.classes_),
        importances=_importances(model, sample, parameters) if importances is None else importances,
        shuffled_rows=len(sample),
    )


def sample_rows(holdout: pd.DataFrame, parameters: MultitrainParameters) -> pd.DataFrame:
    """Return the rows for the importances, with the same shares of the classes."""
    from sklearn.utils import resample

    if len(holdout) <= _ROWS:
        return holdout
    sample: pd.DataFrame = resample(
        holdout, replace=False, n_samples=_ROWS, stratify=holdout[parameters.target],
        random_state=parameters.seed,
    )  # fmt: skip
    return sample


def _importances(
    model: Classifier, sample: pd.DataFrame, parameters: MultitrainParameters
) -> pd.DataFrame:
    from sklearn.inspection import permutation_importance

    features, target = sample.drop(columns=parameters.target), sample[parameters.target]
    found = permutation_importance(
        model, features, target, scoring=_gain, n_repeats=REPEATS, random_state=parameters.seed
    )
    return pd.DataFrame(found.importances.T, columns=features.columns)


def _gain(model: Classifier, features: pd.DataFrame, target: "pd.Series[Any]") -> float:
    true = np.searchsorted(model.classes_, target.to_numpy())
    return -float(log_losses(true, probabilities(model, features)).mean())
