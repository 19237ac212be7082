"""Kedro pipeline '__default__' as a Domino flow: 1 node in 1 job.

Written by `kedro flyte export --target domino`. Do not edit: change the pipeline or
flyte.yml, and export again. Which nodes run in which job says the plan beside it,
demo__default.plan.json.

In a workspace, from the project's root: pyflyte run --remote FILE default
where FILE is the path of this module.
"""

from flytekit import workflow
from flytekitplugins.domino.helpers import run_domino_job_task

# What a job runs; {} stands for its id in the plan
PLAN = "flows/on_domino/demo__default.plan.json"
TASK = f"{PLAN} {{}} --plan-digest 431153cfdce87411"
COMMAND = f"bash -c 'PYTHONPATH=src python -m kedro_flyte.targets.domino.job {TASK}'"

# What all jobs share
JOB = {"use_project_defaults_for_omitted": True}

# Hardware tiers, by their names in Domino
TIER_SMALL = "Small"


@workflow
def default() -> None:
    """Pipeline '__default__' of demo."""
    run_domino_job_task(
        flyte_task_name="demo__default.act",
        command=COMMAND.format("act"),
        hardware_tier_name=TIER_SMALL,
        **JOB,
    )
