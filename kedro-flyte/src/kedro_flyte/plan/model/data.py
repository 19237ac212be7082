"""What travels: datasets between tasks, and parameters as inputs of the workflow."""

from dataclasses import dataclass
from enum import Enum

from kedro_flyte.plan.view import Default, Key, Keys, dotted


class Travel(str, Enum):
    """How a dataset gets from the task that saves it to those that load it."""

    FILE = "file"
    DIRECTORY = "directory"
    PICKLE = "pickle"
    REFERENCE = "reference"
    IN_PLACE = "in place"

    @property
    def is_handed_over(self) -> bool:
        """Whether the platform carries the bytes; otherwise only a text travels."""
        return self in (Travel.FILE, Travel.DIRECTORY, Travel.PICKLE)


class Kind(str, Enum):
    """How a parameter's value is written as a workflow input.

    An `INTEGER` takes a float too: a default of 5 says little about what else may be given. So do
    `NUMBERS`. A list of several types, or with lists in it, is `JSON`.
    """

    INTEGER = "integer"
    FLOAT = "float"
    BOOLEAN = "boolean"
    TEXT = "text"
    NUMBERS = "numbers"
    TEXTS = "texts"
    JSON = "json"
    DATE = "date"
    DATETIME = "datetime"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """A dataset that enters, leaves or crosses tasks.

    `name` has no transcoding; `entries` are the names that nodes use, with it. `declared` tells
    whether the catalog has an entry. `format` is the file's suffix without the dot, or empty.
    `artifact` is the kind of a result that the platform is to keep: DATA, MODEL or REPORT.
    """

    name: str
    id: str
    travel: Travel
    reason: str
    entries: tuple[str, ...]
    declared: bool
    format: str = ""
    location: str = ""
    versioned: bool = False
    artifact: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One leaf of the parameters that is an input of the workflow.

    `given`: the default was given for the export, and the files of the project have another.
    `read_in_task`: the default is None, which stands for what the task's configuration makes of it.
    """

    keys: tuple[Key, ...]
    id: str
    kind: Kind
    default: Default
    required: bool = False
    given: bool = False
    read_in_task: bool = False

    @property
    def path(self) -> str:
        """The name that `kedro run --params` uses."""
        return dotted(self.keys)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """An input of nodes that holds several parameters, such as `params:model`, or all of them.

    `keys` are those of the value that it is, `leaves` the ids of the parameters in it.
    """

    id: str
    keys: Keys
    leaves: tuple[str, ...]

    @property
    def entry(self) -> str:
        """What nodes call it."""
        return f"params:{dotted(self.keys)}" if self.keys else "parameters"

    def key(self, leaf: Parameter) -> str:
        """Return what a parameter is called within it."""
        return dotted(leaf.keys[len(self.keys) :])


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A version of data that the platform keeps. `paths` holds where which datasets are in it.

    `name` and `id` are those of the data on the platform. `version` is 0 where the newest is meant.
    """

    label: str
    name: str
    version: int = 0
    id: str = ""
    paths: tuple[tuple[str, str], ...] = ()
