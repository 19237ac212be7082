"""Kedro pipeline '__default__' as a Flyte workflow: 2 nodes in 2 tasks.

Written by `kedro flyte export`. Do not edit: change the pipeline or flyte.yml, and
export again. Which nodes run in which task, and why, says the plan beside it,
demo__default.plan.json.

Locally:  pyflyte run FILE default
Remotely: pyflyte run --remote --copy all FILE default
"""

from flytekit import Resources, task, workflow
from flytekit.types.file import FlyteFile
from kedro_flyte import Number, PlanFile, run_task

PLAN = PlanFile.beside(__file__, digest="bd813c596b8943fc")

# Hardware tiers: what a task may ask for
TIER_SMALL = Resources(cpu="1", mem="1Gi")
TIER_LARGE = Resources(cpu="4", mem="16Gi")

# Types of the files that pass between tasks
# mypy: disable-error-code="valid-type"
PickleFile = FlyteFile["pickle"]
PklFile = FlyteFile["pkl"]


@task(resources=TIER_SMALL)
def load() -> PickleFile:
    """Node load: function(rows) -> table."""
    return run_task(PLAN, "load", locals())


@task(resources=TIER_LARGE)
def train(table: PickleFile, depth: Number) -> PklFile:
    """Node train: function(table, params:depth) -> model."""
    return run_task(PLAN, "train", locals())


@workflow
def default(depth: Number = 3) -> PklFile:
    """Pipeline '__default__' of demo."""
    table = load()
    model = train(table, depth)
    return model
