"""The picture of the A/B test: how often each variant is right, and the distance to the control."""

from typing import Any, Protocol

import numpy as np
import pandas as pd

from e06_flows.pipelines.ab_testing.parameters import ABParameters

_COLOURS = {"adopt": "#009E73", "reject": "#D55E00", "equal": "#0072B2"}
_GREY = "#6f6f6f"


class Picture(Protocol):
    """A figure of matplotlib."""

    def savefig(self, fname: Any, *, dpi: float = 100) -> None:
        """Write the picture."""
        ...


def decision_picture(
    table: pd.DataFrame, conclusion: dict[str, Any], parameters: ABParameters
) -> Picture:
    """Draw a line a variant, the control on top.

    Args:
        table: As `decide` returns it.
        conclusion: As `conclude` returns it.
        parameters: Of the flow.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(13, 1.9 + 0.85 * len(table)), layout="constrained")
    shares, differences = figure.subplots(1, 2, sharey=True)
    heights = np.arange(len(table))[::-1]
    colours = [_COLOURS.get(decision, _GREY) for decision in table["decision"]]
    _draw(shares, table, "correct", heights, colours)
    _draw(differences, table, "difference", heights, colours)
    percent = f"{parameters.confidence:.0%} interval"
    shares.set_title(f"Share of {parameters.measured}, {percent}", fontsize="medium")
    labels = [f"{r.title}\n{r.rows} rows" for r in table.itertuples()]
    shares.set_yticks(heights, labels)
    effect = parameters.least_effect
    differences.axvspan(-effect, effect, color="#ececec", zorder=0)
    differences.axvline(0, color="black", linewidth=0.8)
    differences.set_title(
        f"Difference from the control, {percent}; grey: smaller than {effect:g}", fontsize="medium"
    )
    for row, height, colour in zip(table.itertuples(), heights, colours, strict=True):
        if row.decision != "control":
            says = f"{row.decision}, p = {row.p_corrected:.2g}"
            differences.text(
                row.difference, height + 0.16, says, color=colour, ha="center", fontsize="small",
                bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1},
            )  # fmt: skip
    for place in (shares, differences):
        place.set_ylim(-0.5, len(table) - 0.4)
        place.spines[["top", "right"]].set_visible(False)
    figure.suptitle(f"Serve “{conclusion['title']}”: {conclusion['reason']}", fontsize="large")
    figure.supxlabel(conclusion["note"], fontsize="small", color=_GREY)
    return figure


def _draw(axes: Any, table: pd.DataFrame, of: str, heights: Any, colours: list[str]) -> None:
    for (_, row), height, colour in zip(table.iterrows(), heights, colours, strict=True):
        axes.plot([row[f"{of}_low"], row[f"{of}_high"]], [height, height], color=colour, lw=2.5)
        axes.plot(row[of], height, "o", color=colour, markersize=8)
