"""What goes wrong in other deployers of Kedro pipelines, one test each: here it goes right.

The code in a test's docstring (F1 ...) is that of a list of observed failures.
"""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from flyte_standin import Package, check
from kedro_flyte.targets.flyte.module import render
from kedro_projects import DOUBLE, Project, command, content, flyte_all, logged
from plan_views import found, node, plan, view
from test_remote import LOGGING
from workflows import packaged

pytestmark = pytest.mark.xdist_group("peers")

LONG = "a_name_that_is_the_same_for_more_than_one_hundred_characters_" * 2
PLAIN = ("a_b", "a-b", "1st", "start_node", "end-node", "some_node", f"{LONG}1", f"{LONG}2")
CSV = {"type": "pandas.CSVDataset", "filepath": "data/x.csv"}

PROJECT = Project(
    DOUBLE
    + f"""
PLAIN = {PLAIN!r}

def make(x):
    log("make")
    return [x], [x + 1], "text"

def read(*values):
    log("read")
    return list(values)

def same(x):
    return x

def fail(x):
    raise ValueError("It fails on purpose.")

def versions(*written):
    import fsspec
    return [path.split("/")[-2] for path in fsspec.filesystem("memory").find("")]

def odd():
    nodes = [Node(double(n), "params:x", n, name=n) for n in PLAIN]
    nodes += [Node(double(f"reads {{n}}"), n, f"of {{n}}", name=f"reads_{{i}}") for i, n in enumerate(PLAIN)]
    nodes += [
        Node(double("a.b"), "params:x", "a.b", name="b", namespace="a"),
        Node(make, "params:x", ["my__data", "kept_json", "transcoded@pickle"], name="make"),
        Node(read, ["my__data", "kept_json", "transcoded@bytes"], "read", name="load", tags="heavy"),
        Node(same, "params:a", "deep", name="deep"),
    ]
    return Pipeline(nodes)

def create():
    return Pipeline([Node(same, "params:x", "in_memory", name="same"),
                     Node(same, "in_memory", "out", name="again")])

def failing():
    return Pipeline([Node(fail, "params:x", "never", name="fail")])

def versioned():
    return Pipeline([Node(same, "params:x", "first", name="first"),
                     Node(same, "first", "second", name="second"),
                     Node(versions, ["first", "second"], "versions", name="versions")])

def stored():
    return Pipeline([Node(same, "params:x", "one_json", name="one"),
                     Node(same, "one_json", "two_json", name="two")])
""",
    catalog="""
in_memory: {type: MemoryDataset}
"{name}_json": {type: json.JSONDataset, filepath: "data/{name}.json"}
transcoded@pickle: {type: text.TextDataset, filepath: data/transcoded.txt}
transcoded@bytes: {type: text.TextDataset, filepath: data/transcoded.txt}
first: {type: json.JSONDataset, filepath: "memory://store/kedro/first.json", versioned: true}
second: {type: json.JSONDataset, filepath: "memory://store/kedro/second.json", versioned: true}
""",
    parameters="{x: 1, a: {b: {c: {d: {e: 1, f: 2}}}, b2: 3}}",
    registry="""
import demo.flow as flow
return {"__default__": create(), "odd": flow.odd(), "failing": flow.failing(),
        "versioned": flow.versioned(), "stored": flow.stored()}
""",
    settings="""
import os
from kedro.framework.hooks import hook_impl

class NoTracking:
    __name__ = "mlflow_hook"

class Told:
    def _tell(self, *words):
        with open(os.environ["HOOK_LOG"], "a") as stream:
            stream.write(" ".join(words) + "\\n")

    @hook_impl
    def before_node_run(self, node):
        self._tell("before", node.name)

    @hook_impl
    def after_node_run(self, node):
        self._tell("after", node.name)

    @hook_impl
    def on_node_error(self, error, node):
        self._tell("node error", node.name, type(error).__name__)

    @hook_impl
    def on_pipeline_error(self, error):
        self._tell("pipeline error", type(error).__name__, str(isinstance(error, Exception)))

HOOKS = (NoTracking(), Told())
""",
    files={
        "conf/logging.yml": LOGGING,
        "conf/base/flyte.yml": """
            nodes: {some_node: {tier: large, retries: 2}}
            tags: {heavy: {tier: medium}}
        """,
    },
)


@pytest.fixture(scope="module")
def root(tmp_path_factory) -> Path:
    """Return the project, exported and run."""
    root = PROJECT.write(tmp_path_factory.mktemp("peers") / "project")
    log = {"NODE_LOG": str(root / "nodes.log")}
    flyte_all(
        root,
        (["export", "--pipeline", "odd"], {}),
        (["run", "--pipeline", "odd", "--output", "results"], log),
        # `memory://` is a store of one process.
        (["run", "--pipeline", "versioned", "--in-process", "--output", "results"], {}),
        (["export", "--pipeline", "stored", "--strict"], {}),
        HOOK_LOG=str(root / "hooks.log"),
    )
    return root


@pytest.fixture(scope="module")
def odd(root) -> dict[str, Any]:
    """Return the plan of the pipeline of odd names."""
    found: dict[str, Any] = json.loads((root / "flows/on_flyte/demo__odd.plan.json").read_text())
    return found


@pytest.fixture(scope="module")
def package(root) -> Package:
    """Return its package."""
    return packaged(root, "flows.on_flyte.demo__odd", root / "package.tgz")


def _result(root: Path, name: str) -> Any:
    (path,) = (p for p in (root / "results").iterdir() if p.name.startswith(f"{name}."))
    return content(path)


@pytest.mark.parametrize("grouping", ["node", "namespace", "tag", "tier", "pipeline"])
def test_a_reader_of_a_transcoded_dataset_runs_after_its_writer(grouping):
    """F1."""
    made = plan(
        view(
            node("writes", "", "x@pandas", tags="one"),
            node("a_reads", "x@spark", "", tags="two"),
            catalog={"x@pandas": CSV, "x@spark": {**CSV, "type": "spark.SparkDataset"}},
        ),
        group_by=grouping,
    )

    order = [name for task in made.tasks for name in task.nodes]
    assert order == ["writes", "a_reads"]
    assert len(made.tasks) == 1 or "x" in made.tasks[1].inputs


@pytest.mark.parametrize("grouping", ["node", "namespace", "tag", "tier", "pipeline"])
def test_memory_past_a_file_makes_no_circle(grouping):
    """F2."""
    made = plan(
        view(
            node("a", "", "memory file"),
            node("b", "file", "other"),
            node("c", "memory other", ""),
            catalog={"file": CSV, "other": CSV},
        ),
        group_by=grouping,
    )

    place = {name: i for i, task in enumerate(made.tasks) for name in task.nodes}
    assert place["a"] <= place["b"] <= place["c"]
    assert not found(made, "KF101")


def test_a_node_between_two_of_a_namespace_is_an_error_that_names_the_path():
    """F3."""
    made = plan(
        view(
            node("n.a", "", "x", namespace="n"),
            node("b", "x", "y"),
            node("n.c", "y", "", namespace="n"),
        ),
        group_by="namespace",
    )

    (finding,) = found(made, "KF101")
    assert finding.severity.value == "error"
    assert "n.a -> b -> n.c" in finding.why


def test_two_nodes_that_differ_in_marks_alone_are_two_tasks(odd, package):
    """F4."""
    ids = {task["nodes"][0]: task["id"] for task in odd["tasks"]}

    assert len({ids["a_b"].lower(), ids["a-b"].lower(), ids["a.b"].lower()}) == 3
    assert len(set(package.tasks)) == len(odd["tasks"])


def test_a_name_that_begins_with_a_digit_makes_a_valid_module(root):
    """F5."""
    compile((root / "flows/on_flyte/demo__odd.py").read_text(), "odd.py", "exec")


def test_no_node_is_lost(odd, root):
    """F6."""
    assert len(odd["tasks"]) == 2 * len(PLAIN) + 4
    ran = [f"reads {name}" for name in PLAIN] + [*PLAIN, "a.b", "make", "read"]
    assert sorted(logged(root / "nodes.log")) == sorted(ran)


def test_a_transcoded_dataset_comes_from_its_writer(package):
    """F7."""
    nodes = {
        n.task_node.reference_id.name.rsplit(".", 1)[-1]: n
        for n in package.workflows["flows.on_flyte.demo__odd.odd"].nodes
    }
    (binding,) = (b for b in nodes["load"].inputs if b.var == "transcoded")

    assert binding.binding.promise.node_id == nodes["make"].id


def test_a_pipeline_with_a_transcoded_dataset_loads(package):
    """F8."""
    assert check(package) == []


def test_double_underscores_in_a_name_stay(root):
    """F9."""
    assert _result(root, "read")[0] == [1]


@pytest.fixture(scope="module")
def failed(root) -> tuple[subprocess.CompletedProcess[str], list[str]]:
    """Return a run that fails, and what the hooks have told of it."""
    log = root / "failed.log"
    done = command(root, "run", "--pipeline", "failing", HOOK_LOG=str(log))
    return done, log.read_text().splitlines()


def test_hooks_are_told_of_a_failed_run(failed):
    """F10."""
    done, told = failed

    assert done.returncode != 0
    assert told == ["before fail", "node error fail ValueError", "pipeline error ValueError True"]


def test_hooks_are_told_of_each_node(root):
    """F11."""
    told = (root / "hooks.log").read_text().splitlines()

    for name in ("a_b", "a-b", "a.b", "load"):
        assert told.count(f"before {name}") == told.count(f"after {name}") == 1


def test_a_node_that_is_named_like_a_group_is_in_the_plan():
    """F12."""
    made = plan(
        view(
            node("load", "", "x", tags="task.load"),
            node("other", "", "y", tags="task.load"),
            node("load2", "x y", "", tags="load"),
        ),
        group_by="tag",
    )

    assert sorted(n for task in made.tasks for n in task.nodes) == ["load", "load2", "other"]
    assert len({task.id for task in made.tasks}) == len(made.tasks)


def test_a_dataset_of_a_factory_between_tasks_keeps_its_type(odd, root):
    """F13."""
    kept = next(d for d in odd["datasets"] if d["name"] == "kept_json")

    assert (kept["travel"], kept["format"], kept["location"]) == ("file", "json", "data/kept.json")
    assert _result(root, "read")[1] == [2]


def test_each_reader_reads_its_own_of_names_that_differ_in_marks_alone(odd):
    """F14."""
    maker = {name: t["nodes"] for t in odd["tasks"] for name in t.get("outputs", ())}
    for number, name in enumerate(PLAIN):
        (task,) = (t for t in odd["tasks"] if t["nodes"] == [f"reads_{number}"])
        assert [maker[read] for read in task["inputs"]] == [[name]]


def test_no_level_of_a_nested_parameter_is_lost(root):
    """F15."""
    assert _result(root, "deep") == {"b": {"c": {"d": {"e": 1, "f": 2}}}, "b2": 3}


def test_resources_of_a_node_are_found_by_its_own_name(odd, package):
    """F16."""
    (task,) = (t for t in odd["tasks"] if t["nodes"] == ["some_node"])
    template = next(t for name, t in package.tasks.items() if name.endswith(f".{task['id']}"))

    assert (task["tier"], task["retries"]) == ("large", 2)
    assert {r.value for r in template.container.resources.requests} == {"4", "16Gi"}
    assert template.metadata.retries.retries == 2


def test_resources_of_a_tag_are_applied(odd):
    """F17."""
    (task,) = (t for t in odd["tasks"] if t["nodes"] == ["load"])

    assert task["tier"] == "medium"


def test_a_pipeline_outside_the_default_one_runs(root):
    """F18."""
    assert _result(root, "read")[2] == "text"


def test_memory_in_another_pipeline_forbids_nothing(root):
    """F19."""
    assert (root / "flows/on_flyte/demo__stored.py").exists()


def test_long_names_that_begin_alike_are_two_tasks(odd):
    """F20."""
    ids = [t["id"] for t in odd["tasks"] if t["nodes"][0].startswith(LONG)]

    assert len(set(ids)) == 2
    assert max(map(len, ids)) <= 63


def test_versioned_datasets_have_one_version_a_run(root):
    """F21."""
    assert len(_result(root, "versions")) == 2
    assert len(set(_result(root, "versions"))) == 1


def test_the_scaffold_brings_no_logging_and_that_of_the_project_is_taken(root):
    """F22."""
    before = set(root.rglob("*logging*"))
    done = command(root, "init", HOOK_LOG=str(root / "init.log"))

    assert done.returncode == 0, done.stderr
    assert set(root.rglob("*logging*")) == before
    assert root / "conf/logging.yml" in before


def test_no_node_has_an_id_that_flyte_keeps_for_itself(package):
    """F23."""
    ids = [n.id for n in package.workflows["flows.on_flyte.demo__odd.odd"].nodes]

    assert len(set(ids)) == len(ids)
    assert not {"start-node", "end-node"} & set(ids)
    names = {n.metadata.name for n in package.workflows["flows.on_flyte.demo__odd.odd"].nodes}
    assert not {"start-node", "end-node", "start_node"} & names


def test_no_workflow_has_more_nodes_than_flyte_takes():
    """F24."""
    nodes = [node(f"n{i}", f"d{i}" if i else "", f"d{i + 1}") for i in range(250)]

    text = render(plan(view(*nodes)))

    workflows = re.split(r"^@workflow$", text, flags=re.MULTILINE)[1:]
    calls = [len(re.findall(r"^    .*= ?\w+\(|^    \w+\(", one, re.MULTILINE)) for one in workflows]
    assert len(workflows) == 4
    assert sum(calls) == 250 + 3
    assert max(calls) <= 100
