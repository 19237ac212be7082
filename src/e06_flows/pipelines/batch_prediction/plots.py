"""The picture for monitoring: what was predicted in each batch, and how sure the model was."""

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np

# Okabe and Ito's colours, told apart by colour-blind people too.
_COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9")
_GREY = "#8a8a8a"
_NAMES_SHOWN = 12


class Picture(Protocol):
    """A figure of matplotlib."""

    def savefig(self, fname: Any, *, dpi: float = 100) -> None:
        """Write the picture."""
        ...


def summary_picture(
    records: Mapping[str, Mapping[str, Any]], summary: Mapping[str, Any]
) -> Picture:
    """Draw the shares of the classes and the mean confidence by batch, and all scores together.

    Args:
        records: By the name of the batch, in order.
        summary: Their sums.
    """
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    figure = Figure(figsize=(15, 4.6), layout=ConstrainedLayoutEngine(h_pad=0.09))
    shares, confidence, scores = figure.subplots(1, 3)
    names = list(records)
    _draw_shares(shares, list(records.values()), list(summary["rows_by_class"]))
    _draw_confidence(confidence, list(records.values()))
    for axes in (shares, confidence):
        _name_batches(axes, names)
    _draw_scores(scores, summary)
    for axes in (shares, confidence, scores):
        axes.spines[["top", "right"]].set_visible(False)
    batches = summary["batches"]
    figure.suptitle(
        f"{summary['rows']:,} rows in {batches['scored']} batches; {batches['rejected']} set aside"
    )
    return figure


def _draw_shares(axes: Any, records: list[Mapping[str, Any]], classes: list[str]) -> None:
    below = np.zeros(len(records))
    for number, name in enumerate(classes):
        parts = [r["classes"].get(name, 0) / r["rows"] if r["rows"] else 0.0 for r in records]
        colour = _COLOURS[number % len(_COLOURS)]
        axes.bar(range(len(records)), parts, bottom=below, color=colour, label=name, width=0.7)
        below += parts
    for position, record in enumerate(records):
        if not record["rows"]:
            axes.text(position, 0.02, "set aside", rotation=90, ha="center", color=_GREY)
    axes.set(title="Share of each predicted class", ylim=(0, 1))
    axes.legend(
        frameon=False, fontsize="small", ncols=3, loc="upper center", bbox_to_anchor=(0.5, -0.2)
    )


def _draw_confidence(axes: Any, records: list[Mapping[str, Any]]) -> None:
    means = [r["confidence"]["mean"] if r["confidence"] else np.nan for r in records]
    axes.plot(range(len(records)), means, color=_COLOURS[0], marker="o")
    axes.set(
        title="Mean probability of the predicted class",
        ylim=(0, 1.02),
        xlim=(-0.6, len(records) - 0.4),
    )


def _name_batches(axes: Any, names: list[str]) -> None:
    step = max(1, -(-len(names) // _NAMES_SHOWN))
    axes.set_xticks(
        range(0, len(names), step), names[::step], rotation=30, ha="right", rotation_mode="anchor"
    )


def _draw_scores(axes: Any, summary: Mapping[str, Any]) -> None:
    edges = np.array(summary["confidence"]["bin_edges"])
    counts = summary["confidence"]["rows_by_bin"]
    axes.bar(edges[:-1], counts, width=np.diff(edges), align="edge", color=_COLOURS[0], ec="white")
    axes.set(
        title="Rows by the probability of the predicted class",
        xlabel="Probability",
        ylabel="Rows",
        xlim=(0, 1),
    )
