"""An exported workflow, or one task of it, on this machine."""

import importlib.util
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kedro_flyte.errors import ProjectError, UnsupportedError, nearest
from kedro_flyte.export import exported, module_of, write
from kedro_flyte.plan import parameters
from kedro_flyte.plan.model import Dataset, Kind, Plan, Travel
from kedro_flyte.plan.view import dotted
from kedro_flyte.results import Results
from kedro_flyte.runtime import agreement, execution
from kedro_flyte.runtime import task as runtime
from kedro_flyte.targets.domino.jobs import task_name

Tell = Callable[[str], None]
# Every job runs, also where flytekit's cache on this machine knows its result: a source is a path,
# and the file there may have changed.
_NO_CACHE = {"FLYTE_LOCAL_CACHE_ENABLED": "false"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a user gives for a run: parameters, files by dataset, and the folder for results."""

    params: Mapping[str, Any]
    files: Mapping[str, str]
    output: Path | None


def run_workflow(root: Path, plan: Plan, given: Given, tell: Tell) -> None:
    """Export to a temporary folder, run the module with flytekit, copy the results.

    Raises:
        ProjectError: A parameter or file given is not an input of the workflow, a snapshot that is
            mounted in Domino alone is not given as a file, or something is in the way of a result.
    """
    inputs = {**_parameters(plan, given.params), **_files(plan, given.files, plan.sources)}
    if plan.target == "domino":
        _require_mounts(plan, inputs)
    kept = Results(map(plan.dataset, plan.results), given.output)
    with _agreeing(plan), _exported(root, plan, tell) as module:
        results = getattr(module, plan.id)(**inputs)
        kept.keep(_several(results, plan.results), tell)


def run_one_task(root: Path, plan: Plan, task_id: str, given: Given, tell: Tell) -> None:
    """Run one task with the files given; a source that is not given is read as the catalog says.

    Raises:
        ProjectError: An input is missing, one given is not an input of the task, or something is
            in the way of a result.
        UnsupportedError: The task is a job, which is a command of its own.
    """
    if plan.target == "domino":
        raise UnsupportedError(
            "A job is run by itself as Domino runs it. After `kedro flyte export --target domino`: "
            f"python -m kedro_flyte.runtime.job flows/on_domino/{plan.identity}.plan.json "
            f"{task_id} --inputs DIR --outputs DIR"
        )
    task = plan.task(task_id)
    inputs = {**_parameters(plan, given.params), **_files(plan, given.files, task.inputs)}
    missing = [
        name
        for name in task.inputs
        if plan.dataset(name).id not in inputs
        and name not in plan.sources
        and plan.dataset(name).travel.is_handed_over
    ]
    if missing:
        raise ProjectError(
            f"Task '{task_id}' reads {', '.join(missing)}, which other tasks make. Give each by "
            f"hand: {' '.join(f'--input {name}=PATH' for name in missing)}."
        )
    defaults = {p.id: p.default for p in plan.parameters}
    kept = Results(map(plan.dataset, task.outputs), given.output)
    with _exported(root, plan, tell) as module:
        results = runtime.run_task(module.PLAN, task_id, {**defaults, **inputs})
        kept.keep(_several(results, task.outputs), tell)


@contextmanager
def _agreeing(plan: Plan) -> Iterator[None]:
    """Give tasks a place in which to agree, as Flyte does; jobs of Domino have none."""
    if plan.target == "domino":
        yield
        return
    with tempfile.TemporaryDirectory(prefix="kedro-flyte-agreed-") as folder:
        before = os.environ.get(agreement.PLACE)
        os.environ[agreement.PLACE] = folder
        try:
            yield
        finally:
            os.environ.pop(agreement.PLACE)
            os.environ.update({agreement.PLACE: before} if before else {})


@contextmanager
def _exported(root: Path, plan: Plan, tell: Tell) -> Iterator[Any]:
    """Yield the exported module, imported from a temporary folder, in the environment it needs."""
    own = _NO_CACHE if plan.target == "domino" else {execution.RUN_ID: execution.timestamp()}
    settings = {execution.PROJECT: str(root), **own}
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="kedro-flyte-export-"))
        write(exported(plan, plan.target, Path(folder)))
        before = {name: os.environ.get(name) for name in settings}
        os.environ.update(settings)
        progress = _Progress(plan, tell)
        execution.watch(progress)
        try:
            if plan.target == "domino":
                _enter_domino(stack, root, Path(folder), progress)
            yield _import(module_of(plan, plan.target, Path(folder)))
        finally:
            execution.watch(None)
            for name, value in before.items():
                os.environ.pop(name, None) if value is None else os.environ.update({name: value})


def _enter_domino(stack: ExitStack, root: Path, folder: Path, progress: "_Progress") -> None:
    """Let what is imported find the stand-in for Domino's plugin, and run jobs as processes."""
    from kedro_flyte.domino_local import Place, installed, running

    jobs = folder / "jobs"
    jobs.mkdir()
    stack.enter_context(installed())
    stack.enter_context(running(Place(root=root, folder=jobs, tell=progress)))


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


def _parameters(plan: Plan, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return parameters as the workflow takes them, by input id; Kedro's paths are known too."""
    known = {p.path: p for p in plan.parameters} | {p.id: p for p in plan.parameters}
    found = {}
    for keys, value in parameters.leaves(params):
        name = dotted(keys)
        if not keys:
            continue
        if name not in known:
            raise ProjectError(f"The workflow has no parameter '{name}'.{nearest(name, known)}")
        written = parameters.encode(value)
        kind = known[name].kind
        same = written is not None and written[0] is kind
        found[known[name].id] = written[1] if same and written else _as(kind, value)
    return found


def _as(kind: Kind, value: Any) -> Any:
    """Return a value in the way of another kind: what is no text is written as JSON."""
    if kind is Kind.JSON:
        return value if isinstance(value, str) else parameters.as_text(value)
    if kind is Kind.FLOAT:
        return float(value)
    return value if kind is Kind.INTEGER else str(value)


def _files(plan: Plan, files: Mapping[str, str], allowed: tuple[str, ...]) -> dict[str, Any]:
    datasets = [plan.dataset(name) for name in allowed]
    known = {d.name: d for d in datasets} | {d.id: d for d in datasets}
    found = {}
    for name, place in files.items():
        if name not in known:
            raise ProjectError(f"'{name}' is no dataset that is read here.{nearest(name, known)}")
        if "://" not in place and not Path(place).exists():
            raise ProjectError(f"{place}, given for '{name}', is not there.")
        where = place if "://" in place else str(Path(place).absolute())
        is_text = plan.target == "domino"
        found[known[name].id] = where if is_text else _flyte_value(known[name], where)
    return found


def _require_mounts(plan: Plan, inputs: Mapping[str, Any]) -> None:
    mounts = [pair for snapshot in plan.snapshots for pair in snapshot.paths]
    for name, place in mounts:
        if (
            name in plan.sources
            and plan.dataset(name).id not in inputs
            and not Path(place).exists()
        ):
            raise ProjectError(
                f"'{name}' is read from {place}, where Domino mounts a snapshot, and this machine "
                f"has nothing there. Give the file: --input {name}=PATH."
            )


def _flyte_value(dataset: Dataset, where: str) -> Any:
    if dataset.travel is Travel.DIRECTORY:
        from flytekit.types.directory import FlyteDirectory

        return FlyteDirectory(where)
    from flytekit.types.file import FlyteFile

    return FlyteFile(where)


def _several(results: Any, names: tuple[str, ...]) -> tuple[Any, ...]:
    """Return results as a tuple, where flytekit gives one alone and none as None."""
    return tuple(results) if len(names) > 1 else (results,) * len(names)
