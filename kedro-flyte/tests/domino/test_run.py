"""`kedro flyte run --target domino` makes what `kedro run` makes, with a process for each job."""

import json
from typing import Any

import pytest
from conformance import CASES
from kedro_projects import content, flyte, kedro_run, logged

# How each case's nodes are put into jobs: `node` where data of all kinds is to pass between jobs.
GROUPINGS = {
    "a node between two of a namespace": "node",
    "transcoding": "node",
    "factories, cached, copy modes": "node",
    "versioned, on local disk": "node",
    "folders, generators and functions that load or save": "node",
    "figures": "node",
    "linear, in memory": "node",
    "diamond of files and memory": "node",
    "in memory past a file": "node",
    "arguments by name, by position, twice, and several outputs by name": "node",
    "namespaces in namespaces": "namespace",
}


@pytest.mark.parametrize("case", CASES)
def test_results_equal_those_of_kedro_run(case, tmp_path, monkeypatch):
    project, root, out = CASES[case], tmp_path / "project", tmp_path / "out"
    monkeypatch.setenv("DATABASE", str(tmp_path / "database"))
    kedro = kedro_run(project.write(tmp_path / "by_kedro"), project.pipeline)
    (tmp_path / "database").unlink(missing_ok=True)
    project.write(root)
    words = ("--target", "domino", "--pipeline", project.pipeline)
    words += ("--group-by", GROUPINGS.get(case, "tier"))

    flyte(root, "plan", *words, "--format", "json", "--output", str(tmp_path / "plan.json"))
    flyte(root, "run", *words, "--output", str(out), NODE_LOG=str(tmp_path / "nodes.log"))

    assert sorted(logged(tmp_path / "nodes.log")) == sorted(kedro.nodes)
    plan = json.loads((tmp_path / "plan.json").read_text())
    results = {path.stem: content(path) for path in out.glob("*")}
    by_name = {dataset["name"]: dataset for dataset in plan["datasets"]}
    compared = 0
    for name in plan["results"]:
        dataset = by_name[name]
        if dataset["travel"] == "pickle":
            assert _named(results, dataset) == kedro.free[name], name
            compared += 1
        elif dataset["travel"] in ("file", "directory"):
            path = kedro.root / dataset["location"]
            last = (sorted(path.glob(f"*Z/{path.name}")) or [path])[-1]
            assert _named(results, dataset) == content(last), name
            compared += 1
    assert len(results) == compared


def _named(results: dict[str, Any], dataset: dict[str, Any]) -> Any:
    """Return a result by its dataset's name, or by its id where the name is no file name."""
    keys = [dataset["name"], dataset["name"].rsplit(".", 1)[0], dataset["id"]]
    return results[next(key for key in keys if key in results)]
