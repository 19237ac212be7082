"""A task as a job of a Domino flow: `python -m kedro_flyte.targets.domino.job PLAN TASK`.

In a flow, inputs are read from /workflow/inputs and outputs are written to /workflow/outputs.
Elsewhere, in a workspace or on a laptop, values come from `--inputs DIR` or `--NAME VALUE`; what is
not given is read where the catalog says, and without `--outputs DIR` results are saved there, too.
"""

import argparse
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kedro_flyte.errors import KedroFlyteError, TaskError, legible
from kedro_flyte.isolated.environment import changed
from kedro_flyte.plan.model import Dataset, Plan, Task, Travel
from kedro_flyte.plan.view import base_name
from kedro_flyte.runtime import archive, process
from kedro_flyte.runtime.execution import RUN_ID
from kedro_flyte.runtime.plan_file import PlanFile, read_plan
from kedro_flyte.runtime.task import Job, version_of
from kedro_flyte.runtime.workplace import file_name, meant
from kedro_flyte.targets.domino import exchange

if TYPE_CHECKING:
    from kedro_flyte.runtime import session


def main(arguments: Sequence[str]) -> int:
    """Run one task; return the exit code."""
    outputs = exchange.folders()[1] if in_flow() else None
    told = {process.ON_PLATFORM: "true"} if in_flow() else {}
    try:
        with changed(told):
            run(arguments)
    except KedroFlyteError as error:
        message = legible(str(error))
        print(message, file=sys.stderr)  # noqa: T201 - the log of the job
        if outputs is not None:
            exchange.write_error(outputs, message)
        return 1
    return 0


def in_flow() -> bool:
    """Whether this process is a job of a flow; the folders of one exist elsewhere, too."""
    return os.environ.get("DOMINO_IS_WORKFLOW_JOB", "").lower() == "true"


def run(arguments: Sequence[str]) -> None:
    """Run one task, with values from the platform's folders or from the arguments.

    Raises:
        TaskError: An input is missing or wrong, a node failed, or an output was not made.
    """
    parser = argparse.ArgumentParser(
        prog="python -m kedro_flyte.targets.domino.job", allow_abbrev=False
    )
    parser.add_argument("plan", type=Path, help="path of plan.json, within the project")
    parser.add_argument("task", help="id of the task")
    # Ids of inputs have no dashes, so this is none of them.
    parser.add_argument("--plan-digest", default="", help="what plan.json must be; refuse another")
    parser.add_argument("--inputs", type=Path, help="folder with a file for each input")
    parser.add_argument("--outputs", type=Path, help="folder for the outputs")
    told, rest = parser.parse_known_args(arguments)
    plan = read_plan(PlanFile(told.plan, told.plan_digest))
    task = plan.task(told.task)
    names = _names(plan, task)
    if in_flow():
        inputs, outputs = exchange.folders()
        given: dict[str, Any] = _read(plan, task, inputs)
        _require(names - given.keys(), f"{inputs} does not have", "Was the task exported anew?")
    else:
        outputs = told.outputs
        given = _read(plan, task, told.inputs) if told.inputs else {}
        given |= _named(plan, task, names, rest)
        given = _with_defaults(plan, task, given)
    job = FlowJob(told.plan, plan, task, given, keep=outputs is None)
    job.perform()
    if outputs is not None:
        for name in task.outputs:
            dataset = plan.dataset(name)
            exchange.write_output(outputs, dataset.id, job.give(dataset))


class FlowJob(Job):
    """The work of one task whose files have no suffix, and whose folders are archives.

    With `keep`, results are saved where the catalog says.
    """

    def __init__(
        self, path: Path, plan: Plan, task: Task, inputs: Mapping[str, Any], *, keep: bool
    ) -> None:
        self._keep = keep
        super().__init__(path, plan, task, inputs)

    def _keeps_outputs(self) -> bool:
        return False  # they are moved to the folder of outputs, or saved where the catalog says

    def _places(self, inputs: Mapping[str, Any]) -> dict[str, str]:
        places = super()._places(inputs)
        own = {name for name in self._task.outputs if self._plan.dataset(name).location}
        unchanged = {name for name in self._task.inputs if self._is_unchanged(name, inputs)}
        dropped = unchanged | (own if self._keep else set())
        return {name: place for name, place in places.items() if name not in dropped}

    def _is_unchanged(self, name: str, inputs: Mapping[str, Any]) -> bool:
        """Whether a source is read where the catalog says, which is not within a snapshot."""
        dataset = self._plan.dataset(name)
        pinned = any(name in dict(snapshot.paths) for snapshot in self._plan.snapshots)
        given = inputs.get(dataset.id) in (None, dataset.location)
        return name in self._plan.sources and given and not pinned

    def _receive(self, dataset: Dataset, value: Any) -> str:
        if not isinstance(value, Path):
            return str(value)
        if value.is_dir():
            return str(value)
        target = self._workplace.folder / "inputs" / dataset.id / file_name(dataset)
        target.parent.mkdir(parents=True, exist_ok=True)
        if archive.is_packed(value):
            archive.unpack(value, target)
            return str(meant(target))
        _link(value.resolve(), target)
        return str(target)

    def give(self, dataset: Dataset) -> Any:
        """Return the file of an output, or its text where the data stays where it is.

        Raises:
            TaskError: Nothing has been saved; the node that should have is named.
        """
        if not dataset.travel.is_handed_over:
            return super().give(dataset)
        path = self._workplace.saved(dataset)
        if path is None:
            raise TaskError(
                f"Output '{dataset.name}' is missing: node '{self._maker(dataset)}' should have "
                f"written {file_name(dataset)} and has not. Does its dataset save elsewhere than "
                "at its 'filepath'? Such a type must be used within one job."
            )
        return archive.pack(path) if path.is_dir() else path

    def _maker(self, dataset: Dataset) -> str:
        nodes = map(self._plan.node, self._task.nodes)
        return next(n.name for n in nodes if dataset.name in map(base_name, n.outputs))

    def _request(self) -> "session.Request":
        """Return what runs; no variable of a job names its execution, so MLflow has no parent."""
        return replace(super()._request(), execution_id=os.environ.get(RUN_ID, ""))

    def _load_versions(self) -> dict[str, str]:
        """Return the versions that are part of what was handed over: jobs share no run id."""
        found = super()._load_versions()
        handed = [entry for entry in found if base_name(entry) in self._task.inputs]
        for entry in handed:
            dataset = self._plan.dataset(base_name(entry))
            found[entry] = version_of(dataset, self._inputs.get(dataset.id))
        return {entry: version for entry, version in found.items() if version}


def _link(source: Path, target: Path) -> None:
    try:
        target.symlink_to(source)
    except OSError:
        shutil.copyfile(source, target)


def _names(plan: Plan, task: Task) -> set[str]:
    return {plan.dataset(name).id for name in task.inputs} | set(task.parameters)


def _read(plan: Plan, task: Task, folder: Path) -> dict[str, Any]:
    """Return the values that a folder has: files as paths, all else as the plan writes it."""
    paths = {name: exchange.find(folder, name) for name in _names(plan, task)}
    there = {name: path for name, path in paths.items() if path is not None}
    files = _files(plan, task)
    texts = {name: exchange.read_text(path) for name, path in there.items() if name not in files}
    return {**there, **_parsed(plan, texts)}


def _files(plan: Plan, task: Task) -> set[str]:
    """Return the inputs that are files; a source is the text of its path."""
    datasets = [plan.dataset(name) for name in task.inputs if name not in plan.sources]
    return {dataset.id for dataset in datasets if dataset.travel.is_handed_over}


def _parsed(plan: Plan, texts: Mapping[str, str]) -> dict[str, Any]:
    by_id = {parameter.id: parameter for parameter in plan.parameters}
    return {
        name: exchange.parse(by_id[name], text) if name in by_id else text
        for name, text in texts.items()
    }


def _named(plan: Plan, task: Task, names: set[str], rest: Sequence[str]) -> dict[str, Any]:
    """Return the values of `--NAME VALUE`."""
    parser = argparse.ArgumentParser(prog=f"... {task.id}", allow_abbrev=False)
    for name in sorted(names):
        parser.add_argument(f"--{name}", dest=f"value of {name}", metavar="VALUE")
    told = vars(parser.parse_args(rest))
    texts = {n: told[f"value of {n}"] for n in names if told[f"value of {n}"] is not None}
    files = _files(plan, task)
    paths = {name: Path(text) for name, text in texts.items() if name in files}
    absent = [f"{path} for --{name}" for name, path in paths.items() if not path.exists()]
    if absent:
        raise TaskError(f"{absent[0]} is not there.")
    return {**_parsed(plan, {n: t for n, t in texts.items() if n not in paths}), **paths}


def _with_defaults(plan: Plan, task: Task, given: dict[str, Any]) -> dict[str, Any]:
    """Return the values with the defaults of those that are not given."""
    defaults = {p.id: p.default for p in plan.parameters if not p.required}
    values = {**{n: v for n, v in defaults.items() if n in task.parameters}, **given}
    memory = {plan.dataset(n).id for n in task.inputs if plan.dataset(n).travel is Travel.PICKLE}
    missing = (memory | set(task.parameters)) - values.keys()
    _require(missing, "Nothing gives", "Give them by --inputs DIR or --NAME VALUE.")
    return values


def _require(missing: set[str], what: str, todo: str) -> None:
    if missing:
        raise TaskError(f"{what} {', '.join(sorted(missing))}. {todo}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
