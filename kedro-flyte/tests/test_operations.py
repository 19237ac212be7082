"""Caches, retries, time-outs, versions and secrets of exported workflows, one process a task."""

import json
import os
import re
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import pytest
from flyte_standin import S3Server
from kedro_projects import Project, command, flyte
from workflows import package, project_of, propeller, run

# ------------------------------------------------------------------------------------- caches


@pytest.fixture
def cached(tmp_path) -> Path:
    """Return the project of the page on caches, whose three tasks are one after another."""
    root = project_of("retries-timeout-cache", tmp_path / "project")
    (root / "data/raw.txt").write_text("Hello World\n")
    (root / "conf/base/catalog.yml").write_text(
        "raw: {type: text.TextDataset, filepath: data/raw.txt}\n"
        "counted: {type: json.JSONDataset, filepath: data/counted.json}\n"
    )
    (root / "conf/base/parameters.yml").write_text("repeat: 2")
    return root


class Runs:
    """Runs one project again and again, with one cache."""

    def __init__(self, root: Path, folder: Path, **more: Any) -> None:
        self.root, self._first = root, propeller(root, folder, **more)

    def again(self, **inputs) -> list[str]:
        """Export, package and run; return the tasks that were not skipped."""
        made = package(self.root)
        (name,) = (n for n in made.workflows if n.endswith(".default"))
        done = self._first.run(made, name, inputs)
        assert done.succeeded, done.error
        return sorted(pod.task.rsplit(".", 1)[-1] for pod in done.pods)

    def change(self, file: str, old: str, new: str) -> None:
        path = self.root / file
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new))


def test_a_changed_line_runs_its_task_and_what_depends_on_it_again(cached, tmp_path):
    runs = Runs(cached, tmp_path)

    assert runs.again() == ["count", "fetch", "shorten"]
    assert runs.again() == []
    runs.change("src/demo/flow.py", "return text[:LONGEST]", "return text[: LONGEST - 1]")
    assert runs.again() == ["count", "shorten"]
    runs.change("src/demo/flow.py", "LONGEST = 60", "LONGEST = 5")
    assert runs.again() == ["count", "shorten"]
    assert runs.again(repeat=7) == ["count"]
    runs.change("src/demo/flow.py", "repeat * len(text)", "len(text) * repeat")
    assert runs.again() == ["count"]
    assert runs.again() == []


@pytest.mark.long
def test_a_changed_source_file_or_catalog_entry_runs_its_readers_again(cached, tmp_path):
    runs = Runs(cached, tmp_path)

    runs.again()
    runs.change("data/raw.txt", "Hello", "Goodbye")
    assert runs.again() == ["count", "fetch", "shorten"]
    runs.change("conf/base/catalog.yml", "data/counted.json", "data/other.json")
    assert runs.again() == ["count"]


CODE = """
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from kedro.pipeline import Node, Pipeline
from demo import helpers
from demo.more.deep import used as renamed

def direct(x):
    return renamed(x)

def by_module(x):
    return helpers.run(x)

def lazy(x):
    from demo.more import deep
    return deep.used(x)

def with_factor(factor, x):
    return factor * x

@dataclass(frozen=True, slots=True)
class Choice:
    then: Callable
    limits: tuple

def limited(choice, x):
    return choice.then(x) if x < choice.limits[1] else x

def negative(x):
    return -x

class Caller:
    def __init__(self, factor):
        self.factor = factor
        self.__name__ = "caller"
    def __call__(self, x):
        return self.factor * x

def create():
    return Pipeline([
        Node(direct, "params:x", "a", name="direct"),
        Node(by_module, "params:x", "b", name="by_module"),
        Node(lazy, "params:x", "c", name="lazy"),
        Node(partial(with_factor, 2), "params:x", "d", name="partial"),
        Node(Caller(3), "params:x", "e", name="caller"),
        Node(len, "params:y", "f", name="builtin"),
        Node(partial(limited, Choice(negative, (1, 5))), "params:x", "g", name="record"),
    ])
"""
FILES = {
    "src/demo/helpers.py": "from .more.deep import BASE\n\ndef run(x):\n    return x + BASE\n",
    "src/demo/more/__init__.py": "",
    "src/demo/more/deep.py": (
        "BASE = 1\n\ndef used(x):\n    return _inner(x)\n\ndef _inner(x):\n    return x\n\n"
        "def unused(x):\n    return -x\n"
    ),
    "conf/base/flyte.yml": "default: {cache: true}",
}


@pytest.mark.parametrize(
    ("file", "old", "new", "changed"),
    [
        ("src/demo/more/deep.py", "return -x", "return x", {"lazy"}),
        ("src/demo/more/deep.py", "return x\n\ndef unused", "return +x\n\ndef unused",
         {"direct", "lazy"}),
        ("src/demo/more/deep.py", "BASE = 1", "BASE = 2", {"by_module", "lazy"}),
        ("src/demo/helpers.py", "x + BASE", "BASE + x", {"by_module"}),
        ("src/demo/flow.py", "partial(with_factor, 2)", "partial(with_factor, 4)", {"partial"}),
        ("src/demo/flow.py", "Caller(3)", "Caller(4)", {"caller"}),
        ("src/demo/flow.py", "return factor * x", "return x * factor", {"partial"}),
        ("src/demo/flow.py", "return self.factor * x", "return x * self.factor", {"caller"}),
        ("src/demo/flow.py", "return -x", "return 0 - x", {"record"}),
        ("src/demo/flow.py", "(1, 5)", "(5, 1)", {"record"}),
        ("conf/base/parameters.yml", "x: 1", "x: 2", set()),
    ],
)  # fmt: skip
def test_the_version_follows_the_code_that_a_node_uses_and_no_other(
    file, old, new, changed, versions_before, tmp_path
):
    root = _cached_project(tmp_path)
    before = versions_before
    path = root / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    after = _versions(root, tmp_path)

    assert {name for name in before if before[name] != after[name]} == changed


@pytest.fixture(scope="module")
def versions_before(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The versions before any change, which are the same wherever the project lies."""
    folder = tmp_path_factory.mktemp("before")
    return _versions(_cached_project(folder), folder)


def _cached_project(folder: Path) -> Path:
    files = dict(FILES)
    return Project(CODE, parameters="x: 1\ny: [1]", files=files).write(folder / "project")


def _versions(root: Path, folder: Path) -> dict[str, str]:
    # Byte-code is trusted by size and second; a change of one digit can keep both.
    words = ("plan", "--format", "json", "--output", str(folder / "plan.json"))
    flyte(root, *words, PYTHONDONTWRITEBYTECODE="1")
    tasks = json.loads((folder / "plan.json").read_text())["tasks"]
    return {task["id"]: task["cache_version"] for task in tasks}


@pytest.mark.long
def test_a_skipped_task_hands_over_the_version_that_it_has_saved_before(tmp_path):
    """A versioned dataset at a remote path: the reader loads what the skipped writer once saved."""
    root = Project(
        """
from kedro.pipeline import Node, Pipeline

def write(x):
    return {"x": x}

def read(kept, y):
    return {"both": [kept["x"], y]}

def create():
    return Pipeline([Node(write, "params:x", "kept", name="write"),
                     Node(read, ["kept", "params:y"], "told", name="read")])
""",
        catalog="""
kept: {type: json.JSONDataset, filepath: "s3://flyte/kept.json", versioned: true}
told: {type: json.JSONDataset, filepath: data/told.json}
""",
        parameters="x: 1\ny: 2",
        files={"conf/base/flyte.yml": "nodes: {write: {cache: true}}"},
    ).write(tmp_path / "project")
    with S3Server() as s3:
        keys = {
            "AWS_ENDPOINT_URL": s3.endpoint,
            "AWS_ACCESS_KEY_ID": s3.pod_env["FLYTE_AWS_ACCESS_KEY_ID"],
            "AWS_SECRET_ACCESS_KEY": s3.pod_env["FLYTE_AWS_SECRET_ACCESS_KEY"],
            "AWS_DEFAULT_REGION": "us-east-1",
        }
        assert s3.uri().startswith("s3://")
        path = root / "conf/base/catalog.yml"
        path.write_text(path.read_text().replace("s3://flyte", s3.uri("kept")))
        runs = Runs(root, tmp_path, pod_env=keys)

        assert runs.again() == ["read", "write"]
        assert runs.again(y=3) == ["read"]


# ----------------------------------------------------------------------- retries and time-outs

FLAKY = """
import os, time
from pathlib import Path
from typing import Any
from kedro.pipeline import Node, Pipeline

def flaky(folder):
    attempt = os.environ["FLYTE_ATTEMPT_NUMBER"]
    Path(folder, attempt).write_text("")
    if attempt != "2":
        raise ValueError("not yet")
    return attempt

def slow(x):
    time.sleep(60)

def create():
    return Pipeline([Node(flaky, "params:folder", "done", name="flaky", tags="tier.often")])

def late():
    return Pipeline([Node(slow, "params:folder", "never", name="slow")])
"""


def _flaky(tmp_path: Path) -> Path:
    (tmp_path / "attempts").mkdir()
    return Project(
        FLAKY,
        parameters=f"folder: {tmp_path / 'attempts'}",
        registry="from demo.flow import late\nreturn {'__default__': create(), 'late': late()}",
        files={
            "conf/base/flyte.yml": "tiers: {often: {cpu: 1, retries: 2}}\n"
            "nodes: {slow: {timeout: 3}}"
        },
    ).write(tmp_path / "project")


def test_a_tier_says_how_often_a_failed_task_is_tried_again(tmp_path):
    root = _flaky(tmp_path)
    done = run(root, tmp_path, package(root))

    assert done.succeeded, done.error
    assert sorted(p.name for p in (tmp_path / "attempts").iterdir()) == ["0", "1", "2"]


def test_a_task_that_takes_too_long_is_ended(tmp_path):
    root = _flaky(tmp_path)
    made = package(root, "--pipeline", "late", module="demo__late")
    (name,) = (n for n in made.workflows if n.endswith(".late"))
    done = propeller(root, tmp_path).run(made, name)

    assert not done.succeeded
    assert [pod.ended_by for pod in done.pods] == ["timeout"]


def test_other_tasks_finish_where_the_failure_policy_says_so(tmp_path):
    nodes = """
import time
from kedro.pipeline import Node, Pipeline

def fail(x):
    raise ValueError("no")

def go_on(x):
    time.sleep(4)
    return x

def last(x):
    log("last")
    return x

def create():
    return Pipeline([Node(fail, "params:x", "a", name="fail"),
                     Node(go_on, "params:x", "b", name="go_on"),
                     Node(last, "b", "c", name="last")])
"""
    root = Project(
        nodes, parameters="x: 1",
        files={"conf/base/flyte.yml": "pipelines: {__default__: {failure_policy: finish_others}}"},
    ).write(tmp_path / "project")  # fmt: skip
    log = tmp_path / "log"
    done = run(root, tmp_path, package(root), pod_env={"NODE_LOG": str(log)})

    assert not done.succeeded
    assert log.read_text() == "last\n"


# ------------------------------------------------------------------------------------ secrets

CANARIES = {"CREDENTIALS": "canary-in-credentials-1f7", "ENVIRONMENT": "canary-in-environment-8c2"}


def test_no_value_of_a_secret_is_in_any_file_log_or_literal(tmp_path):
    """Values are planted in conf/local, in this environment and in the store of secrets."""
    root = project_of("secrets", tmp_path / "project")
    (root / ".gitignore").write_text("conf/local/\n")
    (root / ".flyteignore").write_text("conf/local\n")
    (root / "conf/local/credentials.yml").write_text(
        f"warehouse: {{password: {CANARIES['CREDENTIALS']}}}\n"
    )
    words = {"WAREHOUSE_PASSWORD": CANARIES["ENVIRONMENT"], "MAIL_TOKEN": CANARIES["ENVIRONMENT"]}
    store = {
        ("warehouse", "password"): "canary-in-store-5d1",
        ("mail", "token"): "canary-in-store-5d1",
    }
    said = ""
    for style in ("table", "json", "mermaid"):
        done = command(root, "plan", "--format", style, **words)
        said += done.stdout + done.stderr
    for verb in (("run", "--output", str(tmp_path / "out")), ("export", "--check")):
        done = command(root, *verb, **words)
        said += done.stdout + done.stderr

    made = package(root)
    shutil.rmtree(root / "conf/local")
    runner = propeller(root, tmp_path, secrets=store)
    (name,) = (n for n in made.workflows if n.endswith(".default"))
    execution = runner.run(made, name)
    assert execution.succeeded, execution.error
    said += "".join(pod.log for pod in execution.pods) + str(execution.outputs)

    files = [p for folder in (root / "flows", tmp_path / "store", tmp_path / "out")
             for p in folder.rglob("*") if p.is_file()]  # fmt: skip
    assert len(files) > 4
    found = said.encode() + b"".join(p.read_bytes() for p in files)
    found += b"".join(_unpacked(root.with_suffix(".tgz")))
    assert re.findall(rb"canary-in-[\w-]+", found) == []


def _unpacked(package_file: Path) -> list[bytes]:
    with tarfile.open(package_file) as archive:
        return [archive.extractfile(m).read() for m in archive.getmembers() if m.isfile()]


def test_credentials_that_are_shipped_with_their_values_forbid_the_export(tmp_path):
    root = project_of("secrets", tmp_path / "project")
    path = root / "conf/base/credentials.yml"
    path.write_text("warehouse:\n  password: canary-in-base-4a6\n")
    done = command(root, "export")

    assert done.returncode == 1
    assert "conf/base/credentials.yml" in done.stderr.replace("\n", "")
    assert "canary" not in done.stdout + done.stderr

    (root / ".gitignore").write_text("*credentials*\n")
    subprocess.run(["git", "init", "-q", root], check=True)
    assert command(root, "export").returncode == 0


def test_a_value_planted_in_the_parameters_or_the_catalog_forbids_the_export(tmp_path):
    root = project_of("secrets", tmp_path / "project")
    (root / "conf/base/parameters.yml").write_text("api_token: canary-in-parameters-3e9\n")
    done = command(root, "export", CANARY=os.environ.get("CANARY", ""))

    assert done.returncode == 1
    assert "KF109" in done.stderr
    assert "canary" not in done.stdout + done.stderr
    assert not (root / "flows").exists()


# -------------------------------------------------------------------------------- sub-workflows

MANY = """
from kedro.pipeline import Node, Pipeline

def add(x):
    return x + 1

def create():
    steps = [Node(add, f"d{i}" if i else "params:x", f"d{i + 1}", name=f"step{i}")
             for i in range(60)]
    inner = [Node(add, f"e{i}" if i else "start", f"e{i + 1}", name=f"step{i}") for i in range(60)]
    return Pipeline(steps) + Pipeline(inner, namespace="inner", inputs={"start": "d60"})
"""


@pytest.mark.parametrize(("setting", "workflows"), [("large", 3), ("namespace", 2)])
def test_a_pipeline_of_more_than_a_hundred_tasks_is_packaged_in_parts(setting, workflows, tmp_path):
    root = Project(
        MANY, parameters="x: 0", files={"conf/base/flyte.yml": f"sub_workflows: {setting}"}
    ).write(tmp_path / "project")
    made = package(root)

    assert len(made.workflows) == workflows
    assert len(made.tasks) == 120
    (main,) = (w for name, w in made.workflows.items() if name.endswith(".default"))
    assert len(main.nodes) <= 100


ITEMS = """
import os
from pathlib import Path
from kedro.pipeline import Node, Pipeline
from kedro_flyte import each

def work(name, folder):
    attempts = Path(folder)
    with (attempts / name).open("a") as stream:
        stream.write(os.environ["FLYTE_ATTEMPT_NUMBER"])
    if name == "bad" and not (attempts / "mended").exists():
        raise ValueError("not yet")
    return name.upper()

def create():
    return Pipeline([each(work, "params:names", "params:folder", "done", name="work")])
"""


@pytest.mark.long
def test_an_item_is_tried_again_alone_and_not_again_where_the_cache_has_it(tmp_path):
    attempts = tmp_path / "attempts"
    attempts.mkdir()
    root = Project(
        ITEMS,
        parameters=f"{{names: [a, bad, c], folder: '{attempts}'}}",
        files={"conf/base/flyte.yml": "nodes: {work: {retries: 2, cache: true}}"},
    ).write(tmp_path / "project")
    made, runs = package(root), propeller(root, tmp_path)
    (name,) = made.workflows

    failed = runs.run(made, name)
    (attempts / "mended").touch()
    done = runs.run(made, name)

    assert "not yet" in str(failed.error)
    assert done.succeeded, done.error
    tried = {path.name: path.read_text() for path in attempts.iterdir()}
    assert tried == {"a": "0", "bad": "0120", "c": "0", "mended": ""}


FORMS = """
from kedro.pipeline import Node, Pipeline
from kedro_flyte import branch, each

def add(x):
    return x + 1

def keep(x):
    return x

def create():
    maps = [each(add, "params:xs", outputs=f"mapped{i}", name=f"map{i}") for i in range(20)]
    choices = [
        branch("params:go", Node(add, "params:x", f"chosen{i}", name=f"add{i}"),
               Node(keep, "params:x", f"chosen{i}", name=f"keep{i}"), name=f"choose{i}")
        for i in range(20)
    ]
    return Pipeline(maps + choices)
"""


def test_forty_maps_and_branches_are_more_than_flyte_takes_in_one_workflow(tmp_path):
    root = Project(FORMS, parameters="{xs: [1, 2], x: 1, go: true}").write(tmp_path / "project")

    made = package(root)  # which the compiler has counted

    (main,) = (w for name, w in made.workflows.items() if name.endswith(".default"))
    assert any(node.HasField("workflow_node") for node in main.nodes)
    inner = [node for w in made.workflows.values() for node in w.nodes]
    assert sum(node.HasField("array_node") for node in inner) == 20
    assert sum(node.HasField("branch_node") for node in inner) == 20


def test_the_file_that_init_writes_means_what_it_says(tmp_path):
    """Every example in its comments is valid when the comment sign is taken away."""
    import yaml
    from kedro_flyte.plan.settings.config import parse_config
    from kedro_flyte.targets import flyte_yml

    root = Project(MANY, parameters="x: 0").write(tmp_path / "project")
    flyte(root, "init")
    lines = (root / "conf/base/flyte.yml").read_text().splitlines()
    shown = [line[2:] for line in lines if re.match(r"# ([a-z_]+:|  )", line)]
    config = yaml.safe_load("\n".join(shown))

    parse_config(config, kind=flyte_yml())
    assert set(flyte_yml().model_fields) == set(config)
