"""The features of a flower: what each means, and the transformer that computes them.

Training and prediction share the fitted transformer. It is saved as a pickle, which needs this
module, pandas and scikit-learn to be loaded.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

LENGTHS = ("SepalLengthCm", "SepalWidthCm", "PetalLengthCm", "PetalWidthCm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """A column of the feature table.

    Attributes:
        name: Of the column.
        meaning: For people.
        unit: Of `compute`'s values; the table holds them standardised.
        sources: The measured columns that it is computed from.
        compute: Takes a table without missing values.
    """

    name: str
    meaning: str
    unit: str
    sources: tuple[str, ...]
    compute: Callable[[pd.DataFrame], "pd.Series[float]"]


def _measured(name: str, meaning: str) -> Feature:
    return Feature(
        name=name, meaning=meaning, unit="cm", sources=(name,), compute=lambda t: t[name]
    )


def _area(name: str, meaning: str, length: str, width: str) -> Feature:
    return Feature(
        name=name,
        meaning=meaning,
        unit="cm²",
        sources=(length, width),
        compute=lambda t: t[length] * t[width],
    )


def _ratio(name: str, meaning: str, over: str, under: str) -> Feature:
    return Feature(
        name=name,
        meaning=meaning,
        unit="1",
        sources=(over, under),
        compute=lambda t: t[over] / t[under],
    )


_SEPAL, _PETAL = LENGTHS[:2], LENGTHS[2:]
FEATURES = (
    _measured("SepalLengthCm", "length of a sepal"),
    _measured("SepalWidthCm", "width of a sepal"),
    _measured("PetalLengthCm", "length of a petal"),
    _measured("PetalWidthCm", "width of a petal"),
    _area("SepalAreaCm2", "length times width of a sepal", *_SEPAL),
    _area("PetalAreaCm2", "length times width of a petal", *_PETAL),
    _ratio("SepalRatio", "length of a sepal by its width", *_SEPAL),
    _ratio("PetalRatio", "length of a petal by its width", *_PETAL),
    _ratio(
        "PetalToSepal", "length of a petal by that of a sepal", "PetalLengthCm", "SepalLengthCm"
    ),
)


class FlowerFeatures(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn is untyped
    """Fills missing lengths, computes the features, standardises them, limits what is far out.

    Medians, means and standard deviations are those of the rows that it was fitted on. It looks at
    no other column than the four lengths, so not at the class that is to be predicted.
    """

    def __init__(self, limit: float = 5.0) -> None:
        """Args: limit: Standard deviations from the mean beyond which a value is cut off."""
        self.limit = limit

    def fit(self, table: pd.DataFrame, classes: Any = None) -> Self:  # noqa: ARG002  scikit-learn's
        """Learn from the training part; `classes` is there for scikit-learn, and not looked at."""
        self.medians_ = table[list(LENGTHS)].median()
        computed = self.compute(table)
        self.means_ = computed.mean()
        self.deviations_ = computed.std(ddof=0).replace(0.0, 1.0)
        return self

    def compute(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return the features in their own units, before they are standardised."""
        check_is_fitted(self, "medians_")
        filled = table[list(LENGTHS)].astype(float).fillna(self.medians_)
        return pd.DataFrame({feature.name: feature.compute(filled) for feature in FEATURES})

    def transform(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return the features of each row, same index, in standard deviations from the mean."""
        standardised = (self.compute(table) - self.means_) / self.deviations_
        return standardised.clip(-self.limit, self.limit)

    def get_feature_names_out(self, _: Any = None) -> list[str]:
        """Return the names of the columns of `transform`."""
        return [feature.name for feature in FEATURES]
