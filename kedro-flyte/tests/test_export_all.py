"""Every pipeline of a project in one export: the files of single exports, or none."""

import pytest
from kedro_projects import Project, command, flyte

NODES = """
from kedro.pipeline import Node, Pipeline

def same(x):
    return x

def create(name):
    return Pipeline([Node(same, f"params:{name}", f"{name}_made", name=name)])
"""
REGISTRY = """
names = ["one", "two"]
made = {name: create(name) for name in names}
return {**made, "__default__": sum(made.values())}
"""
PROJECT = Project(NODES, parameters="{one: 1, two: 2}", registry=REGISTRY)
NAMES = ("__default__", "one", "two")


def files(root):
    return {path.name: path.read_bytes() for path in (root / "flows").rglob("*.*")}


@pytest.mark.parametrize("target", ["flyte", "domino"])
def test_all_pipelines_are_exported_as_each_is_alone(tmp_path, target):
    root = PROJECT.write(tmp_path)
    for name in NAMES:
        flyte(root, "export", "--target", target, "--pipeline", name)
    single = files(root)
    for path in (root / "flows").rglob("*.py"):
        path.unlink()

    told = flyte(root, "export", "--target", target, "--all").stdout

    assert files(root) == single
    assert [f"{name}: " in told for name in NAMES] == [True] * 3
    assert "--all" not in told
    assert "up to date" in flyte(root, "export", "--target", target, "--all", "--check").stdout


def test_where_one_pipeline_has_errors_none_is_written(tmp_path):
    root = PROJECT.write(tmp_path)
    (root / "conf/base/parameters.yml").write_text("one: 1")
    done = command(root, "export", "--all")

    assert done.returncode == 1
    assert "KF116" in done.stderr
    assert "The plan of pipeline '__default__' has errors" in done.stderr
    assert not (root / "flows").exists()


def test_all_and_one_exclude_each_other(tmp_path):
    done = command(PROJECT.write(tmp_path), "export", "--all", "--pipeline", "one")

    assert done.returncode == 2
    assert "Leave --pipeline out, or --all" in done.stderr
