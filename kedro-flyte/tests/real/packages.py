"""Packages to ask about: made from a project, or written from entities that no client would send.

Each project is exported and packaged in a process of its own, forked from one that has imported the
libraries and no project: that saves seconds a package.
"""

import contextlib
import io
import itertools
import multiprocessing
import os
import sys
import tarfile
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path
from typing import TypeAlias

from flyte_standin import Package
from flyte_standin.graph import all_nodes
from flyteidl.admin.launch_plan_pb2 import LaunchPlan
from flyteidl.admin.task_pb2 import TaskSpec
from flyteidl.admin.workflow_pb2 import WorkflowSpec
from flyteidl.core.workflow_pb2 import WorkflowTemplate
from kedro_flyte.targets.domino.stand_in import installed
from kedro_projects import environment

Entity: TypeAlias = TaskSpec | WorkflowSpec | LaunchPlan

_KINDS = {TaskSpec: 1, WorkflowSpec: 2, LaunchPlan: 3}


def write(entities: Package | Iterable[Entity], path: Path) -> Path:
    """Write a package as `pyflyte package` does, and return its path."""
    found = list(_entities(entities) if isinstance(entities, Package) else entities)
    with tarfile.open(path, "w:gz") as archive:
        for number, entity in enumerate(found):
            content = entity.SerializeToString(deterministic=True)
            info = tarfile.TarInfo(f"{number}_entity_{_KINDS[type(entity)]}.pb")
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


def _entities(package: Package) -> Iterable[Entity]:
    """Return a package's entities; each workflow travels with the sub-workflows that it uses."""
    for task in package.tasks.values():
        yield TaskSpec(template=task)
    for workflow in package.workflows.values():
        inner: dict[str, WorkflowTemplate] = {}
        _collect(workflow, package, inner)
        yield WorkflowSpec(template=workflow, sub_workflows=inner.values())
    yield from package.launch_plans.values()


def _collect(
    template: WorkflowTemplate, package: Package, found: dict[str, WorkflowTemplate]
) -> None:
    for node in all_nodes(template):
        name = node.workflow_node.sub_workflow_ref.name
        if name in package.sub_workflows and name not in found:
            found[name] = package.sub_workflows[name]
            _collect(found[name], package, found)


class Workshop:
    """Makes packages of projects, several at a time."""

    def __init__(self, workers: int | None = None) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(
            ["flytekit", "flytekit.clis.sdk_in_container.pyflyte", "kedro_flyte.cli",
             "kedro.framework.session", "kedro_datasets.pandas", "real.packages"]
        )  # fmt: skip
        self._pool = ProcessPoolExecutor(workers, mp_context=context, max_tasks_per_child=1)

    def make(self, root: Path, *exports: list[str], **env: str) -> "Future[list[Path]]":
        """Export a project with each of these words, and package each module that is in `flows`."""
        return self._pool.submit(_make, root, exports, env)

    def package(self, root: Path, modules: str, path: Path) -> "Future[Path]":
        """Package these modules of a folder, which need no project."""
        return self._pool.submit(_package, root, modules, path)

    def close(self) -> None:
        """End all processes."""
        self._pool.shutdown(cancel_futures=True)


def modules(folder: Path, root: Path) -> list[str]:
    """Return the modules that an export has written into a folder, for either target."""
    plans = sorted(folder.rglob("*.plan.json"))
    files = [plan.with_name(plan.name.replace(".plan.json", ".py")) for plan in plans]
    return [".".join(file.relative_to(root).with_suffix("").parts) for file in files]


def _make(root: Path, exports: tuple[list[str], ...], env: dict[str, str]) -> list[Path]:
    from kedro_flyte.cli import flyte

    _enter(root, env)
    with _told(f"kedro flyte in {root}: {exports}"):
        for words in exports:
            flyte(words, standalone_mode=False)
    names = modules(root / "flows", root)
    paths = [root.with_name(f"{root.name}-{number}.tgz") for number in range(len(names))]
    for name, path in zip(names, paths, strict=True):
        # In a fork: flytekit keeps in memory whatever a process has loaded.
        fork = multiprocessing.get_context("fork").Process(target=_pyflyte, args=(name, path))
        fork.start()
        fork.join()
        if fork.exitcode:
            raise RuntimeError(f"{name} of {root} is not packaged; the reason is printed.")
    return paths


def _package(root: Path, names: str, path: Path) -> Path:
    _enter(root, {})
    _pyflyte(names, path)
    return path


def _enter(root: Path, env: dict[str, str]) -> None:
    kept = environment(**env)
    os.environ.clear()
    os.environ.update(kept)
    sys.path[:] = [str(root), *(path for path in sys.path if path not in ("", str(Path.cwd())))]
    os.chdir(root)


def _pyflyte(names: str, path: Path) -> None:
    from flytekit.clis.sdk_in_container.pyflyte import main

    words = ["--pkgs", names, "package", "--image", "registry/image:1", "--force", "--output", path]
    sys.argv = ["pyflyte"]
    with installed(), _told(f"pyflyte package {names}"):
        main([str(word) for word in words], standalone_mode=False)


@contextlib.contextmanager
def _told(what: str) -> Iterator[None]:
    """Keep quiet, and say everything where something fails."""
    text = io.StringIO()
    with contextlib.redirect_stdout(text), contextlib.redirect_stderr(text):
        try:
            yield
        except SystemExit as error:  # what went wrong has been printed
            raise RuntimeError(f"{what}\n{text.getvalue()[-3000:]}") from error


def all_of(futures: Iterable["Future[list[Path]]"]) -> list[Path]:
    """Return all packages, in order."""
    return list(itertools.chain.from_iterable(future.result() for future in futures))
