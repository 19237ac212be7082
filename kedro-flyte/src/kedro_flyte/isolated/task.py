"""A task in a process of its own that the server has forked: in its folder, with its variables."""

import atexit
import gc
import importlib
import os
import sys
import tempfile
from pathlib import Path

from kedro_flyte.errors import KedroFlyteError
from kedro_flyte.isolated.records import Outcome, Request, read, written
from kedro_flyte.runtime import startup
from kedro_flyte.runtime.call import Call
from kedro_flyte.runtime.plan_file import PlanFile

_NEEDED = (
    "flytekit.types.directory", "flytekit.types.file", "kedro.config", "kedro.framework.context",
    "kedro.io", "kedro.runner", "kedro_flyte.runtime.failure", "kedro_flyte.runtime.session",
    "kedro_flyte.runtime.task", "yaml",
)  # fmt: skip


def warm_up() -> None:
    """Import what every task needs. None of it knows a project."""
    for name in _NEEDED:
        importlib.import_module(name)

    gc.collect()
    gc.freeze()


def run(asked: Request) -> Outcome:
    """Run the task that is asked for."""
    _enter(Path(asked.folder), Path(asked.scratch), dict(asked.environment))
    from kedro_flyte.runtime.task import perform

    call = Call(
        file=PlanFile(Path(asked.folder, asked.plan), asked.digest),
        task=asked.task,
        inputs={name: read(value) for name, value in asked.inputs.items()},
        step=asked.step,
        flags=asked.flags,
    )
    try:
        results = tuple(written(one) for one in perform(call))
    except KedroFlyteError as error:
        return Outcome(number=asked.number, error=str(error))
    finally:
        atexit._run_exitfuncs()  # noqa: SLF001 - what was unpacked for the task is removed
    return Outcome(number=asked.number, results=results)


def _enter(folder: Path, scratch: Path, environment: dict[str, str]) -> None:
    """Be where the task is: its folder, its variables, its temporary files, its log."""
    os.environ.clear()
    os.environ.update(environment, TMPDIR=str(scratch))
    tempfile.tempdir = None
    os.chdir(folder)
    sys.path.append(str(folder))  # as pyflyte-execute has the folder that it starts in
    from flytekit.core.context_manager import FlyteContextManager

    FlyteContextManager.initialize()
    startup.prepare(folder)
    _log(folder)


def _log(folder: Path) -> None:
    """Log as the project says it, and of Kedro itself only what went wrong."""
    import yaml
    from kedro.framework.project import LOGGING

    own = [path for path in sorted((folder / "conf").glob("logging.y*ml")) if path.is_file()]
    config = yaml.safe_load(own[0].read_text(encoding="utf-8")) if own else dict(LOGGING)
    loggers = {**config.get("loggers", {}), "kedro": {"level": "WARNING"}}
    LOGGING.configure({**config, "loggers": loggers})
