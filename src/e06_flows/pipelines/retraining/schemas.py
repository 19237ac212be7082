"""What labelled rows must look like; the catalog names it as a validator."""

import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

SPECIES = ("Iris-setosa", "Iris-versicolor", "Iris-virginica")


class Flowers(pa.DataFrameModel):
    """Some of the flowers: four lengths in cm, and the species."""

    Id: Series[int] = pa.Field(unique=True, ge=0)
    SepalLengthCm: Series[float] = pa.Field(gt=0, lt=float("inf"), coerce=True)
    SepalWidthCm: Series[float] = pa.Field(gt=0, lt=float("inf"), coerce=True)
    PetalLengthCm: Series[float] = pa.Field(gt=0, lt=float("inf"), coerce=True)
    PetalWidthCm: Series[float] = pa.Field(gt=0, lt=float("inf"), coerce=True)
    Species: Series[str] = pa.Field(isin=SPECIES, coerce=True)

    @pa.dataframe_check
    @classmethod
    def at_least_one_row(cls, table: pd.DataFrame) -> bool:
        """A header alone is not data."""
        return len(table) > 0
