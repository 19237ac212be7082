"""The picture of the comparison: how good, how much worse than the best, at what cost."""

import math
from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
import pandas as pd

from e06_flows.pipelines.model_comparison.parameters import ModelComparisonParameters

_WINNER, _OTHER, _FOLD = "#0072B2", "#8a8a8a", "#c4c8cc"
_COSTS = {
    "fit_seconds": "Time to train, s",
    "predict_ms": "Time to predict\n1,000 rows, ms",
    "model_kb": "Size of the model, kB",
}


class Picture(Protocol):
    """A figure of matplotlib."""

    def savefig(self, fname: Any, *, dpi: float = 100) -> None:
        """Write the picture."""
        ...


def comparison_picture(
    table: pd.DataFrame, scores: Mapping[str, pd.DataFrame], parameters: ModelComparisonParameters
) -> Picture:
    """Draw a line an algorithm, the best on top, the winner in colour.

    Args:
        table: The ranking, with the column `winner`.
        scores: By the name of the algorithm, a row a fold.
        parameters: Of the flow.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(15, 1.9 + 0.75 * len(table)), layout="constrained")
    places = figure.subplots(1, 5, width_ratios=[3, 3, 1.2, 1.2, 1.2], sharey=True)
    colours = [_WINNER if won else _OTHER for won in table["winner"]]
    heights = np.arange(len(table))[::-1]
    _draw_scores(places[0], table, scores, parameters, colours)
    percent = f"{parameters.confidence:.0%}"
    places[0].set_title(f"Mean {_name(parameters)} and its {percent} interval", fontsize="medium")
    _draw_intervals(places[1], table, "behind", heights, colours)
    places[1].axvline(0, color="black", linewidth=0.8)
    places[1].set_title("How much worse than the first", fontsize="medium")
    for place, (cost, title) in zip(places[2:], _COSTS.items(), strict=True):
        bars = place.barh(heights, table[cost], color=colours, height=0.5)
        labels = [_three_digits(value) for value in table[cost]]
        place.bar_label(bars, labels=labels, padding=3, fontsize="small")
        place.set(xscale="log", title=title, xlabel="log scale")
        place.title.set_fontsize("medium")
        place.margins(x=0.45)
        place.tick_params(labelbottom=False, bottom=False, which="both")
    places[0].set_yticks(heights, [_label(row) for _, row in table.iterrows()])
    for place in places:
        place.spines[["top", "right"]].set_visible(False)
    folds = f"{parameters.repeats} times {parameters.folds} folds, the same for all"
    winner = table.loc[table["winner"], "algorithm"].iloc[0]
    figure.suptitle(f"{winner} wins by the rule '{parameters.rule}' ({folds})")
    return figure


def _three_digits(value: float) -> str:
    """Return it with three digits that count, and never as a power of ten."""
    digits = max(0, 2 - math.floor(math.log10(value))) if value > 0 else 0
    return f"{float(f'{value:.3g}'):,.{digits}f}"


def _label(row: "pd.Series[Any]") -> str:
    return f"{row['algorithm']}\nrank {row['ranks']}"


def _name(parameters: ModelComparisonParameters) -> str:
    lower = ", lower is better," if parameters.metric == "log_loss" else ""
    return parameters.metric.replace("_", " ") + lower


def _draw_scores(
    axes: Any,
    table: pd.DataFrame,
    scores: Mapping[str, pd.DataFrame],
    parameters: ModelComparisonParameters,
    colours: list[str],
) -> None:
    random = np.random.default_rng(parameters.seed)
    heights = np.arange(len(table))[::-1]
    for height, name in zip(heights, table["name"], strict=True):
        values = scores[name][parameters.metric]
        spread = height + random.uniform(-0.25, 0.25, len(values))
        axes.scatter(values, spread, s=9, color=_FOLD, zorder=0)
    _draw_intervals(axes, table, "score", heights, colours)


def _draw_intervals(
    axes: Any, table: pd.DataFrame, of: str, heights: Any, colours: list[str]
) -> None:
    for (_, row), height, colour in zip(table.iterrows(), heights, colours, strict=True):
        axes.plot([row[f"{of}_low"], row[f"{of}_high"]], [height, height], color=colour, lw=2.5)
        axes.plot(row[of], height, "o", color=colour, markersize=8)
