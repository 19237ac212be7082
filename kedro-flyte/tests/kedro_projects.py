"""Small complete Kedro projects, written from a description, and ways to run them.

A project has one pipeline unless its description says otherwise. Its nodes log their names to the
file that the variable NODE_LOG names, so that a test sees which ran, how often and in which order.
"""

import functools
import json
import os
import pickle
import shutil
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import warm_python
from kedro_flyte.isolated import client
from kedro_flyte.isolated.client import Processes

AT_THE_END = ExitStack()  # closed with the session
LOGS = ("NODE_LOG", "HOOK_LOG", "DATABASE")

_PYPROJECT = """
[tool.kedro]
package_name = "{package}"
project_name = "{package}"
kedro_init_version = "1.7.0"
source_dir = "src"
"""

# Where kedro-mlflow is installed, its hook fails without a server. pluggy leaves out an entry point,
# unimported, where its name is taken.
_SETTINGS = """
class NoTracking:
    __name__ = "mlflow_hook"


HOOKS = (NoTracking(),)
"""

_NODES = """
import os
from pathlib import Path


def log(name):
    if "NODE_LOG" in os.environ:
        with open(os.environ["NODE_LOG"], "a") as stream:
            stream.write(name + "\\n")

"""

DOUBLE = """
from kedro.pipeline import Node, Pipeline

def double(name):
    def run(x):
        log(name)
        return 2 * x
    return run
"""

_RUN = """
import json, pickle, sys
from pathlib import Path
from kedro.framework.project import pipelines
from kedro.framework.session import KedroSession
from kedro.framework.startup import bootstrap_project

root, pipeline, env, params, answer = sys.argv[1:]
bootstrap_project(Path(root))
with KedroSession.create(root, env=env or None, runtime_params=json.loads(params)) as session:
    found = session.run(pipeline_names=[pipeline])
    memory = {n: d for n, d in found.items() if type(d).__name__ == "MemoryDataset"}
    free = {name: dataset.load() for name, dataset in memory.items()}
before = {
    node.name: sorted(other.name for other in others)
    for node, others in pipelines[pipeline].node_dependencies.items()
}
Path(answer).write_bytes(pickle.dumps((free, before)))
"""

# The server of tasks' processes is that of the tests.
_COMMAND = """
import socket, sys
from kedro_flyte.cli import flyte
from kedro_flyte.isolated.client import Processes

flyte(sys.argv[2:], obj=Processes(socket.socket(fileno=int(sys.argv[1]))))
"""

# Several commands in one process, which saves the start of Python and Kedro for each.
_COMMANDS = """
import json, os, shutil, socket, sys
from flytekit import LaunchPlan
from kedro_flyte.cli import flyte
from kedro_flyte.isolated.client import Processes

processes = Processes(socket.socket(fileno=int(sys.argv[3])))
for words, env in json.loads(sys.argv[1]):
    os.environ.update(env)
    shutil.copytree(sys.argv[2], "data", dirs_exist_ok=True)
    LaunchPlan.CACHE.clear()  # by name, which a fresh process does not have
    flyte(words, standalone_mode=False, obj=processes)
"""


@dataclass
class Project:
    """What a project is made of; text is dedented when it is written.

    Attributes:
        nodes: Python source that defines `create()`, which returns a Kedro Pipeline.
        catalog: conf/base/catalog.yml.
        parameters: conf/base/parameters.yml.
        files: Further files by their path.
        pipeline: The one to run.
        env: The environment in which Kedro runs it as tasks do; empty: Kedro's own default.
    """

    nodes: str
    catalog: str = "{}"
    parameters: str = "{}"
    settings: str = _SETTINGS
    files: dict[str, str | bytes] = field(default_factory=dict)
    registry: str = "return {'__default__': create()}"
    package: str = "demo"
    pipeline: str = "__default__"
    env: str = ""

    def write(self, root: Path) -> Path:
        """Write the project and return its root."""
        files: dict[str, str | bytes] = {
            "pyproject.toml": _PYPROJECT.format(package=self.package),
            ".telemetry": "consent: false\n",
            f"src/{self.package}/__init__.py": "",
            f"src/{self.package}/settings.py": self.settings,
            f"src/{self.package}/flow.py": _NODES + textwrap.dedent(self.nodes),
            f"src/{self.package}/pipeline_registry.py": (
                f"from {self.package}.flow import create\n\n\n"
                f"def register_pipelines():\n{textwrap.indent(textwrap.dedent(self.registry), '    ')}\n"
            ),
            "conf/base/catalog.yml": textwrap.dedent(self.catalog),
            "conf/base/parameters.yml": textwrap.dedent(self.parameters),
            "conf/local/.gitkeep": "",
            "data/.gitkeep": "",
            **self.files,
        }
        for name, content in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, bytes):
                path.write_bytes(content)
            else:
                path.write_text(textwrap.dedent(content), encoding="utf-8")
        return root


def environment(**more: str) -> dict[str, str]:
    """Return the environment of a command: this process's, without what would change results."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("KEDRO_", "FLYTE_"))}
    return {**kept, "DO_NOT_TRACK": "true", "MLFLOW_DISABLE_TELEMETRY": "true", **more}


def _with_logs(words: Iterable[str]) -> list[str]:
    """Return the words of a command; tasks of a run are given where the tests' nodes and hooks write."""
    first, *rest = words
    names = LOGS if first in ("run", "run-task") else ()
    return [first, *(word for name in names for word in ("--variable", name)), *rest]


def command(root: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run `kedro flyte ...` in a project, without the commands of other plugins."""
    channel = processes().channel.fileno()
    return warm_python.run(
        [sys.executable, "-c", _COMMAND, str(channel), *_with_logs(words)],
        cwd=root,
        env=environment(**env),
        pass_fds=(channel,),
    )


def flyte(root: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run `kedro flyte ...` in a project, and expect it to succeed."""
    done = command(root, *words, **env)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done


@functools.cache
def processes() -> Processes:
    """Return a server of processes that lives as long as the tests."""
    return AT_THE_END.enter_context(client.processes())


def flyte_all(root: Path, *commands: tuple[list[str], dict[str, str]], **env: str) -> None:
    """Run several `kedro flyte ...` in one process, each with the data and variables given."""
    channel = processes().channel.fileno()
    told = [(_with_logs(words), env) for words, env in commands]
    with tempfile.TemporaryDirectory() as data:
        shutil.copytree(root / "data", data, dirs_exist_ok=True)
        words = ("-c", _COMMANDS, json.dumps(told), data, str(channel))
        _python(root, *words, pass_fds=(channel,), **env)


@dataclass(frozen=True)
class ByKedro:
    """What Kedro alone made of a pipeline: its free outputs, and which nodes each node waits for."""

    root: Path
    free: dict[str, Any]
    dependencies: dict[str, list[str]]

    @property
    def nodes(self) -> list[str]:
        """The names that the nodes have logged, in order."""
        return logged(self.root / "kedro.log")


def kedro_run(
    root: Path, pipeline: str = "__default__", params: dict[str, Any] | None = None, env: str = ""
) -> ByKedro:
    """Run a pipeline by Kedro alone."""
    answer = root / "free_outputs.pickle"
    words = (str(root), pipeline, env, json.dumps(params or {}), str(answer))
    _python(root, "-c", _RUN, *words, NODE_LOG=str(root / "kedro.log"))
    return ByKedro(root, *pickle.loads(answer.read_bytes()))


def _python(root: Path, *words: str, pass_fds: tuple[int, ...] = (), **env: str) -> None:
    done = warm_python.run(
        [sys.executable, *words], cwd=root, env=environment(**env), pass_fds=pass_fds
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


def content(path: Path) -> Any:
    """Return what a result holds, in a form in which equal results are equal."""
    if path.is_dir():
        return {
            p.relative_to(path).as_posix(): p.read_bytes() for p in path.rglob("*") if p.is_file()
        }
    if path.suffix == ".pickle":
        return pickle.loads(path.read_bytes())
    return path.read_bytes()


def logged(path: Path) -> list[str]:
    """Return the nodes that have run, in order."""
    return path.read_text().split("\n")[:-1] if path.exists() else []
