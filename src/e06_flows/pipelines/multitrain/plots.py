"""The pictures of one model, and the one that compares them all.

Every curve is drawn from probabilities, by scikit-learn's displays. `pictures` gives them one by
one, `panel` all in one.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import pandas as pd

from e06_flows.metrics import METRICS
from e06_flows.pipelines.multitrain.evaluation import Evaluation

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Okabe and Ito's colours, told apart by colour-blind people too; yellow is too light for lines.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
_BINARY = 2
_GREY = "#8a8a8a"
_FEATURES_SHOWN = 20
_CLASSES_IN_LEGEND = 10
_CELLS_WITH_NUMBERS = 15  # classes, above which a confusion matrix is colours alone
_BINS = 8
_ROWS_A_BIN = 8


class Picture(Protocol):
    """A figure of matplotlib."""

    def savefig(self, fname: Any, *, dpi: float = 100) -> None:
        """Write the picture."""
        ...


def _figure(width: float, height: float) -> "Figure":
    """Return an empty figure of so many inches, with room at its edges."""
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    return Figure((width, height), layout=ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.12))


def _label(metric: str) -> str:
    return {"roc_auc": "ROC AUC", "f1": "F1"}.get(metric, metric.replace("_", " "))


def pictures(evaluation: Evaluation, title: str) -> dict[str, Picture]:
    """Return each picture by its file name, without the ending."""
    drawn: dict[str, Picture] = {}
    for name, draw in _DRAWINGS.items():
        figure = _figure(6.4, 5)
        draw(figure.subplots(), evaluation)
        figure.suptitle(title, fontsize="medium", color=_GREY)
        drawn[name] = figure
    return drawn


def panel(evaluation: Evaluation, title: str, tried: str = "") -> Picture:
    """Return all pictures of a model in one, with its metrics, and what was tried to find it."""
    figure = _figure(16, 9.5)
    axes = figure.subplots(2, 3).flatten()
    for draw, place in zip(_DRAWINGS.values(), axes, strict=False):
        draw(place, evaluation)
    _write_metrics(axes[-1], evaluation)
    figure.suptitle(title, fontsize="x-large")
    figure.supxlabel(tried, fontsize="medium", color=_GREY)
    return figure


def _shown(evaluation: Evaluation) -> list[tuple[int, str, str]]:
    """Return position, name and colour of the classes that have curves: one of two, all of more."""
    classes = [str(name) for name in evaluation.classes]
    first = 1 if len(classes) == _BINARY else 0
    return [
        (position, f"class {name}" if name.isdigit() else name, _colour(position - first))
        for position, name in enumerate(classes)
        if position >= first
    ]


def _colour(number: int) -> str:
    return COLOURS[number % len(COLOURS)]


def _width(position: int, evaluation: Evaluation) -> float:
    """Return a width with which a later curve lets an earlier one below it be seen."""
    return 1.5 + 1.5 * min(len(evaluation.classes) - 1 - position, 3)


def _legend(axes: Any, evaluation: Evaluation, **options: Any) -> None:
    if len(evaluation.classes) <= _CLASSES_IN_LEGEND:
        axes.legend(framealpha=0.85, edgecolor="none", fontsize="small", **options)
    elif (legend := axes.get_legend()) is not None:
        legend.remove()


def _of_class(evaluation: Evaluation, position: int) -> tuple[Any, Any]:
    """Return whether each row is of a class, and the probability that it is."""
    return evaluation.truth == position, evaluation.probabilities[:, position]


def _draw_roc(axes: Any, evaluation: Evaluation) -> None:
    from sklearn.metrics import RocCurveDisplay

    shown = _shown(evaluation)
    for position, name, colour in shown:
        RocCurveDisplay.from_predictions(
            *_of_class(evaluation, position),
            name=name,
            ax=axes,
            drop_intermediate=True,
            curve_kwargs={"color": colour, "linewidth": _width(position, evaluation)},
            plot_chance_level=position == shown[-1][0],
            chance_level_kw={"color": _GREY, "linestyle": ":"},
        )
    axes.set(
        xlabel="False positive rate",
        ylabel="True positive rate",
        title="ROC curve" + _against_rest(evaluation),
        xlim=(-0.02, 1.02),
        ylim=(-0.02, 1.02),
        aspect="auto",
    )
    _legend(axes, evaluation, loc="lower right")


def _draw_precision_recall(axes: Any, evaluation: Evaluation) -> None:
    from sklearn.metrics import PrecisionRecallDisplay

    for position, name, colour in _shown(evaluation):
        PrecisionRecallDisplay.from_predictions(
            *_of_class(evaluation, position),
            name=name,
            ax=axes,
            curve_kwargs={"color": colour, "linewidth": _width(position, evaluation)},
            plot_chance_level=True,
            chance_level_kw={"color": colour, "linestyle": ":", "linewidth": 1, "label": None},
        )
    axes.plot([], [], color=_GREY, linestyle=":", label="chance (share of the class)")
    axes.set(
        xlabel="Recall",
        ylabel="Precision",
        title="Precision and recall" + _against_rest(evaluation),
        xlim=(-0.02, 1.02),
        ylim=(-0.02, 1.02),
        aspect="auto",
    )
    _legend(axes, evaluation, loc="lower left")


def _against_rest(evaluation: Evaluation) -> str:
    return "" if len(evaluation.classes) == _BINARY else ", each class against the rest"


def _draw_confusion(axes: Any, evaluation: Evaluation) -> None:
    from sklearn.metrics import ConfusionMatrixDisplay

    classes = [str(name) for name in evaluation.classes]
    predicted = evaluation.probabilities.argmax(axis=1)
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
        title=f"Confusion matrix of {len(predicted)} held-out rows",
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
        title="Calibration" + _against_rest(evaluation),
        xlim=(-0.02, 1.02),
        ylim=(-0.02, 1.02),
    )
    _legend(axes, evaluation, loc="upper left")


def _draw_importance(axes: Any, evaluation: Evaluation) -> None:
    means = evaluation.importances.mean()
    names = means.sort_values().index[-_FEATURES_SHOWN:]
    spread = evaluation.importances[names].std()
    axes.barh(names, means[names], xerr=spread, color=COLOURS[0], ecolor=_GREY, capsize=3)
    axes.axvline(0, color="black", linewidth=0.8)
    rows, shuffled = len(evaluation.truth), evaluation.shuffled_rows
    which = f"all {rows}" if shuffled == rows else f"{shuffled:,} of {rows:,}"
    axes.set(
        xlabel="Rise of the log loss when shuffled (mean ± SD of 10)",
        title=f"Permutation importance on {which} held-out rows",
    )


def _write_metrics(axes: Any, evaluation: Evaluation) -> None:
    axes.axis("off")
    rows = [[_label(name), f"{evaluation.metrics[name]:.3f}"] for name in METRICS]
    table = axes.table(
        rows, colLabels=["Metric", "Hold-out"], loc="center", cellLoc="left", colWidths=[0.5, 0.3]
    )
    table.auto_set_font_size(False)
    table.set_fontsize(12)
    table.scale(1, 1.9)


_DRAWINGS: dict[str, Callable[[Any, Evaluation], None]] = {
    "roc_curve": _draw_roc,
    "precision_recall_curve": _draw_precision_recall,
    "confusion_matrix": _draw_confusion,
    "calibration": _draw_calibration,
    "permutation_importance": _draw_importance,
}


def comparison_picture(table: pd.DataFrame, winner: str, select_by: str) -> Picture:
    """Draw the metrics of all models side by side.

    Args:
        table: A row a model, named in the column `model`; a column a metric.
        winner: Drawn in colour, the others in grey.
        select_by: The metric that it has won by; its title is bold.
    """
    figure = _figure(12, 6)
    axes = figure.subplots(2, 3).flatten()
    models = list(table["model"])[::-1]
    colours = [COLOURS[0] if name == winner else "#c4c8cc" for name in models]
    for place, metric in zip(axes, METRICS, strict=True):
        values = list(table[metric])[::-1]
        bars = place.barh(models, values, color=colours)
        place.bar_label(bars, fmt="%.3f", padding=3, fontsize="small")
        place.set_xlim(0, _room(values, metric))
        chosen = metric == select_by
        place.set_title(
            _label(metric) + (", lower is better" if metric == "log_loss" else ""),
            fontweight="bold" if chosen else "normal",
        )
        place.spines[["top", "right"]].set_visible(False)
    for place in (axes[1], axes[2], axes[4], axes[5]):
        place.set_yticklabels([])
    figure.suptitle(
        f"{len(models)} models on the same hold-out; best by {_label(select_by)}: {winner}"
    )
    return figure


def _room(values: Sequence[float], metric: str) -> float:
    """Return the end of an axis that leaves room for the numbers at the bars."""
    return (max(values) if metric == "log_loss" else 1.0) * 1.18 or 1.0
