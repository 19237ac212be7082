"""The comparison ranks by the metric of the parameters."""

from typing import Any

import pytest

from e06_flows.modelling.problem import Problem
from e06_flows.pipelines.multitrain.nodes import compare_models
from e06_flows.statistics.metrics import METRICS


def _result(model: str, **metrics: float) -> dict[str, Any]:
    return {
        "model": model,
        "select_by": "roc_auc",
        "best": {"C": 1},
        "threshold": 0.5,
        "cross_validation": {},
        "metrics": {**dict.fromkeys(METRICS, 0.5), **metrics},
        "tried": "4 of 4 values",
        "candidates": [],
        "started": 0.0,
        "seconds": 1.0,
        "fingerprint": "same",
    }


def _profile(select_by: str = "roc_auc") -> dict[str, Any]:
    problem = Problem(task="classification", why="", classes=("a", "b"))
    return {"select_by": select_by, "problem": problem.as_json()}


@pytest.mark.parametrize(
    ("select_by", "order"),
    [("roc_auc", ["c", "b", "a", "d"]), ("log_loss", ["b", "c", "d", "a"])],
)
def test_the_best_comes_first_and_equal_ones_go_by_log_loss(
    select_by: str, order: list[str]
) -> None:
    results = [
        _result("a", roc_auc=0.9, log_loss=0.9),
        _result("b", roc_auc=0.95, log_loss=0.1),
        _result("c", roc_auc=0.99, log_loss=0.2),
        _result("d", roc_auc=0.2, log_loss=0.8),
    ]

    table, _ = compare_models(_profile(select_by), *results)

    assert list(table["model"]) == order
    assert list(table["rank"]) == [1, 2, 3, 4]


def test_of_equal_metrics_the_lower_log_loss_wins() -> None:
    results = [
        _result(name, log_loss=loss) for name, loss in zip("abcd", (4, 2, 1, 3), strict=True)
    ]

    table, _ = compare_models(_profile(), *results)

    assert list(table["model"]) == ["c", "b", "d", "a"]


def test_those_that_were_trained_are_compared_however_many() -> None:
    table, picture = compare_models(_profile(), _result("a"), _result("b", roc_auc=0.9))

    assert list(table["model"]) == ["b", "a"]
    assert "2 models on the same hold-out" in picture.get_suptitle()  # type: ignore[attr-defined]


def test_models_of_different_data_are_not_compared() -> None:
    old = {**_result("old"), "fingerprint": "other"}

    with pytest.raises(ValueError, match=r"\['old'\] were trained or tested on different rows"):
        compare_models(_profile(), _result("new"), old)
