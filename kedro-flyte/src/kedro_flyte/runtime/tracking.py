"""MLflow in an execution: one parent run, a child run a task, through kedro-mlflow.

kedro-mlflow starts a run in each session, so an execution would leave one stray run a task. Here a
child run is made first, below the one parent of the execution, and kedro-mlflow is told its id in
its own configuration: it resumes that run, and everything in mlflow.yml holds.

MLflow has no "create if absent" for runs. An experiment's name is unique on every server, so the
task that manages to make an experiment named after the execution makes the parent, and writes its
id there for the others; that experiment is deleted at once, which hides it and keeps its name.
"""

import importlib.util
import time
from collections.abc import Callable
from importlib.metadata import distribution
from typing import Any

from kedro_flyte.errors import TaskError
from kedro_flyte.plan.model import Plan, Task
from kedro_flyte.plan.settings.tracking import is_tracked

_PARENT_TAG = "kedro_flyte.execution"
_WAIT = 60.0


class Tracking:
    """The MLflow run of one task; nothing where kedro-mlflow is not installed or not wanted.

    Without the id of an `execution` the run has no parent.
    """

    def __init__(self, plan: Plan, task: Task, execution: str) -> None:
        self._plan, self._task, self._execution = plan, task, execution
        self._client: Any = None
        self._parent = self._child = ""

    def begin(self, context: Any) -> None:
        """Make the runs, and tell kedro-mlflow which one to use."""
        if not self._wanted(context):
            return
        from kedro_mlflow.config.kedro_mlflow_config import KedroMlflowConfig

        raw = _raw(context)
        config = KedroMlflowConfig.model_validate(raw)
        if config.tracking.experiment.name in (None, "Default"):
            config.tracking.experiment.name = self._plan.package
        try:
            patiently(lambda: config.setup(context))
        except Exception as error:
            raise TaskError(_no_server(raw, error)) from error
        from mlflow import MlflowClient

        self._client = MlflowClient(tracking_uri=config.server.mlflow_tracking_uri)
        experiment = self._client.get_experiment_by_name(
            config.tracking.experiment.name
        ).experiment_id
        tags = {"kedro_flyte.task": self._task.id}
        if self._execution:
            self._parent = parent_run(
                self._client, experiment, self._execution, self._plan.pipeline
            )
            tags["mlflow.parentRunId"] = self._parent
        self._child = self._client.create_run(
            experiment, run_name=self._task.id, tags=tags
        ).info.run_id
        tracking = dict(raw.get("tracking") or {})
        # Nested, kedro-mlflow would open the run once more for each node and close it once.
        own = {"id": self._child, "name": self._task.id, "nested": False}
        tracking["run"] = {**(tracking.get("run") or {}), **own}
        context.config_loader["mlflow"] = {**raw, "tracking": tracking}

    def end(self, status: str) -> None:
        """Close what this task opened; the parent ends with the last tasks, or with a failure."""
        if self._client is None:
            return
        if self._client.get_run(self._child).info.status == "RUNNING":
            self._client.set_terminated(self._child, status)
        if self._parent and (status == "FAILED" or self._is_end()):
            self._client.set_terminated(self._parent, status)

    def _is_end(self) -> bool:
        read = {name for task in self._plan.tasks for name in task.inputs}
        return not set(self._task.outputs) & read

    def _wanted(self, context: Any) -> bool:
        if importlib.util.find_spec("kedro_mlflow") is None:
            return False
        raw = _raw(context)
        if (not raw or _is_disabled()) and not _has_hook(context):
            return False
        return is_tracked(raw, self._plan.pipeline)


def _no_server(raw: dict[str, Any], error: Exception) -> str:
    """Return what is to be done where kedro-mlflow cannot begin; `kedro run` stops there, too."""
    missing = (
        "There is no mlflow.yml, so kedro-mlflow takes the folder mlruns for a server. "
        "Write conf/base/mlflow.yml with a server (`kedro mlflow init` makes one)"
    )
    known = "Is the server in mlflow.yml right, and can a task reach it? Correct it"
    return (
        f"kedro-mlflow cannot begin to track: {type(error).__name__}: {error}\n"
        f"{known if raw else missing}; or let the project run without it: "
        f"DISABLE_HOOKS_FOR_PLUGINS = ('{_plugin()}',) in settings.py."
    )


def _plugin() -> str:
    """Return the name by which settings disable kedro-mlflow: that of what is installed."""
    return str(distribution("kedro-mlflow").name)


def _is_disabled() -> bool:
    from kedro.framework.project import settings

    return _plugin() in settings.DISABLE_HOOKS_FOR_PLUGINS


def _has_hook(context: Any) -> bool:
    """Whether kedro-mlflow's own hook takes part in this session."""
    plugins = context._hook_manager.get_plugins()  # noqa: SLF001 - Kedro has no other way to ask
    return any(type(plugin).__module__.startswith("kedro_mlflow") for plugin in plugins)


def _raw(context: Any) -> dict[str, Any]:
    from kedro.config import MissingConfigException

    loader = context.config_loader
    if hasattr(loader, "config_patterns"):  # a project's own loader may have none
        loader.config_patterns.setdefault("mlflow", ["mlflow*", "mlflow*/**", "**/mlflow*"])
    try:
        return dict(loader["mlflow"])
    except MissingConfigException:
        return {}


def parent_run(client: Any, experiment: str, execution: str, name: str) -> str:
    """Return the id of the parent run of an execution, making it if this task is the first."""
    from mlflow.exceptions import MlflowException

    lock = f"kedro-flyte execution {execution}"
    try:
        lock_id = client.create_experiment(lock)
    except MlflowException:
        return _parent_of_other(client, lock)
    run = client.create_run(experiment, run_name=name, tags={_PARENT_TAG: execution})
    client.set_experiment_tag(lock_id, _PARENT_TAG, run.info.run_id)
    client.delete_experiment(lock_id)
    return str(run.info.run_id)


def _parent_of_other(client: Any, lock: str) -> str:
    """Wait for the task that makes the parent to tell its id."""
    end = time.monotonic() + _WAIT
    while time.monotonic() < end:
        found = client.get_experiment_by_name(lock)
        if found is not None and _PARENT_TAG in found.tags:
            return str(found.tags[_PARENT_TAG])
        time.sleep(0.2)
    raise TaskError(
        f"Another task was to make the MLflow parent run of this execution and has not within "
        f"{_WAIT:.0f} s. Was it killed? Start the execution again."
    )


def patiently(action: Callable[[], Any], tries: int = 5) -> Any:
    """Do something that fails while other tasks set up the same store; give up after some tries."""
    for number in range(tries - 1):
        try:
            return action()
        except Exception:  # noqa: BLE001, PERF203 - whatever the store raises; the last try tells
            time.sleep(0.3 * 2**number)
    return action()
