"""What the sources and the feature table must look like; the catalog names these as validators.

A length may be missing: it is filled. Where a source is a file, a database or an API makes no
difference here.
"""

import math

import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

SPECIES = ("Iris-setosa", "Iris-versicolor", "Iris-virginica")


class _Source(pa.DataFrameModel):
    """One row a flower. Whole numbers become decimal ones; an Id is never converted."""

    Id: Series[int] = pa.Field(unique=True, ge=0)

    @pa.dataframe_check
    @classmethod
    def at_least_one_row(cls, table: pd.DataFrame) -> bool:
        """A header alone, or an empty answer, is not data."""
        return len(table) > 0

    @pa.check(".*(Length|Width)Cm$", regex=True)
    @classmethod
    def positive_and_finite(cls, lengths: "pd.Series[float]") -> "pd.Series[bool]":
        """A length in cm. What is no number is named by its own check."""
        numbers = pd.to_numeric(lengths, errors="coerce")
        return numbers.isna() | ((numbers > 0) & (numbers < math.inf))


class Sepals(_Source):
    """Lengths and widths of sepals in cm."""

    SepalLengthCm: Series[float] = pa.Field(coerce=True, nullable=True)
    SepalWidthCm: Series[float] = pa.Field(coerce=True, nullable=True)


class Petals(_Source):
    """Lengths and widths of petals in cm, and the species."""

    PetalLengthCm: Series[float] = pa.Field(coerce=True, nullable=True)
    PetalWidthCm: Series[float] = pa.Field(coerce=True, nullable=True)
    Species: Series[str] = pa.Field(isin=SPECIES, coerce=True)


class FeatureTable(pa.DataFrameModel):
    """A row a key, whatever it is called: part, finite features without missing values, target."""

    Part: Series[str] = pa.Field(isin=("train", "holdout"))

    @pa.dataframe_check
    @classmethod
    def finite_features(cls, table: pd.DataFrame) -> "pd.Series[bool]":
        """No feature is missing or infinite."""
        return table.select_dtypes("float").abs().lt(math.inf).all(axis=1)
