"""What a model says of the rows that champion and challenger are measured on."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from e06_flows.modelling.problem import Problem, find_positive
from e06_flows.registry.in_service import Champion
from e06_flows.statistics.paired import Predicted


def problem_of(target: "pd.Series[Any]", challenger: Champion) -> Problem:
    """Return the classes that the challenger knows, those of the hold-out, and the positive one.

    It is the one that the challenger names; otherwise the one that multitrain would take.
    """
    named = challenger.positive
    return Problem(
        task="classification",
        why="retraining takes classes alone",
        classes=tuple(challenger.model.classes_),
        positive=find_positive(target) if named is None else named,
    )


def predicted_by(model: Champion, holdout: pd.DataFrame, problem: Problem) -> Predicted:
    """Return what a model says of the hold-out, for the classes of the problem.

    Raises:
        ValueError: It takes a column that the rows do not have.
    """
    refuse_absent(model, holdout)
    classes = np.asarray(problem.classes)
    found = by_class(model.probabilities(holdout), model.model.classes_, classes)
    threshold = model.threshold
    if model.positive not in (None, problem.positive):
        threshold = 1 - threshold  # it is that of the other class
    return Predicted(found, threshold)


def refuse_absent(model: Champion, holdout: pd.DataFrame) -> None:
    """Refuse rows that do not have a column that the model takes."""
    if missing := [name for name in model.columns if name not in holdout]:
        raise ValueError(
            f"Version {model.version} of {model.name!r} takes the columns {missing}, which are not "
            "among retraining.features. Add them, or give the new kind of model another name: "
            "retraining.model."
        )


def by_class(
    probabilities: NDArray[np.float64], given: NDArray[Any], wanted: NDArray[Any]
) -> NDArray[np.float64]:
    """Return a column a wanted class; one that the model does not know is never predicted."""
    places = {name: at for at, name in enumerate(given)}
    empty = np.zeros(len(probabilities))
    found = np.column_stack(
        [probabilities[:, places[name]] if name in places else empty for name in wanted]
    )
    sums = found.sum(axis=1, keepdims=True)
    even = np.full_like(found, 1 / len(wanted))
    return np.asarray(np.divide(found, sums, out=even, where=sums > 0))
