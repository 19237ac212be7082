"""What the columns of a table are, and what a model needs to take them as they are.

Numbers, truth values and dates become numbers; everything else is text. Missing values stay: each
model has its own way with them, or gets one from scikit-learn here.
"""

from typing import Any

import numpy as np
import pandas as pd

_TEXTS = 50  # different texts above which a column may name rows, not groups of them
_DAY = pd.Timedelta(days=1)
_COMMON = 20  # texts of a column that get a feature each; the rare ones share one
_REFUSED_BY_XGBOOST = set("[]<")  # in names; behind the transformer there are none
LARGEST = float(np.finfo(np.float32).max)  # trees and XGBoost compute with numbers up to this
NUMBER, DATE, TEXT = "number", "date", "text"


def kind(column: "pd.Series[Any]") -> str:
    """Return `number`, `date` or `text`."""
    if pd.api.types.is_numeric_dtype(column.dtype):
        return NUMBER
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return DATE
    known = column.dropna()
    if len(known) and known.map(lambda value: isinstance(value, str)).all():
        dates = pd.to_datetime(known, errors="coerce", format="ISO8601", utc=True)
        if dates.notna().all():
            return DATE
    return TEXT


def typed(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Return numbers as floats, dates as days since 1970, and everything else as text."""
    found = kind(column)
    if found == NUMBER:
        return column.astype(np.float64)
    if found == DATE:
        dates = pd.to_datetime(column, format="ISO8601", utc=True)
        return (dates - pd.Timestamp(0, tz="UTC")) / _DAY
    return column.astype(object).map(str, na_action="ignore").astype("str")


def finite(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with numbers that are infinite, or beyond `LARGEST`, as missing."""
    known = table.copy(deep=False)
    for name in known.select_dtypes("number"):
        known[name] = known[name].where(known[name].abs() <= LARGEST)
    return known


def names_rows(column: "pd.Series[Any]") -> bool:
    """Tell whether a text column has so many different texts that it names rows."""
    if kind(column) != TEXT:
        return False
    different, known = column.nunique(), column.notna().sum()
    return bool(different > _TEXTS and different > known / 2)


def texts(features: pd.DataFrame) -> list[str]:
    """Return the columns of text of a table whose columns are `typed`."""
    return [
        str(name) for name in features if not pd.api.types.is_numeric_dtype(features[name].dtype)
    ]


def describe(features: pd.DataFrame) -> dict[str, str]:
    """Say of each column what it is, how many values are missing, how many texts there are."""
    text = set(texts(features))
    return {
        str(name): (f"text, {column.nunique()} different" if name in text else "number")
        + (f", {missing} missing" if (missing := int(column.isna().sum())) else "")
        for name, column in features.items()
    }


def encoder(features: pd.DataFrame, *, scale: bool) -> Any:
    """Return the transformer that makes numbers of the columns; None where there is no need of one.

    A feature is made for each of the 20 most frequent texts of a column, and one for all others,
    also those that are new. Missing numbers are left to the model, unless it is one that wants its
    features standardised: then they are the median, and a feature says that they were missing.
    """
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    text = texts(features)
    numbers = [name for name in features.columns if name not in text]
    gaps = bool(features[numbers].isna().any(axis=None))
    awkward = any(set(str(name)) & _REFUSED_BY_XGBOOST for name in features)
    if not text and not awkward and not (scale and gaps):
        return StandardScaler() if scale else None
    one_hot = OneHotEncoder(
        handle_unknown="infrequent_if_exist", max_categories=_COMMON + 1, sparse_output=False
    )
    filled = SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True)
    kept = make_pipeline(filled, StandardScaler()) if scale else "passthrough"
    return ColumnTransformer([("text", one_hot, text), ("numbers", kept, numbers)])
