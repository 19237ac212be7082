"""The features of a table: what each means, and the transformer that computes them.

Training and prediction share the fitted transformer. It is saved as a pickle, which needs this
module, pandas and scikit-learn to be loaded.
"""

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

_QUOTED = re.compile("`([^`]+)`")  # a name that is no word, as pandas writes it


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """A column of the feature table.

    Attributes:
        name: Of the column.
        formula: An expression of `pandas.DataFrame.eval` over columns of numbers.
        unit: Of the formula's values; the table holds them standardised.
        meaning: For people.
    """

    name: str
    formula: str
    unit: str
    meaning: str

    @property
    def sources(self) -> tuple[str, ...]:
        """The columns of its formula, in their order."""
        return formula_columns(self.formula)


def formula_columns(formula: str) -> tuple[str, ...]:
    """Return the columns that a formula names, in their order.

    Raises:
        ValueError: It is no formula, or names no column.
    """
    try:
        tree = ast.parse(_QUOTED.sub("0", formula).strip(), mode="eval")
    except SyntaxError as error:
        raise ValueError(f"{formula!r} is no formula: {error.msg}") from error
    functions = {node.func for node in ast.walk(tree) if isinstance(node, ast.Call)}
    names = [
        (node.col_offset, node.id)
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and node not in functions
    ]
    found = tuple(dict.fromkeys([name for _, name in sorted(names)] + _QUOTED.findall(formula)))
    if not found:
        raise ValueError(f"{formula!r} names no column")
    return found


class TableFeatures(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn is untyped
    """Fills missing numbers, computes the features, standardises them, limits what is far out.

    Medians, means and standard deviations are those of the rows that it was fitted on. It looks at
    no other column than those of the formulas. A value that cannot be computed, such as a ratio by
    0, becomes the mean.
    """

    def __init__(self, features: Sequence[Feature], limit: float = 5.0) -> None:
        """Take what to compute.

        Args:
            features: In the order of their columns.
            limit: Standard deviations from the mean beyond which a value is cut off.
        """
        self.features = features
        self.limit = limit

    def fit(self, table: pd.DataFrame, classes: Any = None) -> Self:  # noqa: ARG002  scikit-learn's
        """Learn from the training part; `classes` is there for scikit-learn, and not looked at."""
        self.medians_ = table[list(self.sources())].median()
        computed = self.compute(table)
        self.means_ = computed.mean()
        self.deviations_ = computed.std(ddof=0).replace(0.0, 1.0)
        return self

    def sources(self) -> tuple[str, ...]:
        """Return the columns that the features are computed from."""
        return tuple(dict.fromkeys(name for f in self.features for name in f.sources))

    def compute(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return the features in their own units, before they are standardised."""
        check_is_fitted(self, "medians_")
        filled = table[list(self.sources())].astype(float).fillna(self.medians_)
        computed = pd.DataFrame(
            {f.name: filled.eval(f.formula, engine="python") for f in self.features}
        )
        return computed.astype(float).replace([np.inf, -np.inf], np.nan)

    def transform(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return the features of each row, same index, in standard deviations from the mean."""
        standardised = (self.compute(table) - self.means_) / self.deviations_
        return standardised.fillna(0.0).clip(-self.limit, self.limit)

    def get_feature_names_out(self, _: Any = None) -> list[str]:
        """Return the names of the columns of `transform`."""
        return [feature.name for feature in self.features]
