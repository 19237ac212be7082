"""What a module for Flyte says: mypy passes on it, and it says a thing once."""

import shutil
from pathlib import Path

from kedro_flyte.targets.flyte.module import render
from mypy import api
from plan_views import node, plan, view

GOLDEN = Path(__file__).parents[1] / "golden"


LONG = [f"{word}_of_the_rows_that_were_kept" for word in ("first", "second", "third")]


def _packed() -> str:
    """Return a module with outputs that stay with their tasks, and are results among others."""
    split = node("split", "params:x", " ".join(LONG))
    use, show = node("use", " ".join([*LONG, "params:x"]), "used"), node("show", LONG[1], "shown")
    kept = {one: {"type": "pandas.CSVDataset", "filepath": f"data/{one}.csv"} for one in LONG}
    project = view(split, use, show, catalog=kept, parameters={"x": 1})
    return render(plan(project, target="flyte"))


def test_mypy_passes_on_every_module(tmp_path):
    for module in GOLDEN.glob("*/flyte.py"):
        shutil.copy(module, tmp_path / f"{module.parent.name}.py")
    (tmp_path / "packed.py").write_text(_packed(), encoding="utf-8")

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


def test_outputs_with_long_names_stay_with_their_task():
    text = _packed()

    assert "    split_outputs = split(x)\n" in text
    assert "    used = use(*split_outputs, x)\n" in text
    assert f"    shown = show(split_outputs.{LONG[1]})\n" in text
    assert f"        split_outputs.{LONG[2]},\n        used,\n        shown,\n    )\n" in text


def test_no_dataset_is_hidden_by_the_outputs_of_a_task():
    split = node("split", "params:x", " ".join(LONG))
    use = node("use", " ".join(LONG), "split_outputs")

    text = render(plan(view(split, use, parameters={"x": 1}), target="flyte"))

    assert "    split_outputs_ = split(x)\n    split_outputs = use(*split_outputs_)\n" in text
