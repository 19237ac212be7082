"""Where an exported module runs on this machine: what its tasks find there, and who is told."""

import importlib.util
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
from kedro_flyte.isolated.client import Processes
from kedro_flyte.isolated.environment import changed
from kedro_flyte.plan.model import Plan
from kedro_flyte.project.shipping import Shipping
from kedro_flyte.record.whole import recorded
from kedro_flyte.runtime import execution
from kedro_flyte.target import Local, Stage, Target

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How tasks run: as those of which target; in folders of what ships, or all in the project's.

    `processes` forks those of a target that asks for it, where they are not to run in this one;
    `variables` are given to all.
    """

    target: Target
    isolated: bool = False
    processes: Processes | None = None
    variables: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def staged(root: Path, plan: Plan, manner: Manner, tell: Tell) -> Iterator[tuple[Any, Local]]:
    """Yield the exported module, imported from a temporary folder, and how it runs there."""
    target, local = manner.target, manner.target.local()
    with ExitStack() as stack:
        record = stack.enter_context(recorded(root, plan))
        variables = {**manner.variables, **record.variables}
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kedro-flyte-run-")))
        code = folder / "code"
        if manner.isolated:
            _copy_code(root, code, plan, target)
        write(exported(plan, target, code / "flows", code if manner.isolated else None))
        if not manner.isolated:
            stack.enter_context(changed({execution.PROJECT: str(root), **variables}))
        progress = _Progress(plan, tell, record.task)
        execution.watch(progress)
        stack.callback(execution.watch, None)
        stage = Stage(
            plan=plan,
            code=code if manner.isolated else root,
            folder=folder,
            isolated=manner.isolated,
            processes=manner.processes,
            variables=variables,
            tell=progress,
        )
        stack.enter_context(local.around(stage))
        yield _import(module_of(plan, target, code / "flows")), local


def _copy_code(root: Path, code: Path, plan: Plan, target: Target) -> None:
    """Copy what ships, and an environment that is asked for by name and stays on this machine."""
    from kedro.framework.project import settings

    Shipping(root, target.platform.can.carrier).copy(code)
    if plan.env is not None:
        place = Path(settings.CONF_SOURCE, plan.env)
        shutil.copytree(root / place, code / place, dirs_exist_ok=True)


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
    """Tells when a task begins and ends, and lets it be recorded."""

    def __init__(self, plan: Plan, tell: Tell, record: Callable[[str, str], None]) -> None:
        self._record = record
        self._numbers = {task.id: number for number, task in enumerate(plan.tasks, start=1)}
        self._tell, self._begun = tell, 0.0

    def __call__(self, task_id: str, state: str) -> None:
        self._record(task_id, state)
        number = self._numbers.get(task_id, "on failure")
        where = f"[{number}/{len(self._numbers)}] {task_id}"
        if state == "begins":
            self._begun = time.monotonic()
            self._tell(f"{where} ...")
        else:
            self._tell(f"{where} {state} after {time.monotonic() - self._begun:.1f} s")
