"""Tables with texts, gaps, dates, a rare class and odd names are trained on by all four models."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pipelines.multitrain.projects import prepare, shop_rows

from e06_flows.modelling import columns
from e06_flows.pipelines.multitrain import search
from e06_flows.pipelines.multitrain.automl import search_automl
from e06_flows.pipelines.multitrain.evaluation import evaluate, sample_rows
from e06_flows.pipelines.multitrain.parameters import MultitrainParameters
from e06_flows.pipelines.multitrain.training import Training

Make = Callable[..., MultitrainParameters]
SHOP: dict[str, Any] = {
    "target": "returned", "features": None, "key": "order", "n_estimators": 20, "max_depth": 3,
    "cv_folds": 2, "draws": 2, "max_models": 1, "max_runtime_secs": 25, "h2o_max_mem_size": "1G",
}  # fmt: skip


@pytest.fixture(scope="module")
def parts(parameters: Make) -> tuple[Training, pd.DataFrame]:
    """A training part and a hold-out of the shop."""
    return prepare(shop_rows(), parameters(**SHOP))[:2]


@pytest.mark.parametrize(
    "find",
    [search.search_linear, search.search_random_forest, search.search_xgboost],
)
def test_texts_and_gaps_are_trained_on_and_tell_something(
    parts: tuple[Training, pd.DataFrame], parameters: Make, find: Any
) -> None:
    training, holdout = parts

    model = find(training).model

    found = evaluate(model, holdout, training.problem, parameters(**SHOP))
    assert found.metrics["roc_auc"] > 0.8
    assert set(found.importances.mean().nlargest(2).index) == {"channel", "price [EUR] <net>"}
    new = holdout.head(3).assign(channel=["never seen", None, "web"])
    assert np.isfinite(model.predict_proba(new.drop(columns="returned"))).all()


def test_h2o_takes_texts_and_gaps_as_they_are(
    parts: tuple[Training, pd.DataFrame], parameters: Make
) -> None:
    (training, holdout), chosen = parts, parameters(**SHOP)

    found = search_automl(training, sample_rows(holdout, training.problem, chosen))

    reached = evaluate(
        found.model, holdout, training.problem, chosen, importances=found.importances
    )
    assert reached.metrics["roc_auc"] > 0.7
    assert set(found.importances.columns) == set(training.features.columns)
    new = holdout.head(3).assign(channel="never seen")
    assert np.isfinite(found.model.predict_proba(new)).all()


def test_a_table_of_numbers_alone_needs_no_transformer() -> None:
    table = pd.DataFrame({"a": [1.0, np.nan]})

    assert columns.encoder(table, scale=False) is None
    assert columns.encoder(table.fillna(0), scale=True).__class__.__name__ == "StandardScaler"


def test_numbers_in_text_columns_stay_text_unless_all_are_dates() -> None:
    assert columns.kind(pd.Series(["12", "7"])) != "number"
    assert columns.kind(pd.Series(["2026-01-01", None])) == "date"
    assert columns.kind(pd.Series(["2026-01-01", "soon"])) == "text"
