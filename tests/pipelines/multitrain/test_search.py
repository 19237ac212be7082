"""Grids are drawn by the seed, the best of cross-validation is what is kept."""

import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pipelines.multitrain.projects import prepare

from e06_flows.pipelines.multitrain import search
from e06_flows.pipelines.multitrain.evaluation import evaluate
from e06_flows.pipelines.multitrain.parameters import Grid, MultitrainParameters
from e06_flows.pipelines.multitrain.training import Training

Make = Callable[..., MultitrainParameters]
FEW = {"n_estimators": 10, "max_depth": 3, "cv_folds": 3, "draws": 3}
SEARCHES = [
    search.search_linear,
    search.search_random_forest,
    search.search_xgboost,
]
CANCER = {
    "target": "target",
    "features": ["mean radius", "mean texture", "mean smoothness"],
    "key": None,
}


def _train(table: pd.DataFrame, chosen: MultitrainParameters) -> Training:
    return prepare(table, chosen)[0]


def test_the_saved_model_is_the_best_of_the_grid_and_not_the_last(
    iris: pd.DataFrame, parameters: Make
) -> None:
    chosen = parameters(logistic_c=[10, 0.0001], select_by="log_loss")

    found = search.search_linear(_train(iris, chosen))

    losses = {c.values["C"]: c.scores["log_loss"] for c in found.candidates}
    assert list(losses) == [0.0001, 10]
    assert losses[10] < losses[0.0001]
    assert found.model.named_steps["regression"].C == 10  # type: ignore[attr-defined]

    assert found.best.values == {"C": 10}


@pytest.mark.parametrize("metric", ["log_loss", "accuracy"])
def test_the_metric_of_the_parameters_selects(
    iris: pd.DataFrame, parameters: Make, metric: Any
) -> None:
    found = search.search_random_forest(_train(iris, parameters(**FEW, select_by=metric)))

    scores = [candidate.scores[metric] for candidate in found.candidates]
    assert found.best.scores[metric] == (min(scores) if metric == "log_loss" else max(scores))


def test_of_equal_candidates_the_smallest_is_kept(iris: pd.DataFrame, parameters: Make) -> None:
    train = iris.assign(Species=iris["Species"] == "Iris-setosa")  # each is right of all
    chosen = parameters(forest_n_estimators=[9, 7, 8], n_estimators=9, select_by="accuracy")

    found = search.search_random_forest(_train(train, chosen))

    assert {candidate.scores["accuracy"] for candidate in found.candidates} == {1.0}
    assert found.best is found.candidates[0]


def test_what_the_bounds_leave_out_and_what_is_drawn_is_told(
    iris: pd.DataFrame, parameters: Make, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO", logger="e06_flows"):
        found = search.search_xgboost(_train(iris, parameters(cv_folds=2, draws=2)))

    says = (
        "XGBoost: 2 of 9 values tried (multitrain.draws); multitrain.max_depth=5, "
        "multitrain.n_estimators=100 leave out 27 of the 36 that the grid lists"
    )
    assert found.tried == says
    assert says in caplog.text


def test_bounds_below_the_whole_grid_are_told_and_others_are_not_named(parameters: Make) -> None:
    grid = parameters(n_estimators=10, max_depth=6).xgboost_grid()

    assert grid.describe(10, 10, 300) == (
        "XGBoost: 10 of 12 values tried (multitrain.draws); multitrain.n_estimators=10 leaves "
        "out all 36 that the grid lists"
    )


def test_a_grid_within_its_bounds_is_told_without_further_words(parameters: Make) -> None:
    grid = parameters().logistic_grid()

    assert grid.describe(4, 10, 300) == "logistic regression: 4 of 4 values tried"


def test_candidates_were_at_work_when_their_times_say(iris: pd.DataFrame, parameters: Make) -> None:
    found = search.search_random_forest(_train(iris, parameters(**FEW)))

    ends = [candidate.started + candidate.seconds for candidate in found.candidates]
    for end, later in zip(ends, found.candidates[1:], strict=False):
        assert end <= later.started + 1e-6
    assert found.started <= found.candidates[0].started
    assert ends[-1] <= found.started + found.seconds
    assert sum(c.seconds for c in found.candidates) > 0.2 * found.seconds


@pytest.mark.parametrize("find", SEARCHES)
def test_two_searches_give_the_same_model(iris: pd.DataFrame, parameters: Make, find: Any) -> None:
    chosen = parameters(**FEW)
    training, holdout, _ = prepare(iris, chosen)

    first, again = (find(training) for _ in range(2))

    assert first.best.values == again.best.values
    assert first.best.scores == again.best.scores
    results = [evaluate(found.model, holdout, training.problem, chosen) for found in (first, again)]
    assert results[0].metrics == results[1].metrics
    pd.testing.assert_frame_equal(results[0].importances, results[1].importances)


def test_the_draws_from_a_grid_come_from_the_seed(parameters: Make) -> None:
    grid = parameters(n_estimators=150, max_depth=6).forest_grid()
    drawn = [search.draw(grid, parameters(draws=5, seed=seed)) for seed in (1, 1, 2)]

    assert drawn[0] == drawn[1]
    assert drawn[0] != drawn[2]
    assert len({tuple(values.items()) for values in drawn[0]}) == 5


def test_a_grid_no_larger_than_the_draws_is_tried_as_a_whole(parameters: Make) -> None:
    grid = Grid(name="x", configured={"a": [1, 2], "b": [3]}, bounds={"a": 2})

    assert search.draw(grid, parameters(draws=2)) == [
        {"a": 1, "b": 3},
        {"a": 2, "b": 3},
    ]


def test_the_bounds_are_really_those_of_the_models(iris: pd.DataFrame, parameters: Make) -> None:
    chosen = parameters(n_estimators=7, max_depth=2, cv_folds=2)

    forest = search.search_random_forest(_train(iris, chosen)).model
    boosted = search.search_xgboost(_train(iris, chosen)).model

    trees = forest.estimators_  # type: ignore[attr-defined]
    assert len(trees) == 7
    assert max(tree.get_depth() for tree in trees) == 2
    assert boosted.estimators_[0].get_booster().num_boosted_rounds() == 7  # type: ignore[attr-defined]
    assert boosted.estimators_[0].max_depth == 2  # type: ignore[attr-defined]


def test_too_few_steps_are_said_with_the_parameter_to_raise(
    iris: pd.DataFrame, parameters: Make, caplog: pytest.LogCaptureFixture
) -> None:
    search.search_linear(_train(iris, parameters(max_iter=2, logistic_c=[10])))

    assert "did not converge in 2 steps; raise multitrain.max_iter" in caplog.text


@pytest.mark.parametrize("find", SEARCHES)
def test_two_classes_of_numbers_stay_numbers(
    cancer: pd.DataFrame, parameters: Make, find: Any
) -> None:
    chosen = parameters(**CANCER, **FEW)
    training, holdout, _ = prepare(cancer, chosen)

    model = find(training).model

    assert list(model.classes_) == [0, 1]
    assert set(model.predict(holdout.drop(columns="target"))) == {0, 1}
    assert evaluate(model, holdout, training.problem, chosen).metrics["roc_auc"] > 0.9


def test_xgboost_predicts_the_names_of_the_classes_also_from_a_file(
    iris: pd.DataFrame, parameters: Make
) -> None:
    training, holdout, _ = prepare(iris, parameters(**FEW))
    model = search.search_xgboost(training).model

    loaded = pickle.loads(pickle.dumps(model))

    features = holdout.drop(columns="Species")
    assert set(loaded.predict(features)) == set(iris["Species"])
    np.testing.assert_array_equal(loaded.predict(features), model.predict(features))


@pytest.mark.parametrize("find", SEARCHES)
def test_a_search_leaves_the_training_part_as_it_was(
    iris: pd.DataFrame, parameters: Make, find: Any
) -> None:
    training = _train(iris, parameters(**FEW))
    before = training.rows.copy()

    find(training)

    pd.testing.assert_frame_equal(training.rows, before)
