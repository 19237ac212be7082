"""Only runs that track load MLflow; those that do are found from anywhere and end as they end."""

import sqlite3
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from pipelines.multitrain.projects import (
    ROOT,
    Run,
    copy_project,
    environment,
    iris_rows,
    kedro,
    make_parameters,
    without_tracking,
)
from sample_projects import without_times

from e06_flows.pipelines.multitrain.nodes import (
    compare_models,
    load_and_split,
    track_models,
    train_logistic_regression,
)
from e06_flows.tracking import client, hook
from e06_flows.tracking.runs import log_batch

# MLflow's tables use a way of SQLAlchemy that goes away.
pytestmark = pytest.mark.filterwarnings("ignore:The ``noload`` loader strategy is deprecated")

RUN = """
import sys
from kedro.framework.session import KedroSession
from kedro.framework.startup import bootstrap_project
from pathlib import Path
bootstrap_project(Path.cwd())
session = KedroSession.create()
with session:
    session.run(pipeline_names=[{0!r}], node_names={1!r})
print("imported:", "mlflow" in sys.modules)
"""
SPLIT = ["load_and_split", "train_logistic_regression"]
ONE = [f"multitrain.train.{name}=false" for name in ("h2o_automl", "random_forest", "xgboost")]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project, with the data of the sample flow too."""
    folder = copy_project(tmp_path_factory.mktemp("tracking"))
    for name in "AB":
        source = ROOT / f"data/01_raw/dataset{name}.csv"
        (folder / "data/01_raw" / source.name).write_bytes(source.read_bytes())
    return folder


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """MLflow with an empty database; yields its client."""
    mlflow = client.import_mlflow()
    monkeypatch.chdir(tmp_path)
    mlflow.set_tracking_uri(f"sqlite:///{tmp_path}/mlflow.db")
    yield mlflow.MlflowClient()
    while mlflow.active_run():
        mlflow.end_run()
    mlflow.set_tracking_uri(None)


def _python(project: Path, code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=project, env=environment(), capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def _runs(project: Path) -> list[Any]:
    database = client.import_mlflow().MlflowClient(tracking_uri=f"sqlite:///{project}/mlflow.db")
    experiment = database.get_experiment_by_name("e06-flows")
    return list(database.search_runs([experiment.experiment_id])) if experiment else []


def test_the_sample_flow_does_not_import_mlflow(project: Path) -> None:
    printed = _python(project, RUN.format("sample", ["load_dataset_a"]))

    assert "imported: False" in printed
    assert not (project / "mlflow.db").exists()


def test_the_models_are_trained_without_mlflow_if_their_pipeline_is_not_tracked(
    tmp_path: Path,
) -> None:
    project = copy_project(tmp_path)
    without_tracking(project)

    printed = _python(project, RUN.format("multitrain", SPLIT))

    assert "imported: False" in printed
    assert (project / "data/06_models/sklearn_logreg.pkl").exists()
    assert not (project / "mlflow.db").exists()
    assert not (project / "mlruns").exists()


def test_database_and_artifacts_are_in_the_project_wherever_kedro_is_called(tmp_path: Path) -> None:
    project = copy_project(tmp_path)

    run = kedro(project / "conf/base", "run", "--pipeline", "multitrain", "--params", ",".join(ONE))

    assert run.code == 0, run.printed
    assert not (project / "conf/base/mlflow.db").exists()
    assert len(_runs(project)) == 1 + 1 + 4
    assert (project / "mlruns").is_dir()


@pytest.fixture(scope="module")
def failed(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A tracked run whose second node fails."""
    project = copy_project(tmp_path_factory.mktemp("failed"))
    search = project / "src/e06_flows/pipelines/multitrain/search.py"
    text = search.read_text(encoding="utf-8")
    call = "    drawn = draw(grid, parameters)\n"
    assert call in text
    search.write_text(text.replace(call, "    raise ValueError('broken')\n" + call), "utf-8")

    run = kedro(
        project, "run", "--pipeline", "multitrain", "--nodes", ",".join(SPLIT),
        env=environment(PYTHONPATH=str(project / "src")),
    )  # fmt: skip

    assert run.code != 0
    return run


def test_a_failing_node_marks_the_run_as_failed(failed: Run) -> None:
    assert {found.info.run_name: found.info.status for found in _runs(failed.project)} == {
        "multitrain": "FAILED",
    }


def test_a_failing_run_prints_no_line_twice(failed: Run) -> None:
    lines = [  # each node tells what it loads, and two may load the same
        line for line in without_times(failed.printed) if "Loading data from" not in line
    ]

    assert "closed because of an error in the pipeline" in "".join(lines)
    assert [line for line in lines if lines.count(line) > 1] == []


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A project and a database elsewhere, to which it has tracked a run that was watched closely."""
    folder = tmp_path_factory.mktemp("elsewhere")
    project = copy_project(folder / "project")
    run = kedro(
        project, "run", "--pipeline", "multitrain", "--nodes", "load_and_split",
        env=environment(
            MLFLOW_TRACKING_URI=f"sqlite:///{folder}/elsewhere.db",
            MLFLOW_SYSTEM_METRICS_SAMPLING_INTERVAL="0.05",
        ),
    )  # fmt: skip
    assert run.code == 0, run.printed
    return project, folder / "elsewhere.db"


def test_a_server_is_chosen_by_one_variable(elsewhere: tuple[Path, Path]) -> None:
    project, database = elsewhere

    assert database.exists()
    assert not (project / "mlflow.db").exists()


def test_a_run_shows_memory_and_processors(elsewhere: tuple[Path, Path]) -> None:
    with closing(sqlite3.connect(elsewhere[1])) as database:
        names = {name for (name,) in database.execute("SELECT key FROM metrics")}

    assert {"system/system_memory_usage_megabytes", "system/cpu_utilization_percentage"} <= names


def _trained_and_tracked() -> dict[str, Any]:
    chosen = make_parameters(logistic_c=[1], cv_folds=2)
    train, folds, holdout, profile = load_and_split(iris_rows(), iris_rows().head(0), chosen)
    model, result, evaluation, _ = train_logistic_regression(train, folds, holdout, profile, chosen)
    comparison, _ = compare_models(profile, result)
    return track_models(comparison, profile, train, chosen, model, result, evaluation)


def test_a_task_in_another_process_hangs_its_runs_below_the_one_that_a_variable_names(
    database: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    parent = database.create_run("0", run_name="an execution")
    monkeypatch.setenv("MLFLOW_RUN_ID", parent.info.run_id)

    found = _trained_and_tracked()["models"]["logistic regression"]

    child = database.get_run(found["run_id"])
    assert child.data.tags["mlflow.parentRunId"] == parent.info.run_id
    assert child.info.status == "FINISHED"
    assert database.get_run(parent.info.run_id).info.status == "RUNNING"
    assert "data_fingerprint" in database.get_run(parent.info.run_id).data.tags


def test_without_an_active_run_nothing_is_tracked(
    database: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MLFLOW_RUN_ID", raising=False)

    assert _trained_and_tracked() == {"run_id": None, "models": {}, "not_tracked": {}}
    assert database.search_runs(["0"]) == []


def test_the_parameters_are_logged_a_leaf_each() -> None:
    chosen = make_parameters(max_depth=3)

    leaves = dict(hook._leaves("multitrain", chosen))

    assert leaves["multitrain.max_depth"] == 3
    assert leaves["multitrain.logistic_c"] == [0.01, 0.1, 1, 10]
    assert dict(hook._leaves("a", {"b": {"c": 1}, "d": {}})) == {"a.b.c": 1, "a.d": {}}


def test_a_metric_may_be_called_after_any_column(database: Any) -> None:
    run = database.create_run(database.create_experiment("e"))

    log_batch(
        run.info.run_id, metrics={"psi.amount [EUR] <gross>": 0.2, "share./tmp": 1, "größe": 2}
    )

    assert database.get_run(run.info.run_id).data.metrics == {
        "psi.amount _EUR_ _gross_": 0.2, "share._tmp": 1, "größe": 2,
    }  # fmt: skip


def test_the_warnings_of_an_import_that_are_not_expected_are_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "noisy.py").write_text(
        "import warnings\n"
        "warnings.warn('Any type hint is inferred as AnyType')\n"
        "warnings.warn('something new')\n",
        encoding="utf-8",
    )
    monkeypatch.syspath_prepend(tmp_path)

    with warnings.catch_warnings(record=True) as shown:
        warnings.simplefilter("always")
        client.import_quietly("noisy")

    assert [str(warning.message) for warning in shown] == ["something new"]


def test_a_project_without_mlflow_yml_tracks_nothing(tmp_path: Path) -> None:
    project = copy_project(tmp_path)
    (project / "conf/base/mlflow.yml").unlink()

    run = kedro(project, "run", "--pipeline", "multitrain", "--nodes", "load_and_split")

    assert run.code == 0, run.printed
    assert not (project / "mlflow.db").exists()


def test_the_commands_of_kedro_mlflow_are_there(project: Path) -> None:
    run = kedro(project, "mlflow", "--help")

    assert run.code == 0
    assert "ui" in run.printed
    assert "Warning" not in run.printed
