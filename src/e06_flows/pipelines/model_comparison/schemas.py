"""What the shipped rows must look like; the catalog names it as a validator.

A table of your own needs none: `folds` checks what any table must have.
"""

import pandera.pandas as pa
from pandera.typing import Series

SPECIES = ("Iris-setosa", "Iris-versicolor", "Iris-virginica")


class Flowers(pa.DataFrameModel):
    """Some of the flowers: four lengths in cm, and the species."""

    Id: Series[int] = pa.Field(unique=True, ge=0)
    SepalLengthCm: Series[float] = pa.Field(gt=0)
    SepalWidthCm: Series[float] = pa.Field(gt=0)
    PetalLengthCm: Series[float] = pa.Field(gt=0)
    PetalWidthCm: Series[float] = pa.Field(gt=0)
    Species: Series[str] = pa.Field(isin=SPECIES)
