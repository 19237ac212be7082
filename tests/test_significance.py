"""Statistics against published examples and SciPy."""

import numpy as np
import pytest

from e06_flows.statistics.significance import (
    holm,
    resampled_mean,
    rows_needed,
    share,
    share_difference,
)


@pytest.fixture(scope="module")
def differences() -> np.ndarray:
    """Differences of the AUC between two support vector machines on 10 times 10 folds."""
    from sklearn.datasets import make_moons
    from sklearn.model_selection import RepeatedStratifiedKFold, cross_val_score
    from sklearn.svm import SVC

    table, classes = make_moons(noise=0.352, random_state=1, n_samples=100)
    folds = RepeatedStratifiedKFold(n_splits=10, n_repeats=10, random_state=0)
    rbf, linear = (
        cross_val_score(SVC(kernel=k, random_state=0), table, classes, cv=folds, scoring="roc_auc")
        for k in ("rbf", "linear")
    )
    return rbf - linear


def test_the_corrected_test_gives_the_numbers_of_scikit_learns_example(differences):
    # "Statistical comparison of models using grid search", scikit-learn's example gallery:
    # corrected t-value 0.750, corrected p-value 0.227, of the one-sided test.
    found = resampled_mean(differences, test_to_train=10 / 90)

    assert found.p_value / 2 == pytest.approx(0.227, abs=0.0005)


def test_without_overlap_the_corrected_test_is_scipys_paired_t_test(differences):
    from scipy.stats import ttest_1samp

    scipys = ttest_1samp(differences, 0)
    found = resampled_mean(differences, test_to_train=0, confidence=0.9)

    assert found.p_value == pytest.approx(scipys.pvalue)
    interval = scipys.confidence_interval(0.9)
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high))


def test_the_corrected_test_finds_fewer_differences_than_the_plain_one(differences):
    plain = resampled_mean(differences, test_to_train=0)
    corrected = resampled_mean(differences, test_to_train=10 / 90)

    assert plain.p_value < 0.05 < corrected.p_value


@pytest.mark.long
def test_the_corrected_test_keeps_its_level_where_nothing_differs():
    """Two models that differ by chance alone, on real folds: rarely more than 5 % are found."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import RepeatedStratifiedKFold, cross_val_score

    random, found = np.random.default_rng(0), 0
    for _ in range(40):
        noise, classes = random.normal(size=(60, 8)), np.repeat([0, 1], 30)
        folds = RepeatedStratifiedKFold(n_splits=5, n_repeats=2, random_state=0)
        one, other = (
            cross_val_score(LogisticRegression(), part, classes, cv=folds)
            for part in (noise[:, :4], noise[:, 4:])
        )
        found += resampled_mean(one - other, test_to_train=1 / 4).p_value < 0.05
    assert found <= 6  # of 40; with a level of 0.05, more has a chance below 0.4 %


def test_equal_values_leave_no_doubt():
    assert resampled_mean([0, 0, 0], test_to_train=0.25).p_value == 1
    assert resampled_mean([0.1, 0.1], test_to_train=0.25).p_value == 0


def test_one_value_has_no_spread():
    with pytest.raises(ValueError, match="at least two folds"):
        resampled_mean([0.3], test_to_train=0.25)


def test_holm_corrects_by_hand():
    # Sorted: 0.005 * 4, 0.01 * 3, 0.03 * 2, 0.04 * 1 raised to 0.06, as R's p.adjust has it.
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_holm_leaves_one_test_alone_and_stays_below_1():
    assert holm([0.04]) == [0.04]
    assert holm([0.6, 0.7]) == [1.0, 1.0]
    assert holm([]) == []


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [((56, 70), (48, 80), 0.0524, 0.3339), ((9, 10), (3, 10), 0.1705, 0.8090)],
)
def test_intervals_of_differences_are_those_of_newcombe(one, other, low, high):
    # Newcombe (1998), table II, examples a and b, method 10.
    found = share_difference(one, other)

    assert (found.low, found.high) == pytest.approx((low, high), abs=0.00006)
    assert found.value == pytest.approx(one[0] / one[1] - other[0] / other[1])


def test_the_test_of_two_shares_is_fishers_by_hand():
    # The lady tasting tea: 3 of 4 against 1 of 4. Tables at least as extreme: 2 * (16 + 1) of 70.
    assert share_difference((3, 4), (1, 4)).p_value == pytest.approx(34 / 70)


def test_a_share_of_all_rows_has_an_interval():
    found = share(15, 15)

    z = 1.959964
    assert found.value == 1
    assert found.low == pytest.approx(15 / (15 + z**2), abs=1e-6)  # Wilson's formula for k = n
    assert found.high == pytest.approx(1)


def test_rows_needed_are_those_of_the_corrected_formula():
    # R, ?power.prop.test: p1 = .50, p2 = .75, power = .90 gives n = 76.65; corrected by hand:
    # 76.65 / 4 * (1 + sqrt(1 + 4 / (76.65 * 0.25)))^2 = 84.46.
    assert rows_needed(0.50, 0.75, level=0.05, power=0.90) == 85


def _power_of_fishers_test(rows: int, share_a: float, share_b: float, level: float) -> float:
    """Return the exact chance to find the difference, over all tables that can come about."""
    from scipy.stats import binom, fisher_exact

    hits = np.arange(rows + 1)
    chances = np.outer(binom.pmf(hits, rows, share_a), binom.pmf(hits, rows, share_b))
    likely = np.argwhere(chances > 1e-5)
    return sum(
        chances[a, b]
        for a, b in likely
        if fisher_exact([[a, rows - a], [b, rows - b]]).pvalue < level
    )


def test_so_many_rows_find_the_difference_as_often_as_is_wanted_by_the_test_that_is_made():
    rows = rows_needed(0.3, 0.7, level=0.05, power=0.8)

    assert 0.79 < _power_of_fishers_test(rows, 0.3, 0.7, 0.05) < 0.86
    uncorrected = 22  # R: power.prop.test(p1 = .3, p2 = .7, power = .8), 21.7
    assert _power_of_fishers_test(uncorrected, 0.3, 0.7, 0.05) < 0.76
