"""What the tables of the sample flow must look like; the catalog names these as validators.

Kedro checks a table against its schema when a node loads it, before the node runs. Whole numbers in
a column of lengths become decimal numbers. An Id is never converted: 1.5 would become 1.
"""

import math

import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

SPECIES = ("Iris-setosa", "Iris-versicolor", "Iris-virginica")


class _Table(pa.DataFrameModel):
    """One row a flower, found by its Id. The names of the checks are what a user gets to read."""

    Id: Series[int] = pa.Field(unique=True, ge=0)

    class Config:
        """Further columns are allowed: a file of whole rows is a part of the data too."""

        strict = False

    @pa.dataframe_check
    @classmethod
    def at_least_one_row(cls, table: pd.DataFrame) -> bool:
        """A header alone is not data."""
        return len(table) > 0

    @pa.dataframe_check
    @classmethod
    def commas_between_columns(cls, table: pd.DataFrame) -> bool:
        """A file with another separator is read as one column."""
        return len(table.columns) > 1

    @pa.check(".*(Length|Width)Cm$", regex=True)
    @classmethod
    def positive_and_finite(cls, lengths: "pd.Series[float]") -> "pd.Series[bool]":
        """A length in cm. What is no number, or missing, is named by its own check."""
        numbers = pd.to_numeric(lengths, errors="coerce")
        return numbers.isna() | ((numbers > 0) & (numbers < math.inf))


class _Sepals(_Table):
    SepalLengthCm: Series[float] = pa.Field(coerce=True)
    SepalWidthCm: Series[float] = pa.Field(coerce=True)


class _Petals(_Table):
    PetalLengthCm: Series[float] = pa.Field(coerce=True)
    PetalWidthCm: Series[float] = pa.Field(coerce=True)
    Species: Series[str] = pa.Field(isin=SPECIES, coerce=True)


class DatasetA(_Sepals):
    """Sepal lengths and widths in cm, and a column of noise."""

    RandomColumn: Series[float] = pa.Field(coerce=True)


class DatasetB(_Petals):
    """Petal lengths and widths in cm, and the species."""


class Flowers(_Sepals, _Petals):
    """All four lengths and the species, after the merge."""
