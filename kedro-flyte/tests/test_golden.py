"""What is generated is pinned to the byte. `pytest --rewrite-golden` writes it again."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from golden_cases import CASES
from kedro_flyte.export import exported
from kedro_flyte.plan.view import Severity
from kedro_flyte.targets import load, registered

GOLDEN = Path(__file__).with_name("golden")


@pytest.fixture(params=CASES)
def case(request):
    return request.param


@pytest.fixture(params=registered())
def target(request):
    return request.param


def _folder(case: str) -> Path:
    return GOLDEN / re.sub(r"\W+", "_", case)


def _compare(path: Path, text: str, *, rewrite: bool) -> None:
    if rewrite:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    assert path.read_text(encoding="utf-8") == text


def test_a_module_and_its_plan_are_what_they_were(case, target, pytestconfig):
    root = Path(__file__).parent
    files = exported(CASES[case](target), load(target), root / "flows", root)
    rewrite = pytestconfig.getoption("rewrite_golden")
    suffix = "" if target == "flyte" else f".{target}"
    for path, text in files.items():
        if path.suffix == ".json":
            _compare(_folder(case) / f"plan{suffix}.json", text, rewrite=rewrite)
        elif text:
            _compare(_folder(case) / f"{target}.py", text, rewrite=rewrite)


def test_a_plan_has_no_error(case, target):
    assert [f for f in CASES[case](target).findings if f.severity is Severity.ERROR] == []


def test_a_module_has_the_style_of_ruff(case, target):
    for words in (["format", "--check"], ["check"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *words, "--isolated", _folder(case) / f"{target}.py"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr


def test_no_case_is_left_over():
    assert set(GOLDEN.iterdir()) == {_folder(case) for case in CASES}
