"""Parameters that tasks take together arrive as `kedro run` has them, whatever takes them.

One project has all that takes a group: tasks of a sub-workflow, the alternatives of a branch, the
steps of a map, and a task that gets it with what is computed from it.
"""

from pathlib import Path

import pytest
from flyte_standin import Package
from kedro_flyte.plan.data import parameters
from kedro_flyte.plan.serialization import from_json
from kedro_projects import Project, content, kedro_run
from workflows import package, run

NODES = """
from kedro.pipeline import Node, Pipeline
from kedro_flyte import branch, each

def tell(*values):
    return {"told": repr(values)}

def make(model):
    return [str(model["depth"]), "b"]

def shout(item, model):
    return f"{item} {model!r}"

def joined(chosen, shouted):
    return {"chosen": chosen["told"], "shouted": shouted}

def create():
    inner = [
        Node(tell, ["params:model", "params:model.grid"], "n.one", name="one", namespace="n"),
        Node(tell, ["n.one", "params:model.grid"], "n.two", name="two", namespace="n"),
    ]
    return Pipeline([
        *inner,
        Node(make, "params:model", "items", name="make"),
        each(shout, "items", "params:model", "shouted", name="shout"),
        branch(("params:model.limit", ">", 0.3),
               Node(tell, ["n.two", "params:model"], "chosen", name="high"),
               Node(tell, ["n.two", "params:other"], "chosen", name="low"), name="choose"),
        Node(joined, ["chosen", "shouted"], "told", name="join"),
        Node(tell, ["parameters"], "whole", name="all"),
    ])

def failure():
    return Pipeline([Node(tell, "params:other", "last", name="last")])
"""
PROJECT = Project(
    NODES,
    catalog="""
        told: {type: json.JSONDataset, filepath: data/told.json}
        whole: {type: json.JSONDataset, filepath: data/whole.json}
    """,
    parameters="""
        model:
          limit: 0.5
          rate: 0.1
          depth: 3
          flag: true
          name: "it's"
          day: 2026-01-31
          nothing: null
          mixed: [1, a, [2]]
          empty: {}
          derived: ${model.depth}
          made: ${runtime_params:made, 7}
          grid: {c: [0.1, 1], names: [a, b], C: 2.0}
        other: {a: 1, b: "2"}
    """,
    registry="from demo.flow import failure\nreturn {'__default__': create(), 'failure': failure()}",
    files={
        "conf/base/flyte.yml": """
            sub_workflows: namespace
            pipelines:
              __default__:
                on_failure: last
                schedules:
                  nightly:
                    cron: "0 3 * * *"
                    inputs: {model.grid.c: [2, 3.5], model.rate: 1}
        """
    },
)
GIVEN = {
    "model": {
        "limit": 0.1, "rate": 2.0, "depth": 4.5, "flag": False, "nothing": [1, None],
        "grid": {"c": [1, 2.5], "names": ["x"]},
    },
    "other": {"a": 9},
}  # fmt: skip


@pytest.fixture(scope="module")
def root(tmp_path_factory) -> Path:
    return PROJECT.write(tmp_path_factory.mktemp("arguments") / "demo")


@pytest.fixture(scope="module")
def made(root) -> Package:
    return package(root)


@pytest.mark.parametrize("values", [{}, GIVEN], ids=["as configured", "given"])
def test_one_process_a_task_computes_with_what_kedro_run_has(root, made, values, tmp_path):
    plan = from_json((root / "flows/on_flyte/demo__default.plan.json").read_text())
    known = {parameter.path: parameter for parameter in plan.parameters}
    inputs = {
        known[path].id: parameters.given_by_hand(known[path], value)
        for path, value in parameters.by_input(values, known)
    }
    own = PROJECT.write(tmp_path / "own")
    kedro_run(own, params=values)

    done = run(root, tmp_path, made, inputs)

    assert done.error is None, done.error
    for name in ("told", "whole"):
        assert content(Path(done.output_path(name))) == content(own / f"data/{name}.json")
