"""From what has been read of a project, and its flyte.yml, to a plan."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kedro_flyte.plan import checks, parameters
from kedro_flyte.plan.checks import WORKFLOW_LIMIT
from kedro_flyte.plan.config import FlyteConfig, PipelineConfig
from kedro_flyte.plan.datasets import Route, route
from kedro_flyte.plan.grouping import GroupingCycleError, group_nodes, parts
from kedro_flyte.plan.model import (
    Dataset,
    DatasetView,
    NodeView,
    Notification,
    Parameter,
    Plan,
    ProjectView,
    Schedule,
    Secret,
    Task,
    Travel,
    base_name,
    is_parameter,
)
from kedro_flyte.plan.names import DATASETS, LONGEST_TASK, PARAMETERS, TASKS, identifier, input_name
from kedro_flyte.plan.rules import Demand, demand, environments, tiers, together


def build_plan(
    view: ProjectView, config: FlyteConfig, *, group_by: str | None = None, strict: bool = False
) -> Plan:
    """Return the plan of a pipeline, with everything that there is to say about it as findings.

    Args:
        view: What has been read.
        config: What flyte.yml says.
        group_by: Overrides the grouping of flyte.yml.
        strict: Whether in-memory datasets between tasks are errors.
    """
    own = config.pipelines.get(view.pipeline, PipelineConfig())
    grouping = group_by or own.group_by or config.group_by
    asked = {node.name: demand(node, config) for node in view.nodes}
    groups, circle = _groups(view, grouping, asked)
    flow = _flow(view, groups, keep_all=config.results == "kept")
    inputs = _parameters(view, groups, flow)
    findings = checks.check(
        checks.Facts(
            view=view, config=config, grouping=grouping, asked=asked, groups=groups,
            routes=flow.routes, crossing=flow.crossing, sources=flow.sources,
            results=flow.results, inputs=inputs.all, circle=circle, strict=strict,
        )
    )  # fmt: skip
    plan_id = _plan_id(view.pipeline)
    tasks = _tasks(groups, flow, inputs, asked, config, plan_id)
    used_tiers = {task.tier for task in tasks}
    used_environments = {task.environment for task in tasks}
    return Plan(
        package=view.package,
        pipeline=view.pipeline,
        id=plan_id,
        env=view.env,
        grouping=grouping,
        nodes=view.nodes,
        tasks=tasks,
        datasets=tuple(flow.datasets.values()),
        parameters=inputs.all,
        sources=tuple(flow.sources),
        results=tuple(flow.results),
        tiers=tuple(tier for name, tier in tiers(config).items() if name in used_tiers),
        environments=tuple(
            e for name, e in environments(config).items() if name in used_environments
        ),
        secrets=tuple(Secret(**secret.model_dump()) for secret in config.secrets),
        schedules=_schedules(own),
        notifications=tuple(
            Notification(by=n.by, to=tuple(n.to), phases=tuple(n.phases)) for n in own.notifications
        ),
        parts=parts([task.id for task in tasks], WORKFLOW_LIMIT),
        findings=findings,
    )


def _groups(
    view: ProjectView, grouping: str, asked: Mapping[str, Demand]
) -> tuple[dict[str, list[NodeView]], GroupingCycleError | None]:
    """Return the groups; one node a group, and the circle, where the grouping makes one."""

    def tier_of(node: NodeView) -> str:
        return asked[node.name].tier

    try:
        return group_nodes(view.nodes, view.dependencies, grouping, tier_of), None
    except GroupingCycleError as circle:
        return group_nodes(view.nodes, view.dependencies, "node", tier_of), circle


@dataclass(frozen=True, slots=True, kw_only=True)
class _Flow:
    """Where datasets come from and go to; groups are named by their labels."""

    routes: dict[str, Route]
    datasets: dict[str, Dataset]
    sources: list[str]
    results: list[str]
    crossing: list[str]
    inputs: dict[str, list[str]]
    outputs: dict[str, list[str]]


def _flow(view: ProjectView, groups: Mapping[str, list[NodeView]], *, keep_all: bool) -> _Flow:
    made, read, entries = _uses(groups)
    routes = {name: route(_view_of(view, made, entries[name])) for name in entries}
    crossing = [name for name in made if read[name] - {made[name]}]
    sources = [
        name
        for name in read
        if name not in made and routes[name].travel in (Travel.FILE, Travel.DIRECTORY)
    ]
    results = [name for name in made if _is_result(name, routes[name], read, keep_all=keep_all)]
    shown = dict.fromkeys([*sources, *crossing, *results])
    datasets = {
        name: _dataset(view, name, entries[name], routes[name], is_source=name not in made)
        for name in shown
    }
    outputs: dict[str, list[str]] = defaultdict(list)
    for name in dict.fromkeys([*crossing, *results]):
        outputs[made[name]].append(name)
    inputs: dict[str, list[str]] = defaultdict(list)
    for name in [*sources, *crossing]:
        for label in read[name] - {made.get(name, "")}:
            inputs[label].append(name)
    return _Flow(
        routes=routes, datasets=datasets, sources=sources, results=results,
        crossing=crossing, inputs=inputs, outputs=outputs,
    )  # fmt: skip


def _uses(
    groups: Mapping[str, list[NodeView]],
) -> tuple[dict[str, str], dict[str, set[str]], dict[str, list[str]]]:
    """Return for each dataset the group that makes it, those that read it, and its entries."""
    made: dict[str, str] = {}
    read: dict[str, set[str]] = defaultdict(set)
    entries: dict[str, list[str]] = defaultdict(list)
    for label, nodes in groups.items():
        for node in nodes:
            for entry in node.outputs:
                made[base_name(entry)] = label
                entries[base_name(entry)].insert(0, entry)
            for entry in node.inputs:
                if not is_parameter(entry):
                    read[base_name(entry)].add(label)
                    entries[base_name(entry)].append(entry)
    return made, read, {name: list(dict.fromkeys(found)) for name, found in entries.items()}


def _view_of(view: ProjectView, made: Mapping[str, str], entries: list[str]) -> DatasetView:
    """Return the entry that decides: the one that is saved to, or else the first with a config."""
    views = [view.datasets.get(entry, DatasetView(name=entry, config=None)) for entry in entries]
    if base_name(entries[0]) in made:
        return views[0]
    return next((found for found in views if found.config is not None), views[0])


def _is_result(name: str, way: Route, read: Mapping[str, set[str]], *, keep_all: bool) -> bool:
    if way.travel is Travel.IN_PLACE:
        return False
    is_final = not read.get(name)
    return is_final or (keep_all and way.travel is not Travel.PICKLE)


def _dataset(
    view: ProjectView, name: str, entries: list[str], way: Route, *, is_source: bool
) -> Dataset:
    return Dataset(
        name=name,
        id=input_name(name, DATASETS) if is_source else identifier(name, DATASETS),
        travel=way.travel,
        reason=way.reason,
        entries=tuple(entries),
        declared=any(e in view.datasets and view.datasets[e].config is not None for e in entries),
        format=way.format,
        location=way.location,
        versioned=way.versioned,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Inputs:
    """Parameters as inputs, and the ids that each group takes."""

    all: tuple[Parameter, ...]
    of_group: Mapping[str, tuple[str, ...]]


def _parameters(view: ProjectView, groups: Mapping[str, list[NodeView]], flow: _Flow) -> _Inputs:
    used: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for label, nodes in groups.items():
        for keys in _leaves_of(view, nodes):
            used[keys].add(label)
    found: dict[tuple[str, ...], Parameter] = {}
    for keys in used:
        value = parameters.lookup(view.parameters, ".".join(keys))
        made = parameters.parameter(keys, value, view.pipeline)
        if made is not None:
            found[keys] = made
    for name, value in view.runtime_parameters.items():
        keys = tuple(name.split("."))
        made = parameters.parameter(keys, value, view.pipeline)
        if made is not None:
            found[keys] = _required(made) if name in view.required_parameters else made
            used[keys] = set(groups)
    taken = {dataset.id for dataset in flow.datasets.values()}
    named = _named(found.values(), taken)
    return _Inputs(
        all=tuple(named.values()),
        of_group={
            label: tuple(named[keys].id for keys in found if label in used[keys])
            for label in groups
        },
    )


def _required(made: Parameter) -> Parameter:
    return Parameter(keys=made.keys, id=made.id, kind=made.kind, default=None, required=True)


def _leaves_of(view: ProjectView, nodes: Iterable[NodeView]) -> Iterable[tuple[str, ...]]:
    for node in nodes:
        for entry in node.inputs:
            if entry == "parameters":
                yield from (keys for keys, _ in parameters.leaves(view.parameters) if keys)
            elif is_parameter(entry):
                path = entry.removeprefix("params:")
                value = parameters.lookup(view.parameters, path)
                if not parameters.is_missing(value):
                    yield from (k for k, _ in parameters.leaves(value, tuple(path.split("."))))


def _named(found: Iterable[Parameter], taken: set[str]) -> dict[tuple[str, ...], Parameter]:
    """Give every parameter its short name, or its whole path where two would be called the same."""
    all_found = list(found)
    counts: dict[str, int] = defaultdict(int)
    for one in all_found:
        counts[one.id] += 1
    named = {}
    for one in all_found:
        free = counts[one.id] == 1 and one.id not in taken
        new = one.id if free else parameters.full_id(one.keys)
        if not free and (new in taken or new in counts):
            new = input_name(f"params:{one.path}", PARAMETERS)
        named[one.keys] = Parameter(
            keys=one.keys, id=new, kind=one.kind, default=one.default, required=one.required
        )
    return named


def _tasks(
    groups: Mapping[str, list[NodeView]],
    flow: _Flow,
    inputs: _Inputs,
    asked: Mapping[str, Demand],
    config: FlyteConfig,
    plan_id: str,
) -> tuple[Task, ...]:
    values = {dataset.id for dataset in flow.datasets.values()} | {p.id for p in inputs.all}
    ids = _task_ids(groups, values | {plan_id})
    known = tiers(config)
    tasks = []
    for label, nodes in groups.items():
        need = together([asked[node.name] for node in nodes], known)
        tasks.append(
            Task(
                id=ids[label],
                label=label.rstrip("/"),
                nodes=tuple(node.name for node in nodes),
                inputs=tuple(sorted(flow.inputs.get(label, ()))),
                outputs=tuple(flow.outputs.get(label, ())),
                parameters=inputs.of_group[label],
                tier=need.tier,
                tier_reason=need.tier_reason,
                environment=need.environment,
                retries=need.retries,
                timeout=need.timeout,
                cache_version=need.cache_version,
                interruptible=need.interruptible,
            )
        )
    return tuple(tasks)


def _task_ids(groups: Iterable[str], taken: set[str]) -> dict[str, str]:
    ids: dict[str, str] = {}
    used = {name.lower() for name in taken}
    for label in groups:
        found = identifier(label.rstrip("/"), TASKS, LONGEST_TASK)
        if found.lower() in used:
            found = f"{found}_task"
        if found.lower() in used:
            found = identifier(f"{label} ", TASKS, LONGEST_TASK)
        ids[label] = found
        used.add(found.lower())
    return ids


def _plan_id(pipeline: str) -> str:
    return "default" if pipeline == "__default__" else input_name(pipeline, TASKS)


def _schedules(own: PipelineConfig) -> tuple[Schedule, ...]:
    return tuple(
        Schedule(name=name, cron=s.cron, inputs=tuple(sorted(s.inputs.items())), active=s.active)
        for name, s in own.schedules.items()
    )
