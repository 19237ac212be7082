"""What all pictures share: colours, figures, names of metrics."""

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Okabe and Ito's colours, told apart by colour-blind people too; yellow is too light for lines.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
GREY = "#8a8a8a"


class Picture(Protocol):
    """A figure of matplotlib."""

    def savefig(self, fname: Any, *, dpi: float = 100) -> None:
        """Write the picture."""
        ...


def figure(width: float, height: float) -> "Figure":
    """Return an empty figure of so many inches, with room at its edges."""
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    return Figure((width, height), layout=ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.12))


def label(metric: str) -> str:
    """Return the name of a metric for people."""
    return _LABELS.get(metric, metric.replace("_", " "))


_LABELS = {
    "roc_auc": "ROC AUC",
    "f1": "F1",
    "mcc": "Matthews' correlation",
    "rmse": "RMSE",
    "mae": "mean absolute error",
    "median_ae": "median absolute error",
    "r2": "R\u00b2",
}
