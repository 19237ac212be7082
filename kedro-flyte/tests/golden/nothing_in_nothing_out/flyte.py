"""Kedro pipeline '__default__' as a Flyte workflow: 1 node in 1 task.

Written by `kedro flyte export`. Do not edit: change the pipeline or flyte.yml, and
export again. Which nodes run in which task, and why, says the plan beside it,
demo__default.plan.json.

Locally:  pyflyte run FILE default
Remotely: pyflyte run --remote --copy all FILE default
"""

from flytekit import Resources, task, workflow
from kedro_flyte import PlanFile, run_task

PLAN = PlanFile.beside(__file__, digest="ed54f3153a396b7e")

# Hardware tiers: what a task may ask for
TIER_SMALL = Resources(cpu="1", mem="1Gi")


@task(resources=TIER_SMALL)
def act() -> None:
    """Node act: function() -> nothing."""
    run_task(PLAN, "act", locals())


@workflow
def default() -> None:
    """Pipeline '__default__' of demo."""
    act()
