"""Last: the plan, which checks itself when it is made."""

from kedro_flyte.plan.model import Plan
from kedro_flyte.plan.passes.names import Named
from kedro_flyte.plan.passes.operations import Equipped
from kedro_flyte.plan.passes.scope import Scope
from kedro_flyte.plan.passes.travel import Travelling
from kedro_flyte.plan.settings.config import DEFAULT_TIER
from kedro_flyte.plan.settings.demand import environments
from kedro_flyte.plan.view import Finding


def whole(
    scope: Scope,
    travelling: Travelling,
    named: Named,
    equipped: Equipped,
    findings: tuple[Finding, ...],
) -> Plan:
    """Return the plan; of tiers and environments it has those that are used."""
    view, own = scope.view, scope.own
    tasks = [*equipped.tasks, *([equipped.handler.task] if equipped.handler else [])]
    used = {task.environment for task in tasks}
    tiers = {task.tier for task in tasks}
    tiers |= {DEFAULT_TIER for task in tasks if task.map_over is not None}
    return Plan(
        package=view.package,
        pipeline=view.pipeline,
        id=named.workflow,
        env=view.env,
        grouping=scope.grouping,
        nodes=view.nodes,
        tasks=equipped.tasks,
        datasets=tuple(named.datasets.values()),
        parameters=named.parameters,
        groups=named.parameter_groups,
        about=view.about,
        other_runtime_parameters=tuple(sorted(view.other_runtime_parameters)),
        sources=travelling.sources,
        results=travelling.results,
        tiers=tuple(tier for name, tier in equipped.tiers.items() if name in tiers),
        environments=tuple(e for name, e in environments(scope.config).items() if name in used),
        secrets=equipped.secrets,
        schedules=equipped.schedules,
        notifications=equipped.notifications,
        sub_workflows=named.sub_workflows,
        credentials=view.credential_variables,
        handler=equipped.handler,
        finish_others=own.failure_policy == "finish_others",
        max_parallelism=own.max_parallelism or 0,
        target=scope.can.name,
        snapshots=scope.snapshots,
        findings=findings,
    )
