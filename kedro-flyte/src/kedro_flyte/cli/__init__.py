"""`kedro flyte ...`: parse, call, print. Loaded at each `kedro` command, so it imports late."""

from kedro_flyte.cli import plan, run  # noqa: F401 - their commands join the group
from kedro_flyte.cli.entry import commands, flyte

__all__ = ["commands", "flyte"]
