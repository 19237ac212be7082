"""Whether one model is better than another on the same rows, or only luckier.

Each row is predicted by both, so the rows' own difficulty cancels out. If the two were equally
good, it would not matter which of them has predicted which row: the test exchanges them at random,
and asks how often the difference is then as large as the one that was found. It holds its level for
few rows and for any metric.

Source:
    Good (2005), "Permutation, Parametric and Bootstrap Tests of Hypotheses", 3rd ed., chapter 3.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from e06_flows.statistics.metrics import (
    EVEN,
    Metric,
    gain,
    log_losses,
    measure,
    position_of,
    positions,
)

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


class Classes(NamedTuple):
    """What is predicted.

    Attributes:
        names: In sorted order.
        positive: The class of two that is looked for; None: the second, or there are more.
    """

    names: tuple[Any, ...]
    positive: Any = None


class Predicted(NamedTuple):
    """What a model says of rows.

    Attributes:
        probabilities: Shape (n_rows, n_classes), columns in the order of the classes.
        threshold: Probability from which on it predicts the positive class of two; one for all
            rows, or one a row.
    """

    probabilities: NDArray[np.float64]
    threshold: float | NDArray[np.float64] = EVEN


def compare_pairs(
    truth: NDArray[Any],
    before: Predicted,
    now: Predicted,
    classes: Classes,
    *,
    metric: Metric,
    seed: int,
) -> Comparison:
    """Compare what two models say of the same rows.

    Args:
        truth: The true class of each row.
        before: Of the one that is there.
        now: Of the one that wants its place.
        classes: Of the columns of probabilities.
        metric: What both are measured by.
        seed: Of the exchanges.
    """
    measured = partial(_measure, classes=classes, metric=metric)
    reached = [measured(truth, given) for given in (before, now)]
    by_row = [_by_row(truth, given, classes, metric) for given in (before, now)]
    if by_row[0] is not None and by_row[1] is not None:
        p_value = _exchange_signs(by_row[1] - by_row[0], seed)
    else:
        p_value = _exchange_predictions(truth, before, now, measured, seed)
    return Comparison(
        rows=len(truth),
        before=gain(metric, reached[0]),
        now=gain(metric, reached[1]),
        better_by=reached[1] - reached[0],
        p_value=p_value,
    )


def _measure(
    truth: NDArray[Any], predicted: Predicted, *, classes: Classes, metric: Metric
) -> float:
    """Return the metric, the larger the better."""
    found = measure(
        truth, predicted.probabilities, classes.names,
        positive=classes.positive, threshold=predicted.threshold, wanted=(metric,),
    )  # fmt: skip
    return gain(metric, found[metric])


def _by_row(
    truth: NDArray[Any], predicted: Predicted, classes: Classes, metric: Metric
) -> NDArray[np.float64] | None:
    """Return the gain of each row, if the metric is the mean of something over the rows."""
    names = np.asarray(classes.names)
    true = np.searchsorted(names, truth)
    if metric == "log_loss":
        return -log_losses(true, predicted.probabilities)
    if metric == "accuracy":
        positive = position_of(classes.positive, names)
        best = positions(predicted.probabilities, positive, predicted.threshold)
        return np.asarray(best == true, dtype=np.float64)
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
    before: Predicted,
    now: Predicted,
    measured: Callable[[NDArray[Any], Predicted], float],
    seed: int,
) -> float:
    from scipy.stats import permutation_test

    rows = len(truth)
    shares = np.concatenate([before.probabilities, now.probabilities])
    limits = np.concatenate([np.broadcast_to(given.threshold, rows) for given in (before, now)])

    def difference(one: NDArray[np.intp], other: NDArray[np.intp]) -> float:
        there, wants = (measured(truth, Predicted(shares[of], limits[of])) for of in (one, other))
        return wants - there

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
