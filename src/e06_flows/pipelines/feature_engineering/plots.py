"""The picture of a table of features."""

import math
from typing import Any, Protocol

import numpy as np
import pandas as pd

# Okabe and Ito's colours, told apart by colour-blind people too.
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
_ACROSS = 3
_BINS = 18


class Picture(Protocol):
    """A figure of matplotlib."""

    def savefig(self, fname: Any, **kwargs: Any) -> None:
        """Write the picture."""
        ...


def profile_picture(table: pd.DataFrame, names: list[str], *, by: str, part: str) -> Picture:
    """Draw the distribution of each feature: the training part filled, the rest as a line.

    Args:
        table: The features, and the two columns `by` and `part`.
        names: The features to draw.
        by: A colour for each of its values, if there are few.
        part: Holds `train` for the rows that are drawn filled.
    """
    from matplotlib.figure import Figure

    if table[by].nunique() > len(_COLOURS):
        table = table.assign(**{by: "all"})
    down = math.ceil(len(names) / _ACROSS)
    figure = Figure(figsize=(13, 2.9 * down + 0.9), layout="constrained")
    places = figure.subplots(down, _ACROSS, squeeze=False).flatten()
    for place, name in zip(places, names, strict=False):
        _draw(place, table, name, by, part)
    for place in places[len(names) :]:
        place.axis("off")
    handles, labels = places[0].get_legend_handles_labels()
    figure.legend(
        handles, labels, loc="outside lower center", ncols=math.ceil(len(labels) / 2), frameon=False
    )
    counts = table[part].value_counts()
    figure.suptitle(
        "Distribution of each feature, in standard deviations from the training mean; "
        + ", ".join(f"{name}: {count} rows" for name, count in counts.items())
    )
    return figure


def _draw(axes: Any, table: pd.DataFrame, name: str, by: str, part: str) -> None:
    edges = np.linspace(table[name].min(), table[name].max(), _BINS + 1)
    trained = table[part] == "train"
    for colour, (group, rows) in zip(_COLOURS * len(table), table.groupby(by), strict=False):
        inside, outside = rows[trained[rows.index]], rows[~trained[rows.index]]
        drawn = {"bins": edges, "color": colour, "density": True}
        axes.hist(inside[name], **drawn, alpha=0.4, label=f"{group}, training part")
        if len(outside):
            axes.hist(
                outside[name], **drawn, histtype="step", linewidth=1.3, label=f"{group}, hold-out"
            )
    axes.set_title(name, fontsize="medium")
    axes.set_yticks([])
    axes.margins(y=0.08)
    axes.spines[["top", "right", "left"]].set_visible(False)
