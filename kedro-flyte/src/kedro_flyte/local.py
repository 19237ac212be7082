"""An exported workflow, or one task of it, on this machine."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kedro_flyte.errors import ProjectError, UnsupportedError, nearest
from kedro_flyte.plan.data import parameters
from kedro_flyte.plan.data.places import is_remote
from kedro_flyte.plan.model import Plan, Task
from kedro_flyte.results import Results
from kedro_flyte.stage import Manner, Tell, staged
from kedro_flyte.target import Local


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a user gives for a run: parameters, files by dataset, and the folder for results."""

    params: Mapping[str, Any]
    files: Mapping[str, str]
    output: Path | None


def run_workflow(root: Path, plan: Plan, given: Given, manner: Manner, tell: Tell) -> None:
    """Export to a temporary folder, run the module as its target does, copy the results.

    Raises:
        ProjectError: A parameter or file given is not an input of the workflow, or not of its kind;
            one without a default is not given; a snapshot that the platform alone mounts is not
            given as a file; or something is in the way of a result.
        UnsupportedError: The target cannot run it here.
    """
    inputs = _parameters(plan, given.params)
    files = _files(plan, given.files, plan.sources)
    _require(plan, inputs, [p.id for p in plan.parameters])
    _require_mounts(plan, manner.target.title, files)
    kept = Results(map(plan.dataset, plan.results), given.output)
    with staged(root, plan, manner, tell) as (module, local):
        results = local.run(module, plan.id, {**inputs, **_values(plan, local, files)})
        kept.keep(_several(results, plan.results), tell)


def run_one_task(
    root: Path, plan: Plan, task_id: str, given: Given, manner: Manner, tell: Tell
) -> None:
    """Run one task with the files given; a source that is not given is read as the catalog says.

    Raises:
        ProjectError: An input is missing, one given is not an input of the task, or something is
            in the way of a result.
        UnsupportedError: The task is a command of its own.
    """
    target = manner.target
    run_task, command = target.local().run_task, target.local().task_command
    if run_task is None:
        raise UnsupportedError(
            f"A task is run by itself as {target.title} runs it. After `kedro flyte export "
            f"--target {target.name}`: {command(plan, task_id)}"
        )
    task = plan.task(task_id)
    inputs = _parameters(plan, given.params)
    files = _files(plan, given.files, task.inputs)
    _require(plan, inputs, task.parameters)
    _require_handed_over(plan, task, files)
    defaults = {p.id: p.default for p in plan.parameters}
    kept = Results(map(plan.dataset, task.outputs), given.output)
    with staged(root, plan, manner, tell) as (module, local):
        values = {**defaults, **inputs, **_values(plan, local, files)}
        kept.keep(_several(run_task(module, task_id, values), task.outputs), tell)


def _require_handed_over(plan: Plan, task: Task, files: Mapping[str, str]) -> None:
    missing = [
        name
        for name in task.inputs
        if name not in files
        and name not in plan.sources
        and plan.dataset(name).travel.is_handed_over
    ]
    if missing:
        raise ProjectError(
            f"Task '{task.id}' reads {', '.join(missing)}, which other tasks make. Give each by "
            f"hand: {' '.join(f'--input {name}=PATH' for name in missing)}."
        )


def _parameters(plan: Plan, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return parameters as the workflow takes them, by input id; Kedro's paths are known too."""
    known = {p.path: p for p in plan.parameters} | {p.id: p for p in plan.parameters}
    found = {}
    for name, value in parameters.by_input(params, known):
        if name not in known:
            raise ProjectError(f"The workflow has no parameter '{name}'.{nearest(name, known)}")
        try:
            found[known[name].id] = parameters.given_by_hand(known[name], value)
        except ValueError as error:
            raise ProjectError(str(error)) from None
    return found


def _require(plan: Plan, inputs: Mapping[str, Any], taken: Iterable[str]) -> None:
    """Refuse to start without a parameter that has no default."""
    needed = [p for p in plan.parameters if p.required and p.id in taken and p.id not in inputs]
    if needed:
        raise ProjectError(
            f"Nothing gives {', '.join(p.path for p in needed)}, and there is no default: it is "
            "written ${runtime_params:...} in the configuration. Give "
            f"{' '.join(f'--param {p.path}=VALUE' for p in needed)}."
        )


def _files(plan: Plan, files: Mapping[str, str], allowed: tuple[str, ...]) -> dict[str, str]:
    """Return where the files are that were given, by the names of their datasets."""
    datasets = [plan.dataset(name) for name in allowed]
    known = {d.name: d for d in datasets} | {d.id: d for d in datasets}
    found = {}
    for name, place in files.items():
        if name not in known:
            raise ProjectError(f"'{name}' is no dataset that is read here.{nearest(name, known)}")
        if "://" not in place and not Path(place).exists():
            raise ProjectError(f"{place}, given for '{name}', is not there.")
        where = place if "://" in place else str(Path(place).absolute())
        found[known[name].name] = where
    return found


def _values(plan: Plan, local: Local, files: Mapping[str, str]) -> dict[str, Any]:
    """Return files as the workflow takes them, by input id."""
    datasets = {plan.dataset(name): place for name, place in files.items()}
    return {dataset.id: local.value(dataset, place) for dataset, place in datasets.items()}


def _require_mounts(plan: Plan, title: str, files: Mapping[str, str]) -> None:
    mounts = [pair for snapshot in plan.snapshots for pair in snapshot.paths]
    for name, place in mounts:
        is_here = is_remote(place) or Path(place).exists()
        if name in plan.sources and name not in files and not is_here:
            raise ProjectError(
                f"'{name}' is read from {place}, where {title} mounts a snapshot, and this "
                f"machine has nothing there. Give the file: --input {name}=PATH."
            )


def _several(results: Any, names: tuple[str, ...]) -> tuple[Any, ...]:
    """Return results as a tuple, where one alone is itself and none as None."""
    return tuple(results) if len(names) > 1 else (results,) * len(names)
