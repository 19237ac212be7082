"""From what has been read of a project, and its flyte.yml, to a plan."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

from kedro_flyte.plan import checks
from kedro_flyte.plan.checks.allow import settled
from kedro_flyte.plan.checks.facts import WORKFLOW_LIMIT, Facts
from kedro_flyte.plan.domino import NONE
from kedro_flyte.plan.domino_settings import domino, reduced, with_artifacts
from kedro_flyte.plan.model import Notification, Plan, SubWorkflow, Task, Tier
from kedro_flyte.plan.names.identifiers import TASKS, hashed, typed
from kedro_flyte.plan.names.registry import Names
from kedro_flyte.plan.operations.cache import cache_version
from kedro_flyte.plan.operations.failure import handler, own_config
from kedro_flyte.plan.operations.schedules import schedules
from kedro_flyte.plan.operations.secrets import all_secrets, secrets_of
from kedro_flyte.plan.passes import control
from kedro_flyte.plan.passes.groups import GroupingCycleError, group_nodes
from kedro_flyte.plan.passes.inputs import Inputs, taken_and_given
from kedro_flyte.plan.passes.sub_workflows import sub_workflows, together_by_namespace
from kedro_flyte.plan.passes.travel import Flow
from kedro_flyte.plan.settings.config import DEFAULT_TIER, FlyteConfig
from kedro_flyte.plan.settings.demand import Demand, demand, environments, together
from kedro_flyte.plan.settings.tiers import tiers, variant
from kedro_flyte.plan.snapshots import mounted, snapshots
from kedro_flyte.plan.view import Finding, NodeView, ProjectView


def build_plan(
    view: ProjectView,
    config: FlyteConfig,
    *,
    group_by: str | None = None,
    strict: bool = False,
    target: str = "flyte",
) -> Plan:
    """Return the plan of a pipeline, with everything that there is to say about it as findings.

    Args:
        view: What has been read.
        config: What flyte.yml says.
        group_by: Overrides the grouping of flyte.yml.
        strict: Whether in-memory datasets between tasks are errors.
        target: What is planned for: `flyte` or `domino`.
    """
    pinned = snapshots(view, config, target)
    view = mounted(view, pinned)
    own = own_config(view, config)
    is_domino = target == "domino"
    if is_domino:
        view, own = reduced(view, own)
    by_namespace = (own.sub_workflows or config.sub_workflows) == "namespace"
    grouping = group_by or own.group_by or _grouping(config, target)
    asked = {node.name: demand(node, config) for node in view.nodes}
    groups, circle = _groups(view, grouping, asked)
    groups, knot = (
        together_by_namespace(groups, view.dependencies) if by_namespace else (groups, None)
    )
    flow, inputs = taken_and_given(view, groups, keep_all=config.results == "kept")
    findings = checks.check(
        Facts(
            view=view, config=config, grouping=grouping, asked=asked, groups=groups,
            routes=flow.routes, crossing=flow.crossing, sources=flow.sources,
            results=flow.results, source_datasets=[flow.datasets[name] for name in flow.sources],
            inputs=inputs.all, circle=circle, knot=knot, strict=strict, target=target,
            snapshots=pinned,
        )
    )  # fmt: skip
    plan_id = _plan_id(view.pipeline)
    names = Names([plan_id, *inputs.ids])
    ids = names.functions(groups)
    rescuers = names.functions([view.handler.node.name] if view.handler else [])
    known = tiers(config)
    tasks = _tasks(ids, groups, asked, known, _Sources(view, config, flow, inputs))
    parts = (
        ()
        if is_domino
        else sub_workflows(
            tasks,
            groups,
            plan_id,
            names,
            by_namespace=by_namespace and not knot,
            limit=WORKFLOW_LIMIT,
        )
    )
    tasks = (
        control.inside(tasks, view)
        if is_domino
        else control.controlled(tasks, _control_facts(view, flow, inputs, parts), names)
    )
    rescue = handler(view, config, flow, inputs, "".join(rescuers.values()))
    everything = [*tasks, *([rescue.task] if rescue else [])]
    used = {task.environment for task in everything}
    used_tiers = {task.tier for task in everything}
    used_tiers |= {DEFAULT_TIER for task in tasks if task.map_over is not None}
    made = Plan(
        package=view.package,
        pipeline=view.pipeline,
        id=plan_id,
        env=view.env,
        grouping=grouping,
        nodes=view.nodes,
        tasks=tuple(tasks),
        datasets=with_artifacts(flow.datasets, flow.results if is_domino else [], view),
        parameters=inputs.all,
        other_runtime_parameters=tuple(sorted(view.other_runtime_parameters)),
        sources=tuple(flow.sources),
        results=tuple(flow.results),
        tiers=tuple(tier for name, tier in known.items() if name in used_tiers),
        environments=tuple(e for name, e in environments(config).items() if name in used),
        secrets=all_secrets(config),
        schedules=schedules(own, inputs.all, flow),
        notifications=tuple(
            Notification(by=n.by, to=tuple(n.to), phases=tuple(n.phases)) for n in own.notifications
        ),
        sub_workflows=parts,
        credentials=view.credential_variables,
        handler=rescue,
        finish_others=own.failure_policy == "finish_others",
        max_parallelism=own.max_parallelism or 0,
        target=target,
        snapshots=pinned,
        domino=domino(config, used_tiers, used) if is_domino else NONE,
    )
    return _told(made, (*findings, *control.findings(tasks, target)), config)


def _told(plan: Plan, findings: Iterable[Finding], config: FlyteConfig) -> Plan:
    """Return a plan with these findings and those about all of it, as flyte.yml allows them."""
    found = (*findings, *checks.burden(plan))
    return replace(plan, findings=settled(found, config.allow, plan.pipeline))


def _grouping(config: FlyteConfig, target: str) -> str:
    """Return the grouping of the file; a job of Domino starts slowly, so its default is by tier."""
    chosen = "group_by" in config.model_fields_set or target != "domino"
    return config.group_by if chosen else "tier"


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


def _control_facts(
    view: ProjectView, flow: Flow, inputs: Inputs, parts: Iterable[SubWorkflow]
) -> control.Facts:
    part_of = {task_id: part.id for part in parts for task_id in part.tasks}
    return control.Facts(view=view, flow=flow, parameters=inputs.all, part_of=part_of)


class _Sources(NamedTuple):
    """All that tasks are made from."""

    view: ProjectView
    config: FlyteConfig
    flow: Flow
    inputs: Inputs


def _tier(need: Demand, demands: list[Demand], known: Mapping[str, Tier]) -> Tier:
    """Return the tier of a task, or the variant of it that its nodes' resources make."""
    unknown = Tier(name=need.tier)
    return variant(
        known.get(need.tier, unknown),
        [demand.resources for demand in demands],
        [known.get(demand.tier, unknown) for demand in demands],
    )


def _tasks(
    ids: Mapping[str, str],
    groups: Mapping[str, list[NodeView]],
    asked: Mapping[str, Demand],
    known: dict[str, Tier],
    given: _Sources,
) -> list[Task]:
    """Return a task a group; `known` gains the tiers that rules for nodes make."""
    tasks: list[Task] = []
    for label, nodes in groups.items():
        demands = [asked[node.name] for node in nodes]
        need = together(demands, known)
        tier = _tier(need, demands, known)
        known.setdefault(tier.name, tier)
        tasks.append(_task(ids[label], label, tier, need, nodes, given))
    return tasks


def _task(
    task_id: str, label: str, tier: Tier, need: Demand, nodes: list[NodeView], given: _Sources
) -> Task:
    return Task(
        id=task_id,
        label=label.rstrip("/"),
        nodes=tuple(node.name for node in nodes),
        inputs=tuple(sorted(given.flow.inputs.get(label, ()))),
        outputs=tuple(given.flow.outputs.get(label, ())),
        parameters=given.inputs.of_group[label],
        tier=tier.name,
        tier_reason=need.tier_reason,
        environment=need.environment,
        retries=need.retries,
        timeout=need.timeout,
        cache_version=cache_version(nodes, need, given.view),
        interruptible=need.interruptible,
        secrets=secrets_of(nodes, need, given.view, given.config),
    )


def _plan_id(pipeline: str) -> str:
    """Return the name of the workflow's function, which a person types."""
    if pipeline == "__default__":
        return "default"
    short = typed(pipeline, TASKS)
    return short if short not in ("", "default") else hashed(pipeline).lower()
