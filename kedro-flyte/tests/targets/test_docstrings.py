"""What a workflow says of its inputs is readable, however long their names are."""

import ast

import pytest
from kedro_flyte.targets.domino import module as domino
from kedro_flyte.targets.flyte import module as flyte
from plan_views import node, plan, view

LONG = ".".join(["algorithms", "random_forest", "settings", "minSamplesInEachLeaf"])


@pytest.mark.parametrize(("target", "render"), [("flyte", flyte.render), ("domino", domino.render)])
def test_a_long_line_on_an_input_goes_on_in_the_next(target, render):
    nested: object = 1
    for name in reversed(LONG.split(".")):
        nested = {name: nested}
    project = view(node("use", f"params:{LONG}", "used"), parameters=nested)

    text = render(plan(project, target=target))

    workflow = next(f for f in ast.parse(text).body if isinstance(f, ast.FunctionDef) and f.name == "default")  # fmt: skip
    said = ast.get_docstring(workflow, clean=False)
    assert max(map(len, said.splitlines())) <= 88
    assert f"parameter '{LONG}'" in " ".join(said.split())
