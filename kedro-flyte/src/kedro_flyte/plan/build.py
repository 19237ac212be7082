"""From what has been read of a project, and its flyte.yml, to a plan: the passes, in order."""

from kedro_flyte.plan.checks import checked, facts_of
from kedro_flyte.plan.model import Plan
from kedro_flyte.plan.passes.control_flow import controlled
from kedro_flyte.plan.passes.groups import grouped
from kedro_flyte.plan.passes.inputs import inputs_of
from kedro_flyte.plan.passes.names import named
from kedro_flyte.plan.passes.operations import equipped
from kedro_flyte.plan.passes.scope import scoped
from kedro_flyte.plan.passes.sub_workflows import divided
from kedro_flyte.plan.passes.travel import travelling
from kedro_flyte.plan.passes.whole import whole
from kedro_flyte.plan.platform import Platform
from kedro_flyte.plan.settings.config import FlyteConfig
from kedro_flyte.plan.view import ProjectView


def build_plan(
    view: ProjectView,
    config: FlyteConfig,
    platform: Platform,
    *,
    group_by: str | None = None,
    strict: bool = False,
) -> Plan:
    """Return the plan of a pipeline, with everything that there is to say about it as findings.

    Args:
        view: What has been read.
        config: What flyte.yml says.
        platform: What is planned for.
        group_by: Overrides the grouping of flyte.yml.
        strict: Whether in-memory datasets between tasks are errors.
    """
    can, mount = platform.can, platform.mount
    scope = scoped(view, config, can, mount, group_by=group_by, strict=strict)
    groups = grouped(scope)
    pieces = divided(scope, groups)
    travel = travelling(scope, pieces)
    inputs = inputs_of(scope, pieces)
    names = named(scope, pieces, travel, inputs)
    tasks = equipped(scope, groups, pieces, travel, names)
    tasks = controlled(scope, travel, names, tasks)
    facts = facts_of(scope, groups, pieces, travel, names, tasks)
    plan = whole(scope, travel, names, tasks, checked(facts, platform.checks))
    return platform.finished(plan, view, config)
