"""The forms that a task can take where an orchestrator chooses, or maps, instead of the task."""

from dataclasses import dataclass
from enum import Enum

from kedro_flyte.plan.conditions import Condition


class Over(str, Enum):
    """How an item gets to the task that works on it."""

    PARTITION = "a file of a folder"
    IN_PLACE = "a partition in place"
    PARAMETER = "a member of a parameter"
    VALUE = "a pickle that the split writes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """A condition that a task evaluates for a branch, and gives as a further output: a bool.

    `entry` is the dataset as the branch names it, with transcoding.
    """

    id: str
    entry: str
    condition: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """One of two that a branch chooses from; `inputs` are datasets, `parameters` are ids."""

    id: str
    label: str
    inputs: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditional:
    """A task of which the orchestrator runs one alternative.

    `value` is the id of what decides: a flag of another task, which is a bool already, or a
    parameter, which meets the condition or does not.
    """

    value: str
    condition: Condition
    then: Alternative
    otherwise: Alternative


@dataclass(frozen=True, slots=True, kw_only=True)
class MapOver:
    """A task that the orchestrator runs once an item, between one that lists and one that gathers.

    `name` is the dataset that is mapped over, or empty. `splits` and `gathers` are the ids of the
    parameters of those two; `suffix` is that of a partition's file. `in_place` holds the outputs
    that items save by themselves.
    """

    name: str
    over: Over
    split: str
    item: str
    gather: str
    splits: tuple[str, ...] = ()
    gathers: tuple[str, ...] = ()
    suffix: str = ""
    in_place: tuple[str, ...] = ()
    concurrency: int | None = None
    min_success_ratio: float = 1.0
