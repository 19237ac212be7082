"""One table out of the files, checked: typed features, and a target whose kind is found."""

import logging
import re
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from e06_flows.modelling import columns
from e06_flows.modelling.problem import Problem, as_classes, find_positive, find_task
from e06_flows.pipelines.multitrain.parameters import MultitrainParameters
from e06_flows.statistics.metrics import EVEN

logger = logging.getLogger(__name__)

_SHOWN = 8  # names in a message
_SEPARATORS = {";": ";", "\t": "a tab", "|": "|"}
_UNNAMED = re.compile(r"Unnamed: \d+")  # pandas' name of a column without one, such as an index


def stack(parts: list[pd.DataFrame], parameters: MultitrainParameters) -> pd.DataFrame:
    """Put the rows of the parts below each other; a part without rows is left out.

    Raises:
        ValueError: There are no rows, the columns are not those of a table, the parts have
            different ones, or a value of the key is there twice.
    """
    filled = [part for part in parts if len(part)]
    if not filled:
        raise ValueError(
            "The tables have no rows. See `multitrain_rows` and `multitrain_more_rows` in the "
            "catalog: their files hold a header alone."
        )
    for part in filled:
        _refuse_columns(part)
    different = sorted(set.symmetric_difference(*(set(p.columns) for p in (filled[0], filled[-1]))))
    if different:
        raise ValueError(
            f"Only one of the two tables has the columns {different}, so their rows cannot be "
            "stacked. Both files must have the same columns; for one file alone, let "
            "`multitrain_more_rows` read no rows (load_args: {nrows: 0})."
        )
    table = pd.concat(filled, ignore_index=True)
    _refuse_twice(table, parameters.key)
    return table


def _refuse_columns(table: pd.DataFrame) -> None:
    names = [str(name) for name in table.columns]
    found = [said for sign, said in _SEPARATORS.items() if len(names) == 1 and sign in names[0]]
    if found:
        raise ValueError(
            f"The table has one column, {names[0][:60]!r}: its file is separated by {found[0]} and "
            f"was read with commas. Say so in the catalog: "
            f"load_args: {{sep: {_sign(found[0])!r}}}, and decimal: ',' if its numbers have commas."
        )
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(
            f"Several columns have the same name: {twice[:_SHOWN]}. Give each a name of its own."
        )


def _sign(said: str) -> str:
    return next(sign for sign, name in _SEPARATORS.items() if name == said)


def _refuse_twice(table: pd.DataFrame, key: str | None) -> None:
    if key is None:
        return
    _refuse_unknown(table, [key], "key")
    twice = table.loc[table[key].duplicated(), key]
    if len(twice):
        raise ValueError(
            f"{len(twice)} values of the key {key!r} are there more than once (e.g. "
            f"{twice.head(_SHOWN).tolist()}): the same row could be trained on and tested on. "
            "Remove the copies, or set multitrain.key to null if the column does not name a row."
        )


def without_copies(
    table: pd.DataFrame, parameters: MultitrainParameters
) -> tuple[pd.DataFrame, int]:
    """Return the rows that `multitrain.copies` keeps, and how many are the same as an earlier one.

    Raises:
        ValueError: There are such rows, and they are refused.
    """
    copies = int(table.duplicated().sum())
    if copies and parameters.copies == "refuse":
        raise ValueError(
            f"{copies} rows are copies of others: the same row could be trained on and tested on. "
            "Leave them out with multitrain.copies=drop."
        )
    if copies:
        done = "were left out" if parameters.copies == "drop" else "are trained or tested on"
        logger.info("%d rows are copies of others, and %s (multitrain.copies)", copies, done)
    if copies and parameters.copies == "drop":
        return table.drop_duplicates(ignore_index=True), copies
    return table, copies


def renamed(table: pd.DataFrame) -> dict[str, str]:
    """Return the columns that pandas has given another name, since one was there twice."""
    names = {str(name) for name in table.columns}
    found = {}
    for name in sorted(names):
        first, _, number = name.rpartition(".")
        if first in names and number.isdigit():
            found[name] = f"the {int(number) + 1}. column that is called {first!r} in the file"
    return found


class Selected(NamedTuple):
    """A table that can be split and trained on.

    Attributes:
        rows: The features, typed as `columns` says, and the target as the last column.
        problem: What is predicted.
        along: What the rows are split by: moments as numbers, groups, or None.
        left_out: The columns that are no features where none are named, and why.
    """

    rows: pd.DataFrame
    problem: Problem
    along: "pd.Series[Any] | None"
    left_out: dict[str, str]


def select(table: pd.DataFrame, parameters: MultitrainParameters) -> Selected:
    """Choose the columns, and find out what is predicted.

    Raises:
        ValueError: The table cannot be trained on; says which column, why and what to do.
    """
    for role, name in parameters.roles.items():
        _refuse_unknown(table, [name], role)
    left_out = _leave_out(table, parameters)
    others = [name for name in _others(table, parameters).columns if name not in left_out]
    features = list(parameters.features or others)
    _refuse_unknown(table, features, "features")
    _refuse_names(table[features])
    along = parameters.time or parameters.group
    _refuse_gaps(table, along)
    chosen = _without_missing(table[[*features, parameters.target]], parameters)
    if parameters.max_rows is not None and len(chosen) > parameters.max_rows:
        chosen = chosen.sample(parameters.max_rows, random_state=parameters.seed)
    target, problem = _target(chosen[parameters.target], parameters)
    ready = pd.DataFrame({name: columns.typed(chosen[name]) for name in features})
    ready[parameters.target] = target
    split_by = None
    if along is not None:
        split_by = _moments(table.loc[ready.index, along].reset_index(drop=True), parameters)
    return Selected(ready.reset_index(drop=True), problem, split_by, left_out)


def _moments(split_by: "pd.Series[Any]", parameters: MultitrainParameters) -> "pd.Series[Any]":
    if parameters.time is None:
        return split_by
    if columns.kind(split_by) == columns.TEXT:
        raise ValueError(
            f"multitrain.time names {parameters.time!r}, which holds neither numbers nor dates "
            f"such as 2026-11-25, but {split_by.head(3).tolist()}. Let the catalog read it as "
            f"dates: load_args: {{parse_dates: [{parameters.time}], date_format: ...}}."
        )
    return columns.typed(split_by)


def _others(table: pd.DataFrame, parameters: MultitrainParameters) -> pd.DataFrame:
    return table.drop(columns=list(set(parameters.roles.values())))


def _leave_out(table: pd.DataFrame, parameters: MultitrainParameters) -> dict[str, str]:
    """Return the columns that are no features where none are named, and why."""
    if parameters.features is not None:
        return {}
    found = {
        name: f"is what the rows are split by ({role})"
        for role, name in parameters.roles.items()
        if role in ("time", "group")
    }
    for name, column in _others(table, parameters).items():
        if column.isna().all():
            found[str(name)] = "holds no value"
        elif _UNNAMED.fullmatch(str(name)):
            found[str(name)] = "has no name in the file, so it counts the rows"
        elif columns.names_rows(column):
            found[str(name)] = f"has {column.nunique()} different texts, so it names rows"
    return found


def _refuse_unknown(table: pd.DataFrame, names: list[str], parameter: str) -> None:
    unknown = [column for column in names if column not in table.columns]
    if unknown:
        raise ValueError(
            f"multitrain.{parameter} names {unknown}, and the table has no such column. It has "
            f"{table.columns.tolist()}. Correct the parameter, or the file in the catalog."
        )


def _refuse_names(features: pd.DataFrame) -> None:
    if names := [str(name) for name, column in features.items() if columns.names_rows(column)]:
        raise ValueError(
            f"The features {names} have a text of its own in more than half of the rows, so they "
            "name rows and tell nothing of others. Leave them out of multitrain.features, or name "
            "one of them as multitrain.key."
        )
    if not len(features.columns):
        raise ValueError(
            "No column is left as a feature beside the target and the key. Name the features in "
            "multitrain.features."
        )


def _refuse_gaps(table: pd.DataFrame, along: str | None) -> None:
    if along is not None and (missing := int(table[along].isna().sum())):
        raise ValueError(
            f"{missing} rows have no value of {along!r}, by which the rows are split. Fill them in "
            "the file, or remove the rows."
        )


def _without_missing(table: pd.DataFrame, parameters: MultitrainParameters) -> pd.DataFrame:
    """Return the rows that can be trained on: numbers that are too large are no numbers."""
    known = columns.finite(table)
    wanted = known[[parameters.target]] if parameters.missing == "keep" else known
    infinite = (known.isna() & table.notna()).any()
    wanted = known[sorted({*wanted.columns, *infinite[infinite].index})]
    missing = {column: int(n) for column, n in wanted.isna().sum().items() if n}
    if not missing:
        return table
    if parameters.missing != "drop":
        raise ValueError(
            f"Values are missing or infinite: {missing} (column: number of rows), or beyond "
            f"{columns.LARGEST:.1e}, which trees cannot compute with. Fill them in the file, or "
            "leave out their rows with multitrain.missing=drop."
        )
    kept = known.dropna()
    logger.info("Left out %d of %d rows with missing values", len(table) - len(kept), len(table))
    return kept


def _target(
    column: "pd.Series[Any]", parameters: MultitrainParameters
) -> tuple["pd.Series[Any]", Problem]:
    task, why = find_task(column)
    if parameters.task != "auto":
        task, why = parameters.task, f"multitrain.task is {parameters.task}"
    if task == "regression":
        return _quantity(column, parameters), Problem(task=task, why=why)
    target = as_classes(column)
    _refuse_one_class(target)
    try:
        positive = find_positive(target, parameters.positive)
    except ValueError as error:
        raise ValueError(f"multitrain.{error}") from error
    classes = tuple(np.unique(target.to_numpy()).tolist())
    problem = Problem(task=task, why=why, classes=classes, positive=positive)
    _refuse_settings(problem, parameters)
    return target, problem


def _quantity(target: "pd.Series[Any]", parameters: MultitrainParameters) -> "pd.Series[float]":
    if columns.kind(target) != columns.NUMBER:
        raise ValueError(
            f"The target {target.name!r} holds no numbers (e.g. {target.head(3).tolist()}), so it "
            "is no quantity. Set multitrain.task to auto, or choose another target."
        )
    if target.nunique() == 1:
        raise ValueError(
            f"The target {target.name!r} is {target.iloc[0]} in every row, so there is nothing to "
            "learn. Choose another column as multitrain.target, or more rows."
        )
    _refuse_settings(Problem(task="regression", why=""), parameters)
    return target.astype(np.float64)


def _refuse_one_class(target: "pd.Series[Any]") -> None:
    if target.nunique() == 1:
        raise ValueError(
            f"The target {target.name!r} has one class, {target.unique().tolist()}, so there is "
            "nothing to tell apart. Choose another column as multitrain.target, or more rows."
        )


def _refuse_settings(problem: Problem, parameters: MultitrainParameters) -> None:
    """Refuse what is of no use for this problem, before anything is trained."""
    what = f"{problem.task}, since {problem.why}" if problem.why else "regression"
    if parameters.select_by is not None and parameters.select_by not in problem.metrics:
        raise ValueError(
            f"multitrain.select_by is {parameters.select_by}, and this is {what}: it is measured "
            f"by {', '.join(problem.metrics)}. Choose one of these, or null."
        )
    given = {
        "positive": parameters.positive is not None,
        "class_weight=balanced": parameters.class_weight == "balanced",
        "threshold": parameters.threshold != EVEN,
        "tune_threshold": parameters.tune_threshold is not None,
    }
    if problem.is_binary:
        return
    useless = [name for name, is_given in given.items() if is_given]
    if problem.classes:
        useless = [name for name in useless if "threshold" in name]
    if useless:
        raise ValueError(
            f"multitrain.{useless[0]} is of use for {'two' if problem.classes else ''} classes "
            f"alone, and the target {parameters.target!r} holds "
            f"{f'{len(problem.classes)} of them' if problem.classes else 'quantities'}."
        )
