"""A run that is interrupted while H2O works leaves no Java, and says so in MLflow."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
from mlflow import MlflowClient
from pipelines.multitrain.processes import new_mark, wait_for_java, wait_for_no_java
from pipelines.multitrain.projects import KEDRO, environment

# MLflow's tables use a way of SQLAlchemy that goes away.
pytestmark = pytest.mark.filterwarnings("ignore:The ``noload`` loader strategy is deprecated")


def _start(project: Path, mark: dict[str, str], runner: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [
            KEDRO, "run", "--pipeline", "multitrain", "--runner", runner,
            "--nodes", "load_and_split,tune_h2o_automl",
            "--params", "multitrain.max_models=50,multitrain.max_runtime_secs=120",
        ],
        cwd=project,
        env=environment(**mark, TMPDIR=str(project / "data")),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )  # fmt: skip


def _wait_for(process: "subprocess.Popen[str]", words: str) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if words in line:
            return
    raise AssertionError(f"{words!r} was not printed")


def _wait_for_no_folder(place: Path, seconds: float = 15) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not list(place.glob("e06-*")):
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize(
    ("number", "runner"),
    [
        (signal.SIGINT, "ThreadRunner"),
        pytest.param(signal.SIGTERM, "SequentialRunner", marks=pytest.mark.long),
    ],
)
def test_no_java_and_no_file_of_it_is_left_after_a_signal(
    project: Path, number: signal.Signals, runner: str
) -> None:
    mark = new_mark()
    process = _start(project, mark, runner)
    _wait_for(process, "Started H2O")
    assert wait_for_java(mark)

    os.killpg(process.pid, number)  # as a terminal does: to Python and to Java
    printed, _ = process.communicate(timeout=60)

    assert process.returncode != 0, printed
    assert wait_for_no_java(mark)
    assert _wait_for_no_folder(project / "data")


@pytest.mark.long
def test_ctrl_c_ends_java_that_does_not_hear_it_and_marks_the_run_as_killed(
    project: Path,
) -> None:
    mark = new_mark()
    process = _start(project, mark, "SequentialRunner")
    _wait_for(process, "Started H2O")

    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)

    assert wait_for_no_java(mark)
    client = MlflowClient(tracking_uri=f"sqlite:///{project}/mlflow.db")
    experiment = client.get_experiment_by_name("e06-flows")
    assert experiment is not None
    runs = client.search_runs([experiment.experiment_id])
    assert {run.info.run_name: run.info.status for run in runs} == {
        "multitrain": "KILLED",
    }
