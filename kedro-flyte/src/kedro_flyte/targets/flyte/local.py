"""An exported module on this machine, run by flytekit."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

from flytekit.types.directory import FlyteDirectory
from flytekit.types.file import FlyteFile
from kedro_flyte.isolated.environment import changed
from kedro_flyte.isolated.tasks import IsolatedTasks, isolated
from kedro_flyte.plan.model import Dataset, Travel
from kedro_flyte.runtime import agreement, execution, task
from kedro_flyte.target import Stage

# Every task runs, also where flytekit's cache on this machine knows its result: the files that it
# would give are gone with the run that made them, and a source may have changed at its path.
_NO_CACHE = {"FLYTE_LOCAL_CACHE_ENABLED": "false"}


@contextmanager
def around(stage: Stage) -> Iterator[None]:
    """Let tasks agree in a folder, as on Flyte they do by its storage, and run in processes."""
    folders = {name: stage.folder / name for name in ("tasks", "agreed")}
    for folder in folders.values():
        folder.mkdir()
    own = {execution.RUN_ID: execution.timestamp(), agreement.PLACE: str(folders["agreed"])}
    with ExitStack() as stack:
        stack.enter_context(changed({**_NO_CACHE, **own}))
        if stage.isolated and stage.processes is not None:
            tasks = IsolatedTasks(
                stage.plan, stage.code, folders["tasks"], stage.processes, dict(stage.variables)
            )
            stack.enter_context(isolated(tasks))
        yield


def value(dataset: Dataset, place: str) -> Any:
    """Return what the workflow takes for a file or a folder."""
    return FlyteDirectory(place) if dataset.travel is Travel.DIRECTORY else FlyteFile(place)


def run_task(module: Any, task_id: str, inputs: Mapping[str, Any]) -> Any:
    """Run one task of a module."""
    return task.run_task(module.PLAN, task_id, inputs)
