"""What is generated is pinned to the byte. `pytest --rewrite-golden` writes it again."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from golden_cases import CASES
from kedro_flyte.export import TARGETS
from kedro_flyte.plan.serialization import to_json

GOLDEN = Path(__file__).with_name("golden")


@pytest.fixture(params=CASES)
def case(request):
    """Return the folder of a case, and its plan as the export has it."""
    folder = GOLDEN / re.sub(r"\W+", "_", request.param)
    return folder, replace(CASES[request.param](), findings=())


def _compare(path: Path, text: str, *, rewrite: bool) -> None:
    if rewrite:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("target", TARGETS)
def test_a_module_is_what_it_was(case, target, pytestconfig):
    folder, plan = case
    rewrite = pytestconfig.getoption("rewrite_golden")
    _compare(folder / f"{target}.py", TARGETS[target](plan), rewrite=rewrite)


def test_a_plan_is_what_it_was(case, pytestconfig):
    folder, plan = case
    rewrite = pytestconfig.getoption("rewrite_golden")
    _compare(folder / "plan.json", to_json(plan), rewrite=rewrite)


def test_no_case_is_left_over():
    folders = {re.sub(r"\W+", "_", name) for name in CASES}
    assert {path.name for path in GOLDEN.iterdir()} == folders
