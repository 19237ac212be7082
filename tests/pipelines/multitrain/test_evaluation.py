"""Importances tell the columns that matter from those that do not."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from e06_flows.pipelines.multitrain import evaluation
from e06_flows.pipelines.multitrain.parameters import MultitrainParameters


class _ByFirstColumn:
    """Says what the first column says."""

    classes_ = np.array(["no", "yes"])
    calls = 0

    def predict_proba(self, table: pd.DataFrame) -> Any:
        self.calls += 1
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
    found = evaluation.evaluate(_ByFirstColumn(), holdout, parameters())

    means = found.importances.mean()
    assert means["decides"] == pytest.approx(0.5 * np.log(0.9 / 0.1), rel=0.1)
    assert means["noise"] == pytest.approx(0, abs=1e-12)
    assert found.metrics["accuracy"] == 1


def test_importances_do_not_depend_on_how_many_columns_are_predicted_at_once(
    holdout: pd.DataFrame,
    parameters: Callable[..., MultitrainParameters],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    together, apart = _ByFirstColumn(), _ByFirstColumn()

    first = evaluation.evaluate(together, holdout, parameters())
    monkeypatch.setattr(evaluation, "_ROWS_AT_ONCE", 1)
    second = evaluation.evaluate(apart, holdout, parameters())

    pd.testing.assert_frame_equal(first.importances, second.importances)
    assert (together.calls, apart.calls) == (2, 3)
