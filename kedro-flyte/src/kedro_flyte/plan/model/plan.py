"""The plan: what runs where.

It checks itself when it is made, so code that holds a `Plan` need not check again.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kedro_flyte.errors import PlanError, nearest
from kedro_flyte.plan.model.data import Dataset, Group, Parameter, Snapshot
from kedro_flyte.plan.model.operations import Notification, Schedule, Secret
from kedro_flyte.plan.model.task import Environment, Handler, SubWorkflow, Task, Tier
from kedro_flyte.plan.names.identifiers import identity
from kedro_flyte.plan.view import Credentials, Finding, NodeView


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What runs where. Tasks are in an order in which they can run one after another.

    A task in none of `sub_workflows` is called by the workflow itself. `sources` and `results` are
    names of datasets. `groups` are what nodes take as one input where it has several parameters: a
    target may hand over one value for it, or one for each. `max_parallelism` is 0 where the
    platform decides.
    `other_runtime_parameters` have no default and are read by other pipelines' configuration alone:
    a task gives them any value, since Kedro reads all of it. `own` is what the target alone
    understands, as plain data.
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
    groups: tuple[Group, ...] = ()
    secrets: tuple[Secret, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    notifications: tuple[Notification, ...] = ()
    sub_workflows: tuple[SubWorkflow, ...] = ()
    credentials: tuple[Credentials, ...] = ()
    handler: Handler | None = None
    finish_others: bool = False
    max_parallelism: int = 0
    target: str = "flyte"
    snapshots: tuple[Snapshot, ...] = ()
    own: dict[str, Any] | None = None
    other_runtime_parameters: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    about: str = ""
    _datasets: Mapping[str, Dataset] = field(init=False, repr=False, compare=False)
    _tasks: Mapping[str, Task] = field(init=False, repr=False, compare=False)
    _nodes: Mapping[str, NodeView] = field(init=False, repr=False, compare=False)
    _parameters: Mapping[str, Parameter] = field(init=False, repr=False, compare=False)
    _groups: Mapping[str, Group] = field(init=False, repr=False, compare=False)
    _leaves: frozenset[str] = field(init=False, repr=False, compare=False)

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
        object.__setattr__(self, "_parameters", {one.id: one for one in self.parameters})
        object.__setattr__(self, "_groups", {group.entry: group for group in self.groups})
        leaves = frozenset(leaf for group in self.groups for leaf in group.leaves)
        object.__setattr__(self, "_leaves", leaves)
        _once("node", [name for task in self.tasks for name in task.nodes])
        _same("nodes", [n.name for n in self.nodes], [n for t in self.tasks for n in t.nodes])
        functions = [name for task in tasks for name in (task.id, *task.function_ids)]
        _once("task id", [*functions, *(one.id for one in self.sub_workflows), self.id])
        flags = [flag.id for task in self.tasks for flag in task.flags]
        variables = {*flags, *(d.id for d in self.datasets), *(p.id for p in self.parameters)}
        variables |= {group.id for group in self.groups}
        _once("name", [*functions, *(one.id for one in self.sub_workflows), *variables])
        groups = [group.id for group in self.groups]
        _once("dataset id", [dataset.id for dataset in self.datasets] + flags + groups)
        self._check_conditionals(flags)
        entering = [self.dataset(name).id for name in self.sources]
        _once("workflow input", entering + groups + [p.id for p in self.parameters])
        self._check_order()
        self._check_sub_workflows([task.id for task in self.tasks])

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

    def _check_sub_workflows(self, ids: list[str]) -> None:
        for one in self.sub_workflows:
            start = ids.index(one.tasks[0])
            if tuple(ids[start : start + len(one.tasks)]) != one.tasks:
                raise PlanError(f"The tasks of sub-workflow '{one.id}' are not one after another.")

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

    def parameter(self, key: str) -> Parameter | None:
        """Return the parameter of this id; a group's id is none."""
        return self._parameters.get(key)

    def group(self, entry: str) -> Group | None:
        """Return the group that nodes call so: `params:model`; an input of one value has none."""
        return self._groups.get(entry)

    def is_grouped(self, parameter: Parameter) -> bool:
        """Say whether a parameter is in a group."""
        return parameter.id in self._leaves


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
