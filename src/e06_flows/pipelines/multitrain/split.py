"""A training part, the folds of its cross-validation, and a hold-out: at random, by time, by group.

A fold is a number a row of the training part: the fold that tests it. With time, a fold trains on
earlier rows alone, and the oldest rows are tested by none: theirs is `NEVER`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from e06_flows.modelling.problem import Problem
from e06_flows.pipelines.multitrain.parameters import MultitrainParameters

NEVER = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the rows are split into.

    Attributes:
        train: Rows to train on; in the order of time, if that is what they are split by.
        folds: A row a row of `train`: the number of the `fold` that tests it, and whether values
            are `searched` on it.
        holdout: Rows to test on, once.
    """

    train: pd.DataFrame
    folds: pd.DataFrame
    holdout: pd.DataFrame


def split(
    table: pd.DataFrame,
    problem: Problem,
    along: "pd.Series[Any] | None",
    parameters: MultitrainParameters,
) -> Parts:
    """Split the table.

    Args:
        table: Features and target.
        problem: What is predicted.
        along: What `multitrain.time` or `multitrain.group` holds.
        parameters: Of the flow.

    Raises:
        ValueError: A class has too few rows for the cross-validation or the hold-out, or there are
            too few rows or groups.
    """
    target = table[parameters.target]
    _refuse_few(target, problem, parameters)
    train, test = _hold_out(target, problem, along, parameters)
    fold = np.full(len(train), NEVER)
    for number, tested in enumerate(_tested(target, problem, along, parameters, train)):
        fold[tested] = number
    folds = pd.DataFrame({"fold": fold})
    parts = Parts(
        train=table.iloc[train].reset_index(drop=True),
        folds=folds.assign(searched=_searched(target.iloc[train], fold, problem, parameters)),
        holdout=table.iloc[test].reset_index(drop=True),
    )
    _refuse_missing_classes(parts, problem, parameters)
    return parts


def positions(folds: pd.DataFrame, *, by_time: bool) -> list[tuple[NDArray[Any], NDArray[Any]]]:
    """Return the rows that each fold trains on and tests on, as scikit-learn takes them."""
    fold = folds["fold"].to_numpy()
    return [
        (
            np.flatnonzero(fold < number if by_time else fold != number),
            np.flatnonzero(fold == number),
        )
        for number in range(fold.max() + 1)
    ]


def _hold_out(
    target: "pd.Series[Any]", problem: Problem, along: Any, parameters: MultitrainParameters
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the positions of the rows to train on, and of those that are held out."""
    from sklearn.model_selection import GroupShuffleSplit, StratifiedGroupKFold, train_test_split

    rows = np.arange(len(target))
    if parameters.time is not None:
        return _newest(along, parameters)
    if parameters.group is None:
        stratify = target if problem.classes else None
        train, test = train_test_split(
            rows, test_size=parameters.test_size, random_state=parameters.seed, stratify=stratify
        )
        return train, test
    _refuse_few_groups(along, parameters)
    if problem.classes:
        parts = max(2, round(1 / parameters.test_size))
        cut: Any = StratifiedGroupKFold(parts, shuffle=True, random_state=parameters.seed)
    else:
        cut = GroupShuffleSplit(1, test_size=parameters.test_size, random_state=parameters.seed)
    found: tuple[NDArray[Any], NDArray[Any]] = next(cut.split(rows, target, along))
    return found


def _newest(
    moments: "pd.Series[float]", parameters: MultitrainParameters
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Cut in the order of time; rows of one moment stay on one side."""
    order = np.argsort(moments.to_numpy(), kind="stable")
    sorted_moments = moments.to_numpy()[order]
    first = sorted_moments[round(len(order) * (1 - parameters.test_size))]
    cut = int(np.searchsorted(sorted_moments, first))
    if cut == 0:
        raise ValueError(
            f"Nearly all rows are of the same moment ({parameters.time!r}), so the newest cannot "
            "be held out. Choose another column as multitrain.time, or null."
        )
    return order[:cut], order[cut:]


def _tested(
    target: "pd.Series[Any]",
    problem: Problem,
    along: Any,
    parameters: MultitrainParameters,
    train: NDArray[Any],
) -> Iterator[NDArray[Any]]:
    """Yield the positions, within the training part, of the rows that each fold tests."""
    from sklearn import model_selection as by

    again = {"shuffle": True, "random_state": parameters.seed}
    count, of_train = parameters.cv_folds, target.iloc[train]
    groups = along.iloc[train] if parameters.group is not None else None
    if parameters.time is not None:
        folds: Any = by.TimeSeriesSplit(count)
    elif groups is not None:
        folds = (by.StratifiedGroupKFold if problem.classes else by.GroupKFold)(count, **again)
    else:
        folds = (by.StratifiedKFold if problem.classes else by.KFold)(count, **again)
    for _, tested in folds.split(np.zeros(len(train)), of_train, groups):
        yield tested


def _searched(
    target: "pd.Series[Any]", fold: NDArray[Any], problem: Problem, parameters: MultitrainParameters
) -> NDArray[np.bool_]:
    """Draw the rows that values are tried on: of each class and fold as large a share.

    More rows are drawn than `search_rows`, if a class would be missing from a fold.
    """
    rows = np.arange(len(target))
    wanted = parameters.search_rows or len(rows)
    kinds = pd.Series(fold).astype(str)
    if problem.classes:
        kinds += " " + pd.Series(target.to_numpy()).astype(str)
    random = np.random.default_rng(parameters.seed)
    order = pd.Series(random.permutation(rows)).groupby(kinds).rank(pct=True).to_numpy()
    least = (1 / kinds.value_counts()).max()  # of each kind, one row at least
    return np.asarray(order <= max(wanted / len(rows), min(least, 1.0)))


def _refuse_few(
    target: "pd.Series[Any]", problem: Problem, parameters: MultitrainParameters
) -> None:
    counts = target.value_counts() if problem.classes else pd.Series({"all": len(target)})
    train = (counts * (1 - parameters.test_size)).astype(int)
    holdout = (counts * parameters.test_size).astype(int)
    few = {
        label: int(counts[label])
        for label in counts.index
        if train[label] < parameters.cv_folds or holdout[label] < 1
    }
    if few:
        which = (
            f"The classes {few} (class: number of rows) have"
            if problem.classes
            else (f"The table has {len(target)} rows, which are")
        )
        raise ValueError(
            f"{which} too few{' rows' if problem.classes else ''}: of each, "
            f"{parameters.cv_folds} must be left to train on, one a fold of the cross-validation, "
            f"and 1 to test on, with test_size {parameters.test_size}. Add rows, remove the class, "
            "or change multitrain.cv_folds or multitrain.test_size."
        )


def _refuse_few_groups(groups: "pd.Series[Any]", parameters: MultitrainParameters) -> None:
    found = groups.nunique()
    needed = max(2, round(1 / parameters.test_size)) + parameters.cv_folds
    if found < needed:
        raise ValueError(
            f"{parameters.group!r} has {found} different values, and {needed} groups are needed "
            f"for the hold-out and {parameters.cv_folds} folds. Choose another column as "
            "multitrain.group, or lower multitrain.cv_folds."
        )


def _refuse_missing_classes(
    parts: Parts, problem: Problem, parameters: MultitrainParameters
) -> None:
    """Refuse parts by time or by group in which a class is missing: it could not be measured."""
    if not problem.classes:
        return
    train = parts.train.loc[parts.folds["searched"].to_numpy(), parameters.target].to_numpy()
    found = {"the hold-out": parts.holdout[parameters.target].to_numpy()}
    searched = parts.folds[parts.folds["searched"]]
    splits = positions(searched, by_time=parameters.time is not None)
    for number, (trained, tested) in enumerate(splits, start=1):
        found[f"the training part of fold {number}"] = train[trained]
        found[f"the test part of fold {number}"] = train[tested]
    for name, classes in found.items():
        if missing := sorted(set(problem.classes) - set(classes.tolist())):
            raise ValueError(
                f"{name.capitalize()} has no row of {missing}, since the rows are split by "
                f"{parameters.time or parameters.group!r}: models could not be measured on it. "
                "Lower multitrain.cv_folds, change multitrain.test_size, or split by another "
                "column."
            )
