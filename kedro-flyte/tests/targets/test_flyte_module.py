"""What a module for Flyte says: mypy passes on it, and it says a thing once."""

import shutil
from pathlib import Path

from kedro_flyte.targets.flyte.module import render
from mypy import api
from plan_views import node, plan, view

GOLDEN = Path(__file__).parents[1] / "golden"


def test_mypy_passes_on_every_module(tmp_path):
    for module in GOLDEN.glob("*/flyte.py"):
        shutil.copy(module, tmp_path / f"{module.parent.name}.py")

    said, _, code = api.run(
        ["--config-file=", "--ignore-missing-imports", "--follow-imports=silent",
         "--cache-dir", str(tmp_path / "cache"), str(tmp_path)]
    )  # fmt: skip

    assert code == 0, said


def test_a_function_called_as_its_node_needs_no_annotation():
    project = view(node("a.fit", "params:x", "fitted"), node("a-b", "params:x", "other"), parameters={"x": 1})  # fmt: skip

    text = render(plan(project, target="flyte"))

    assert "@task(resources=TIER_SMALL)\ndef a__fit(x: Number)" in text
    assert 'annotations={"kedro.org/nodes": "a-b"}' in text
