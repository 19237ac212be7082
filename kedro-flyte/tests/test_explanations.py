"""Every finding is explained, by the command and in the reference page alike."""

import ast
import re
from pathlib import Path

import kedro_flyte
import pytest
import yaml
from click.testing import CliRunner
from kedro_flyte.cli import commands
from kedro_flyte.explanations import explanations

SOURCE = Path(kedro_flyte.__file__).parent
CODE = re.compile(r"KF\d{3}")


def _said() -> dict[str, set[str]]:
    """Return the severities that the code gives to each finding, where it says them in place."""
    found: dict[str, set[str]] = {}
    for path in SOURCE.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.args:
                first = call.args[0]
                if isinstance(first, ast.Constant) and CODE.fullmatch(str(first.value)):
                    found.setdefault(str(first.value), set()).add(call.func.id)
    return found


def test_every_code_of_the_source_is_explained_and_no_other():
    used = {code for path in SOURCE.rglob("*.py") for code in CODE.findall(path.read_text("utf-8"))}

    assert used == set(explanations())


def test_the_severities_are_those_that_the_checks_give():
    said = _said()

    assert len(said) > 50
    for code, severities in said.items():
        known = severities & {"error", "warning", "info"}
        assert known <= set(re.findall(r"error|warning|info", explanations()[code].severity)), code


@pytest.mark.parametrize("code", ["KF109", "kf109"])
def test_a_finding_is_explained_without_a_project(code, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    done = CliRunner().invoke(commands, ["flyte", "explain", code])

    assert done.exit_code == 0, done.output
    told = explanations()["KF109"]
    assert done.output.startswith(f"KF109 error: {told.says}.\n\nwhy: The configuration ships")
    assert "do:  Move it to credentials.yml" in done.output
    assert "    warehouse: { con:" in done.output


def test_a_code_that_is_none_is_refused_with_those_that_are(tmp_path):
    done = CliRunner().invoke(commands, ["flyte", "explain", "KF999"])

    assert done.exit_code == 1
    assert "There is no finding 'KF999'. The codes go from KF101 to" in done.output


def test_an_example_that_is_yaml_can_be_read():
    for one in explanations().values():
        if one.example and "Node(" not in one.example:
            assert isinstance(yaml.safe_load(one.example), dict), one.code
        elif one.example:
            ast.parse(one.example)
