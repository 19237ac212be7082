"""Parameters are refused by name before anything is trained, and the bounds shape the grids."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pipelines.multitrain.projects import kedro
from pydantic import ValidationError

from e06_flows.pipelines.multitrain.parameters import MultitrainParameters

Make = Callable[..., MultitrainParameters]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("n_estimators", -1),
        ("n_estimators", 0),
        ("max_depth", 0),
        ("max_iter", -5),
        ("threads", 0),
        ("test_size", 1.0),
        ("cv_folds", 1),
        ("seed", -1),
        ("logistic_c", []),
        ("logistic_c", [0.1, -1]),
        ("logistic_c", [1, 1]),
        ("forest_max_depth", []),
        ("xgboost_learning_rate", [2.0]),
        ("select_by", "beauty"),
        ("max_models", 0),
        ("max_runtime_secs", 0),
        ("h2o_max_mem_size", "lots"),
        ("features", []),
        ("target", ""),
    ],
)
def test_a_wrong_value_is_refused_with_its_name(parameters: Make, name: str, value: Any) -> None:
    with pytest.raises(ValidationError, match=name):
        parameters(**{name: value})


def test_an_unknown_parameter_is_refused_with_its_name(parameters: Make) -> None:
    with pytest.raises(ValidationError, match="n_estimator\n"):
        parameters(n_estimator=50)


@pytest.mark.parametrize("role", ["target", "key"])
def test_the_target_and_the_key_are_no_features(parameters: Make, role: str) -> None:
    with pytest.raises(ValidationError, match=f"'SepalWidthCm' is the {role}"):
        parameters(**{role: "SepalWidthCm"})


def test_the_key_is_not_the_target(parameters: Make) -> None:
    with pytest.raises(ValidationError, match="key: 'Species' is the target"):
        parameters(key="Species")


def test_the_defaults_are_those_that_the_readme_names(parameters: Make) -> None:
    defaults = parameters()

    assert (defaults.n_estimators, defaults.max_iter, defaults.max_depth) == (100, 1000, 5)
    assert defaults.logistic_grid().values == {"C": [0.01, 0.1, 1, 10]}


def test_the_bounds_leave_out_what_is_above_them_and_are_tried_themselves(parameters: Make) -> None:
    bounded = parameters(n_estimators=70, max_depth=4)

    assert bounded.forest_grid().values == {
        "max_depth": [3, 4],
        "min_samples_leaf": [1, 2, 5],
        "n_estimators": [50, 70],
    }
    assert bounded.xgboost_grid().values == {
        "learning_rate": [0.01, 0.05, 0.1],
        "max_depth": [3, 4],
        "n_estimators": [70],
    }


def test_high_bounds_let_the_whole_grids_be_tried(parameters: Make) -> None:
    wide = parameters(n_estimators=200, max_depth=6)

    assert wide.forest_grid().values["n_estimators"] == [50, 100, 150, 200]
    assert wide.xgboost_grid().values["n_estimators"] == [100, 150, 200]
    assert wide.xgboost_grid().values["max_depth"] == [3, 4, 5, 6]


def test_kedro_refuses_a_wrong_value_before_the_first_node(project: Path) -> None:
    run = kedro(project, "run", "--pipeline", "multitrain", "--params", "multitrain.max_depth=-3")

    assert run.code != 0
    assert "multitrain" in run.printed
    assert "max_depth" in run.printed
    assert "Running node" not in run.printed
    assert not (project / "mlflow.db").exists()
