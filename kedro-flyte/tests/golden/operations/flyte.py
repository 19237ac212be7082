"""Kedro pipeline '__default__' as a Flyte workflow: 2 nodes in 2 tasks.

Written by `kedro flyte export`. Do not edit: change the pipeline or flyte.yml, and
export again. Which nodes run in which task, and why, says the plan beside it,
demo__default.plan.json.

Locally:  pyflyte run FILE default
Remotely: pyflyte run --remote --copy all FILE default
"""

from datetime import timedelta

from flytekit import (
    Cache,
    FixedRate,
    LaunchPlan,
    Resources,
    Slack,
    WorkflowFailurePolicy,
    task,
    workflow,
)
from flytekit.extras.accelerators import GPUAccelerator
from flytekit.models.core.execution import WorkflowExecutionPhase
from flytekit.models.schedule import Schedule
from flytekit.types.file import FlyteFile
from kedro_flyte import Number, PlanFile, run_task

PLAN = PlanFile.beside(__file__, digest="15af52af84ff6e7f")

# Hardware tiers: what a task may ask for
TIER_LARGE = Resources(cpu="4", mem="16Gi")
TIER_GPU = Resources(cpu="8", mem="32Gi", gpu="1")

# Kinds of GPU, as the cluster calls them
GPU_GPU = GPUAccelerator("nvidia-tesla-t4")

# Container images
IMAGE_LIGHT = "registry.example.org/light:1"

# Types of the files that pass between tasks
# mypy: disable-error-code="valid-type"
PickleFile = FlyteFile["pickle"]


@task(resources=TIER_GPU, accelerator=GPU_GPU, container_image=IMAGE_LIGHT)
def extract() -> PickleFile:
    """Node extract: function() -> table."""
    return run_task(PLAN, "extract", locals())


@task(
    resources=TIER_LARGE,
    retries=2,
    timeout=timedelta(seconds=3600),
    cache=Cache(version="1"),
)
def train(table: PickleFile, n: Number) -> PickleFile:
    """Node train: function(table, params:n) -> model."""
    return run_task(PLAN, "train", locals())


@workflow(failure_policy=WorkflowFailurePolicy.FAIL_AFTER_EXECUTABLE_NODES_COMPLETE)
def default(n: Number = 1) -> PickleFile:
    """Pipeline '__default__' of demo."""
    table = extract()
    model = train(table, n)
    return model


LAUNCH_NIGHTLY = LaunchPlan.get_or_create(
    default,
    name="demo__default__nightly",
    schedule=Schedule(
        "",
        cron_schedule=Schedule.CronSchedule("CRON_TZ=Europe/Berlin 0 3 * * *", None),
    ),
    auto_activate=True,
    notifications=[
        Slack(
            phases=[WorkflowExecutionPhase.FAILED, WorkflowExecutionPhase.TIMED_OUT],
            recipients_email=["team@example.org"],
        ),
    ],
    max_parallelism=10,
)


LAUNCH_OFTEN = LaunchPlan.get_or_create(
    default,
    name="demo__default__often",
    schedule=FixedRate(duration=timedelta(minutes=360)),
    default_inputs={"n": 5},
    notifications=[
        Slack(
            phases=[WorkflowExecutionPhase.FAILED, WorkflowExecutionPhase.TIMED_OUT],
            recipients_email=["team@example.org"],
        ),
    ],
    max_parallelism=10,
)
