"""The picture that compares all models by all metrics."""

from collections.abc import Sequence

import pandas as pd

from e06_flows.pipelines.multitrain import drawing
from e06_flows.pipelines.multitrain.drawing import Picture
from e06_flows.statistics.metrics import LOWER_IS_BETTER

_LARGE = 100  # needs no decimals


def draw(compared: pd.DataFrame, metrics: Sequence[str], select_by: str) -> Picture:
    """Draw the metrics of all models side by side.

    Args:
        compared: A row a model, named in the column `model`, the best first; a column a metric.
        metrics: The columns to draw.
        select_by: The metric that the best has won by; its title is bold.
    """
    columns = 3 if len(metrics) % 3 == 0 else 2
    rows = -(-len(metrics) // columns)
    figure = drawing.figure(4 * columns, 1 + 2.5 * rows)
    axes = figure.subplots(rows, columns, sharey=True, squeeze=False).flatten()
    winner, models = compared["model"].iloc[0], list(compared["model"])[::-1]
    colours = [drawing.COLOURS[0] if name == winner else "#c4c8cc" for name in models]
    for place, metric in zip(axes, metrics, strict=True):
        values = list(compared[metric])[::-1]
        bars = place.barh(models, values, color=colours)
        number = "%.3f" if max(values) < _LARGE else "%.4g"
        place.bar_label(bars, fmt=number, padding=3, fontsize="small")
        place.set_xlim(min(0, *values) * 1.18, _room(values, metric))
        place.set_title(
            drawing.label(metric) + (", lower is better" if metric in LOWER_IS_BETTER else ""),
            fontweight="bold" if metric == select_by else "normal",
        )
        place.spines[["top", "right"]].set_visible(False)
    figure.suptitle(
        f"{len(models)} models on the same hold-out; best by {drawing.label(select_by)}: {winner}"
    )
    return figure


def _room(values: Sequence[float], metric: str) -> float:
    """Return the end of an axis that leaves room for the numbers at the bars."""
    return (max(values) if metric in LOWER_IS_BETTER else 1.0) * 1.18 or 1.0
