"""From what has been read of a project, and its flyte.yml, to a plan: the passes, in order."""

from kedro_flyte.plan.checks import checked
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
from kedro_flyte.plan.settings.config import FlyteConfig
from kedro_flyte.plan.view import ProjectView


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
    scope = scoped(view, config, group_by=group_by, strict=strict, target=target)
    groups = grouped(scope)
    pieces = divided(scope, groups)
    travel = travelling(scope, pieces)
    inputs = inputs_of(scope, pieces)
    names = named(scope, pieces, travel, inputs)
    tasks = equipped(scope, groups, pieces, travel, names)
    tasks = controlled(scope, travel, names, tasks)
    findings = checked(scope, groups, pieces, travel, names, tasks)
    return whole(scope, travel, names, tasks, findings)
