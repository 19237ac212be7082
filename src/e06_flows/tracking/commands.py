"""The command `kedro mlflow`, which imports MLflow when it is used and not before.

Kedro imports the module of every plugin's commands at every start, and has no setting that says
otherwise; kedro-mlflow's imports MLflow, which takes a second. So a stand-in with the one group of
commands is found in the module's place, until `kedro mlflow` asks for the module itself. It is the
only place where this project puts a module in the place of another's, see
docs/decisions/0087-rooms-and-seams.md.
"""

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

import click

from e06_flows.tracking.client import import_mlflow, import_quietly

_COMMANDS = "kedro_mlflow.framework.cli.cli"


class _DeferredCommands(click.Group):
    """The group that kedro-mlflow adds to `kedro`; it holds one command, `mlflow`."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return ["mlflow"]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name != "mlflow":
            return None
        sys.modules.pop(_COMMANDS, None)
        import_mlflow()
        _help_the_ui()
        command: click.Command = import_quietly(_COMMANDS).mlflow_commands
        return command


def _help_the_ui() -> None:
    """Let `kedro mlflow ui` find the `mlflow` beside our Python, and start what it needs alone."""
    here = str(Path(sys.executable).parent)
    os.environ["PATH"] = os.pathsep.join([here, os.environ.get("PATH", "")])
    # Its jobs evaluate language models: seven processes and 2 GB that no run of ours uses.
    os.environ.setdefault("MLFLOW_SERVER_ENABLE_JOB_EXECUTION", "false")


def commands_are_in_use() -> bool:
    """Tell whether a command of `kedro mlflow` is what this process does."""
    return hasattr(sys.modules.get(_COMMANDS), "mlflow_commands")


def defer_mlflow_commands() -> None:
    """Make the `kedro` command import MLflow for `kedro mlflow` alone.

    Kedro imports the module of every plugin's commands at every start. Found among the imported
    modules, ours is taken; after `get_command` it is kedro-mlflow's own again.
    """
    if _COMMANDS in sys.modules or importlib.util.find_spec("kedro_mlflow") is None:
        return
    stand_in = ModuleType(_COMMANDS, "Put in the place of the module until its command is used.")
    stand_in.commands = _DeferredCommands(name="Mlflow")  # type: ignore[attr-defined]
    sys.modules[_COMMANDS] = stand_in
