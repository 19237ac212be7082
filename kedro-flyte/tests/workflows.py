"""A project's workflow as Flyte would get and run it: packaged, checked, one process a task."""

import atexit
import functools
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import warm_python
from flyte_standin import Execution, LocalStorage, Package, Propeller, check
from kedro_projects import Project, environment, flyte

DOCS = Path(__file__).parents[2] / "docs/how-to"


def package(root: Path, *words: str, module: str = "demo__default") -> Package:
    """Export a project, package it with pyflyte, and expect the compiler to find nothing."""
    flyte(root, "export", *words)
    made = packaged(root, f"flows.on_flyte.{module}", root.with_suffix(".tgz"))
    assert check(made) == []
    _require_style(root / "flows")
    return made


def packaged(
    root: Path, modules: str, path: Path, *more: str, image: str = "registry/image:1"
) -> Package:
    """Return what `pyflyte package` makes of an exported module, or of all in a package."""
    done = warm_python.run(
        [Path(sys.executable).with_name("pyflyte"), "--pkgs", modules, "package",
         "--image", image, "--force", "--output", path, *more],
        cwd=root, env=environment(),
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    if folder := os.environ.get("KEEP_PACKAGES"):  # set by `make test-real ALL=1`
        shutil.copy(path, Path(folder) / f"{time.time_ns()}.tgz")
    return Package.read(path)


def _require_style(folder: Path) -> None:
    for words in (["format", "--check"], ["check"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *words, "--isolated", folder],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr


def propeller(root: Path, folder: Path, **more: Any) -> Propeller:
    """Return what runs packages, with the project as the image's folder."""
    pod_env = {"DO_NOT_TRACK": "true", **more.pop("pod_env", {})}
    return Propeller(
        storage=LocalStorage(folder / "store"), folder=folder / "pods", workdir=root,
        pod_env=pod_env, **more,
    )  # fmt: skip


def run(root: Path, folder: Path, made: Package, inputs: Any = None, **more: Any) -> Execution:
    """Run a project's only workflow."""
    (name,) = (n for n in made.workflows if n.endswith(".default"))
    return propeller(root, folder, **more).run(made, name, inputs)


def page(name: str) -> dict[str, str]:
    """Return the files of a how-to page: its blocks of code, each headed by its path."""
    text = (DOCS / f"{name}.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^```\w+\n# (\S+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))


def project_of(name: str, root: Path) -> Path:
    """Make a fresh project and do what a how-to page prints: its files and commands, nothing else.

    Where kedro-mlflow is installed, which no page asks for, its hook is left out.
    """
    shutil.copytree(_fresh(), root)
    settings = root / "src/demo/settings.py"
    settings.write_text(settings.read_text() + Project.settings)
    for path, text in page(name).items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    text = (DOCS / f"{name}.md").read_text(encoding="utf-8")
    for commands in re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        own = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        subprocess.run(["sh", "-ec", commands], cwd=root, env=environment(PATH=own), check=True)
    return root


@functools.cache
def _fresh() -> Path:
    """Return the project that `kedro new` makes, as the pages ask for it."""
    folder = Path(tempfile.mkdtemp(prefix="fresh-project-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    words = ["kedro", "new", "--name", "demo", "--tools", "none", "--example", "n"]
    program = Path(sys.executable).with_name(words[0])
    subprocess.run(
        [program, *words[1:]], cwd=folder, env=environment(), check=True, capture_output=True
    )
    return folder / "demo"
