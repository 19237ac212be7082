"""One task: from the values that the platform hands over to those that it takes back.

The nodes are run by Kedro's own session and runner, with the project's hooks. The plugin's hook
changes the configuration of that session, and nothing else is touched.
"""

import faulthandler
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kedro_flyte.errors import ItemError, KedroFlyteError, TaskError, legible
from kedro_flyte.plan.model import Dataset, Plan, Task, Travel, pipeline_of
from kedro_flyte.plan.model.grouped import apart
from kedro_flyte.plan.view import base_name, is_parameter
from kedro_flyte.record import lines
from kedro_flyte.runtime import execution, process, startup
from kedro_flyte.runtime.agreement import of_execution
from kedro_flyte.runtime.call import Call, elsewhere
from kedro_flyte.runtime.current import CurrentTask, enter, leave
from kedro_flyte.runtime.failure import explain
from kedro_flyte.runtime.plan_file import PlanFile, read_plan
from kedro_flyte.runtime.steps import Work, step_of
from kedro_flyte.runtime.workplace import Workplace

if TYPE_CHECKING:
    from kedro_flyte.runtime import session


def run_task(
    plan: PlanFile | Path | str,
    task: str,
    inputs: Mapping[str, Any],
    *,
    step: str = "",
    flags: bool = False,
) -> Any:
    """Run the nodes of one task of a plan; the generated tasks call it.

    Args:
        plan: `plan.json`, somewhere within the Kedro project.
        task: Id of the task.
        inputs: The value of every input by its id: files and folders as flytekit gives them,
            parameters as the plan writes them, alone or in a group.
        step: Which step of the task to run, where the platform chooses or maps: `then`,
            `otherwise`, `split`, `item` or `gather`.
        flags: Whether the task gives the conditions, too, that the platform chooses by.

    Returns:
        The task's outputs in their order, then its flags: one alone, several as a tuple, none as
        None.

    Raises:
        PlanError: The plan is not the one that the module was written with, or none.
        TaskError: The task could not start, or a node failed. Where the plan allows retries it is
            an error that flytekit retries, too.
    """
    file = plan if isinstance(plan, PlanFile) else PlanFile(Path(plan))
    whole = read_plan(file)
    one = whole.task(task)
    call = Call(file=file, task=task, inputs=apart(whole, inputs), step=step, flags=flags)
    answer = elsewhere() or perform
    failure = ""
    execution.tell(task, "begins")
    try:
        results = answer(call)
    except KedroFlyteError as error:
        failure = legible(str(error))
    else:
        execution.tell(task, "done")
        return results[0] if len(results) == 1 else tuple(results) or None
    execution.tell(task, "failed")
    raise _failure(failure, retried=bool(one.retries))


def perform(call: Call) -> list[Any]:
    """Run a task in this process; return its outputs in their order, then its flags.

    Raises:
        PlanError: The plan is not the one that the module was written with, or none.
        TaskError: The task could not start, or a node failed.
    """
    plan = read_plan(call.file)
    job = Job(call.file.path, plan, plan.task(call.task), call.inputs, call.step)
    job.perform()
    return job.results(flags=call.flags or bool(call.step))


def _asked(plan: Plan, task: Task) -> str:
    memory = next((tier.memory for tier in plan.tiers if tier.name == task.tier), "")
    return f"its tier '{task.tier}' has {memory or 'no limit of its own'}"


def _failure(message: str, *, retried: bool) -> Exception:
    """Return what to raise: flytekit tries a task again for its own recoverable error alone."""
    if not retried:
        return TaskError(message)
    from flytekit.exceptions.user import FlyteRecoverableException

    class RetriedTaskError(TaskError, FlyteRecoverableException):  # type: ignore[misc]
        """A failed task that may be tried again."""

    return RetriedTaskError(message)


def version_of(dataset: Dataset, given: Any) -> str:
    """Return the version in `location/version/name`, which `give` has handed over; or nothing."""
    start = f"{dataset.location}/"
    inside = str(given).startswith(start) if given is not None else False
    return str(given).removeprefix(start).rsplit("/", 1)[0] if inside else ""


class Job:
    """The work of one task. Files are fetched when it is made, before any fork."""

    def __init__(
        self, path: Path, plan: Plan, task: Task, inputs: Mapping[str, Any], step: str = ""
    ) -> None:
        self._plan, self._task, self._inputs = plan, task, inputs
        self._root = execution.project_root(path)
        self._workplace = Workplace(keeps_outputs=self._keeps_outputs())
        self._run_id = execution.run_id()
        self._agreement = of_execution()
        self.step = step_of(self._work(), step)
        self._captured = self.step.captured()
        self._paths = self._places(inputs)

    def _keeps_outputs(self) -> bool:
        """Whether files outlive the process: `pyflyte run` on a laptop prints where they are."""
        return not (process.on_platform() or execution.is_watched())  # what is watched is collected

    def _work(self) -> Work:
        over = self._task.map_over.name if self._task.map_over else ""
        known = {name: self._plan.dataset(name) for name in self._task.inputs if name == over}
        return Work(
            task=self._task,
            node=self._plan.node(self._task.nodes[0]),
            inputs=self._inputs,
            folder=self._workplace.folder,
            root=self._root,
            over_id=known[over].id if known else "",
            over_location=known[over].location if known else "",
        )

    @property
    def _pipeline(self) -> str:
        """The pipeline that the task's nodes are of."""
        return pipeline_of(self._plan, self._task)

    @property
    def progress(self) -> Path:
        """The file that names the node that runs."""
        return self._workplace.folder / "node"

    def perform(self) -> None:
        """Run the nodes, in a child process where one is wanted."""
        if not self.step.runs_nodes:
            return
        if process.wanted():
            process.in_child(self.run, progress=self.progress, asked=_asked(self._plan, self._task))
        else:
            self.run()

    def run(self) -> None:
        """Run the nodes, in the project's folder: they may name files of it, as in `kedro run`."""
        before = Path.cwd()
        os.chdir(self._root)
        enter(self._current())
        try:
            with lines.as_part():
                self._run_nodes()
        finally:
            leave()
            os.chdir(before)

    def _current(self) -> CurrentTask:
        tasks = self._plan.tasks
        return CurrentTask(
            execution_id=execution.execution_id(),
            task=self._task.id,
            pipeline=self._pipeline,
            attempt=execution.attempt(),
            is_first=self._task.id == tasks[0].id,
            is_last=self._task.id == tasks[-1].id,
            failure=self._failure(),
        )

    def _failure(self) -> str:
        """Return what Flyte tells the node that handles failures."""
        told = self._inputs.get("err")
        return "" if told is None else str(getattr(told, "message", told))

    def _places(self, inputs: Mapping[str, Any]) -> dict[str, str]:
        """Return the path of every dataset that is handed over or pinned, by name."""
        read = {base_name(entry) for entry in self._entries()}
        pinned = (pair for snapshot in self._plan.snapshots for pair in snapshot.paths)
        places = {name: path for name, path in pinned if name in read}
        places |= self.step.places()
        for name in self._task.inputs:
            dataset = self._plan.dataset(name)
            value = inputs.get(dataset.id)
            wanted = dataset.travel.is_handed_over and name != self.step.kept_apart()
            if wanted and value is not None:
                places[name] = self._receive(dataset, value)
        for name in self._task.outputs:
            dataset = self._plan.dataset(name)
            if dataset.travel.is_handed_over:
                places[name] = str(self._workplace.place(dataset))
        return places

    def _receive(self, dataset: Dataset, value: Any) -> str:
        """Return the path at which the nodes find what was handed over."""
        return str(self._workplace.receive(dataset, value))

    def _run_nodes(self) -> None:
        if process.on_platform():
            startup.prepare(self._root)
            faulthandler.enable()
        from kedro_flyte.runtime import session
        from kedro_flyte.runtime.hooks import task_hook

        task_hook.progress = self.progress
        try:
            session.run_nodes(self._request())
        except Exception as error:
            if isinstance(error, KedroFlyteError) and not isinstance(error, ItemError):
                raise
            raise TaskError(explain(error, task_hook.failed_node, self._pipeline)) from error

    def _request(self) -> "session.Request":
        from kedro_flyte.runtime import session

        return session.Request(
            root=self._root,
            plan=self._plan,
            task=self._task,
            run_id=self._run_id,
            execution_id=execution.execution_id(),
            inputs=self._inputs,
            places=self._paths,
            entries=self._entries(),
            load_versions=self._load_versions(),
            order=self.step.order(),
            captured=self._captured,
            agreement=self._agreement,
        )

    def results(self, *, flags: bool) -> list[Any]:
        """Return what the step gives, in the order of the generated task's outputs."""
        outputs = self._task.outputs if self.step.gives_outputs else ()
        given = [self.give(self._plan.dataset(name)) for name in outputs]
        return given + (self.step.give() if flags else [])

    def _entries(self) -> list[str]:
        """Return the datasets that the task's nodes name, with transcoding."""
        nodes = [self._plan.node(name) for name in self._task.nodes]
        names = [n for node in nodes for n in (*node.inputs, *node.outputs, *node.confirms)]
        names += [flag.entry for flag in self._task.flags]
        return [name for name in dict.fromkeys(names) if not is_parameter(name)]

    def _load_versions(self) -> dict[str, str]:
        """Return the version of what this run saves at remote paths, here or before.

        A task that was skipped has handed over where an earlier run has saved it.
        """
        made = {name for task in self._plan.tasks for name in task.outputs}
        found = {}
        for entry in self._entries():
            name = base_name(entry)
            dataset = self._plan.dataset(name) if name in made else None
            stays = dataset and dataset.travel in (Travel.REFERENCE, Travel.IN_PLACE)
            if dataset and dataset.versioned and stays:
                given = self._inputs.get(dataset.id) if name in self._task.inputs else None
                found[entry] = version_of(dataset, given) or self._run_id
        return found

    def give(self, dataset: Dataset) -> Any:
        """Return what flytekit takes for an output."""
        if dataset.travel is Travel.IN_PLACE:
            return f"'{dataset.name}' is kept in place"
        if dataset.travel is Travel.REFERENCE:
            name = dataset.location.rstrip("/").rsplit("/", 1)[-1]
            version = f"/{self._run_id}/{name}" if dataset.versioned else ""
            return f"{dataset.location}{version}"
        path = str(self._workplace.give(dataset))
        if dataset.travel is Travel.DIRECTORY:
            from flytekit.types.directory import FlyteDirectory

            return FlyteDirectory(path)
        from flytekit.types.file import FlyteFile

        return FlyteFile(path)
