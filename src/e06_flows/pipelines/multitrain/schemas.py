"""What the tables of the multi-train flow must look like; the catalog names these as validators.

A table of your own needs none: `split` checks what any table must have.
"""

from typing import Any

import pandera.pandas as pa
from pandera.typing import Series

SPECIES = ("Iris-setosa", "Iris-versicolor", "Iris-virginica")
_NOTHING_TO_PAY, _NINE_LATE = -2, 9  # -1: paid in time, 0: in part, 1 to 9: months late


class IrisRows(pa.DataFrameModel):
    """Some of the flowers: four lengths in cm, and the species."""

    Id: Series[int] = pa.Field(unique=True, ge=0)
    SepalLengthCm: Series[float] = pa.Field(gt=0)
    SepalWidthCm: Series[float] = pa.Field(gt=0)
    PetalLengthCm: Series[float] = pa.Field(gt=0)
    PetalWidthCm: Series[float] = pa.Field(gt=0)
    Species: Series[str] = pa.Field(isin=SPECIES)


def _months() -> Any:
    return pa.Field(ge=_NOTHING_TO_PAY, le=_NINE_LATE, nullable=True, coerce=True)


class CreditRows(pa.DataFrameModel):
    """Credit card clients of a bank: limits and bills in New Taiwan dollars.

    Source: UCI Machine Learning Repository, "Default of Credit Card Clients" (Yeh and Lien, 2009),
    cut to eight columns.
    """

    ID: Series[int] = pa.Field(unique=True)
    LIMIT_BAL: Series[float] = pa.Field(gt=0, nullable=True, coerce=True)
    PAY_0: Series[float] = _months()
    PAY_2: Series[float] = _months()
    PAY_3: Series[float] = _months()
    PAY_4: Series[float] = _months()
    BILL_AMT1: Series[float] = pa.Field(nullable=True, coerce=True)
    DEFAULT: Series[float] = pa.Field(isin=(0, 1), nullable=True, coerce=True)
