"""The pictures of a model that predicts a quantity."""

from collections.abc import Callable
from typing import Any

import numpy as np

from e06_flows.pipelines.multitrain import drawing
from e06_flows.pipelines.multitrain.evaluation import Evaluation

_BINS = 30
_GROUPS = 10
_ROWS_A_GROUP = 8
_DOTS = 2000  # more only hide each other


def _draw_predictions(axes: Any, evaluation: Evaluation) -> None:
    _draw_errors(axes, evaluation, kind="actual_vs_predicted")
    axes.set(xlabel="Predicted", ylabel="True", title="True values against predictions")


def _draw_residuals(axes: Any, evaluation: Evaluation) -> None:
    _draw_errors(axes, evaluation, kind="residual_vs_predicted")
    axes.set(xlabel="Predicted", ylabel="True less predicted", title="Errors against predictions")


def _draw_errors(axes: Any, evaluation: Evaluation, *, kind: str) -> None:
    from matplotlib.ticker import AutoLocator
    from sklearn.metrics import PredictionErrorDisplay

    PredictionErrorDisplay.from_predictions(
        evaluation.truth,
        evaluation.predicted,
        kind=kind,
        subsample=min(_DOTS, len(evaluation.truth)),
        random_state=0,
        ax=axes,
        scatter_kwargs={"color": drawing.COLOURS[0], "alpha": 0.5, "s": 14},
        line_kwargs={"color": drawing.GREY},
    )
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(AutoLocator())  # scikit-learn's are no round numbers


def _draw_distribution(axes: Any, evaluation: Evaluation) -> None:
    errors = evaluation.truth - evaluation.predicted
    axes.hist(errors, bins=_BINS, color=drawing.COLOURS[0], alpha=0.85)
    axes.axvline(0, color="black", linewidth=0.8)
    axes.set(
        xlabel="True less predicted",
        ylabel="Rows",
        title=f"Errors of {len(errors)} held-out rows",
    )


def _draw_groups(axes: Any, evaluation: Evaluation) -> None:
    """Draw means of rows of similar predictions: on the diagonal, none is too high or too low."""
    groups = max(2, min(_GROUPS, len(evaluation.truth) // _ROWS_A_GROUP))
    order = np.array_split(np.argsort(evaluation.predicted), groups)
    predicted = [evaluation.predicted[rows].mean() for rows in order]
    true = [evaluation.truth[rows].mean() for rows in order]
    axes.plot(predicted, predicted, color=drawing.GREY, linestyle=":", label="as predicted")
    axes.plot(predicted, true, "o-", color=drawing.COLOURS[0], markersize=5)
    axes.set(
        xlabel="Predicted (mean of a group of rows)",
        ylabel="True (mean of the group)",
        title="Calibration",
    )
    axes.legend(framealpha=0.85, edgecolor="none", fontsize="small")


DRAWINGS: dict[str, Callable[[Any, Evaluation], None]] = {
    "predictions": _draw_predictions,
    "residuals": _draw_residuals,
    "errors": _draw_distribution,
    "calibration": _draw_groups,
}
