"""A node that fails is told alike by all three local ways: `kedro flyte run`, pods, and Domino's jobs."""

import subprocess

import pytest
from kedro_projects import Project, command
from selection import chosen
from workflows import package, propeller

PROJECT = Project(
    """
import os
import signal
import threading
from kedro.pipeline import Node, Pipeline

def given():
    return 1

def raises(x):
    raise ValueError("no luck")

def leaves(x):
    os._exit(3)

def ends(x):
    raise SystemExit("enough")

def dies(x):
    os.kill(os.getpid(), signal.SIGKILL)

def reads(x):
    return open("data/not_shipped.txt").read()

def locks(x):
    return threading.Lock()

def last(two):
    return two

def create(name):
    return Pipeline([Node(given, None, "one", name="given"),
                     Node(globals()[name], "one", "two", name=name),
                     Node(last, "two", "three", name="last")])
""",
    registry="return {n: create(n) for n in ('raises', 'leaves', 'ends', 'dies', 'reads', 'locks')}",
    files={"data/not_shipped.txt": "of this machine", ".gitignore": "data/\n"},
)
TOLD = {
    "raises": "Kedro node 'raises' of pipeline 'raises' failed: ValueError: no luck",
    "leaves": "Kedro node 'leaves' ended the process with exit code 3 and said nothing",
    "ends": "The node ended the process by sys.exit('enough').",
    "dies": "Kedro node 'dies' was ended by signal 9 (SIGKILL)",
    "reads": "Kedro node 'reads' of pipeline 'reads' failed: FileNotFoundError",
    "locks": "Kedro node 'locks' of pipeline 'locks' failed: DatasetError",
}


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    root = PROJECT.write(tmp_path_factory.mktemp("failures") / "project")
    subprocess.run(["git", "init", "-q", root], check=True)  # which leaves the data behind
    return root


@pytest.mark.parametrize("name", chosen(TOLD, list(TOLD)[:2]))
def test_a_failure_is_told_alike_by_all_ways(name, root, tmp_path):
    here = command(root, "run", "--pipeline", name)
    on_domino = command(root, "run", "--pipeline", name, "--target", "domino", "--group-by", "node")
    made = package(root, "--pipeline", name, module=f"demo__{name}")
    (root / "data/not_shipped.txt").unlink(missing_ok=True)  # a pod gets what ships
    in_pods = propeller(root, tmp_path).run(made, f"flows.on_flyte.demo__{name}.{name}")
    (root / "data/not_shipped.txt").write_text("of this machine")

    assert here.returncode == on_domino.returncode == 1
    for text in (here.stderr, on_domino.stderr, str(in_pods.error)):
        assert TOLD[name] in text
