"""Importances tell the columns that matter from those that do not."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.inspection import permutation_importance

from e06_flows.modelling.problem import Problem
from e06_flows.pipelines.multitrain import evaluation
from e06_flows.pipelines.multitrain.parameters import MultitrainParameters

PROBLEM = Problem(task="classification", why="", classes=("no", "yes"), positive="yes")


class _ByFirstColumn(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Says what the first column says."""

    classes_ = np.array(["no", "yes"])

    def fit(self, table: pd.DataFrame, target: Any) -> Any:
        return self

    def predict_proba(self, table: pd.DataFrame) -> Any:
        yes = np.where(table["decides"] > 0.5, 0.9, 0.1)
        return np.column_stack([1 - yes, yes])

    def predict(self, table: pd.DataFrame) -> Any:
        return self.classes_[self.predict_proba(table).argmax(axis=1)]


@pytest.fixture
def holdout() -> pd.DataFrame:
    """A target that one of two columns decides."""
    random = np.random.default_rng(0)
    table = pd.DataFrame(random.random((700, 2)), columns=["decides", "noise"])
    return table.assign(Species=np.where(table["decides"] > 0.5, "yes", "no"))


def test_a_column_that_decides_matters_and_noise_does_not(
    holdout: pd.DataFrame, parameters: Callable[..., MultitrainParameters]
) -> None:
    found = evaluation.evaluate(_ByFirstColumn(), holdout, PROBLEM, parameters())

    means = found.importances.mean()
    assert means["decides"] == pytest.approx(0.5 * np.log(0.9 / 0.1), rel=0.1)
    assert means["noise"] == pytest.approx(0, abs=1e-12)
    assert found.metrics["accuracy"] == 1


def test_importances_are_computed_on_rows_with_the_same_shares_of_the_classes(
    holdout: pd.DataFrame, parameters: Callable[..., MultitrainParameters]
) -> None:
    rare = holdout.assign(Species=np.where(holdout.index < 28, "yes", "no"))  # 1 of 25

    sample = evaluation.sample_rows(rare, PROBLEM, parameters())

    assert len(sample) == 500
    assert (sample["Species"] == "yes").sum() == 20
    assert evaluation.evaluate(_ByFirstColumn(), rare, PROBLEM, parameters()).shuffled_rows == 500


def test_the_importances_are_those_of_scikit_learn(
    holdout: pd.DataFrame, parameters: Callable[..., MultitrainParameters]
) -> None:
    few = holdout.head(60)

    found = evaluation.evaluate(_ByFirstColumn(), few, PROBLEM, parameters()).importances

    expected = permutation_importance(
        _ByFirstColumn(), few.drop(columns="Species"), few["Species"], scoring="neg_log_loss",
        n_repeats=10, random_state=42,
    ).importances  # fmt: skip
    np.testing.assert_allclose(found.T.to_numpy(), expected)
