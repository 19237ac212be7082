"""Whether new rows are distributed like those that a model was trained on."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from e06_flows.statistics.significance import holm

_BINS = 10


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


def _shares(values: NDArray[np.float64], edges: NDArray[np.float64]) -> list[float]:
    """Return the share of each bin; half a row is added to each, so that no bin is empty."""
    counts = np.bincount(np.searchsorted(edges, values, side="right"), minlength=len(edges) + 1)
    return list((counts + 0.5) / (counts + 0.5).sum())


def drift_table(
    reference: pd.DataFrame, recent: pd.DataFrame, *, most_psi: float, level: float
) -> pd.DataFrame:
    """Compare each column of two tables of numbers.

    A column has drifted if its stability index, on the deciles of the reference, is above
    `most_psi` and Kolmogorov and Smirnov's test finds a difference, corrected by Holm for all
    columns: few rows make the index large by chance, and many make a difference of no weight
    significant.

    Args:
        reference: The rows that the model was trained on.
        recent: New rows, with at least the same columns.
        most_psi: The index above which a column has drifted.
        level: Of the tests, all together.

    Returns:
        A row a column: `feature`, `psi`, `ks`, `p_value` (corrected), `drifted`.

    Raises:
        ValueError: One of the tables is empty, or a column is missing from the new rows.
    """
    from scipy.stats import ks_2samp

    if not len(reference) or not len(recent):
        raise ValueError(
            f"There are {len(reference)} rows of reference and {len(recent)} new ones: without "
            "rows there is nothing to compare."
        )
    if missing := [name for name in reference if name not in recent]:
        raise ValueError(f"The new rows have no columns {missing}, which the model was trained on.")
    rows = []
    for name in reference:
        before, now = reference[name].to_numpy(float), recent[name].to_numpy(float)
        edges = np.unique(np.quantile(before, np.linspace(0, 1, _BINS + 1)[1:-1]))
        psi = stability_index(_shares(before, edges), _shares(now, edges))
        test = ks_2samp(before, now)
        rows.append((str(name), psi, float(test.statistic), float(test.pvalue)))
    table = pd.DataFrame(rows, columns=["feature", "psi", "ks", "p_value"])
    table["p_value"] = holm(table["p_value"].tolist())
    table["drifted"] = (table["psi"] > most_psi) & (table["p_value"] < level)
    return table
