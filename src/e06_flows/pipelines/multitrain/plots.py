"""The pictures of one model: `pictures` gives them one by one, `panel` all in one."""

from collections.abc import Callable
from typing import Any

from e06_flows.pipelines.multitrain import class_plots, drawing, quantity_plots
from e06_flows.pipelines.multitrain.drawing import Picture
from e06_flows.pipelines.multitrain.evaluation import Evaluation

_FEATURES_SHOWN = 20
_LARGE = 10_000  # needs no decimals


def pictures(evaluation: Evaluation, title: str) -> dict[str, Picture]:
    """Return each picture by its file name, without the ending."""
    drawn: dict[str, Picture] = {}
    for name, draw in _drawings(evaluation).items():
        figure = drawing.figure(6.4, 5)
        draw(figure.subplots(), evaluation)
        figure.suptitle(title, fontsize="medium", color=drawing.GREY)
        drawn[name] = figure
    return drawn


def panel(evaluation: Evaluation, title: str, tried: str = "") -> Picture:
    """Return all pictures of a model in one, with its metrics, and what was tried to find it."""
    figure = drawing.figure(16, 9.5)
    axes = figure.subplots(2, 3).flatten()
    for draw, place in zip(_drawings(evaluation).values(), axes, strict=False):
        draw(place, evaluation)
    _write_metrics(axes[-1], evaluation)
    figure.suptitle(title, fontsize="x-large")
    figure.supxlabel(tried, fontsize="medium", color=drawing.GREY)
    return figure


def _drawings(evaluation: Evaluation) -> dict[str, Callable[[Any, Evaluation], None]]:
    of = class_plots if evaluation.problem.classes else quantity_plots
    return {**of.DRAWINGS, "permutation_importance": _draw_importance}


def _draw_importance(axes: Any, evaluation: Evaluation) -> None:
    means = evaluation.importances.mean()
    names = means.sort_values().index[-_FEATURES_SHOWN:]
    spread = evaluation.importances[names].std()
    axes.barh(
        names, means[names], xerr=spread, color=drawing.COLOURS[0], ecolor=drawing.GREY, capsize=3
    )
    axes.axvline(0, color="black", linewidth=0.8)
    loss = drawing.label(evaluation.problem.loss)
    rows, shuffled = len(evaluation.truth), evaluation.shuffled_rows
    which = f"all {rows}" if shuffled == rows else f"{shuffled:,} of {rows:,}"
    axes.set(
        xlabel=f"Rise of the {loss} when shuffled (mean ± SD of 10)",
        title=f"Permutation importance on {which} held-out rows",
    )


def _write_metrics(axes: Any, evaluation: Evaluation) -> None:
    axes.axis("off")
    rows = [[drawing.label(name), _digits(value)] for name, value in evaluation.metrics.items()]
    table = axes.table(
        rows, colLabels=["Metric", "Hold-out"], loc="center", cellLoc="left", colWidths=[0.6, 0.3]
    )
    table.auto_set_font_size(False)
    table.set_fontsize(12)
    table.scale(1, 1.7)


def _digits(value: float) -> str:
    """Return it with four digits that count; a large one whole, and not as a power of ten."""
    return f"{value:,.0f}" if abs(value) >= _LARGE else f"{value:.4g}"
