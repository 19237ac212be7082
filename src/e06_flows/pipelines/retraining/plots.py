"""The picture of the drift: recent rows against those that the champion was trained on."""

from typing import Any, Protocol

import numpy as np
import pandas as pd

_BEFORE, _NOW = "#8a8a8a", "#0072B2"
_DRIFTED = "#D55E00"
_IN_A_ROW = 4


class Picture(Protocol):
    """A figure of matplotlib."""

    def savefig(self, fname: Any, *, dpi: float = 100) -> None:
        """Write the picture."""
        ...


def drift_picture(
    reference: pd.DataFrame | None, recent: pd.DataFrame, table: pd.DataFrame, version: str
) -> Picture:
    """Draw the cumulative distribution of each feature, before and now; in colour if it drifted.

    Args:
        reference: What the champion was trained on; None where there is no champion.
        recent: The recent rows.
        table: As `drift_table` makes it.
        version: Of the champion.
    """
    from matplotlib.figure import Figure

    if reference is None:
        figure = Figure(figsize=(8, 1.6))
        figure.text(0.5, 0.5, "There is no champion yet: nothing to compare with", ha="center")
        return figure
    rows = -(-len(table) // _IN_A_ROW)
    wide = min(len(table), _IN_A_ROW)
    figure = Figure(figsize=(4 * wide, 0.7 + 3.4 * rows), layout="constrained")
    places = figure.subplots(rows, wide, squeeze=False, sharey=True).flatten()
    for place, (_, row) in zip(places, table.iterrows(), strict=False):
        _draw(place, reference[row["feature"]], recent[row["feature"]], row)
    for place in places[len(table) :]:
        place.axis("off")
    places[0].set_ylabel("Share of the rows up to a value")
    places[0].legend(frameon=False, fontsize="small", loc="upper left")
    drifted = int(table["drifted"].sum())
    figure.suptitle(
        f"{len(recent)} recent rows against the {len(reference)} that version {version} was "
        f"trained on: {drifted or 'none'} of {len(table)} features drifted"
    )
    return figure


def _draw(
    axes: Any, before: "pd.Series[float]", now: "pd.Series[float]", row: "pd.Series[Any]"
) -> None:
    colour = _DRIFTED if row["drifted"] else _NOW
    for values, line, label in ((before, _BEFORE, "training"), (now, colour, "recent")):
        ordered = np.sort(values.to_numpy(float))
        share = np.arange(1, len(ordered) + 1) / len(ordered)
        axes.step(ordered, share, where="post", color=line, linewidth=2, label=label)
    p = "p < 0.001" if row["p_value"] < 0.001 else f"p = {row['p_value']:.3f}"  # noqa: PLR2004
    axes.set_title(f"{row['feature']}\nPSI {row['psi']:.2f}, {p}", fontsize="medium")
    axes.set_ylim(0, 1.02)
    axes.spines[["top", "right"]].set_visible(False)
