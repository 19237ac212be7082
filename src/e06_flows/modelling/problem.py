"""What is predicted, a class or a quantity, found from the target column; and what follows of that.

A `Problem` is plain data, so that it can be kept beside the table and read by every step.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from e06_flows.statistics.metrics import (
    EVEN,
    METRICS,
    QUANTITY_METRICS,
    Metric,
    describe,
    describe_quantity,
    log_losses,
    measure,
    measure_quantity,
)

Task = Literal["classification", "regression"]
_MOST_CLASSES = 20  # different whole numbers above which a target is taken for a quantity
_BINARY = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is predicted.

    Attributes:
        task: `classification` or `regression`.
        why: How that was found, for people.
        classes: In sorted order; none of a quantity.
        positive: The class of two that is looked for; None of more, and of a quantity.
    """

    task: Task
    why: str
    classes: tuple[Any, ...] = ()
    positive: Any = None

    @classmethod
    def from_json(cls, given: dict[str, Any]) -> "Problem":
        """Return what `as_json` has made."""
        return cls(**{**given, "classes": tuple(given["classes"])})

    def as_json(self) -> dict[str, Any]:
        """Return a dictionary that JSON can hold."""
        return {**asdict(self), "classes": list(self.classes)}

    @property
    def is_binary(self) -> bool:
        """Whether there are two classes."""
        return len(self.classes) == _BINARY

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """The metrics that there are."""
        return METRICS if self.task == "classification" else QUANTITY_METRICS

    @property
    def loss(self) -> Metric:
        """The metric that tells equal ones apart, and importances; the lower, the better."""
        return "log_loss" if self.task == "classification" else "rmse"

    def predict(self, model: Any, features: pd.DataFrame) -> NDArray[np.float64]:
        """Return probabilities, shape (n_rows, n_classes), rows adding up to 1; or the numbers."""
        if self.task == "regression":
            return np.asarray(model.predict(features), dtype=np.float64)
        raw = np.asarray(model.predict_proba(features), dtype=np.float64)
        shares: NDArray[np.float64] = raw / raw.sum(axis=1, keepdims=True)
        return shares

    def measure(
        self,
        truth: NDArray[Any],
        predicted: NDArray[np.float64],
        threshold: float | NDArray[np.float64] = EVEN,
    ) -> dict[Metric, float]:
        """Measure what `predict` returns against the true values, by all `metrics`."""
        if self.task == "regression":
            return measure_quantity(truth, predicted)
        return measure(truth, predicted, self.classes, positive=self.positive, threshold=threshold)

    def measure_loss(self, truth: NDArray[Any], predicted: NDArray[np.float64]) -> float:
        """Measure by `loss` alone."""
        if self.task == "regression":
            return measure_quantity(truth, predicted)["rmse"]
        true = np.searchsorted(np.asarray(self.classes), truth)
        return float(log_losses(true, predicted).mean())

    def describe(self) -> dict[Any, str]:
        """Say in a line what each metric is."""
        if self.task == "regression":
            return dict(describe_quantity())
        return dict(describe(self.classes, self.positive))


def find_task(target: "pd.Series[Any]") -> tuple[Task, str]:
    """Return what a target is, and why: a text is a class, a number with a fraction a quantity.

    Of whole numbers, up to 20 different ones are classes.
    """
    name = repr(target.name)
    if not pd.api.types.is_numeric_dtype(target.dtype) or pd.api.types.is_bool_dtype(target.dtype):
        return "classification", f"the target {name} holds no numbers"
    if (target % 1 != 0).any():
        return "regression", f"the target {name} holds fractions"
    different = target.nunique()
    if different > _MOST_CLASSES:
        return "regression", f"the target {name} holds {different} different numbers"
    return "classification", f"the target {name} holds {different} different whole numbers"


def refuse_quantity(target: "pd.Series[Any]", pipeline: str) -> None:
    """Refuse a quantity where a pipeline takes classes alone.

    Raises:
        ValueError: It is one; says why, and what to do.
    """
    task, why = find_task(target)
    if task == "regression":
        raise ValueError(
            f"{pipeline} predicts classes, and {why}, so it is a quantity. Choose another column "
            f"as {pipeline}.target, or cut the values into classes; multitrain takes quantities."
        )


def as_classes(target: "pd.Series[Any]") -> "pd.Series[Any]":
    """Return whole numbers as such, and everything else as text."""
    if pd.api.types.is_bool_dtype(target.dtype):
        return target.astype(str)
    if pd.api.types.is_numeric_dtype(target.dtype) and not (target % 1 != 0).any():
        return target.astype(np.int64)
    return target.astype(str)


def find_positive(target: "pd.Series[Any]", wanted: Any = None) -> Any:
    """Return the positive class of two: the one that is wanted, as it is in the column.

    Where none is wanted, it is the greater of two numbers and the rarer of two texts. None for
    more than two classes.

    Raises:
        ValueError: The one that is wanted is not there.
    """
    counts = target.value_counts().sort_index()
    classes = counts.index.tolist()
    if wanted is not None:
        return _named(wanted, classes)
    if len(classes) != _BINARY:
        return None
    if pd.api.types.is_numeric_dtype(target.dtype):
        return classes[1]
    return classes[0] if counts.iloc[0] < counts.iloc[1] else classes[1]


def _named(wanted: Any, classes: Sequence[Any]) -> Any:
    if len(classes) != _BINARY:
        raise ValueError(
            f"positive: {wanted!r} is of use for two classes, and there are {len(classes)}: "
            f"{classes[:8]}. Set it to null."
        )
    found = [name for name in classes if str(name) == str(wanted)]
    if not found:
        raise ValueError(f"positive: {wanted!r} is none of the classes {list(classes)}.")
    return found[0]
