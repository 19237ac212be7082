"""An exported project on a platform: registered and run by the real client, its data on S3.

The platform is the stand-in, which refuses what Flyte refuses and runs each task as a process.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flyte_standin import Execution, Package, Propeller, S3Server, S3Storage, StandInAdmin
from kedro_flyte.plan.serialization import from_json
from kedro_flyte.targets.flyte.module import render
from kedro_projects import Project, environment, flyte
from workflows import packaged

pytestmark = pytest.mark.xdist_group("remote")

CREDENTIALS = """
s3:
  key: ${oc.env:STORE_KEY}
  secret: ${oc.env:STORE_SECRET}
  client_kwargs: {endpoint_url: "${oc.env:STORE_ENDPOINT}"}
"""

# The logging that `kedro new` writes, which a task must be able to start with.
LOGGING = """
version: 1
disable_existing_loggers: False
formatters:
  simple: {format: "%(asctime)s - %(name)s - %(levelname)s - %(message)s"}
handlers:
  rich: {class: kedro.logging.RichHandler, rich_tracebacks: True}
loggers:
  kedro: {level: INFO}
root: {handlers: [rich]}
"""

STORED = Project(
    """
import os
from kedro.pipeline import Node, Pipeline

def first(x):
    log("first")
    return {"x": x}

def second(data):
    log("second")
    return {**data, "second": True}

def flaky(data):
    log("flaky")
    if os.environ["FLYTE_ATTEMPT_NUMBER"] == "0":
        raise ValueError("The first time it fails.")
    return {**data, "third": True}

def last(first, third):
    log("last")
    return [first, third]

def create():
    return Pipeline([
        Node(first, "params:x", "first", name="first"),
        Node(second, "first", "second", name="second", tags="late"),
        Node(flaky, "second", "third", name="flaky", tags="late"),
        Node(last, ["first", "third"], "last", name="last"),
    ])
""",
    catalog="".join(
        f"""
{name}:
  type: json.JSONDataset
  filepath: s3://flyte/kedro/{name}.json
  versioned: true
  credentials: s3
"""
        for name in ("first", "second", "third")
    )
    + """
last: {type: json.JSONDataset, filepath: data/last.json}
""",
    parameters="x: 1",
    files={
        "conf/base/credentials.yml": CREDENTIALS,
        "conf/base/flyte.yml": "group_by: tag\ndefault: {retries: 1}\n",
        "conf/logging.yml": LOGGING,
    },
)

WIDE = Project(
    """
from kedro.pipeline import Node, Pipeline

def leaf(x):
    return x

def total(*parts):
    return sum(parts)

def create():
    leaves = [Node(leaf, "params:x", f"leaf_{i}", name=f"leaf_{i}") for i in range(109)]
    return Pipeline([*leaves, Node(total, [f"leaf_{i}" for i in range(109)], "sum", name="total")])
""",
    parameters="x: 1",
)

SHIPPED = Project(
    """
from kedro.pipeline import Node, Pipeline

def load(raw, scale):
    return raw.assign(x=raw.x * scale), len(raw)

def join(table, rows, words):
    return {"sum": int(table.x.sum()), "rows": rows, "words": words}

def create():
    return Pipeline([Node(load, ["raw", "params:model.scale"], ["table", "rows"], name="load"),
                     Node(join, ["table", "rows", "params:words"], "joined", name="join")])
""",
    catalog="""
raw: {type: pandas.CSVDataset, filepath: data/raw.csv}
table: {type: pandas.ParquetDataset, filepath: data/table.parquet}
joined: {type: json.JSONDataset, filepath: data/joined.json}
""",
    parameters="{model: {scale: 2}, words: [a, 'b c']}",
    files={"data/raw.csv": "x\n1\n2\n"},
)


@pytest.fixture(scope="module")
def s3() -> Iterator[S3Storage]:
    with S3Server() as storage:
        yield storage


@pytest.fixture(scope="module")
def propeller(s3: S3Storage, tmp_path_factory: pytest.TempPathFactory) -> Propeller:
    store = s3.pod_env
    return Propeller(
        storage=s3,
        folder=tmp_path_factory.mktemp("pods"),
        pod_env={
            "STORE_KEY": store["FLYTE_AWS_ACCESS_KEY_ID"],
            "STORE_SECRET": store["FLYTE_AWS_SECRET_ACCESS_KEY"],
            "STORE_ENDPOINT": store["FLYTE_AWS_ENDPOINT"],
            "DO_NOT_TRACK": "true",
        },
    )


@pytest.fixture(scope="module")
def admin(s3: S3Storage, propeller: Propeller) -> Iterator[StandInAdmin]:
    with StandInAdmin(s3, propeller.folder, propeller=propeller) as running:
        yield running


def pyflyte(admin: StandInAdmin, root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the real client against the stand-in, in a project."""
    config = ("--config", str(admin.config_file(root)))
    return subprocess.run(
        [Path(sys.executable).with_name("pyflyte"), *config, *words],
        cwd=root, env=environment(**admin.client_env), capture_output=True, text=True, check=False,
    )  # fmt: skip


# ------------------------------------------------------------- data that stays where it is


@pytest.fixture(scope="module")
def stored(
    propeller: Propeller, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Package, Execution]:
    """Return a run of the project whose datasets are versioned on S3."""
    root = STORED.write(tmp_path_factory.mktemp("stored"))
    flyte(root, "export")
    made = packaged(root, "flows.on_flyte.demo__default", root / "package.tgz", "--copy", "all")
    return made, propeller.run(made, "flows.on_flyte.demo__default.default")


def test_a_project_with_a_logging_of_its_own_runs(stored):
    _, execution = stored

    assert execution.error is None, execution.error


def test_versioned_datasets_have_one_version_a_run_also_after_a_retry(stored, s3):
    _, execution = stored

    assert s3.keys("kedro/") == [
        f"kedro/{name}.json/{execution.id}/{name}.json" for name in ("first", "second", "third")
    ]


@pytest.mark.long
def test_a_task_that_is_tried_again_reads_what_others_have_saved(stored):
    _, execution = stored
    tried = {pod.task.rsplit(".", 1)[-1]: pod.attempt for pod in execution.pods}

    assert tried == {"first_task": 0, "late": 1, "last_task": 0}
    assert json.loads(execution.output_bytes("last")) == [
        {"x": 1},
        {"x": 1, "second": True, "third": True},
    ]


def test_what_stays_where_it_is_travels_as_its_address(stored):
    _, execution = stored

    address = f"s3://flyte/kedro/third.json/{execution.id}/third.json"
    assert execution.output_value("third") == address


# ------------------------------------------------------------------------- the real client


@pytest.mark.long
def test_a_project_is_registered_and_run_by_the_client(admin, tmp_path):
    root = SHIPPED.write(tmp_path / "project")
    flyte(root, "export")

    registered = pyflyte(
        admin, root, "register", "--copy", "all", "--project", "flytesnacks",
        "--domain", "development", "--version", "v1", "flows/on_flyte/demo__default.py",
    )  # fmt: skip
    assert registered.returncode == 0, registered.stdout + registered.stderr
    assert admin.workflows == ["flows.on_flyte.demo__default.default"]
    assert admin.tasks == ["flows.on_flyte.demo__default.join", "flows.on_flyte.demo__default.load"]

    assert _launch(admin, root) == {"sum": 6, "rows": 2, "words": ["a", "b c"]}
    given = _launch(admin, root, "--model_scale", "0.5", "--words", '["c"]')
    assert given == {"sum": 1, "rows": 2, "words": ["c"]}
    (tmp_path / "other.csv").write_text("x\n5\n")
    replaced = _launch(admin, root, "--raw", str(tmp_path / "other.csv"))
    assert replaced == {"sum": 10, "rows": 1, "words": ["a", "b c"]}


def _launch(admin: StandInAdmin, root: Path, *words: str) -> Any:
    """Start the workflow by `pyflyte run --remote`, wait, and return its result."""
    before = set(admin.executions.by_name)
    done = pyflyte(
        admin,
        root,
        "run",
        "--remote",
        "--copy",
        "all",
        "flows/on_flyte/demo__default.py",
        "default",
        *words,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (name,) = set(admin.executions.by_name) - before
    execution = admin.wait(name)
    assert execution.error is None, execution.error
    return json.loads(execution.output_bytes("joined"))


@pytest.mark.long
def test_more_tasks_than_a_workflow_takes_are_registered_in_parts(admin, tmp_path):
    root = WIDE.write(tmp_path / "wide")
    flyte(root, "export", "--output", str(root / "wide"))
    words = ("register", "--copy", "all", "--project", "flytesnacks", "--domain", "development")

    done = pyflyte(admin, root, *words, "--version", "v1", "wide/on_flyte/demo__default.py")

    assert done.returncode == 0, done.stdout + done.stderr
    assert {f"wide.on_flyte.demo__default.{name}" for name in ("default", "default_part_1")} <= set(
        admin.workflows
    )

    # What the parts are for: the same tasks in one workflow are refused.
    whole = from_json((root / "wide/on_flyte/demo__default.plan.json").read_text())
    (root / "wide/on_flyte/flat.py").write_text(render(replace(whole, sub_workflows=())))
    refused = pyflyte(admin, root, *words, "--version", "v2", "wide/on_flyte/flat.py")
    assert refused.returncode != 0
    assert "110 nodes, more than 100" in " ".join((refused.stdout + refused.stderr).split())
