"""Metrics of classes, from probabilities, and of quantities.

The names are the same for two classes and for more, so that one parameter can choose among them.
With two classes, `roc_auc`, `average_precision`, `f1`, `precision` and `recall` are those of the
positive one; with more they are macro averages: the plain mean over the classes, each against the
rest.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

ClassMetric = Literal[
    "roc_auc", "average_precision", "log_loss", "accuracy", "balanced_accuracy", "f1", "precision",
    "recall", "mcc",
]  # fmt: skip
QuantityMetric = Literal["rmse", "mae", "median_ae", "r2"]
Metric = ClassMetric | QuantityMetric
METRICS: tuple[ClassMetric, ...] = get_args(ClassMetric)
QUANTITY_METRICS: tuple[QuantityMetric, ...] = get_args(QuantityMetric)
LOWER_IS_BETTER: tuple[Metric, ...] = ("log_loss", "rmse", "mae", "median_ae")

EVEN = 0.5  # threshold at which the more probable class of two is predicted

_BINARY = 2
_ZERO = 1e-15


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """What is measured: positions of classes, and probabilities.

    `positive` is the position of the positive class of two; None for more.
    """

    true: NDArray[np.intp]
    predicted: NDArray[np.intp]
    probabilities: NDArray[np.float64]
    positive: int | None

    @property
    def scores(self) -> tuple[Any, NDArray[np.float64]]:
        """What a curve is drawn from: of the positive class alone, or of all."""
        if self.positive is None:
            return self.true, self.probabilities
        return self.true == self.positive, self.probabilities[:, self.positive]

    @property
    def of_class(self) -> dict[str, Any]:
        """How scikit-learn is told which class is meant."""
        labels = range(self.probabilities.shape[1])
        if self.positive is None:
            return {"average": "macro", "labels": labels, "zero_division": 0}
        return {"average": "binary", "pos_label": self.positive, "zero_division": 0}


def measure(
    truth: NDArray[Any],
    probabilities: NDArray[np.float64],
    classes: Sequence[Any] | NDArray[Any],
    *,
    positive: Any = None,
    threshold: float | NDArray[np.float64] = EVEN,
    wanted: Sequence[Metric] = METRICS,
) -> dict[Metric, float]:
    """Measure predicted probabilities against the true classes.

    Args:
        truth: The true class of each row; every class of `classes` occurs.
        probabilities: Shape (n_rows, n_classes), columns in the order of `classes`, rows add up
            to 1.
        classes: In sorted order, at least two.
        positive: The class of two that is looked for; None: the second.
        threshold: Probability from which on a row is predicted as the positive class; one for all,
            or one a row. With more than two classes, the most probable one is predicted.
        wanted: Some of `METRICS`.

    Returns:
        The metrics that are wanted, in their order: log loss in nats, at least 0; Matthews'
        correlation in [-1, 1]; the others in [0, 1].
    """
    names = np.asarray(classes)
    of = position_of(positive, names)
    outcome = _Outcome(
        true=np.searchsorted(names, truth),
        predicted=positions(probabilities, of, threshold),
        probabilities=probabilities,
        positive=of,
    )
    return {name: float(_MEASURES[name](outcome)) for name in wanted}


def position_of(positive: Any, classes: NDArray[Any]) -> int | None:
    """Return the position of the positive class of two; None for more."""
    if len(classes) != _BINARY:
        return None
    return 1 if positive is None else int(np.flatnonzero(classes == positive)[0])


def positions(
    probabilities: NDArray[np.float64],
    positive: int | None,
    threshold: float | NDArray[np.float64] = EVEN,
) -> NDArray[np.intp]:
    """Return the position of the predicted class of each row."""
    best: NDArray[np.intp] = probabilities.argmax(axis=1)
    if positive is None:
        return best
    above = np.where(probabilities[:, positive] >= threshold, positive, 1 - positive)
    return np.where(np.equal(threshold, EVEN), best, above)


def log_losses(true: NDArray[np.intp], probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the log loss of each row in nats; `true` holds positions of classes."""
    given = probabilities[np.arange(len(true)), true]
    losses: NDArray[np.float64] = -np.log(np.clip(given, _ZERO, 1.0))
    return losses


def measure_quantity(
    truth: NDArray[np.float64], predicted: NDArray[np.float64]
) -> dict[Metric, float]:
    """Measure predicted numbers against the true ones.

    Returns:
        Every metric of `QUANTITY_METRICS`, in its order: errors in the unit of the numbers, at
        least 0; r2 at most 1.
    """
    from sklearn import metrics

    return {
        "rmse": float(metrics.root_mean_squared_error(truth, predicted)),
        "mae": float(metrics.mean_absolute_error(truth, predicted)),
        "median_ae": float(metrics.median_absolute_error(truth, predicted)),
        "r2": float(metrics.r2_score(truth, predicted)),
    }


def gain(metric: Metric, value: float) -> float:
    """Return a number that is larger for a better value of the metric."""
    return -value if metric in LOWER_IS_BETTER else value


def describe(classes: Sequence[Any] | NDArray[Any], positive: Any = None) -> dict[ClassMetric, str]:
    """Say in a line what each metric is for these classes."""
    of = f"macro: mean over the {len(classes)} classes, each against the rest"
    at = position_of(positive, np.asarray(classes))
    if at is not None:
        of = f"of the class {classes[at]!r} against {classes[1 - at]!r}"
    return {
        "roc_auc": f"area under the ROC curve, {of}; 0.5 is chance, 1 is perfect",
        "average_precision": f"mean precision over all recalls, {of}; chance is the class's share",
        "log_loss": "mean negative log-probability of the true class, in nats; 0 is perfect",
        "accuracy": "share of rows whose predicted class is the true one",
        "balanced_accuracy": "mean over the classes of the share of their rows that are found",
        "f1": f"harmonic mean of precision and recall, {of}",
        "precision": f"share of the rows predicted as a class that are of it, {of}",
        "recall": f"share of the rows of a class that are predicted as it, {of}",
        "mcc": "Matthews' correlation of predicted and true classes; 0 is chance, 1 is perfect",
    }


def describe_quantity() -> dict[QuantityMetric, str]:
    """Say in a line what each metric of a quantity is."""
    return {
        "rmse": "root of the mean squared error, in the unit of the target; 0 is perfect",
        "mae": "mean absolute error, in the unit of the target; 0 is perfect",
        "median_ae": "median absolute error, in the unit of the target; 0 is perfect",
        "r2": "share of the variance that is explained; 0 is what the mean does, 1 is perfect",
    }


def _roc_auc(outcome: _Outcome) -> float:
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(*outcome.scores, multi_class="ovr"))


def _average_precision(outcome: _Outcome) -> float:
    from sklearn.metrics import average_precision_score

    return float(average_precision_score(*outcome.scores))


def _log_loss(outcome: _Outcome) -> float:
    return float(log_losses(outcome.true, outcome.probabilities).mean())


def _accuracy(outcome: _Outcome) -> float:
    return float((outcome.true == outcome.predicted).mean())


def _balanced_accuracy(outcome: _Outcome) -> float:
    from sklearn.metrics import recall_score

    labels = range(outcome.probabilities.shape[1])
    return float(recall_score(outcome.true, outcome.predicted, labels=labels, average="macro"))


def _by_name(name: str) -> Callable[[_Outcome], float]:
    def measured(outcome: _Outcome) -> float:
        from sklearn import metrics

        function = getattr(metrics, f"{name}_score")
        return float(function(outcome.true, outcome.predicted, **outcome.of_class))

    return measured


def _mcc(outcome: _Outcome) -> float:
    from sklearn.metrics import matthews_corrcoef

    return float(matthews_corrcoef(outcome.true, outcome.predicted))


_MEASURES: Mapping[Metric, Callable[[_Outcome], float]] = {
    "roc_auc": _roc_auc,
    "average_precision": _average_precision,
    "log_loss": _log_loss,
    "accuracy": _accuracy,
    "balanced_accuracy": _balanced_accuracy,
    "f1": _by_name("f1"),
    "precision": _by_name("precision"),
    "recall": _by_name("recall"),
    "mcc": _mcc,
}
