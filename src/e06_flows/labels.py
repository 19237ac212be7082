"""A classifier whose classes have names, around one that counts them from 0.

XGBoost takes and gives positions only. Wrapped, it takes and gives the classes as they are in the
data, as scikit-learn's own classifiers do.
"""

from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, clone


class LabelledClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Any classifier of the classes 0, 1, ..., for classes of any name."""

    def __init__(self, estimator: Any) -> None:
        self.estimator = estimator

    def fit(self, table: Any, classes: Any) -> Self:
        """Train a copy of the estimator."""
        self.classes_, positions = np.unique(np.asarray(classes), return_inverse=True)
        self.estimator_ = clone(self.estimator).fit(table, positions)
        return self

    def predict_proba(self, table: Any) -> Any:
        """Return probabilities, shape (n_rows, n_classes), in the order of `classes_`."""
        return self.estimator_.predict_proba(table)

    def predict(self, table: Any) -> Any:
        """Return the most probable class of each row."""
        return self.classes_[self.predict_proba(table).argmax(axis=1)]
