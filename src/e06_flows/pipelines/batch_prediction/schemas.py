"""What the rows of a batch must look like; the catalog names it as the schema of the batches."""

import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series


class Flowers(pa.DataFrameModel):
    """A row a flower to predict the species of: four lengths in cm. Whole numbers become decimal.

    Further columns are allowed, and not looked at.
    """

    Id: Series[int] = pa.Field(unique=True, ge=0)
    SepalLengthCm: Series[float] = pa.Field(gt=0, lt=float("inf"), coerce=True)
    SepalWidthCm: Series[float] = pa.Field(gt=0, lt=float("inf"), coerce=True)
    PetalLengthCm: Series[float] = pa.Field(gt=0, lt=float("inf"), coerce=True)
    PetalWidthCm: Series[float] = pa.Field(gt=0, lt=float("inf"), coerce=True)

    @pa.dataframe_check
    @classmethod
    def at_least_one_row(cls, table: pd.DataFrame) -> bool:
        """A header alone is not data."""
        return len(table) > 0
