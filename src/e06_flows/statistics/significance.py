"""Statistics of a comparison: tests, intervals, corrections for many tests, sample sizes.

Pure functions of numbers. What statsmodels and SciPy have is theirs; they are imported by the
functions that use them. docs/decisions/0082-what-stays-by-hand.md says why the rest is here.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_PAIR = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A number that was measured, and how sure it is.

    Attributes:
        value: What was measured.
        low: Lower end of the confidence interval.
        high: Upper end.
        p_value: Two-sided, against the value 0; 1 where nothing was tested.
    """

    value: float
    low: float
    high: float
    p_value: float = 1.0


def resampled_mean(
    values: Sequence[float],
    *,
    test_to_train: float,
    confidence: float = 0.95,
) -> Estimate:
    """Estimate a mean over the folds of a repeated cross-validation, and test it against 0.

    The training parts of the folds overlap, so the values depend on each other, and a plain t-test
    finds differences where there are none. Here the variance is corrected for that.

    Args:
        values: One a fold, of all repeats, such as differences between two models; at least two.
        test_to_train: Rows that a fold tests on, by those that it trains on.
        confidence: Of the interval, in (0, 1).

    Source:
        Nadeau and Bengio (2003), "Inference for the Generalization Error", Machine Learning 52,
        the corrected resampled t-test; for repeats, Bouckaert and Frank (2004).
    """
    from scipy.stats import t

    numbers = np.asarray(values, dtype=float)
    if len(numbers) < _PAIR:
        raise ValueError(f"{len(numbers)} value has no spread: at least two folds are needed.")
    mean, freedom = float(numbers.mean()), len(numbers) - 1
    error = math.sqrt((1 / len(numbers) + test_to_train) * float(numbers.var(ddof=1)))
    if error == 0:
        return Estimate(value=mean, low=mean, high=mean, p_value=float(mean == 0))
    reach = float(t.ppf((1 + confidence) / 2, freedom)) * error
    p_value = 2 * float(t.sf(abs(mean) / error, freedom))
    return Estimate(value=mean, low=mean - reach, high=mean + reach, p_value=p_value)


def holm(p_values: Sequence[float]) -> list[float]:
    """Correct p-values for having made several tests; same order, each at most 1.

    The chance of one or more false findings among all is then at most the level that is compared
    with, whether the tests depend on each other or not.

    Source:
        Holm (1979), "A Simple Sequentially Rejective Multiple Test Procedure".
    """
    from statsmodels.stats.multitest import multipletests

    return [float(p) for p in multipletests(p_values, method="holm")[1]]


def share(hits: int, rows: int, *, confidence: float = 0.95) -> Estimate:
    """Estimate a share by Wilson's interval, which is sound for few rows and for shares near 1.

    Source:
        Wilson (1927), "Probable Inference, the Law of Succession, and Statistical Inference".
    """
    from statsmodels.stats.proportion import proportion_confint

    low, high = proportion_confint(hits, rows, alpha=1 - confidence, method="wilson")
    return Estimate(value=hits / rows, low=float(low), high=float(high))


def share_difference(
    one: tuple[int, int], other: tuple[int, int], *, confidence: float = 0.95
) -> Estimate:
    """Estimate how much larger the share of one sample is than that of another, and test it.

    Args:
        one: Hits and rows.
        other: Hits and rows of other rows, independent of these.
        confidence: Of the interval, in (0, 1).

    Returns:
        The difference in [-1, 1]; Newcombe's interval; the p-value of Fisher's exact test.

    Source:
        Newcombe (1998), "Interval Estimation for the Difference Between Independent Proportions",
        Statistics in Medicine 17, method 10.
    """
    from scipy.stats import fisher_exact
    from statsmodels.stats.proportion import confint_proportions_2indep

    low, high = confint_proportions_2indep(
        *one, *other, compare="diff", method="newcomb", alpha=1 - confidence
    )
    table = [[one[0], one[1] - one[0]], [other[0], other[1] - other[0]]]
    return Estimate(
        value=one[0] / one[1] - other[0] / other[1],
        low=float(low),
        high=float(high),
        p_value=float(fisher_exact(table).pvalue),
    )


def rows_needed(share_a: float, share_b: float, *, level: float, power: float) -> int:
    """Return how many rows of each of two samples show, by Fisher's exact test, that shares differ.

    The normal approximation is that of another test: with so many rows, Fisher's finds the
    difference in 74 to 77 of 100 cases where 80 are wanted. It is corrected for continuity, and the
    power is then as wanted.

    Args:
        share_a: In (0, 1).
        share_b: In (0, 1), another one.
        level: Of the two-sided test; divide it by the number of tests if there are several.
        power: The wanted chance to find the difference.

    Source:
        Fleiss, Levin and Paik (2003), "Statistical Methods for Rates and Proportions", 3rd ed.,
        chapter 4; the correction is that of Casagrande, Pike and Smith (1978).
    """
    from statsmodels.stats.proportion import samplesize_proportions_2indep_onetail

    difference = abs(share_a - share_b)
    rows: float = samplesize_proportions_2indep_onetail(
        difference, min(share_a, share_b), power, alpha=level, alternative="two-sided"
    )
    return math.ceil(rows / 4 * (1 + math.sqrt(1 + 4 / (rows * difference))) ** 2)
