"""Two runs give the same results, but for the moments and durations; docs/explanation/multitrain.md."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pipelines.multitrain.projects import (
    SMALL,
    Run,
    copy_project,
    kedro,
    params,
    without_tracking,
)

MODELS = {
    "logistic_regression": "sklearn_logreg",
    "random_forest": "sklearn_rf",
    "xgboost": "xgb_clf",
}
TIMES = {"started", "seconds"}


@pytest.fixture(scope="module")
def again(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The run that `tracked` is, again: in threads, untracked, without AutoML."""
    project = copy_project(tmp_path_factory.mktemp("again"))
    without_tracking(project)
    changes = params(**SMALL, **{"train.h2o_automl": "false"})
    words = ("run", "--pipeline", "multitrain", "--runner", "ThreadRunner", "--params", changes)
    run = kedro(project, *words)
    assert run.code == 0, run.printed
    return run


def _without_times(found: Any) -> Any:
    if isinstance(found, dict):
        return {name: _without_times(value) for name, value in found.items() if name not in TIMES}
    return [_without_times(one) for one in found] if isinstance(found, list) else found


def _result(project: Path, name: str) -> Any:
    return json.loads((project / f"data/08_reporting/multitrain_{name}.json").read_text("utf-8"))


@pytest.mark.parametrize("part", ["train", "folds", "holdout"])
def test_the_rows_are_split_alike(tracked: Run, again: Run, part: str) -> None:
    one, two = (
        pd.read_parquet(run.project / f"data/05_model_input/multitrain_{part}.parquet")
        for run in (tracked, again)
    )

    pd.testing.assert_frame_equal(one, two, check_exact=True)


@pytest.mark.parametrize("name", MODELS)
def test_all_that_is_reported_of_a_model_is_the_same_but_for_the_times(
    tracked: Run, again: Run, name: str
) -> None:
    one, two = (_result(run.project, name) for run in (tracked, again))

    assert _without_times(one) == _without_times(two)
    assert one["started"] != two["started"]


@pytest.mark.parametrize("name", MODELS)
def test_the_saved_models_and_the_pictures_are_the_same(
    tracked: Run, again: Run, name: str
) -> None:
    picture = f"data/08_reporting/multitrain_{name}.png"
    rows = pd.read_parquet(tracked.project / "data/05_model_input/multitrain_holdout.parquet")

    one, two = (
        pd.read_pickle(run.project / f"data/06_models/{MODELS[name]}.pkl")
        for run in (tracked, again)
    )

    features = rows.drop(columns="Species")
    assert (one.predict_proba(features) == two.predict_proba(features)).all()
    assert (tracked.project / picture).read_bytes() == (again.project / picture).read_bytes()


def test_the_comparison_is_the_same_but_for_the_durations(tracked: Run, again: Run) -> None:
    one, two = (
        pd.read_csv(run.project / "data/08_reporting/multitrain_comparison.csv")
        for run in (tracked, again)
    )

    ours = one[one["model"] != "H2O AutoML"].drop(columns=["rank", "seconds"])
    assert ours.reset_index(drop=True).equals(two.drop(columns=["rank", "seconds"]))
