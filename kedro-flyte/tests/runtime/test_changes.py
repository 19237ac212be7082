"""A hook that saves what is no output of its task: later tasks do not see it, so it is refused."""

import json
import subprocess
import sys

import pytest
from kedro_projects import Project, environment

PROJECT = Project(
    """
from kedro.pipeline import Node, Pipeline

def make(raw):
    return len(raw)

def double(table, k, raw, whole):
    return table * k

def create():
    return Pipeline([Node(make, "raw", "table", name="make"),
                     Node(double, ["table", "params:k", "raw", "parameters"], "out", name="double")])
""",
    catalog="""
raw: {type: text.TextDataset, filepath: data/raw.txt}
table: {type: json.JSONDataset, filepath: data/table.json}
out: {type: json.JSONDataset, filepath: data/out.json}
""",
    parameters="{k: 1, unused: 1, odd: .nan}",
    files={
        "data/raw.txt": "abc",
        "src/demo/settings.py": """
        import os
        from pathlib import Path
        from kedro.framework.hooks import hook_impl

        class NoTracking:
            __name__ = "mlflow_hook"

        class Saves:
            @hook_impl
            def before_pipeline_run(self, catalog):
                self.catalog = catalog
                if os.environ["SAVES"] == "before the nodes":
                    catalog["params:k"].save(7)

            @hook_impl
            def after_node_run(self, node):
                what = os.environ["SAVES"]
                if what in ("params:k", "params:unused"):
                    self.catalog[what].save(7)
                if what == "raw":
                    self.catalog.save("raw", "changed")

        HOOKS = (NoTracking(), Saves())
        """,
    },
)

SCRIPT = """
import json, os, sys
from pathlib import Path
from kedro_flyte import KedroFlyteError, run_task
from kedro_flyte.cli import flyte
from kedro_flyte.plan.serialization import from_json

os.environ["SAVES"] = ""
flyte(["export", "--output", "out"], standalone_mode=False)
(plan,) = Path("out").rglob("*.plan.json")
ids = {t.nodes[0]: t.id for t in from_json(plan.read_text()).tasks}
told = {}
for what, node in json.loads(sys.argv[1]):
    os.environ["SAVES"] = what
    try:
        inputs = {"k": 1, "unused": 1, "odd": "NaN", "table": "table.json"}
        Path("table.json").write_text("3")
        run_task(plan, ids[node], inputs)
        told[f"{what} {node}"] = "done"
    except KedroFlyteError as error:
        told[f"{what} {node}"] = str(error)
print(json.dumps(told))
"""
CASES = [
    ("params:k", "make"), ("raw", "make"), ("params:k", "double"), ("params:unused", "make"),
    ("before the nodes", "make"), ("", "make"),
]  # fmt: skip


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> dict[str, str]:
    """Return what became of each case."""
    root = PROJECT.write(tmp_path_factory.mktemp("project"))
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, json.dumps(CASES)], cwd=root, env=environment(),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    found: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("what", ["params:k", "raw"])
def test_a_hook_that_saves_what_a_later_task_reads_is_refused(told, what):
    said = told[f"{what} make"]

    assert said.startswith(f"While the nodes ran, something has saved '{what}'")
    assert "double would compute with what there was before" in said


@pytest.mark.parametrize(
    "case", ["params:k double", "params:unused make", "before the nodes make", " make"]
)
def test_what_no_later_task_reads_or_every_task_sets_is_taken(told, case):
    assert told[case] == "done"
