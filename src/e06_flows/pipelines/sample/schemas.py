"""What the tables of the sample flow must look like; the catalog names these as validators.

Kedro checks a table against its schema when a node loads it, before the node runs.
"""

import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

SPECIES = ("Iris-setosa", "Iris-versicolor", "Iris-virginica")


class _Flowers(pa.DataFrameModel):
    """One row a flower, found by its Id."""

    Id: Series[int] = pa.Field(unique=True, ge=0)

    class Config:
        """Further columns are allowed: a file of whole rows is a part of the data too."""

        strict = False

    @pa.dataframe_check(name="at least one row")
    @classmethod
    def has_rows(cls, table: pd.DataFrame) -> bool:
        """A header alone is not data."""
        return len(table) > 0


class _Sepals(_Flowers):
    SepalLengthCm: Series[float] = pa.Field(gt=0)
    SepalWidthCm: Series[float] = pa.Field(gt=0)


class _Petals(_Flowers):
    PetalLengthCm: Series[float] = pa.Field(gt=0)
    PetalWidthCm: Series[float] = pa.Field(gt=0)
    Species: Series[str] = pa.Field(isin=SPECIES)


class DatasetA(_Sepals):
    """Sepal lengths and widths in cm, and a column of noise."""

    RandomColumn: Series[float]


class DatasetB(_Petals):
    """Petal lengths and widths in cm, and the species."""


class Flowers(_Sepals, _Petals):
    """All four lengths and the species, after the merge."""
