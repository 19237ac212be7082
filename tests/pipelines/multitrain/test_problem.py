"""What is predicted is found from the table; settings follow it, or are refused."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pipelines.multitrain.projects import prepare

from e06_flows.pipelines.multitrain import search
from e06_flows.pipelines.multitrain.nodes import load_and_split
from e06_flows.pipelines.multitrain.parameters import MultitrainParameters

Make = Callable[..., MultitrainParameters]
ROWS = 240
FEW: dict[str, Any] = {
    "target": "target", "features": ["x", "y"], "key": None,
    "n_estimators": 5, "draws": 2, "cv_folds": 3,
}  # fmt: skip
SEARCHES = [search.search_linear, search.search_random_forest, search.search_xgboost]


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    """Rows in shuffled order of days, of 40 customers; a target has one rare class."""
    random = np.random.default_rng(0)
    made = pd.DataFrame(random.normal(size=(ROWS, 2)), columns=["x", "y"])
    made["day"] = random.permutation(pd.date_range("2026-01-01", periods=ROWS).strftime("%Y-%m-%d"))
    made["customer"] = random.integers(0, 40, ROWS)
    made["target"] = np.where(made["x"] + random.normal(size=ROWS) > 1.5, "bad", "good")
    return made


@pytest.mark.parametrize(
    ("target", "task"),
    [
        (["a", "b"], "classification"),
        ([True, False], "classification"),
        (list(range(20)), "classification"),
        (list(range(21)), "regression"),
        ([0.5, 1.5], "regression"),
    ],
)
def test_the_task_is_found_from_the_target_and_told(
    parameters: Make, target: list[Any], task: str
) -> None:
    made = pd.DataFrame({"x": np.arange(420.0), "y": 1.0, "target": (target * 210)[:420]})

    _, _, _, profile = load_and_split(made, made.head(0), parameters(**FEW))

    assert profile["problem"]["task"] == task
    assert profile["problem"]["why"].startswith("the target 'target' holds")


def test_the_positive_class_is_the_rarer_text_unless_it_is_named(
    table: pd.DataFrame, parameters: Make
) -> None:
    def positive(**changes: Any) -> Any:
        return prepare(table, parameters(**FEW, **changes))[2]["problem"]["positive"]

    assert positive() == "bad"
    assert positive(positive="good") == "good"
    with pytest.raises(ValueError, match=r"multitrain.positive: 'ugly' is none of the classes"):
        positive(positive="ugly")


@pytest.mark.parametrize(
    ("target", "change", "said"),
    [
        ("x", {"select_by": "roc_auc"}, "select_by is roc_auc, and this is regression"),
        ("x", {"class_weight": "balanced"}, "class_weight=balanced is of use for"),
        ("target", {"select_by": "rmse"}, "select_by is rmse, and this is classification"),
    ],
)
def test_a_setting_that_is_of_no_use_is_refused(
    table: pd.DataFrame, parameters: Make, target: str, change: dict[str, Any], said: str
) -> None:
    chosen = parameters(**{**FEW, "target": target, "features": ["y"], **change})

    with pytest.raises(ValueError, match=said):
        load_and_split(table, table.head(0), chosen)


def test_rows_are_held_out_and_tested_on_in_the_order_of_time(
    table: pd.DataFrame, parameters: Make
) -> None:
    chosen = parameters(**{**FEW, "features": ["x", "y", "day"]}, time="day")

    training, holdout, profile = prepare(table, chosen)

    assert training.rows["day"].is_monotonic_increasing
    assert training.rows["day"].max() < holdout["day"].min()
    for trained, tested in training.splits:
        assert trained.max() < tested.min()
    assert profile["split_by"].startswith("time: the newest by 'day'")


def test_rows_of_a_group_stay_on_one_side(table: pd.DataFrame, parameters: Make) -> None:
    chosen = parameters(**{**FEW, "features": ["x", "customer"]}, group="customer")

    training, holdout, _ = prepare(table, chosen)

    groups = training.rows["customer"]
    assert set(groups).isdisjoint(holdout["customer"])
    for trained, tested in training.splits:
        assert set(groups.iloc[trained]).isdisjoint(groups.iloc[tested])


@pytest.mark.parametrize("find", SEARCHES)
def test_a_threshold_decides_what_the_saved_model_predicts(
    table: pd.DataFrame, parameters: Make, find: Any
) -> None:
    training, holdout, _ = prepare(table, parameters(**FEW, threshold=0.15))
    features = holdout.drop(columns="target")

    found = find(training)

    bad = found.model.predict_proba(features)[:, 0]
    np.testing.assert_array_equal(found.model.predict(features) == "bad", bad >= 0.15)
    assert found.threshold == 0.15


@pytest.mark.parametrize("find", SEARCHES)
def test_weights_and_a_tuned_threshold_find_more_of_a_rare_class(
    table: pd.DataFrame, parameters: Make, find: Any
) -> None:
    plain = find(prepare(table, parameters(**FEW))[0])
    training, holdout, _ = prepare(
        table, parameters(**FEW, class_weight="balanced", tune_threshold="balanced_accuracy")
    )
    features = holdout.drop(columns="target")

    weighed = find(training)

    shares = [found.model.predict_proba(features)[:, 0].mean() for found in (plain, weighed)]
    assert shares[1] > shares[0]
    assert weighed.threshold != 0.5


def test_values_are_tried_on_a_sample_within_the_time_and_the_best_is_trained_on_all(
    table: pd.DataFrame, parameters: Make
) -> None:
    training, _, profile = prepare(table, parameters(**FEW, search_rows=60))
    assert 50 < profile["rows"]["searched"] <= 60
    assert "values x 3 folds on" in profile["to_try"][0]

    slow = training.__class__.of(
        training.rows, training.folds, profile, parameters(**FEW, max_search_secs=1)
    )
    object.__setattr__(slow, "_began", -1e9)
    found = search.search_random_forest(slow)

    assert len(found.candidates) == 1
    assert "the 1 s of multitrain.max_search_secs ended it" in found.tried
