"""Then: the tasks, each with what it runs on, and what is around them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kedro_flyte.plan.model import Handler, Notification, Schedule, Secret, Task, Tier
from kedro_flyte.plan.operations.cache import cache_version
from kedro_flyte.plan.operations.schedules import schedules
from kedro_flyte.plan.operations.secrets import all_secrets, secrets_of
from kedro_flyte.plan.passes.groups import Grouped
from kedro_flyte.plan.passes.names import Named
from kedro_flyte.plan.passes.scope import Scope
from kedro_flyte.plan.passes.sub_workflows import Divided
from kedro_flyte.plan.passes.travel import Travelling
from kedro_flyte.plan.settings.demand import Demand, demand, together
from kedro_flyte.plan.settings.tiers import variant
from kedro_flyte.plan.view import NodeView, base_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Equipped:
    """The tasks, the handler of failures, and what is around them.

    `tiers` are all that are known, with those that the resources of single nodes make.
    """

    tasks: tuple[Task, ...]
    handler: Handler | None
    tiers: Mapping[str, Tier]
    secrets: tuple[Secret, ...]
    schedules: tuple[Schedule, ...]
    notifications: tuple[Notification, ...]


def equipped(
    scope: Scope, grouped: Grouped, divided: Divided, travelling: Travelling, named: Named
) -> Equipped:
    """Return the tasks, in the order of their groups, and what is around them."""
    found = {
        label: _tier(scope, grouped.needs[label], [grouped.asked[node.name] for node in nodes])
        for label, nodes in divided.groups.items()
    }
    tasks = (
        _task(
            scope,
            nodes,
            grouped.needs[label],
            id=named.tasks[label],
            label=label.rstrip("/"),
            tier=found[label].name,
            inputs=tuple(travelling.inputs.get(label, ())),
            outputs=tuple(travelling.outputs.get(label, ())),
            parameters=named.parameters_of[label],
            cache_version=cache_version(nodes, grouped.needs[label], scope.view),
        )
        for label, nodes in divided.groups.items()
    )
    sources = [named.datasets[name] for name in travelling.sources]
    return Equipped(
        tasks=tuple(tasks),
        handler=_handler(scope, travelling, named),
        tiers={**scope.tiers, **{tier.name: tier for tier in found.values()}},
        secrets=all_secrets(scope.config),
        schedules=schedules(scope.own, named.parameters, sources),
        notifications=tuple(
            Notification(by=one.by, to=tuple(one.to), phases=tuple(one.phases))
            for one in scope.own.notifications
        ),
    )


def _task(scope: Scope, nodes: Sequence[NodeView], need: Demand, **more: Any) -> Task:
    return Task(
        nodes=tuple(node.name for node in nodes),
        tier_reason=need.tier_reason,
        environment=need.environment,
        retries=need.retries,
        timeout=need.timeout,
        interruptible=need.interruptible,
        secrets=secrets_of(nodes, need, scope.view, scope.config),
        **more,
    )


def _tier(scope: Scope, need: Demand, asked: Sequence[Demand]) -> Tier:
    """Return the tier of a task, or the variant of it that its nodes' resources make."""
    tiers = [scope.tiers.get(one.tier, Tier(name=need.tier)) for one in (need, *asked)]
    return variant(tiers[0], [one.resources for one in asked], tiers[1:])


def _handler(scope: Scope, travelling: Travelling, named: Named) -> Handler | None:
    """Return the handler. Flyte gives it all inputs of the workflow; it uses those it knows."""
    if scope.view.handler is None:
        return None
    node = scope.view.handler.node
    need = together([demand(node, scope.config)], scope.tiers)
    read = {base_name(entry) for entry in node.inputs}
    task = _task(
        scope,
        [node],
        need,
        id=named.handler,
        label=node.name,
        tier=need.tier,
        inputs=tuple(name for name in travelling.sources if name in read),
        parameters=tuple(one.id for one in named.parameters),
    )
    return Handler(task=task, node=node, pipeline=scope.view.handler.pipeline)
