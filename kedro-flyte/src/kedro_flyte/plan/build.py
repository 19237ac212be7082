"""From what has been read of a project, and its flyte.yml, to a plan."""

from collections.abc import Iterable, Mapping

from kedro_flyte.plan import checks, control
from kedro_flyte.plan.checks.facts import WORKFLOW_LIMIT, Facts
from kedro_flyte.plan.config import DEFAULT_TIER, FlyteConfig, PipelineConfig
from kedro_flyte.plan.flow import Flow, flow_of
from kedro_flyte.plan.grouping import GroupingCycleError, group_nodes, parts
from kedro_flyte.plan.inputs import Inputs, workflow_inputs
from kedro_flyte.plan.model import Notification, Plan, Schedule, Secret, Task
from kedro_flyte.plan.names import LONGEST_TASK, TASKS, identifier, input_name
from kedro_flyte.plan.rules import Demand, demand, environments, tiers, together
from kedro_flyte.plan.view import NodeView, ProjectView


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
    flow = flow_of(view, groups, keep_all=config.results == "kept")
    inputs = workflow_inputs(view, groups, flow)
    findings = checks.check(
        Facts(
            view=view, config=config, grouping=grouping, asked=asked, groups=groups,
            routes=flow.routes, crossing=flow.crossing, sources=flow.sources,
            results=flow.results, inputs=inputs.all, circle=circle, strict=strict,
        )
    )  # fmt: skip
    plan_id = _plan_id(view.pipeline)
    tasks = _tasks(groups, flow, inputs, asked, config, plan_id)
    stretches = parts([task.id for task in tasks], WORKFLOW_LIMIT)
    part_of = {task_id: number for number, part in enumerate(stretches) for task_id in part}
    tasks = control.controlled(
        tasks, control.Facts(view=view, flow=flow, parameters=inputs.all, part_of=part_of)
    )
    used_tiers = {task.tier for task in tasks}
    used_tiers |= {DEFAULT_TIER for task in tasks if task.map_over is not None}
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
        parts=stretches,
        findings=(*findings, *control.findings(tasks)),
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


def _tasks(
    groups: Mapping[str, list[NodeView]],
    flow: Flow,
    inputs: Inputs,
    asked: Mapping[str, Demand],
    config: FlyteConfig,
    plan_id: str,
) -> tuple[Task, ...]:
    values = {dataset.id for dataset in flow.datasets.values()} | {p.id for p in inputs.all}
    ids = _task_ids(groups, values, plan_id)
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


def _task_ids(groups: Iterable[str], values: set[str], plan_id: str) -> dict[str, str]:
    """Return an id for each group: none is that of a value, and no two differ in marks alone."""
    ids: dict[str, str] = {}
    taken = {name.lower() for name in values}
    used = {_letters(plan_id)}
    for label in groups:
        found = identifier(label.rstrip("/"), TASKS, LONGEST_TASK)
        if found.lower() in taken or _letters(found) in used:
            found = f"{found}_task"
        if found.lower() in taken or _letters(found) in used:
            found = identifier(f"{label} ", TASKS, LONGEST_TASK)
        ids[label] = found
        used.add(_letters(found))
    return ids


def _letters(name: str) -> str:
    return name.replace("_", "").lower()


def _plan_id(pipeline: str) -> str:
    return "default" if pipeline == "__default__" else input_name(pipeline, TASKS)


def _schedules(own: PipelineConfig) -> tuple[Schedule, ...]:
    return tuple(
        Schedule(name=name, cron=s.cron, inputs=tuple(sorted(s.inputs.items())), active=s.active)
        for name, s in own.schedules.items()
    )
