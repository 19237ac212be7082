"""Run any Kedro pipeline on Flyte and Domino Flows: the public names, and nothing else."""

from kedro_flyte.control.branch import branch
from kedro_flyte.control.each import each
from kedro_flyte.errors import KedroFlyteError
from kedro_flyte.runtime.current import CurrentTask, current_task
from kedro_flyte.runtime.input_types import Number, Parameters, Real
from kedro_flyte.runtime.plan_file import PlanFile
from kedro_flyte.runtime.task import run_task

__version__ = "0.1.0"

__all__ = [
    "CurrentTask",
    "KedroFlyteError",
    "Number",
    "Parameters",
    "PlanFile",
    "Real",
    "branch",
    "current_task",
    "each",
    "run_task",
]
