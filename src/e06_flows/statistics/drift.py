"""Whether new rows are distributed like those that a model was trained on."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from e06_flows.statistics.significance import holm

_DECILES = np.linspace(0, 1, 11)[1:-1]
_TEXTS = 20  # those that are told apart
OTHERS, GAPS = "(others)", "(missing)"


def stability_index(expected: Sequence[float], found: Sequence[float]) -> float:
    """Return the population stability index of shares of bins, at least 0.

    By custom, below 0.1 is stable and above 0.25 has drifted.

    Args:
        expected: Share of each bin in the reference, above 0; they add up to 1.
        found: Share of each bin in the new rows, likewise.

    Source:
        Siddiqi (2006), "Credit Risk Scorecards", chapter 8.
    """
    before, now = np.asarray(expected, dtype=float), np.asarray(found, dtype=float)
    return float(((now - before) * np.log(now / before)).sum())


class _Difference(NamedTuple):
    psi: float
    distance: float
    p_value: float


def _index(before: NDArray[np.intp], now: NDArray[np.intp]) -> float:
    """Return the stability index of counts; half a row is added to each, so that none is empty."""
    shares = [list((counts + 0.5) / (counts + 0.5).sum()) for counts in (before, now)]
    return stability_index(*shares)


def _of_numbers(before: NDArray[np.float64], now: NDArray[np.float64]) -> _Difference:
    """Compare deciles and distributions of what is known, and how much is missing."""
    from scipy.stats import fisher_exact, ks_2samp

    known = [values[~np.isnan(values)] for values in (before, now)]
    gaps = [len(before) - len(known[0]), len(now) - len(known[1])]
    edges = np.unique(np.quantile(known[0], _DECILES)) if len(known[0]) else np.empty(0)
    counts = [
        np.bincount(np.searchsorted(edges, values, side="right"), minlength=len(edges) + 1)
        for values in known
    ]
    distance, p_value = 0.0, 1.0
    if len(known[0]) and len(known[1]):
        test = ks_2samp(*known)
        distance, p_value = float(test.statistic), float(test.pvalue)
    if not any(gaps):
        return _Difference(_index(*counts), distance, p_value)
    missing = fisher_exact([gaps, [len(values) for values in known]])
    both = [np.append(one, gap) for one, gap in zip(counts, gaps, strict=True)]
    return _Difference(_index(*both), distance, min(1.0, 2 * min(p_value, float(missing.pvalue))))


def _of_texts(before: "pd.Series[Any]", now: "pd.Series[Any]") -> _Difference:
    """Compare the shares of the most frequent texts, of all others together, and of gaps."""
    from scipy.stats import chi2_contingency

    counts = texts_counted(before, now).to_numpy().T
    counts = counts[:, counts.sum(axis=0) > 0]
    before_shares, now_shares = (part / part.sum() for part in counts)
    distance = float(np.abs(before_shares - now_shares).sum() / 2)
    p_value = float(chi2_contingency(counts).pvalue) if counts.shape[1] > 1 else 1.0
    return _Difference(_index(*counts), distance, p_value)


def texts_counted(before: "pd.Series[Any]", now: "pd.Series[Any]") -> pd.DataFrame:
    """Return how many rows hold each of the 20 texts that were most frequent before.

    Returns:
        The columns `before` and `now`; a row a text, one for the others, one for gaps, if there are
        any.
    """
    shown = before.dropna().astype(str).value_counts().index[:_TEXTS]

    def counted(column: "pd.Series[Any]") -> "pd.Series[Any]":
        texts = column.dropna().astype(str)
        others, gaps = int((~texts.isin(shown)).sum()), int(column.isna().sum())
        found = texts.value_counts().reindex(shown, fill_value=0).to_dict()
        return pd.Series({**found, OTHERS: others, GAPS: gaps})

    table = pd.DataFrame({"before": counted(before), "now": counted(now)})
    return table[(table.sum(axis=1) > 0) | table.index.isin(shown)]


def drift_table(
    reference: pd.DataFrame, recent: pd.DataFrame, *, most_psi: float, level: float
) -> pd.DataFrame:
    """Compare each column of two tables.

    A column has drifted if its stability index is above `most_psi` and a test finds a difference,
    corrected by Holm for all columns: few rows make the index large by chance, and many make a
    difference of no weight significant. Of numbers, the index is that of the deciles of the
    reference, and the test Kolmogorov and Smirnov's; of texts, that of the most frequent ones, and
    the chi-squared test. Gaps are a bin of their own, and their number is tested, too.

    Args:
        reference: The rows that the model was trained on.
        recent: New rows, with at least the same columns.
        most_psi: The index above which a column has drifted.
        level: Of the tests, all together.

    Returns:
        A row a column: `feature`, `psi`, `ks`, `p_value` (corrected), `drifted`. `ks` is the
        greatest distance of the cumulative distributions; of texts, half the sum of the distances
        of the shares.

    Raises:
        ValueError: One of the tables is empty, or a column is missing from the new rows.
    """
    if not len(reference) or not len(recent):
        raise ValueError(
            f"There are {len(reference)} rows of reference and {len(recent)} new ones: without "
            "rows there is nothing to compare."
        )
    if missing := [name for name in reference if name not in recent]:
        raise ValueError(f"The new rows have no columns {missing}, which the model was trained on.")
    rows = []
    for name in reference:
        before, now = reference[name], recent[name]
        if pd.api.types.is_numeric_dtype(before.dtype):
            found = _of_numbers(before.to_numpy(float), now.to_numpy(float))
        else:
            found = _of_texts(before, now)
        rows.append((str(name), *found))
    table = pd.DataFrame(rows, columns=["feature", "psi", "ks", "p_value"])
    table["p_value"] = holm(table["p_value"].tolist())
    table["drifted"] = (table["psi"] > most_psi) & (table["p_value"] < level)
    return table
