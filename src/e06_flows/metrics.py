"""Metrics of classifiers, for two classes and for more, all from probabilities.

The names are the same for both, so that one parameter can choose among them. With two classes,
`roc_auc`, `f1`, `precision` and `recall` are those of the second class in sorted order (1 of 0 and
1); with more they are macro averages: the plain mean over the classes, each against the rest.
"""

from collections.abc import Sequence
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

Metric = Literal["roc_auc", "log_loss", "accuracy", "f1", "precision", "recall"]
METRICS: tuple[Metric, ...] = get_args(Metric)

_BINARY = 2
_ZERO = 1e-15


def measure(
    truth: NDArray[Any],
    probabilities: NDArray[np.float64],
    classes: Sequence[Any] | NDArray[Any],
) -> dict[Metric, float]:
    """Measure predicted probabilities against the true classes.

    Args:
        truth: The true class of each row; every class of `classes` occurs.
        probabilities: Shape (n_rows, n_classes), columns in the order of `classes`, rows add up
            to 1.
        classes: In sorted order, at least two.

    Returns:
        Every metric of `METRICS`, in its order: log loss in nats, at least 0; the others in
        [0, 1]. The predicted class is the most probable one.
    """
    from sklearn import metrics

    names = np.asarray(classes)
    true = np.searchsorted(names, truth)
    predicted = probabilities.argmax(axis=1)
    average = "binary" if len(names) == _BINARY else "macro"
    scores = probabilities[:, 1] if len(names) == _BINARY else probabilities
    precision, recall, f1, _ = metrics.precision_recall_fscore_support(
        true, predicted, labels=range(len(names)), average=average, zero_division=0
    )
    return {
        "roc_auc": float(metrics.roc_auc_score(true, scores, multi_class="ovr")),
        "log_loss": float(log_losses(true, probabilities).mean()),
        "accuracy": float((true == predicted).mean()),
        "f1": float(f1),
        "precision": float(precision),
        "recall": float(recall),
    }


def log_losses(true: NDArray[np.intp], probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the log loss of each row in nats; `true` holds positions of classes."""
    given = probabilities[np.arange(len(true)), true]
    losses: NDArray[np.float64] = -np.log(np.clip(given, _ZERO, 1.0))
    return losses


def gain(metric: Metric, value: float) -> float:
    """Return a number that is larger for a better value of the metric."""
    return -value if metric == "log_loss" else value


def describe(classes: Sequence[Any] | NDArray[Any]) -> dict[Metric, str]:
    """Say in a line what each metric is for these classes."""
    if len(classes) == _BINARY:
        of = f"of the class {classes[1]!r} against {classes[0]!r}"
    else:
        of = f"macro: mean over the {len(classes)} classes, each against the rest"
    return {
        "roc_auc": f"area under the ROC curve, {of}; 0.5 is chance, 1 is perfect",
        "log_loss": "mean negative log-probability of the true class, in nats; 0 is perfect",
        "accuracy": "share of rows whose most probable class is the true one",
        "f1": f"harmonic mean of precision and recall, {of}",
        "precision": f"share of the rows predicted as a class that are of it, {of}",
        "recall": f"share of the rows of a class that are predicted as it, {of}",
    }
