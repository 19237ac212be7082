"""A run's tasks: each gets a folder with the code alone, its variables, and a process."""

import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kedro_flyte.errors import TaskError
from kedro_flyte.isolated import environment
from kedro_flyte.isolated.client import Processes
from kedro_flyte.isolated.records import Outcome, Request, read, written
from kedro_flyte.plan.model import Plan
from kedro_flyte.runtime import agreement, execution, process
from kedro_flyte.runtime import call as calls
from kedro_flyte.runtime.call import Call

_PASSED_ON = (execution.RUN_ID, agreement.PLACE)  # of the execution, and so every task's


class IsolatedTasks:
    """Answers the calls of a run. What tasks have made lies in their folders until the run ends.

    Args:
        plan: The plan of the run.
        code: What ships, with the exported module.
        folder: The run's own, for the folders of its tasks.
        processes: Where they run.
        variables: What the run gives to all tasks.
    """

    def __init__(
        self,
        plan: Plan,
        code: Path,
        folder: Path,
        processes: Processes,
        variables: Mapping[str, str],
    ) -> None:
        self._plan, self._code, self._folder = plan, code, folder
        self._processes, self._variables = processes, variables
        self.outcomes: list[Outcome] = []

    def __call__(self, call: Call) -> list[Any]:
        """Run a task; return its results.

        Raises:
            TaskError: It failed.
        """
        folder = Path(tempfile.mkdtemp(prefix=f"{call.task[:50]}-", dir=self._folder))
        code, scratch = folder / "code", folder / "scratch"
        scratch.mkdir()
        shutil.copytree(self._code, code, symlinks=True)
        request = Request(
            number=secrets.randbits(53),  # others may ask the same server
            plan=str(call.file.path.resolve().relative_to(self._code.resolve())),
            digest=call.file.digest,
            task=call.task,
            step=call.step,
            flags=call.flags,
            inputs={name: written(value) for name, value in call.inputs.items()},
            folder=str(code),
            scratch=str(scratch),
            environment=self._environment(call),
        )
        done = self._processes.run(request)
        shutil.rmtree(code, ignore_errors=True)
        self.outcomes.append(done)
        if done.error:
            raise TaskError(done.error)
        return [read(value) for value in done.results]

    def _environment(self, call: Call) -> dict[str, str]:
        own = environment.given(_PASSED_ON) | {process.ISOLATE: "1"}
        given = {**own, **self._variables}
        return environment.of_task(self._plan, self._plan.task(call.task), given)


@contextmanager
def isolated(tasks: IsolatedTasks) -> Iterator[None]:
    """Let these answer what generated modules call meanwhile."""
    calls.hand_over(tasks)
    try:
        yield
    finally:
        calls.hand_over(None)
