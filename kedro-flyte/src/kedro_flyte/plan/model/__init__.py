"""The records that plan.json is made of: frozen, and whole when they are made.

Nothing here imports Kedro or an orchestrator.
"""

from kedro_flyte.plan.model.control import Alternative, Conditional, Flag, MapOver, Over
from kedro_flyte.plan.model.data import Dataset, Group, Kind, Parameter, Snapshot, Travel
from kedro_flyte.plan.model.operations import Notification, Schedule, Secret
from kedro_flyte.plan.model.plan import Plan, pipeline_of
from kedro_flyte.plan.model.task import Environment, Handler, SubWorkflow, Task, Tier, Toleration

__all__ = [
    "Alternative", "Conditional", "Dataset", "Environment", "Flag", "Group", "Handler", "Kind",
    "MapOver", "Notification", "Over", "Parameter", "Plan", "Schedule", "Secret", "Snapshot",
    "SubWorkflow", "Task", "Tier", "Toleration", "Travel", "pipeline_of",
]  # fmt: skip
