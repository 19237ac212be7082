"""Drift: the index by hand, and what counts as drifted."""

import math

import numpy as np
import pandas as pd
import pytest

from e06_flows.statistics.drift import drift_table, stability_index


def _table(seed: int, rows: int, shift: float = 0.0) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    return pd.DataFrame({"moved": random.normal(shift, 1, rows), "same": random.normal(0, 1, rows)})


def test_the_index_is_that_of_a_computation_by_hand():
    # (0.25 - 0.5) ln(0.25 / 0.5) + (0.75 - 0.5) ln(0.75 / 0.5) = 0.1733 + 0.1014
    assert stability_index([0.5, 0.5], [0.25, 0.75]) == pytest.approx(0.25 * math.log(3))
    assert stability_index([0.2, 0.8], [0.2, 0.8]) == 0


def test_only_a_column_that_moved_has_drifted():
    table = drift_table(_table(1, 800), _table(2, 400, shift=0.8), most_psi=0.2, level=0.05)

    assert table.set_index("feature")["drifted"].to_dict() == {"moved": True, "same": False}


def test_the_index_comes_near_its_value_for_normal_distributions():
    # Of N(0, 1) and N(0.8, 1) it is 0.8 squared; bins keep most of it.
    table = drift_table(_table(1, 50_000), _table(2, 50_000, shift=0.8), most_psi=0.2, level=0.05)

    assert table["psi"].iloc[0] == pytest.approx(0.64, abs=0.06)
    assert table["psi"].iloc[1] < 0.01


def test_the_test_is_scipys_with_holms_correction():
    from scipy.stats import ks_2samp

    before, now = _table(1, 60), _table(2, 50, shift=0.3)
    table = drift_table(before, now, most_psi=0.2, level=0.05)

    raw = [ks_2samp(before[name], now[name]).pvalue for name in before]
    assert table["p_value"].min() == pytest.approx(2 * min(raw))


def test_few_rows_alone_are_no_drift():
    table = drift_table(_table(1, 100), _table(2, 8), most_psi=0.2, level=0.05)

    assert table["psi"].max() > 0.2  # by chance
    assert not table["drifted"].any()


def test_a_difference_of_no_weight_is_no_drift():
    table = drift_table(_table(1, 50_000), _table(2, 50_000, shift=0.05), most_psi=0.2, level=0.05)

    assert table["p_value"].iloc[0] < 0.001
    assert not table["drifted"].any()


def test_a_constant_column_and_one_of_few_values_are_compared_too():
    before = pd.DataFrame({"constant": [1.0] * 50, "flag": [0.0, 1.0] * 25})
    now = pd.DataFrame({"constant": [1.0] * 50, "flag": [1.0] * 50})

    table = drift_table(before, now, most_psi=0.2, level=0.05).set_index("feature")

    assert table.loc["constant", "psi"] == 0
    assert table.loc["flag", "drifted"]


def test_tables_that_cannot_be_compared_are_refused():
    with pytest.raises(ValueError, match="0 new ones"):
        drift_table(_table(1, 5), _table(2, 0), most_psi=0.2, level=0.05)
    with pytest.raises(ValueError, match=r"no columns \['same'\]"):
        drift_table(_table(1, 5), _table(2, 5).drop(columns="same"), most_psi=0.2, level=0.05)


def _ways(shares: tuple[float, float, float], rows: int) -> pd.DataFrame:
    random = np.random.default_rng(rows)
    return pd.DataFrame({"way": random.choice(["card", "cash", None], rows, p=shares)})


def test_texts_drift_by_their_shares_and_gaps_are_one_of_them():
    before = _ways((0.6, 0.3, 0.1), 900)

    same = drift_table(before, _ways((0.6, 0.3, 0.1), 500), most_psi=0.2, level=0.05)
    moved = drift_table(before, _ways((0.3, 0.3, 0.4), 500), most_psi=0.2, level=0.05)
    new = drift_table(before, pd.DataFrame({"way": ["crypto"] * 500}), most_psi=0.2, level=0.05)

    assert (same["drifted"][0], moved["drifted"][0], new["drifted"][0]) == (False, True, True)
    assert moved["ks"][0] == pytest.approx(0.3, abs=0.07)
    assert new["ks"][0] == 1


def test_gaps_in_numbers_change_no_other_column_and_drift_where_they_grow():
    before, now = _table(1, 800), _table(2, 400)
    before.loc[:39, "same"], now.loc[:19, "same"] = np.nan, np.nan
    grown = now.copy()
    grown.loc[:199, "same"] = np.nan
    empty = now.assign(same=np.nan)

    tables = [
        drift_table(before, recent, most_psi=0.2, level=0.05).set_index("feature")
        for recent in (now, grown, empty)
    ]

    assert not any(table.isna().any(axis=None) for table in tables)
    assert [table.loc["same", "drifted"] for table in tables] == [False, True, True]
