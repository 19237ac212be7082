"""An exported flow on this machine: its jobs as processes, by the stand-in for Domino's plugin."""

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager

from kedro_flyte.isolated.environment import changed, given, of_machine, taken
from kedro_flyte.plan.model import Dataset, Plan
from kedro_flyte.runtime.execution import RUN_ID
from kedro_flyte.target import Stage
from kedro_flyte.targets.domino.jobs import task_name

_NO_CACHE = {"FLYTE_LOCAL_CACHE_ENABLED": "false"}


@contextmanager
def around(stage: Stage) -> Iterator[None]:
    """Let what is imported find the stand-in for Domino's plugin, and run jobs as processes."""
    from kedro_flyte.targets.domino.stand_in import Place, installed, running

    jobs = stage.folder / "tasks"
    jobs.mkdir()
    ids = {task_name(stage.plan, task): task.id for task in stage.plan.tasks}
    with ExitStack() as stack:
        stack.enter_context(changed(_NO_CACHE))
        stack.enter_context(installed())
        place = Place(
            root=stage.code,
            folder=jobs,
            tell=lambda name, state: stage.tell(ids[name], state),
            variables=_variables(stage) if stage.isolated else None,
        )
        stack.enter_context(running(place))
        yield


def _variables(stage: Stage) -> dict[str, str]:
    return of_job(stage.plan, {**given([RUN_ID]), **stage.variables})


def of_job(
    plan: Plan, own: Mapping[str, str], variables: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """Return the variables of a job: what Domino's settings hold for a project, all jobs have.

    It sets the address of its MLflow server, too.
    """
    set_there = {name for one in plan.credentials for name in one.variables}
    set_there |= {secret.env for secret in plan.secrets if secret.env}
    set_there |= {name for name in variables if name.startswith("MLFLOW_")}
    return {**of_machine(variables), **taken(set_there, variables), **own}


def value(dataset: Dataset, place: str) -> str:  # noqa: ARG001 - a folder is given as a file is
    """Return what the workflow takes for a file or a folder: the text of its path."""
    return place
