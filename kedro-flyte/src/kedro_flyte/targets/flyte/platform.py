"""Flyte, as the plan sees it."""

from kedro_flyte.plan.capabilities import Capabilities
from kedro_flyte.plan.platform import Platform
from kedro_flyte.targets.flyte.checks import CHECKS, LIMIT
from kedro_flyte.targets.flyte.packing import CARRIER, climbed_over

PLATFORM = Platform(
    can=Capabilities(
        name="flyte",
        title="Flyte",
        carrier=CARRIER,
        workflow_limit=LIMIT,
        stays_inside="Flyte chooses and maps only what is a task of its own, by values it can "
        "compare.",
        structured_inputs=True,
        failure_node=True,
        execution_settings=True,
    ),
    checks=CHECKS,
    problems=climbed_over,
)
