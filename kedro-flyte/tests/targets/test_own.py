"""What is a target's own is in its folder: no other module knows it, but for the places below."""

import ast
from importlib.metadata import EntryPoint
from pathlib import Path

import kedro_flyte
import pytest
from kedro_flyte import targets
from kedro_flyte.errors import UnsupportedError
from kedro_flyte.runtime import process
from kedro_flyte.targets import GROUP
from kedro_flyte.targets.domino import job

ROOT = Path(kedro_flyte.__file__).parent
DOMINO = {
    "targets/__init__.py": "registers the targets of this package",
    "plan/names/identifiers.py": "a project's things have the same names on all targets",
}
_VALUES = "values of tasks are flytekit's: files and folders"
FLYTEKIT = {
    "isolated/records.py": _VALUES,
    "isolated/task.py": "files of a task are where flytekit's context says",
    "runtime/agreement.py": "tasks of Flyte share storage, which flytekit reads and writes",
    "runtime/steps/maps.py": _VALUES,
    "runtime/steps/partitions.py": "partitions are read where flytekit reads",
    "runtime/task.py": f"{_VALUES}; what is tried again is flytekit's error",
}


def _trees(but):
    for path in sorted(ROOT.rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith(but):
            yield name, list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def _prose(nodes):
    """Return the docstrings."""
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef)
    bodies = [node.body for node in nodes if isinstance(node, kinds) and node.body]
    return {id(body[0].value) for body in bodies if isinstance(body[0], ast.Expr)}


def _words(nodes):
    """Yield identifiers, what is imported, and texts but for docstrings."""
    prose = _prose(nodes)
    for node in nodes:
        for key in ("id", "attr", "name", "arg", "module"):
            yield str(getattr(node, key, ""))
        if isinstance(node, ast.Constant) and id(node) not in prose:
            yield str(node.value)


def _imported(nodes):
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield str(node.module)


def test_no_module_outside_its_folder_names_domino():
    found = {
        name
        for name, nodes in _trees(but="targets/domino/")
        if any("domino" in word.lower() for word in _words(nodes))
    }

    assert found == set(DOMINO)


def test_no_module_but_those_of_a_target_and_the_runtime_imports_flytekit():
    found = {
        name
        for name, nodes in _trees(but=("targets/domino/", "targets/flyte/"))
        if any(one.partition(".")[0] == "flytekit" for one in _imported(nodes))
    }

    assert found == set(FLYTEKIT)


def test_no_explanation_of_a_finding_of_every_plan_names_domino():
    assert "domino" not in (ROOT / "plan/checks/findings.yml").read_text(encoding="utf-8").lower()


@pytest.mark.parametrize("place", ["kedro_flyte_nowhere:TARGET", "kedro_flyte.targets:NOTHING"])
def test_a_target_that_cannot_be_imported_is_named(place, monkeypatch):
    monkeypatch.setattr(targets, "registered", lambda: {"toy": EntryPoint("toy", place, GROUP)})

    with pytest.raises(UnsupportedError, match=f"'toy' is registered as {place}"):
        targets.load("toy")


@pytest.mark.parametrize("is_job", ["true", "false"])
def test_the_entry_of_a_job_tells_the_runtime_that_a_platform_has_started_it(is_job, monkeypatch):
    told = []
    monkeypatch.setenv("DOMINO_IS_WORKFLOW_JOB", is_job)
    monkeypatch.setattr(job, "run", lambda arguments: told.append(process.on_platform()))

    job.main(["plan.json", "task"])

    assert told == [is_job == "true"]
    assert not process.on_platform()
