"""H2O's AutoML on real tables, with a real server; its leader predicts without it."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pipelines.multitrain.projects import prepare

from e06_flows.h2o import mojo as mojo_module
from e06_flows.h2o.mojo import Mojo
from e06_flows.h2o.server import h2o_server
from e06_flows.modelling.problem import Problem
from e06_flows.pipelines.multitrain import automl, h2o_frames
from e06_flows.pipelines.multitrain.automl import AutoMLSearch
from e06_flows.pipelines.multitrain.evaluation import evaluate, sample_rows
from e06_flows.pipelines.multitrain.parameters import MultitrainParameters
from e06_flows.pipelines.multitrain.search import Candidate

Make = Callable[..., MultitrainParameters]
SMALL = {
    "target": "target",
    "features": ["mean radius", "mean texture", "mean smoothness"],
    "key": None,
    "max_models": 1,
    "max_runtime_secs": 25,
    "cv_folds": 2,
    "h2o_max_mem_size": "1G",
}


@pytest.fixture(scope="module")
def found(cancer: pd.DataFrame, parameters: Make) -> tuple[AutoMLSearch, pd.DataFrame]:
    """A search on the breast-cancer data, and the rows to test on."""
    chosen = parameters(**SMALL)
    training, holdout, _ = prepare(cancer, chosen)
    sample = sample_rows(holdout, training.problem, chosen)
    return automl.search_automl(training, sample), holdout


def test_two_classes_of_numbers_stay_numbers(
    found: tuple[AutoMLSearch, pd.DataFrame], parameters: Make
) -> None:
    search, holdout = found

    problem = Problem(task="classification", why="", classes=(0, 1), positive=1)
    evaluation = evaluate(
        search.model, holdout, problem, parameters(**SMALL), importances=search.importances
    )

    assert list(search.model.classes_) == [0, 1]
    assert set(search.model.predict(holdout)) == {0, 1}
    assert evaluation.metrics["roc_auc"] > 0.9
    np.testing.assert_allclose(evaluation.predicted.sum(axis=1), 1)


def test_the_leader_is_the_first_of_the_leaderboard_and_has_h2o_s_name(
    found: tuple[AutoMLSearch, pd.DataFrame],
) -> None:
    search, _ = found

    assert search.best is search.candidates[0]
    assert search.model.model_id == search.best.name
    assert "_AutoML_" in search.model.model_id
    assert {"roc_auc", "log_loss"} <= set(search.best.scores)
    areas = [candidate.scores["roc_auc"] for candidate in search.candidates]
    assert areas == sorted(areas, reverse=True)


def test_the_model_is_a_file_that_h2o_reads_and_not_a_directory(
    found: tuple[AutoMLSearch, pd.DataFrame], tmp_path: Path
) -> None:
    path = tmp_path / "model.zip"
    path.write_bytes(found[0].model.content)

    with zipfile.ZipFile(path) as archive:
        assert {"model.ini", "classifier.json"} <= set(archive.namelist())
    assert found[0].model.feature_names_in_ == SMALL["features"]


def test_times_are_those_of_h2o_and_not_shares_of_the_whole(
    found: tuple[AutoMLSearch, pd.DataFrame],
) -> None:
    search, _ = found

    seconds = [candidate.seconds for candidate in search.candidates]
    assert sum(seconds) < search.seconds
    assert len(search.candidates) == 1 or len(set(seconds)) > 1
    for candidate in search.candidates:
        assert search.started < candidate.started < search.started + search.seconds


def test_the_importances_are_those_of_the_columns_that_matter(
    found: tuple[AutoMLSearch, pd.DataFrame],
) -> None:
    importances = found[0].importances

    assert list(importances.columns) == SMALL["features"]
    assert len(importances) == 10
    assert importances.mean().idxmax() == "mean radius"


@pytest.mark.parametrize(("asked", "ended"), [(3, True), (2, False)])
def test_models_that_there_was_no_time_for_are_told(
    parameters: Make, asked: int, ended: bool, caplog: pytest.LogCaptureFixture
) -> None:
    candidates = tuple(
        Candidate(name=f"{algorithm}_1", values={"algorithm": algorithm}, scores={}, spread=None, started=0, seconds=1)
        for algorithm in ("GBM", "StackedEnsemble", "GLM")
    )  # fmt: skip

    says = automl._tried(candidates, parameters(max_models=asked))

    assert says.startswith(f"H2O AutoML: 2 of {asked} models tried, and 1 ensembles of them")
    assert ("the 30 s of multitrain.max_runtime_secs ended it" in says) is ended
    assert ("Another run may try more or fewer" in caplog.text) is ended


def test_what_h2o_prints_is_kept(found: tuple[AutoMLSearch, pd.DataFrame]) -> None:
    assert "jetty" in found[0].log


def test_a_table_that_java_cannot_score_is_an_error_with_its_words(
    found: tuple[AutoMLSearch, pd.DataFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mojo_module, "_MEMORY", "-Xmx1K")

    with pytest.raises(RuntimeError, match=r"(?s)could not score 2 rows.*heap"):
        found[0].model.predict(found[1].head(2))


def test_classes_go_back_to_their_own_order_and_type(monkeypatch: pytest.MonkeyPatch) -> None:
    empty = b"PK\x05\x06" + bytes(18)
    model = Mojo.pack(empty, model_id="m", features=["x"], classes=[2, 10], domain=["10", "2"])
    scored = pd.DataFrame({"predict": ["2"], "p10": [0.1], "p2": [0.9]})
    monkeypatch.setattr(Mojo, "_score", lambda *_: scored)

    np.testing.assert_allclose(model.predict_proba(pd.DataFrame({"x": [1]})), [[0.9, 0.1]])
    assert list(model.predict(pd.DataFrame({"x": [1]}))) == [2]


def test_too_little_time_for_any_model_says_what_to_raise(
    iris: pd.DataFrame, parameters: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Levels:
        def levels(self) -> list[list[str]]:
            return [[]]

    class NoServer:
        def __enter__(self) -> Any:
            return self

        def __exit__(self, *error: object) -> None:
            return None

    monkeypatch.setattr(automl, "h2o_server", lambda **_: NoServer())
    monkeypatch.setattr(h2o_frames, "upload", lambda *_: {"Species": Levels()})
    monkeypatch.setattr(automl, "_train", lambda *_: None)
    monkeypatch.setattr(automl, "_leaderboard", lambda *_: [])
    assert h2o_server is not automl.h2o_server

    with pytest.raises(ValueError, match=r"no model within 30 seconds.*multitrain.max_runtime"):
        automl.search_automl(prepare(iris, parameters())[0], iris)
