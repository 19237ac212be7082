"""The pictures of one model, and the one that compares them all.

Every curve is drawn from probabilities. `pictures` gives them one by one, `panel` all in one.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
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


def panel(evaluation: Evaluation, title: str) -> Picture:
    """Return all pictures of a model in one, with its metrics."""
    figure = _figure(16, 9.5)
    axes = figure.subplots(2, 3).flatten()
    for draw, place in zip(_DRAWINGS.values(), axes, strict=False):
        draw(place, evaluation)
    _write_metrics(axes[-1], evaluation)
    figure.suptitle(title, fontsize="x-large")
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


def _draw_roc(axes: Any, evaluation: Evaluation) -> None:
    from sklearn.metrics import auc, roc_curve

    for position, name, colour in _shown(evaluation):
        of_class = evaluation.truth == position
        false, true, _ = roc_curve(of_class, evaluation.probabilities[:, position])
        label, width = f"{name} (AUC {auc(false, true):.3f})", _width(position, evaluation)
        axes.plot(false, true, color=colour, linewidth=width, label=label)
    axes.plot([0, 1], [0, 1], color=_GREY, linestyle=":", label="chance (AUC 0.5)")
    axes.set(
        xlabel="False positive rate",
        ylabel="True positive rate",
        title="ROC curve" + _against_rest(evaluation),
        xlim=(-0.02, 1.02),
        ylim=(-0.02, 1.02),
    )
    _legend(axes, evaluation, loc="lower right")


def _draw_precision_recall(axes: Any, evaluation: Evaluation) -> None:
    from sklearn.metrics import average_precision_score, precision_recall_curve

    for position, name, colour in _shown(evaluation):
        of_class, scores = evaluation.truth == position, evaluation.probabilities[:, position]
        precision, recall, _ = precision_recall_curve(of_class, scores)
        average = average_precision_score(of_class, scores)
        label, width = f"{name} (AP {average:.3f})", _width(position, evaluation)
        axes.step(recall, precision, where="pre", color=colour, linewidth=width, label=label)
        axes.axhline(of_class.mean(), color=colour, linestyle=":", linewidth=1)
    axes.plot([], [], color=_GREY, linestyle=":", label="chance (share of the class)")
    axes.set(
        xlabel="Recall",
        ylabel="Precision",
        title="Precision and recall" + _against_rest(evaluation),
        xlim=(-0.02, 1.02),
        ylim=(-0.02, 1.02),
    )
    _legend(axes, evaluation, loc="lower left")


def _against_rest(evaluation: Evaluation) -> str:
    return "" if len(evaluation.classes) == _BINARY else ", each class against the rest"


def _draw_confusion(axes: Any, evaluation: Evaluation) -> None:
    from sklearn.metrics import confusion_matrix

    classes = [str(name) for name in evaluation.classes]
    predicted = evaluation.probabilities.argmax(axis=1)
    counts = confusion_matrix(evaluation.truth, predicted, labels=range(len(classes)))
    axes.imshow(counts, cmap="Blues", vmin=0, vmax=max(1, counts.max()))
    if len(classes) <= _CELLS_WITH_NUMBERS:
        for (row, column), count in np.ndenumerate(counts):
            colour = "white" if count > counts.max() / 2 else "black"
            axes.text(column, row, str(count), ha="center", va="center", color=colour)
    long = max(len(name) for name in classes) * len(classes) > 40  # noqa: PLR2004
    axes.set_xticks(range(len(classes)), classes, **(_SLANTED if long else {}))
    axes.set_yticks(range(len(classes)), classes)
    axes.set(
        xlabel="Predicted class",
        ylabel="True class",
        title=f"Confusion matrix of {len(predicted)} held-out rows",
    )


_SLANTED = {"rotation": 30, "ha": "right", "rotation_mode": "anchor"}


def _draw_calibration(axes: Any, evaluation: Evaluation) -> None:
    axes.plot([0, 1], [0, 1], color=_GREY, linestyle=":", label="perfect")
    for position, name, colour in _shown(evaluation):
        of_class, scores = evaluation.truth == position, evaluation.probabilities[:, position]
        predicted, observed = _reliability(of_class, scores)
        axes.plot(predicted, observed, color=colour, marker="o", markersize=5, label=name)
    axes.set(
        xlabel="Predicted probability (mean of a group of rows)",
        ylabel="Share of the class in the group",
        title="Calibration" + _against_rest(evaluation),
        xlim=(-0.02, 1.02),
        ylim=(-0.02, 1.02),
    )
    _legend(axes, evaluation, loc="upper left")


def _reliability(of_class: Any, scores: Any) -> tuple[list[float], list[float]]:
    """Group the rows by predicted probability, about as many in each; return two means a group."""
    groups = max(2, min(_BINS, len(scores) // _ROWS_A_BIN))
    parts = np.array_split(np.argsort(scores, kind="stable"), groups)
    filled = [part for part in parts if len(part)]
    predicted = [float(scores[part].mean()) for part in filled]
    return predicted, [float(of_class[part].mean()) for part in filled]


def _draw_importance(axes: Any, evaluation: Evaluation) -> None:
    means = evaluation.importances.mean()
    names = means.sort_values().index[-_FEATURES_SHOWN:]
    spread = evaluation.importances[names].std()
    axes.barh(names, means[names], xerr=spread, color=COLOURS[0], ecolor=_GREY, capsize=3)
    axes.axvline(0, color="black", linewidth=0.8)
    axes.set(
        xlabel="Rise of the log loss when shuffled (mean ± SD of 10)",
        title="Permutation importance",
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
    figure.suptitle(f"Four models on the same hold-out; best by {_label(select_by)}: {winner}")
    return figure


def _room(values: Sequence[float], metric: str) -> float:
    """Return the end of an axis that leaves room for the numbers at the bars."""
    return (max(values) if metric == "log_loss" else 1.0) * 1.18 or 1.0
