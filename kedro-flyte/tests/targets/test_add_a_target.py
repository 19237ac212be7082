"""The page on adding a target, as it is printed: what it makes plans, checks, exports and runs."""

import json
import sys

import pytest
import tomllib
import warm_python
from kedro_projects import environment, processes
from workflows import project_of

_PROGRAM = """
import json, socket, sys

sys.path.insert(0, "toy")
from kedro_flyte.cli import flyte
from kedro_flyte.isolated.client import Processes

shared = Processes(socket.socket(fileno=int(sys.argv[1])))
for words in json.loads(sys.argv[2]):
    print("$", *words, flush=True)
    flyte(words, standalone_mode=False, obj=shared)
"""
COMMANDS = [
    ["plan"], ["plan", "--target", "toy"], ["export", "--target", "toy"],
    ["export", "--check", "--target", "toy"], ["run", "--target", "toy", "--output", "results"], ["explain", "toy001"],
]  # fmt: skip


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    root = project_of("add-a-target", tmp_path_factory.mktemp("toy") / "project")
    _install(root / "toy")
    return root


def _install(folder):
    """Write what an installation of the page's distribution writes of its entry points."""
    told = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
    ((group, points),) = told["entry-points"].items()
    installed = folder / f"kedro_flyte_toy-{told['version']}.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text(f"Name: {told['name']}\nVersion: {told['version']}\n")
    lines = [f"[{group}]", *(f"{name} = {place}" for name, place in points.items())]
    (installed / "entry_points.txt").write_text("\n".join(lines))


@pytest.fixture(scope="module")
def said(root):
    channel = processes().channel.fileno()
    done = warm_python.run(
        [sys.executable, "-c", _PROGRAM, str(channel), json.dumps(COMMANDS)],
        cwd=root, env=environment(COLUMNS="200"), pass_fds=(channel,),
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    parts = done.stdout.split("$ ")[1:]
    return {part.partition("\n")[0]: part.partition("\n")[2] for part in parts}


def test_its_own_check_speaks_in_its_plans_alone(said):
    assert "TOY001" in said["plan --target toy"]
    assert "TOY001" not in said["plan"]
    assert "Let cron start it" in said["explain toy001"]


def test_it_exports_with_what_flyte_yml_says_of_it(root, said):
    module = root / "flows/on_toy/demo__default.py"
    assert module.read_text().startswith("# Written for a toy.\n")
    assert json.loads(module.with_suffix(".plan.json").read_text())["own"] == {
        "banner": "Written for a toy."
    }
    assert "up to date" in said["export --check --target toy"]


def test_it_runs_on_this_machine(root, said):
    assert json.loads((root / "results/total.json").read_text()) == 12
