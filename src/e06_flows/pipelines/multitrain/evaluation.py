"""What a model does on the rows that it has not seen: metrics, and how much each column matters."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from e06_flows.modelling.problem import Problem
from e06_flows.pipelines.multitrain.parameters import MultitrainParameters
from e06_flows.statistics.metrics import EVEN, Metric

REPEATS = 10
_ROWS = 500  # of the hold-out, at most, for the importances


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What there is to report of a model.

    Attributes:
        problem: What is predicted.
        truth: The true value of each row of the hold-out, shape (n_rows,): the position of its
            class, or the number.
        predicted: Probabilities, shape (n_rows, n_classes); of a quantity the numbers.
        threshold: Probability from which on the positive class of two is predicted.
        metrics: Of the hold-out.
        importances: Increase of `problem.loss` when a column is shuffled; a column a feature, a row
            a repeat.
        shuffled_rows: How many rows of the hold-out the importances are computed on.
    """

    problem: Problem
    truth: NDArray[Any]
    predicted: NDArray[np.float64]
    threshold: float
    metrics: dict[Metric, float]
    importances: pd.DataFrame
    shuffled_rows: int


def evaluate(
    model: Any,
    holdout: pd.DataFrame,
    problem: Problem,
    parameters: MultitrainParameters,
    *,
    threshold: float = EVEN,
    importances: pd.DataFrame | None = None,
) -> Evaluation:
    """Measure the model on the hold-out.

    Args:
        model: Trained.
        holdout: Rows that it has not seen.
        problem: What it predicts.
        parameters: Of the flow.
        threshold: Probability from which on it predicts the positive class of two.
        importances: Those of `sample_rows(holdout)`, where they are known; H2O computes its own.
    """
    features = holdout.drop(columns=parameters.target)
    truth = holdout[parameters.target].to_numpy()
    predicted = problem.predict(model, features)
    sample = sample_rows(holdout, problem, parameters)
    if importances is None:
        importances = _importances(model, sample, problem, parameters)
    return Evaluation(
        problem=problem,
        truth=np.searchsorted(np.asarray(problem.classes), truth) if problem.classes else truth,
        predicted=predicted,
        threshold=threshold,
        metrics=problem.measure(truth, predicted, threshold=threshold),
        importances=importances,
        shuffled_rows=len(sample),
    )


def sample_rows(
    holdout: pd.DataFrame, problem: Problem, parameters: MultitrainParameters
) -> pd.DataFrame:
    """Return the rows for the importances, with the same shares of the classes."""
    from sklearn.utils import resample

    if len(holdout) <= _ROWS:
        return holdout
    sample: pd.DataFrame = resample(
        holdout, replace=False, n_samples=_ROWS, random_state=parameters.seed,
        stratify=holdout[parameters.target] if problem.classes else None,
    )  # fmt: skip
    return sample


def _importances(
    model: Any, sample: pd.DataFrame, problem: Problem, parameters: MultitrainParameters
) -> pd.DataFrame:
    from sklearn.inspection import permutation_importance

    def gain(model: Any, features: pd.DataFrame, target: "pd.Series[Any]") -> float:
        return -problem.measure_loss(target.to_numpy(), problem.predict(model, features))

    features, target = sample.drop(columns=parameters.target), sample[parameters.target]
    found = permutation_importance(
        model, features, target, scoring=gain, n_repeats=REPEATS, random_state=parameters.seed
    )
    return pd.DataFrame(found.importances.T, columns=features.columns)
