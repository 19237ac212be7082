"""One table out of the files, checked, and split into a training part and a hold-out."""

import hashlib
import logging
from typing import Any

import numpy as np
import pandas as pd

from e06_flows.pipelines.multitrain import columns
from e06_flows.pipelines.multitrain.parameters import MultitrainParameters

logger = logging.getLogger(__name__)

_SHOWN = 8  # names in a message
_CLASSES = 2


def stack(parts: list[pd.DataFrame], key: str | None) -> pd.DataFrame:
    """Put the rows of the parts below each other; a part without rows is left out.

    Raises:
        ValueError: There are no rows, the parts have different columns, or a row is there twice.
    """
    filled = [part for part in parts if len(part)]
    if not filled:
        raise ValueError(
            "The tables have no rows. See `multitrain_rows` and `multitrain_more_rows` in the "
            "catalog: their files hold a header alone."
        )
    different = sorted(set.symmetric_difference(*(set(p.columns) for p in (filled[0], filled[-1]))))
    if different:
        raise ValueError(
            f"Only one of the two tables has the columns {different}, so their rows cannot be "
            "stacked. Both files must have the same columns; for one file alone, let "
            "`multitrain_more_rows` read no rows (load_args: {nrows: 0})."
        )
    table = pd.concat(filled, ignore_index=True)
    _refuse_twice(table, key)
    return table


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


def select(table: pd.DataFrame, parameters: MultitrainParameters) -> pd.DataFrame:
    """Return the features, typed as `columns` says, and the target as the last column, checked.

    Raises:
        ValueError: The table cannot be trained on; says which column, why and what to do.
    """
    target = parameters.target
    _refuse_unknown(table, [target], "target")
    left_out = leave_out(table, parameters)
    features = list(parameters.features or _others(table, parameters).columns.drop(list(left_out)))
    _refuse_unknown(table, features, "features")
    _refuse_names(table[features])
    chosen = _without_missing(table[[*features, target]], parameters)
    if parameters.max_rows is not None and len(chosen) > parameters.max_rows:
        chosen = chosen.sample(parameters.max_rows, random_state=parameters.seed)
    ready = pd.DataFrame({name: columns.typed(chosen[name]) for name in features})
    ready[target] = _classes(chosen[target])
    return ready.reset_index(drop=True)


def _others(table: pd.DataFrame, parameters: MultitrainParameters) -> pd.DataFrame:
    return table.drop(columns=[parameters.target, parameters.key or parameters.target])


def leave_out(table: pd.DataFrame, parameters: MultitrainParameters) -> dict[str, str]:
    """Return the columns that are no features where none are named, and why."""
    if parameters.features is not None:
        return {}
    found = {}
    for name, column in _others(table, parameters).items():
        if column.isna().all():
            found[str(name)] = "holds no value"
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


def _without_missing(table: pd.DataFrame, parameters: MultitrainParameters) -> pd.DataFrame:
    known = table.replace([np.inf, -np.inf], np.nan)
    wanted = known[[parameters.target]] if parameters.missing == "keep" else known
    infinite = (known.isna() & table.notna()).any()
    wanted = known[sorted({*wanted.columns, *infinite[infinite].index})]
    missing = {column: int(n) for column, n in wanted.isna().sum().items() if n}
    if not missing:
        return table
    if parameters.missing != "drop":
        raise ValueError(
            f"Values are missing or infinite: {missing} (column: number of rows). Fill them in the "
            "file, or leave out their rows with multitrain.missing=drop."
        )
    kept = known.dropna()
    logger.info("Left out %d of %d rows with missing values", len(table) - len(kept), len(table))
    return kept


def _classes(target: "pd.Series[Any]") -> "pd.Series[Any]":
    if pd.api.types.is_float_dtype(target.dtype):
        if (target % 1 != 0).any():
            raise ValueError(
                f"The target {target.name!r} holds fractions, so it is a quantity and not a class. "
                "Choose another column as multitrain.target, or cut the values into classes."
            )
        target = target.astype(np.int64)
    elif not pd.api.types.is_integer_dtype(target.dtype):
        target = target.astype(str)
    if target.nunique() < _CLASSES:
        raise ValueError(
            f"The target {target.name!r} has one class, {target.unique().tolist()}, so there is "
            "nothing to tell apart. Choose another column as multitrain.target, or more rows."
        )
    return target


def split(
    table: pd.DataFrame, parameters: MultitrainParameters
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return a training part and a hold-out with the same shares of the classes.

    Raises:
        ValueError: A class has too few rows for the cross-validation or the hold-out.
    """
    from sklearn.model_selection import train_test_split

    counts = table[parameters.target].value_counts()
    train, holdout = _split_counts(counts, parameters)
    few = {
        label: int(counts[label])
        for label in counts.index
        if train[label] < parameters.cv_folds or holdout[label] < 1
    }
    if few:
        raise ValueError(
            f"The classes {few} (class: number of rows) have too few rows: of each, "
            f"{parameters.cv_folds} must be left to train on, one a fold of the cross-validation, "
            f"and 1 to test on, with test_size {parameters.test_size}. Add rows, remove the class, "
            "or change multitrain.cv_folds or multitrain.test_size."
        )
    parts = train_test_split(
        table,
        test_size=parameters.test_size,
        random_state=parameters.seed,
        stratify=table[parameters.target],
    )
    return parts[0].reset_index(drop=True), parts[1].reset_index(drop=True)


def _split_counts(
    counts: "pd.Series[int]", parameters: MultitrainParameters
) -> tuple["pd.Series[int]", "pd.Series[int]"]:
    """Return the fewest rows of each class that a stratified split leaves in either part."""
    return (
        (counts * (1 - parameters.test_size)).astype(int),
        (counts * parameters.test_size).astype(int),
    )


def profile(
    train: pd.DataFrame, holdout: pd.DataFrame, parameters: MultitrainParameters
) -> dict[str, Any]:
    """Describe the data that the models are trained and tested on.

    Returns:
        The fingerprint (SHA-256 of names, values and order of the rows), the numbers of rows, the
        features, what each of them is, and the rows of each class.
    """
    digest = hashlib.sha256("\n".join(train.columns).encode())
    for part in (train, holdout):
        digest.update(pd.util.hash_pandas_object(part, index=False).to_numpy().tobytes())
    target = parameters.target
    return {
        "fingerprint": digest.hexdigest(),
        "target": target,
        "features": train.columns.drop(target).tolist(),
        "columns": columns.describe(pd.concat([train, holdout]).drop(columns=target)),
        "rows": {"train": len(train), "holdout": len(holdout)},
        "classes": {"train": _balance(train[target]), "holdout": _balance(holdout[target])},
    }


def _balance(target: "pd.Series[Any]") -> dict[str, int]:
    return {str(label): int(n) for label, n in target.value_counts().sort_index().items()}
