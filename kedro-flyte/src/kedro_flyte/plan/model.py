"""The plan: immutable records of what runs where.

A record checks itself when it is made, so code that holds a `Plan` need not check again. Nothing
here imports Kedro or an orchestrator.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from kedro_flyte.errors import PlanError, nearest
from kedro_flyte.plan.domino import NONE, Domino, Snapshot
from kedro_flyte.plan.forms import Conditional, Flag, MapOver
from kedro_flyte.plan.names import identity
from kedro_flyte.plan.operations import Notification, Schedule, Secret
from kedro_flyte.plan.view import Credentials, Finding, Key, NodeView, Scalar, dotted


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

    An `INTEGER` takes a float too: a default of 5 says little about what else may be given.
    """

    INTEGER = "integer"
    FLOAT = "float"
    BOOLEAN = "boolean"
    TEXT = "text"
    JSON = "json"
    DATE = "date"
    DATETIME = "datetime"


@dataclass(frozen=True, slots=True, kw_only=True)
class Toleration:
    """A taint of machines that a task puts up with, in Kubernetes' words."""

    key: str = ""
    operator: str = "Equal"
    value: str = ""
    effect: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """Resources that a task may ask for, in Kubernetes' words; empty where the platform decides.

    `gpu_kind` is a device that the cluster knows, `pod_template` one of its templates by name.
    """

    name: str
    cpu: str = ""
    memory: str = ""
    gpu: str = ""
    gpu_kind: str = ""
    storage: str = ""
    domino: str = ""
    node_selector: tuple[tuple[str, str], ...] = ()
    tolerations: tuple[Toleration, ...] = ()
    pod_template: str = ""

    @property
    def needs_pod(self) -> bool:
        """Whether only a description of the pod can say it."""
        return bool(self.node_selector or self.tolerations)


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """The container image of a task; empty: the image that the registration names."""

    name: str
    image: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """A dataset that enters, leaves or crosses tasks.

    `name` has no transcoding; `entries` are the names that nodes use, with it. `declared` tells
    whether the catalog has an entry. `format` is the file's suffix without the dot, or empty.
    `artifact` is the kind of a result that Domino is to keep: DATA, MODEL or REPORT.
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
    default: Scalar
    required: bool = False
    given: bool = False
    read_in_task: bool = False

    @property
    def path(self) -> str:
        """The name that `kedro run --params` uses."""
        return dotted(self.keys)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One container run: its nodes in order, what it takes and gives, what it runs on.

    `inputs` and `outputs` are names of datasets, `parameters` are ids. A task can always run as it
    stands; `conditional` and `map_over` say how an orchestrator that chooses or maps may run it
    instead, `flags` what such a one needs of it in addition, and `control` how its branches and
    maps are run, and why.
    """

    id: str
    label: str
    nodes: tuple[str, ...]
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    tier: str
    tier_reason: str = ""
    environment: str = ""
    retries: int = 0
    timeout: int | None = None
    cache_version: str = ""
    interruptible: bool = False
    secrets: tuple[str, ...] = ()
    conditional: Conditional | None = None
    map_over: MapOver | None = None
    flags: tuple[Flag, ...] = ()
    control: str = ""

    @property
    def function_ids(self) -> tuple[str, ...]:
        """The ids of the functions that stand for the task where an orchestrator can do all."""
        if self.conditional is not None:
            return (self.conditional.then.id, self.conditional.otherwise.id)
        if self.map_over is not None:
            return (self.map_over.split, self.map_over.item, self.map_over.gather)
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A sub-workflow: the ids of its tasks, which stand one after another in the plan."""

    id: str
    label: str
    tasks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Handler:
    """The task that runs when the workflow has failed; its node is one of another pipeline."""

    task: Task
    node: NodeView
    pipeline: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What runs where. Tasks are in an order in which they can run one after another.

    `parts` holds the sub-workflows; a task in none is called by the workflow itself. `sources` and
    `results` are names of datasets. `max_parallelism` is 0 where the platform decides.
    `other_runtime_parameters` have no default and are read by other pipelines' configuration alone:
    a task gives them any value, since Kedro reads all of it.
    """

    package: str
    pipeline: str
    id: str
    env: str | None
    grouping: str
    nodes: tuple[NodeView, ...]
    tasks: tuple[Task, ...]
    datasets: tuple[Dataset, ...]
    parameters: tuple[Parameter, ...]
    sources: tuple[str, ...]
    results: tuple[str, ...]
    tiers: tuple[Tier, ...]
    environments: tuple[Environment, ...]
    secrets: tuple[Secret, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    notifications: tuple[Notification, ...] = ()
    parts: tuple[Part, ...] = ()
    credentials: tuple[Credentials, ...] = ()
    handler: Handler | None = None
    finish_others: bool = False
    max_parallelism: int = 0
    target: str = "flyte"
    snapshots: tuple[Snapshot, ...] = ()
    domino: Domino = NONE
    other_runtime_parameters: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    _datasets: Mapping[str, Dataset] = field(init=False, repr=False, compare=False)
    _tasks: Mapping[str, Task] = field(init=False, repr=False, compare=False)
    _nodes: Mapping[str, NodeView] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Check that the plan is whole: every node and name once, no value before it is made.

        Raises:
            PlanError: It is not.
        """
        object.__setattr__(self, "_datasets", {dataset.name: dataset for dataset in self.datasets})
        more = [self.handler] if self.handler else []
        tasks = [*self.tasks, *(handler.task for handler in more)]
        object.__setattr__(self, "_tasks", {task.id: task for task in tasks})
        nodes = [*self.nodes, *(handler.node for handler in more)]
        object.__setattr__(self, "_nodes", {node.name: node for node in nodes})
        _once("node", [name for task in self.tasks for name in task.nodes])
        _same("nodes", [n.name for n in self.nodes], [n for t in self.tasks for n in t.nodes])
        functions = [name for task in tasks for name in (task.id, *task.function_ids)]
        _once("task id", [*functions, *(part.id for part in self.parts), self.id])
        flags = [flag.id for task in self.tasks for flag in task.flags]
        variables = {*flags, *(d.id for d in self.datasets), *(p.id for p in self.parameters)}
        _once("name", [*functions, *(part.id for part in self.parts), *variables])
        _once("dataset id", [dataset.id for dataset in self.datasets] + flags)
        self._check_conditionals(flags)
        entering = [self.dataset(name).id for name in self.sources]
        _once("workflow input", entering + [parameter.id for parameter in self.parameters])
        self._check_order()
        self._check_parts([task.id for task in self.tasks])

    @property
    def identity(self) -> str:
        """The name of the export: of its module, its files, and what Flyte knows by one name."""
        return identity(self.package, self.pipeline, self.env)

    def _check_conditionals(self, flags: Iterable[str]) -> None:
        known = {*flags, *(parameter.id for parameter in self.parameters)}
        for task in self.tasks:
            if task.conditional is not None and task.conditional.value not in known:
                raise PlanError(
                    f"Task '{task.id}' is decided by '{task.conditional.value}', which nothing "
                    "gives it."
                )

    def _check_order(self) -> None:
        made = set(self.sources)
        known = {parameter.id for parameter in self.parameters}
        for task in self.tasks:
            missing = set(task.inputs) - made or set(task.parameters) - known
            if missing:
                raise PlanError(
                    f"Task '{task.id}' takes {sorted(missing)}, which nothing gives it."
                )
            made |= set(task.outputs)
        if set(self.results) - made:
            raise PlanError(f"No task makes the results {sorted(set(self.results) - made)}.")

    def _check_parts(self, ids: list[str]) -> None:
        for part in self.parts:
            start = ids.index(part.tasks[0])
            if tuple(ids[start : start + len(part.tasks)]) != part.tasks:
                raise PlanError(f"The tasks of part '{part.id}' are not one after another.")

    def dataset(self, name: str) -> Dataset:
        """Return the dataset of this name.

        Raises:
            PlanError: The plan has none.
        """
        if name not in self._datasets:
            raise PlanError(f"The plan has no dataset '{name}'.{nearest(name, self._datasets)}")
        return self._datasets[name]

    def node(self, name: str) -> NodeView:
        """Return the node of this name, which is one of a task."""
        return self._nodes[name]

    def task(self, task_id: str) -> Task:
        """Return the task of this id.

        Raises:
            PlanError: The plan has none.
        """
        if task_id not in self._tasks:
            raise PlanError(f"The plan has no task '{task_id}'.{nearest(task_id, self._tasks)}")
        return self._tasks[task_id]


def pipeline_of(plan: Plan, task: Task) -> str:
    """Return the pipeline that a task's nodes are of: the plan's, or that of the handler."""
    handler = plan.handler
    return handler.pipeline if handler and handler.task.id == task.id else plan.pipeline


def _once(what: str, names: Iterable[str]) -> None:
    twice = sorted(name for name, count in Counter(names).items() if count > 1)
    if twice:
        raise PlanError(f"More than one {what} is called {twice}. Rename one of them.")


def _same(what: str, expected: Iterable[str], found: Iterable[str]) -> None:
    difference = set(expected) ^ set(found)
    if difference:
        raise PlanError(f"The {what} of the plan do not match its tasks: {sorted(difference)}.")
