"""A project that has never heard of the plugin, where nothing else is installed than both need.

Instead of an environment of its own, which would take a network, every process hides the libraries
that the plugin does not require: their modules cannot be imported, their entry points are not seen.
"""

import subprocess
import sys
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, distributions, packages_distributions, requires
from pathlib import Path

import pytest
from flyte_standin import LocalStorage, Propeller
from kedro_projects import Project, content, environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from workflows import packaged

pytestmark = pytest.mark.xdist_group("alone")

PROJECT = Project(
    """
from kedro.pipeline import Node, Pipeline

def write(x, words):
    return {"x": x, "words": words}

def read(written):
    return written["x"] * 2

def create():
    return Pipeline([Node(write, ["params:x", "params:words"], "written", name="write"),
                     Node(read, "written", "doubled", name="read", tags="tier.large")])
""",
    catalog="""
written: {type: demo.store.JsonFile, filepath: data/written.json}
""",
    parameters="{x: 2, words: [a, b]}",
    settings="",
    files={
        "src/demo/store.py": '''
        """Data as JSON, by the standard library."""
        import json
        from pathlib import Path
        from kedro.io import AbstractDataset

        class JsonFile(AbstractDataset):
            def __init__(self, filepath, metadata=None):
                self._path = Path(filepath)
            def load(self):
                return json.loads(self._path.read_text())
            def save(self, data):
                self._path.parent.mkdir(parents=True, exist_ok=True)
                self._path.write_text(json.dumps(data))
            def _describe(self):
                return {"path": str(self._path)}
        '''
    },
)

# Read by Python at its start. The plugin's own distribution stays, and what it requires.
HIDING = """
import importlib.metadata, sys

MODULES, DISTRIBUTIONS = {modules!r}, {distributions!r}

class Hides:
    def __init__(self, finder):
        self._finder = finder

    def __getattr__(self, name):
        return getattr(self._finder, name)

    def find_spec(self, name, path=None, target=None):
        hidden = name.partition(".")[0] in MODULES
        return None if hidden else self._finder.find_spec(name, path, target)

sys.meta_path[:] = [Hides(finder) for finder in sys.meta_path]
every = importlib.metadata.distributions

def seen(**words):
    return (d for d in every(**words) if d.metadata["Name"].lower().replace("_", "-") not in DISTRIBUTIONS)

importlib.metadata.distributions = seen
"""


def _required(names: Iterable[str]) -> set[str]:
    """Return distributions and all that they require here, without extras nobody asks for."""
    found: set[tuple[str, str]] = set()
    left = [(canonicalize_name(name), "") for name in names]
    while left:
        name, extra = left.pop()
        if (name, extra) in found:
            continue
        found.add((name, extra))
        try:
            lines = requires(name) or []
        except PackageNotFoundError:
            continue
        for needed in map(Requirement, lines):
            if needed.marker is None or needed.marker.evaluate({"extra": extra}):
                own = canonicalize_name(needed.name)
                left += [(own, one) for one in ("", *needed.extras)]
    return {name for name, _ in found}


@pytest.fixture(scope="module")
def hidden(tmp_path_factory) -> Path:
    """Return a folder for PYTHONPATH that hides what the plugin does not require."""
    kept = _required(["kedro-flyte"])
    everything = {canonicalize_name(d.metadata["Name"]) for d in distributions()}
    modules = {
        module
        for module, owners in packages_distributions().items()
        if not {canonicalize_name(owner) for owner in owners} & kept
    }
    folder = tmp_path_factory.mktemp("hiding")
    text = HIDING.format(
        modules=sorted({*modules, "e06_flows"}), distributions=sorted(everything - kept)
    )
    (folder / "sitecustomize.py").write_text(text)
    return folder


def _run(hidden: Path, root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        words, cwd=root, env=environment(PYTHONPATH=str(hidden)), capture_output=True, text=True,
        check=False,
    )  # fmt: skip


def _tool(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


@pytest.fixture(scope="module")
def root(hidden, tmp_path_factory) -> Path:
    """Return the project, exported by the command that a user types."""
    root = PROJECT.write(tmp_path_factory.mktemp("alone") / "project")
    done = _run(hidden, root, _tool("kedro"), "flyte", "export")
    assert done.returncode == 0, done.stdout + done.stderr
    return root


@pytest.mark.parametrize("module", ["pandas", "kedro_datasets", "kedro_mlflow", "e06_flows"])
def test_what_the_plugin_does_not_require_is_hidden(module, hidden, tmp_path):
    done = _run(hidden, tmp_path, sys.executable, "-c", f"import {module}")

    assert "ModuleNotFoundError" in done.stderr


def test_the_export_needs_no_flytekit(hidden, root, tmp_path):
    script = (
        "import sys; sys.modules['flytekit'] = None; from kedro_flyte.cli import flyte; flyte()"
    )
    done = _run(hidden, root, sys.executable, "-c", script, "export", "--check")

    assert done.returncode == 0, done.stdout + done.stderr


def test_kedro_and_flyte_make_the_same(hidden, root, tmp_path):
    out = tmp_path / "out"
    own = PROJECT.write(tmp_path / "own")
    by_kedro = _run(hidden, own, _tool("kedro"), "run")
    # What is hidden is hidden by a variable, which processes of tasks would not have.
    words = ("flyte", "run", "--in-process", "--output", str(out))
    by_flyte = _run(hidden, root, _tool("kedro"), *words)
    by_hand = _run(
        hidden,
        root,
        _tool("pyflyte"),
        "run",
        "flows/on_flyte/demo__default.py",
        "default",
        "--x",
        "5",
    )

    for done in (by_kedro, by_flyte, by_hand):
        assert done.returncode == 0, done.stdout + done.stderr
    assert (out / "written.json").read_bytes() == (own / "data/written.json").read_bytes()
    assert content(out / "doubled.pickle") == 4


def test_a_process_a_task_needs_no_more(hidden, root, tmp_path):
    made = packaged(root, "flows.on_flyte.demo__default", tmp_path / "package.tgz")
    propeller = Propeller(
        storage=LocalStorage(tmp_path / "store"),
        folder=tmp_path / "pods",
        workdir=root,
        pod_env={"PYTHONPATH": str(hidden), "DO_NOT_TRACK": "true"},
    )

    execution = propeller.run(made, "flows.on_flyte.demo__default.default", {"x": 5})

    assert execution.error is None, execution.error
    assert content(Path(execution.output_path("doubled"))) == 10
