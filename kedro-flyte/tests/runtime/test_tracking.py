"""One MLflow parent run an execution, on a real server, however many tasks start together."""

import os
import socket
import subprocess
import sys
import textwrap
import time
import urllib.request
from pathlib import Path

import pytest
from kedro_projects import command

pytest.importorskip("kedro_mlflow", reason="kedro-mlflow is not installed")

TASKS = 8

CALL = """
import sys, time
from mlflow import MlflowClient
from kedro_flyte.runtime.tracking import parent_run
uri, experiment, execution, begin = sys.argv[1:]
client = MlflowClient(tracking_uri=uri)
client.get_experiment(experiment)
time.sleep(max(0.0, float(begin) - time.time()))
print("parent", parent_run(client, experiment, execution, "demo"))
"""

PROJECT = {
    "pyproject.toml": """
        [tool.kedro]
        package_name = "tracked"
        project_name = "tracked"
        kedro_init_version = "1.7.0"
    """,
    ".telemetry": "consent: false",
    "src/tracked/__init__.py": "",
    "src/tracked/settings.py": "",
    "src/tracked/pipeline_registry.py": """
        from kedro.pipeline import Node, Pipeline

        import mlflow

        def double(x):
            mlflow.log_metric("result", 2 * x)
            return 2 * x

        def register_pipelines():
            nodes = [
                Node(double, "params:start", "a", name="first"),
                Node(double, "a", "b", name="second"),
                Node(double, "b", "c", name="third"),
            ]
            return {"__default__": Pipeline(nodes), "quiet": Pipeline(nodes)}
    """,
    "conf/base/parameters.yml": "start: 1",
    "conf/base/catalog.yml": "{}",
    "conf/base/mlflow.yml": """
        server:
          mlflow_tracking_uri: "URI"
        tracking:
          experiment:
            name: of-the-team
          disable_tracking:
            pipelines: [quiet]
    """,
}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Return the address of an MLflow server on SQLite; it ends with the module."""
    folder = tmp_path_factory.mktemp("mlflow")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = (folder / "log").open("w")
    command = [
        sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port),
        "--workers", "1", "--backend-store-uri", f"sqlite:///{folder}/mlflow.db",
        "--default-artifact-root", str(folder / "artifacts"),
    ]  # fmt: skip
    env = {
        **os.environ,
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
        "MLFLOW_DISABLE_TELEMETRY": "true",
    }
    process = subprocess.Popen(command, stdout=log, stderr=log, env=env, start_new_session=True)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_it_answers(f"{address}/health", process, folder / "log")
        yield address
    finally:
        os.killpg(process.pid, 15)
        process.wait(timeout=20)
        log.close()


def _wait_until_it_answers(address: str, process: subprocess.Popen, log: Path) -> None:
    for _ in range(240):
        try:
            with urllib.request.urlopen(address, timeout=1):
                return
        except OSError:
            assert process.poll() is None, log.read_text()
            time.sleep(0.25)
    pytest.fail(f"MLflow did not start: {log.read_text()}")


def _client(server: str):
    from mlflow import MlflowClient

    return MlflowClient(tracking_uri=server)


def _call_together(uri: str, experiment: str, execution: str) -> list[str]:
    """Ask for the parent run in many processes at the same moment; return what each was told."""
    begin = str(time.time() + 8)
    command = [sys.executable, "-c", CALL, uri, experiment, execution, begin]
    env = {**os.environ, "MLFLOW_DISABLE_TELEMETRY": "true"}
    processes = [
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env
        )
        for _ in range(TASKS)
    ]
    said = [process.communicate(timeout=120) for process in processes]
    assert all(process.returncode == 0 for process in processes), [err[-600:] for _, err in said]
    return [out.split()[-1] for out, _ in said]


@pytest.mark.long
def test_tasks_that_start_together_share_one_parent_run(server):
    client = _client(server)
    experiment = client.create_experiment("together")

    parents = _call_together(server, experiment, "execution-1")

    assert len(parents) == TASKS
    assert len(set(parents)) == 1
    assert [run.info.run_id for run in client.search_runs([experiment])] == parents[:1]


def test_another_execution_has_another_parent_run(server):
    from kedro_flyte.runtime.tracking import parent_run

    client = _client(server)
    experiment = client.create_experiment("two executions")

    one = parent_run(client, experiment, "execution-a", "demo")
    other = parent_run(client, experiment, "execution-b", "demo")

    assert one != other
    assert parent_run(client, experiment, "execution-a", "demo") == one


def test_the_mark_of_an_execution_is_hidden_from_the_experiments(server):
    from kedro_flyte.runtime.tracking import parent_run

    client = _client(server)
    parent_run(client, client.create_experiment("hidden"), "execution-h", "demo")

    assert not [e for e in client.search_experiments() if "execution-h" in e.name]


@pytest.fixture(scope="module")
def project(tmp_path_factory, server) -> Path:

    root = tmp_path_factory.mktemp("tracked")
    for name, text in PROJECT.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).lstrip().replace("URI", server))
    return root


def _run(project: Path, pipeline: str, *words: str, **env: str) -> str:
    """Run the exported workflow as a user does; return what was printed."""
    done = subprocess.run(
        [sys.executable, "-m", "kedro", "flyte", "run", "--pipeline", pipeline, *words],
        cwd=project, capture_output=True, text=True, check=False,
        env={**os.environ, "MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true", **env},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_a_workflow_has_a_parent_run_and_a_child_run_a_task(project, server):
    printed = _run(project, "__default__")

    assert "already" not in printed, printed
    client = _client(server)
    experiment = client.get_experiment_by_name("of-the-team")
    runs = client.search_runs([experiment.experiment_id])
    parents = [run for run in runs if "mlflow.parentRunId" not in run.data.tags]
    children = [run for run in runs if "mlflow.parentRunId" in run.data.tags]
    assert len(parents) == 1
    assert {run.data.tags["mlflow.parentRunId"] for run in children} == {parents[0].info.run_id}
    assert sorted(run.data.tags["kedro_flyte.task"] for run in children) == [
        "first",
        "second",
        "third",
    ]
    assert {run.info.status for run in runs} == {"FINISHED"}
    assert [run.data.params for run in children if run.data.params] == [{"start": "1"}]
    own = {run.info.run_name: run.data.metrics["result"] for run in children}
    assert own == {"first": 2, "second": 4, "third": 8}


@pytest.mark.long
@pytest.mark.parametrize(
    ("env", "parents"), [({}, 0), ({"KEDRO_FLYTE_RUN_ID": "2026-01-02T03.04.05.678Z"}, 1)]
)
def test_a_job_of_domino_is_a_run_without_a_parent_where_nothing_names_the_execution(
    env, parents, project, server
):
    client = _client(server)
    experiment = _experiment(client)
    before = {run.info.run_id for run in client.search_runs([experiment])}

    _run(project, "__default__", "--target", "domino", "--group-by", "node", **env)

    runs = [r for r in client.search_runs([experiment]) if r.info.run_id not in before]
    jobs = [run for run in runs if "kedro_flyte.task" in run.data.tags]
    above = {run.data.tags.get("mlflow.parentRunId") for run in jobs} - {None}
    assert sorted(run.info.run_name for run in jobs) == ["first", "second", "third"]
    assert (len(runs) - len(jobs), len(above)) == (parents, parents)
    assert {run.info.status for run in runs} == {"FINISHED"}


def _experiment(client) -> str:
    """Return the id of the experiment of the runs, made where no test has run before."""
    found = client.get_experiment_by_name("of-the-team")
    return found.experiment_id if found else client.create_experiment("of-the-team")


def test_a_pipeline_that_is_not_tracked_leaves_no_run_but_those_of_its_nodes(project, server):
    client = _client(server)
    experiment = _experiment(client)  # kedro-mlflow makes it in every run, tracked or not
    before = len(client.search_experiments())
    runs = {run.info.run_id for run in client.search_runs([experiment])}

    _run(project, "quiet")

    assert len(client.search_experiments()) == before
    made = [run for run in client.search_runs([experiment]) if run.info.run_id not in runs]
    assert [run.data.metrics for run in made] == [{"result": n} for n in (8, 4, 2)]
    assert not [tag for run in made for tag in run.data.tags if tag.startswith("kedro_flyte")]


def test_a_project_without_mlflow_yml_is_told_what_to_write(tmp_path):
    for name, text in PROJECT.items():
        if name != "conf/base/mlflow.yml":
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(text))

    said = " ".join(command(tmp_path, "run", "--to-nodes", "first").stderr.split())

    assert "kedro-mlflow cannot begin to track: MlflowException" in said
    assert "Write conf/base/mlflow.yml with a server" in said
