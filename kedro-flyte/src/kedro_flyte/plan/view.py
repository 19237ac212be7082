"""What has been read of a project: immutable records. Nothing here imports Kedro."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from kedro_flyte.plan.conditions import Condition

Scalar = int | float | bool | str | None
Default = Scalar | tuple[int | float | str, ...]
OF_HOOK = "dataset of a hook"  # in the place of the type of what only a hook knows
Key = str | int | float | bool
Keys = tuple[Key, ...]  # of a value among nested ones, as the configuration has them


class Severity(str, Enum):
    """How much a finding matters: an error forbids the export."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something to know about the plan: what is so, why it matters, what to do.

    `place` is what it is about: the name of a dataset, node, task, schedule ..., or a dotted key.
    `allowed` is the reason that flyte.yml gives for it; empty where it is not allowed.
    """

    code: str
    severity: Severity
    what: str
    why: str
    todo: str
    place: str = ""
    allowed: str = ""

    @property
    def forbids(self) -> bool:
        """Whether nothing is to be exported."""
        return self.severity is Severity.ERROR and not self.allowed


@dataclass(frozen=True, slots=True, kw_only=True)
class AlternativeView:
    """One of the two nodes of a branch; its inputs as the branch names them."""

    name: str
    func: str
    inputs: tuple[str, ...]
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceView:
    """What a branch chooses from, and by which input."""

    when: str
    condition: Condition
    then: AlternativeView
    otherwise: AlternativeView


@dataclass(frozen=True, slots=True, kw_only=True)
class FanOutView:
    """What an `each` maps over."""

    over: str
    concurrency: int | None = None
    min_success_ratio: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeView:
    """A Kedro node, as Kedro describes it; a branch has a `choice`, an `each` a `fan_out`.

    `about` is what its function says of itself, in the first paragraph of its docstring.
    """

    name: str
    func: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    tags: frozenset[str] = frozenset()
    namespace: str | None = None
    confirms: tuple[str, ...] = ()
    choice: ChoiceView | None = None
    fan_out: FanOutView | None = None
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """Why a file does not come to the tasks: a line of an ignore file, or what the path is."""

    file: str = ""
    line: int = 0
    pattern: str = ""
    reason: str = ""

    def __str__(self) -> str:
        """Return the obstacle in the middle of a sentence."""
        if self.reason:
            return self.reason
        line = f"line {self.line} of " if self.line else ""
        return f"{line}{self.file}" + (f" (`{self.pattern}`)" if self.pattern else "")

    def remedy(self, place: str) -> str:
        """Return what lets a file or a folder come along, as the beginning of a sentence."""
        if self.reason:
            return f"Put {place} itself into the project, under a path relative to it"
        if self.file in (".dockerignore", ".flyteignore"):
            return f"Write `!{place}` below that line of {self.file}, or take the line away"
        return f"Let git take it (`git add --force {place}`)"


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetView:
    """A dataset as the catalog has it; `config` is None where the catalog has no entry.

    `shipped` tells whether the local path comes to the tasks with the code, None where it is not
    known or there is no local path; `obstacle` why not. `config` names credentials and does not
    hold them. `place` is where it is when links are followed, relative to the project; empty where
    that is not known. `path_text` is the path as the file has it, where it is made when it is read.
    """

    name: str
    config: Mapping[str, Any] | None
    place: str = ""
    path_text: str = ""
    shipped: bool | None = None
    obstacle: Obstacle | None = None
    exists: bool = True
    is_directory: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretView:
    """A place in the configuration where a secret seems to be written out.

    `place` has all keys, after the kind of the file: `parameters.database.password`.
    """

    file: str
    line: int
    key: str
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeView:
    """A value of the configuration that is made when it is read, and the resolvers that make it."""

    keys: tuple[str, ...]
    by: tuple[str, ...]
    is_secret: bool = False

    def reaches(self, keys: Keys) -> bool:
        """Whether the value at some keys is this one, within it, or has it in itself."""
        shorter = min(len(keys), len(self.keys))
        return self.keys[:shorter] == tuple(map(str, keys[:shorter]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """Credentials by their name, and the environment variables that they read.

    `optional` holds those that have a default in credentials.yml.
    """

    name: str
    variables: tuple[str, ...]
    optional: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialData:
    """Data that credentials place on the disk or in the memory of a task, and no value of them.

    `shipped` tells whether the file comes to the tasks with the code; None where that is not known.
    """

    key: str
    in_memory: bool = False
    shipped: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandlerView:
    """The node that runs when the workflow fails: of another pipeline, with datasets of its own."""

    node: NodeView
    pipeline: str
    datasets: Mapping[str, DatasetView]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownNames:
    """All names of the project that flyte.yml may have rules for."""

    nodes: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    namespaces: frozenset[str] = frozenset()
    pipelines: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectView:
    """What has been read of a project and of one pipeline of it.

    `about` is what the pipeline's package says of itself.
    `output_types` holds the annotated types of each node's outputs, as text, where there are any;
    `credentials` the names that shipped files have, None where that is not known;
    `credential_data` what they place on the disk of a task, by their names;
    `code` a digest of what each node runs, where its task is cached by it;
    `typed_parameters` those that only the type of a parameter has, as a default of its class;
    `other_runtime_parameters` those without a default that this pipeline does not need;
    `entries` all names of the catalog, those of other pipelines too;
    `made_parameters` and `made_settings` (of flyte.yml) those that are made when they are read;
    `variables` what reading parameters and catalog asks for, True where there is no default;
    `tracking` the address of MLflow's server as mlflow.yml has it, empty where nothing is tracked.
    """

    package: str
    pipeline: str
    env: str | None
    nodes: tuple[NodeView, ...]
    dependencies: Mapping[str, frozenset[str]]
    datasets: Mapping[str, DatasetView]
    parameters: Mapping[str, Any]
    runtime_parameters: Mapping[str, Scalar] = field(default_factory=dict)
    given_parameters: Mapping[str, Any] = field(default_factory=dict)
    required_parameters: frozenset[str] = frozenset()
    typed_parameters: frozenset[str] = frozenset()
    other_runtime_parameters: frozenset[str] = frozenset()
    output_types: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    known: KnownNames = KnownNames()
    code: Mapping[str, str] = field(default_factory=dict)
    made_parameters: tuple[MadeView, ...] = ()
    made_settings: tuple[MadeView, ...] = ()
    variables: Mapping[str, bool] = field(default_factory=dict)
    credential_variables: tuple[Credentials, ...] = ()
    credential_data: Mapping[str, tuple[CredentialData, ...]] = field(default_factory=dict)
    handler: HandlerView | None = None
    secrets: tuple[SecretView, ...] = ()
    credentials: frozenset[str] | None = None
    left_out: tuple[str, ...] = ()
    problems: tuple[Finding, ...] = ()
    entries: frozenset[str] = frozenset()
    tracking: str = ""
    about: str = ""


def dotted(keys: Keys) -> str:
    """Return how Kedro calls the value at some keys."""
    return ".".join(map(str, keys))


def base_name(entry: str) -> str:
    """Return a dataset's name without transcoding: `x` for `x@pandas`."""
    return entry.split("@", 1)[0]


def is_parameter(entry: str) -> bool:
    """Whether a node's input is a parameter and not a dataset."""
    return entry == "parameters" or entry.startswith("params:")
