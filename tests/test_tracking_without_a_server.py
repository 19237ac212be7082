"""A server that dies, hangs or was never there costs seconds, and no model."""

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from mlflow_server import mlflow_server
from pipelines.multitrain.projects import copy_project, environment, kedro

from e06_flows.tracking import attempts
from e06_flows.tracking.client import import_mlflow

# MLflow's tables use a way of SQLAlchemy that goes away.
pytestmark = pytest.mark.filterwarnings("ignore:The ``noload`` loader strategy is deprecated")

ONE = ",".join(
    f"multitrain.train.{name}=false" for name in ("h2o_automl", "random_forest", "xgboost")
)
MODEL = "data/06_models/sklearn_logreg.pkl"
TRACKING = "data/08_reporting/multitrain_tracking.json"


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """Nothing was missed yet, and nothing is left for other tests."""
    attempts.begin()
    yield
    attempts.begin()


def _dead() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


def test_models_are_saved_where_no_server_answers_and_can_be_tracked_later(tmp_path: Path) -> None:
    project = copy_project(tmp_path / "project")
    arguments = ("run", "--pipeline", "multitrain", "--params", ONE)
    began = time.monotonic()

    run = kedro(project, *arguments, env=environment(MLFLOW_TRACKING_URI=_dead()))

    assert run.code == 0, run.printed
    assert time.monotonic() - began < 60
    assert (project / MODEL).exists()
    assert "Not tracked: the run" in " ".join(run.printed.split())
    assert "track-with-mlflow.md" in "".join(run.printed.split())
    assert pd.read_json(project / TRACKING, typ="series")["not_tracked"]

    trained = (project / MODEL).stat().st_mtime
    later = kedro(project, *arguments, "--nodes", "track_models")

    assert later.code == 0, later.printed
    assert (project / MODEL).stat().st_mtime == trained
    client = import_mlflow().MlflowClient(tracking_uri=f"sqlite:///{project}/mlflow.db")
    version = client.get_model_version_by_alias("e06-logistic-regression", "winner")
    assert version.version in (1, "1")
    assert pd.read_json(project / TRACKING, typ="series")["not_tracked"] == {}


@pytest.mark.long
def test_a_server_that_dies_after_the_training_costs_no_model(tmp_path: Path) -> None:
    """The node that tracks waits until the server has gone."""
    folder = tmp_path / "server"
    folder.mkdir()
    project = copy_project(tmp_path / "project")
    nodes = project / "src/e06_flows/pipelines/multitrain/nodes.py"
    call = "    return tracked.track("
    wait = (
        "    import pathlib, time\n    pathlib.Path('trained').touch()\n"
        "    while not pathlib.Path('gone').exists(): time.sleep(0.1)\n"
    )
    nodes.write_text(nodes.read_text().replace(call, wait + call))
    done: list[Any] = []

    def run() -> None:
        variables = environment(MLFLOW_TRACKING_URI=address, PYTHONPATH=str(project / "src"))
        done.append(
            kedro(project, "run", "--pipeline", "multitrain", "--params", ONE, env=variables)
        )

    with mlflow_server(folder) as address:
        running = threading.Thread(target=run)
        running.start()
        until = time.monotonic() + 120
        while not (project / "trained").exists() and time.monotonic() < until:
            time.sleep(0.2)
    (project / "gone").touch()
    gone = time.monotonic()
    running.join(120)

    assert time.monotonic() - gone < 60
    assert done[0].code == 0, done[0].printed
    assert (project / MODEL).exists()
    assert "Not tracked: the data, logistic regression" in " ".join(done[0].printed.split())


def test_after_a_server_was_away_nothing_more_is_tried() -> None:
    mlflow, calls = import_mlflow(), []

    def ask() -> None:
        calls.append("away")
        raise ConnectionError

    def away() -> None:
        try:
            ask()
        except ConnectionError:  # as MLflow does
            raise mlflow.MlflowException("no answer\nat all")  # noqa: B904

    for what in ("one", "two", "three"):
        assert attempts.attempt(what, away) is None

    assert calls == ["away"]
    assert attempts.missed() == dict.fromkeys(("one", "two", "three"), "no answer")


def test_what_a_server_refuses_does_not_stop_what_it_would_take(
    caplog: pytest.LogCaptureFixture,
) -> None:
    mlflow = import_mlflow()

    def refuse() -> None:
        raise mlflow.MlflowException("too long")  # an internal error by its code

    assert attempts.attempt("a note", refuse) is None
    assert attempts.attempt("a number", lambda: 7) == 7
    attempts.tell()

    assert "Not tracked: a note. MLflow said: too long" in caplog.text


def test_an_error_that_is_not_mlflow_s_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        attempts.attempt("a bug", lambda: 1 / 0)
