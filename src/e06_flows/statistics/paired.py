"""Whether one model is better than another on the same rows, or only luckier.

Each row is predicted by both, so the rows' own difficulty cancels out. If the two were equally
good, it would not matter which of them has predicted which row: the test exchanges them at random,
and asks how often the difference is then as large as the one that was found. It holds its level for
few rows and for any metric.

Source:
    Good (2005), "Permutation, Parametric and Bootstrap Tests of Hypotheses", 3rd ed., chapter 3.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from e06_flows.statistics.metrics import Metric, gain, log_losses, measure

_RESAMPLES = 9999  # of a mean over the rows, which is quick
_RESAMPLES_OF_OTHERS = 299
_NUMBERS_AT_ONCE = 5_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What the same rows say of two models.

    Attributes:
        rows: How many there are.
        before: The metric of the one that is there.
        now: The metric of the one that wants its place.
        better_by: How much better the latter is, in units of the metric; negative: worse.
        p_value: One-sided: how often a difference as large comes about by chance.
    """

    rows: int
    before: float
    now: float
    better_by: float
    p_value: float


def compare_pairs(
    truth: NDArray[Any],
    before: NDArray[np.float64],
    now: NDArray[np.float64],
    classes: NDArray[Any],
    *,
    metric: Metric,
    seed: int,
) -> Comparison:
    """Compare the probabilities of two models for the same rows.

    Args:
        truth: The true class of each row.
        before: Of the one that is there, shape (n_rows, n_classes).
        now: Of the one that wants its place, likewise.
        classes: Of the columns, in sorted order.
        metric: What both are measured by.
        seed: Of the exchanges.
    """
    reached = [measure(truth, given, classes)[metric] for given in (before, now)]
    positions = np.searchsorted(classes, truth)
    by_row = [_by_row(positions, given, metric) for given in (before, now)]
    if by_row[0] is not None and by_row[1] is not None:
        p_value = _exchange_signs(by_row[1] - by_row[0], seed)
    else:
        p_value = _exchange_predictions(truth, before, now, classes, metric, seed)
    return Comparison(
        rows=len(truth),
        before=reached[0],
        now=reached[1],
        better_by=gain(metric, reached[1]) - gain(metric, reached[0]),
        p_value=p_value,
    )


def _by_row(
    positions: NDArray[np.intp], probabilities: NDArray[np.float64], metric: Metric
) -> NDArray[np.float64] | None:
    """Return the gain of each row, if the metric is the mean of something over the rows."""
    if metric == "log_loss":
        return -log_losses(positions, probabilities)
    if metric == "accuracy":
        return np.asarray(probabilities.argmax(axis=1) == positions, dtype=np.float64)
    return None


def _exchange_signs(differences: NDArray[np.float64], seed: int) -> float:
    from scipy.stats import permutation_test

    found = permutation_test(
        (differences,),
        lambda rows, axis: rows.mean(axis=axis),
        permutation_type="samples",
        alternative="greater",
        vectorized=True,
        n_resamples=_RESAMPLES,
        batch=max(1, _NUMBERS_AT_ONCE // len(differences)),
        rng=np.random.default_rng(seed),
    )
    return float(found.pvalue)


def _exchange_predictions(
    truth: NDArray[Any],
    before: NDArray[np.float64],
    now: NDArray[np.float64],
    classes: NDArray[Any],
    metric: Metric,
    seed: int,
) -> float:
    from scipy.stats import permutation_test

    both, rows = np.concatenate([before, now]), len(truth)

    def difference(one: NDArray[np.intp], other: NDArray[np.intp]) -> float:
        there, wants = (measure(truth, both[of], classes)[metric] for of in (one, other))
        return gain(metric, wants) - gain(metric, there)

    found = permutation_test(
        (np.arange(rows), np.arange(rows, 2 * rows)),
        difference,
        permutation_type="samples",
        alternative="greater",
        vectorized=False,
        n_resamples=_RESAMPLES_OF_OTHERS,
        rng=np.random.default_rng(seed),
    )
    return float(found.pvalue)
