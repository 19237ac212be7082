"""Where an exported module runs on this machine: what its tasks find there, and who is told."""

import importlib.util
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kedro_flyte.errors import ProjectError
from kedro_flyte.export import exported, module_of, write
from kedro_flyte.isolated import environment
from kedro_flyte.isolated.client import Processes
from kedro_flyte.isolated.tasks import IsolatedTasks, isolated
from kedro_flyte.plan.model import Plan
from kedro_flyte.project.shipping import Shipping
from kedro_flyte.runtime import agreement, execution
from kedro_flyte.targets.domino.jobs import task_name

Tell = Callable[[str], None]
# Every task runs, also where flytekit's cache on this machine knows its result: the files that it
# would give are gone with the run that made them, and a source may have changed at its path.
_NO_CACHE = {"FLYTE_LOCAL_CACHE_ENABLED": "false"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How tasks run: in folders that hold only what ships, or all in the project's.

    `processes` starts those of Flyte's tasks, where they are not to run in this one; `variables`
    are given to all.
    """

    isolated: bool = False
    processes: Processes | None = None
    variables: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def staged(root: Path, plan: Plan, manner: Manner, tell: Tell) -> Iterator[Any]:
    """Yield the exported module, imported from a temporary folder, in the environment it needs."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kedro-flyte-run-")))
        code = folder / "code"
        if manner.isolated:
            _copy_code(root, code, plan)
        write(exported(plan, plan.target, code / "flows", code if manner.isolated else None))
        stack.enter_context(_set(_settings(root, folder, plan, manner)))
        progress = _Progress(plan, tell)
        execution.watch(progress)
        stack.callback(execution.watch, None)
        for name in ("tasks", "agreed"):
            (folder / name).mkdir()
        if plan.target == "domino":
            where = code if manner.isolated else root
            stack.enter_context(_domino(where, folder / "tasks", plan, manner, progress))
        elif manner.isolated and manner.processes is not None:
            tasks = IsolatedTasks(
                plan, code, folder / "tasks", manner.processes, dict(manner.variables)
            )
            stack.enter_context(isolated(tasks))
        yield _import(module_of(plan, plan.target, code / "flows"))


def _copy_code(root: Path, code: Path, plan: Plan) -> None:
    """Copy what ships, and an environment that is asked for by name and stays on this machine."""
    from kedro.framework.project import settings

    Shipping(root, plan.target).copy(code)
    if plan.env is not None:
        place = Path(settings.CONF_SOURCE, plan.env)
        shutil.copytree(root / place, code / place, dirs_exist_ok=True)


def _settings(root: Path, folder: Path, plan: Plan, manner: Manner) -> dict[str, str]:
    """Return the variables of this process while the module runs.

    Tasks have a place in which to agree, as on Flyte; jobs of Domino have none.
    """
    own = dict(_NO_CACHE)
    if plan.target != "domino":
        own |= {execution.RUN_ID: execution.timestamp(), agreement.PLACE: str(folder / "agreed")}
    if manner.isolated:
        return own
    return {execution.PROJECT: str(root), **own, **manner.variables}


@contextmanager
def _set(settings: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None) if value is None else os.environ.update({name: value})


def _domino(root: Path, folder: Path, plan: Plan, manner: Manner, tell: "_Progress") -> ExitStack:
    """Let what is imported find the stand-in for Domino's plugin, and run jobs as processes."""
    from kedro_flyte.domino_local import Place, installed, running

    given = {**environment.given([execution.RUN_ID]), **manner.variables}
    own = environment.of_job(plan, given) if manner.isolated else None
    with ExitStack() as stack:
        stack.enter_context(installed())
        stack.enter_context(running(Place(root=root, folder=folder, tell=tell, variables=own)))
        return stack.pop_all()


def _import(path: Path) -> Any:
    name = f"kedro_flyte_exported_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ProjectError(f"{path} cannot be imported.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


class _Progress:
    """Tells when a task begins and ends."""

    def __init__(self, plan: Plan, tell: Tell) -> None:
        self._numbers = {task.id: number for number, task in enumerate(plan.tasks, start=1)}
        self._ids = {task_name(plan, task): task.id for task in plan.tasks}
        self._tell, self._begun = tell, 0.0

    def __call__(self, name: str, state: str) -> None:
        task_id = self._ids.get(name, name)
        number = self._numbers.get(task_id, "on failure")
        where = f"[{number}/{len(self._numbers)}] {task_id}"
        if state == "begins":
            self._begun = time.monotonic()
            self._tell(f"{where} ...")
        else:
            self._tell(f"{where} {state} after {time.monotonic() - self._begun:.1f} s")
