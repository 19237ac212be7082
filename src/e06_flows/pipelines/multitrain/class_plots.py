"""The pictures of a model that predicts classes.

Every curve is drawn from probabilities, by scikit-learn's displays. Of two classes, the positive
one is shown.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from e06_flows.pipelines.multitrain import drawing
from e06_flows.pipelines.multitrain.evaluation import Evaluation
from e06_flows.statistics.metrics import EVEN, position_of, positions

_CLASSES_IN_LEGEND = 10
_CELLS_WITH_NUMBERS = 15  # classes, above which a confusion matrix is colours alone
_BINS = 8
_ROWS_A_BIN = 8


def _shown(evaluation: Evaluation) -> list[tuple[int, str, str]]:
    """Return position, name and colour of the classes that have curves: one of two, all of more."""
    classes = [str(name) for name in evaluation.problem.classes]
    named = [f"class {name}" if name.isdigit() else name for name in classes]
    shown = range(len(classes)) if (at := _positive(evaluation)) is None else [at]
    return [(position, named[position], _colour(n)) for n, position in enumerate(shown)]


def _positive(evaluation: Evaluation) -> int | None:
    problem = evaluation.problem
    return position_of(problem.positive, np.asarray(problem.classes))


def _colour(number: int) -> str:
    return drawing.COLOURS[number % len(drawing.COLOURS)]


def _width(position: int, evaluation: Evaluation) -> float:
    """Return a width with which a later curve lets an earlier one below it be seen."""
    return 1.5 + 1.5 * min(len(evaluation.problem.classes) - 1 - position, 3)


def _legend(axes: Any, evaluation: Evaluation) -> None:
    """Put the legend where it covers the least; of many classes there is none."""
    if len(evaluation.problem.classes) <= _CLASSES_IN_LEGEND:
        axes.legend(loc="best", framealpha=0.85, edgecolor="none", fontsize="small")
    elif (legend := axes.get_legend()) is not None:
        legend.remove()


def _of_class(evaluation: Evaluation, position: int) -> tuple[Any, Any]:
    """Return whether each row is of a class, and the probability that it is."""
    return evaluation.truth == position, evaluation.predicted[:, position]


def _curve(says: str, position: int, colour: str, evaluation: Evaluation) -> dict[str, Any]:
    """Return how the curve of a class looks; scikit-learn would write 0.996 as 1.00."""
    return {"label": says, "color": colour, "linewidth": _width(position, evaluation)}


def _draw_roc(axes: Any, evaluation: Evaluation) -> None:
    from sklearn.metrics import RocCurveDisplay, roc_auc_score

    shown = _shown(evaluation)
    for position, name, colour in shown:
        of_class = _of_class(evaluation, position)
        says = f"{name} (AUC {roc_auc_score(*of_class):.3f})"
        RocCurveDisplay.from_predictions(
            *of_class,
            ax=axes,
            drop_intermediate=True,
            curve_kwargs=_curve(says, position, colour, evaluation),
            plot_chance_level=position == shown[-1][0],
            chance_level_kw={"color": drawing.GREY, "linestyle": ":", "label": "chance (AUC 0.5)"},
        )
    axes.set(xlabel="False positive rate", ylabel="True positive rate")
    _finish(axes, evaluation, "ROC curve")


def _draw_precision_recall(axes: Any, evaluation: Evaluation) -> None:
    from sklearn.metrics import PrecisionRecallDisplay, average_precision_score

    for position, name, colour in _shown(evaluation):
        of_class = _of_class(evaluation, position)
        says = f"{name} (AP {average_precision_score(*of_class):.3f})"
        PrecisionRecallDisplay.from_predictions(
            *of_class,
            ax=axes,
            drop_intermediate=True,
            curve_kwargs=_curve(says, position, colour, evaluation),
            plot_chance_level=True,
            chance_level_kw={"color": colour, "linestyle": ":", "linewidth": 1, "label": None},
        )
    axes.plot([], [], color=drawing.GREY, linestyle=":", label="chance (share of the class)")
    axes.set(xlabel="Recall", ylabel="Precision")
    _finish(axes, evaluation, "Precision and recall")


def _finish(axes: Any, evaluation: Evaluation, title: str) -> None:
    """Give a picture of shares its title, the same axes as the others, and a legend."""
    of = "" if evaluation.problem.is_binary else ", each class against the rest"
    axes.set(title=title + of, xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), aspect="auto")
    _legend(axes, evaluation)


def _draw_confusion(axes: Any, evaluation: Evaluation) -> None:
    from sklearn.metrics import ConfusionMatrixDisplay

    classes = [str(name) for name in evaluation.problem.classes]
    predicted = positions(evaluation.predicted, _positive(evaluation), evaluation.threshold)
    ConfusionMatrixDisplay.from_predictions(
        evaluation.truth,
        predicted,
        labels=range(len(classes)),
        display_labels=classes,
        include_values=len(classes) <= _CELLS_WITH_NUMBERS,
        values_format="d",
        cmap="Blues",
        colorbar=False,
        ax=axes,
    )
    if max(len(name) for name in classes) * len(classes) > 40:  # noqa: PLR2004
        axes.set_xticks(range(len(classes)), classes, rotation=30, ha="right")
    axes.set(
        xlabel="Predicted class",
        ylabel="True class",
        title=f"Confusion matrix of {len(predicted)} held-out rows" + _from(evaluation),
    )


def _draw_calibration(axes: Any, evaluation: Evaluation) -> None:
    from sklearn.calibration import CalibrationDisplay

    bins = max(2, min(_BINS, len(evaluation.truth) // _ROWS_A_BIN))
    for position, name, colour in _shown(evaluation):
        CalibrationDisplay.from_predictions(
            *_of_class(evaluation, position),
            n_bins=bins,
            strategy="quantile",
            name=name,
            ax=axes,
            color=colour,
            marker="o",
            markersize=5,
        )
    axes.set(
        xlabel="Predicted probability (mean of a group of rows)",
        ylabel="Share of the class in the group",
    )
    _finish(axes, evaluation, "Calibration")


def _from(evaluation: Evaluation) -> str:
    if evaluation.threshold == EVEN:
        return ""
    name = evaluation.problem.positive
    return f"\n{name} from a probability of {evaluation.threshold:.3g} on"


DRAWINGS: dict[str, Callable[[Any, Evaluation], None]] = {
    "roc_curve": _draw_roc,
    "precision_recall_curve": _draw_precision_recall,
    "confusion_matrix": _draw_confusion,
    "calibration": _draw_calibration,
}
