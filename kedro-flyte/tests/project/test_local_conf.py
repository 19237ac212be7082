"""conf/local is of one machine: the plan and its tasks are made without it, and what it changes is told."""

import json
import subprocess

import pytest
from kedro.pipeline import Node, Pipeline
from kedro_flyte.project.local_conf import local_conf
from kedro_projects import Project, command, flyte, flyte_all

PROJECT = Project(
    """
from kedro.pipeline import Node, Pipeline

def see(n, g):
    return {"n": n, "g": g}

def create():
    return Pipeline([Node(see, ["params:n", "params:g"], "seen", name="see")])
""",
    catalog="""
seen: {type: json.JSONDataset, filepath: "memory://store/seen.json"}
""",
    parameters="{n: 5, g: {x: 1, y: '${..n}'}}",
    files={
        "conf/local/parameters.yml": "{n: 3, g: {x: 2, y: 2}, db: {host: canary}}",
        "conf/local/catalog.yml": "seen: {type: json.JSONDataset, filepath: data/seen.json}",
        "conf/local/flyte.yml": "default: {tier: large}",
        ".gitignore": "conf/local/\n",
    },
)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    root = PROJECT.write(tmp_path_factory.mktemp("local") / "project")
    subprocess.run(["git", "init", "-q", root], check=True)
    flyte_all(
        root,
        (["export"], {}),
        (["plan", "--format", "json", "--output", "base.json"], {}),
        (["plan", "--env", "base", "--format", "json", "--output", "named.json"], {}),
        (["plan", "--env", "local", "--format", "json", "--output", "local.json"], {}),
        (["plan", "--format", "json", "--output", "env.json"], {"KEDRO_ENV": "local"}),
    )
    return root


def _plan(root, name):
    return json.loads((root / f"{name}.json").read_text())


def _findings(made, code):
    return [f for f in made["findings"] if f["code"] == code]


def test_the_plan_is_made_from_what_ships(root):
    made = _plan(root, "base")

    assert {p["id"]: p["default"] for p in made["parameters"]} == {"n": 5, "g_x": 1, "g_y": 5}
    assert made["datasets"][0]["location"] == "memory://store/seen.json"
    assert made["tasks"][0]["tier"] == "small"
    assert "canary" not in "".join(p.read_text() for p in (root / "flows").rglob("*.*"))


def test_keys_of_conf_local_that_differ_are_told_without_their_values(root):
    found = {f["place"]: f["what"] for f in _findings(_plan(root, "base"), "KF151")}

    assert found["conf/local/parameters.yml"].endswith("for db.host, g.x, g.y, n.")
    assert found["conf/local/catalog.yml"].endswith("for seen.filepath.")
    assert found["conf/local/flyte.yml"].endswith("for default.tier.")


@pytest.mark.parametrize("name", ["local", "env"])
def test_an_environment_that_is_named_is_planned_for_and_told_where_it_does_not_ship(name, root):
    made = _plan(root, name)

    assert made["env"] == "local"
    assert made["tasks"][0]["tier"] == "large"
    assert not _findings(made, "KF151")
    assert [f["severity"] for f in _findings(made, "KF152")] == ["warning"]


def test_base_by_name_is_what_holds_without_a_name(root):
    assert _plan(root, "named") == _plan(root, "base")
    assert _plan(root, "base").get("env") is None


def test_a_task_computes_with_base_though_conf_local_is_there(root, tmp_path):
    base = root / "conf/base/catalog.yml"
    text = base.read_text()
    base.write_text(text.replace("memory://store", "data/out"))
    flyte(root, "run", "--output", str(tmp_path / "base"))
    flyte(root, "run", "--env", "local", "--output", str(tmp_path / "local"))
    base.write_text(text)

    assert json.loads((tmp_path / "base/seen.json").read_text()) == {"n": 5, "g": {"x": 1, "y": 5}}
    assert json.loads((tmp_path / "local/seen.json").read_text())["n"] == 3


def test_an_environment_that_ships_not_is_an_error(root):
    (root / "conf/own").mkdir()
    (root / "conf/own/parameters.yml").write_text("n: 9\n")
    (root / ".gitignore").write_text("conf/local/\nconf/own/\n")

    done = command(root, "export", "--env", "own")

    assert done.returncode == 1
    assert "KF152 error: conf/own does not come to the tasks" in " ".join(done.stderr.split())


@pytest.mark.parametrize(
    ("name", "base", "local", "level"),
    [
        ("parameters", "n: 1\nm: 2", "m: 3", "info"),
        ("parameters", "n: {a: 1, b: 2}", "n: {a: 1}", "warning"),
        ("parameters", "n: 1", "n: 1", None),
        ("catalog", "other: {filepath: x}", "other: {filepath: y}", "info"),
        ("catalog", "_base: x", "_base: y", "warning"),
        ("catalog", "", "'{any}_out': {filepath: y}", "warning"),
        ("globals", "bucket: x", "bucket: y", "warning"),
        ("mlflow", "server: {x: 1}", "server: {x: 2}", "info"),
        ("credentials", "", "db: {password: x}", "info"),
        ("logging", "x: 1", "x: 2", None),
    ],
)
def test_what_the_pipeline_does_not_use_is_an_info(name, base, local, level, tmp_path):
    for env, text in (("base", base), ("local", local)):
        (tmp_path / "conf" / env).mkdir(parents=True)
        (tmp_path / "conf" / env / f"{name}.yml").write_text(text)
    pipeline = Pipeline([Node(len, inputs="params:n", outputs="made_out")])

    found = list(local_conf(tmp_path, tmp_path / "conf", pipeline))

    assert [f.severity.value for f in found] == ([level] if level else [])
