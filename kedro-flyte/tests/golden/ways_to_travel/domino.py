"""Kedro pipeline '__default__' as a Domino flow: 4 nodes in 1 job.

Written by `kedro flyte export --target domino`. Do not edit: change the pipeline or
flyte.yml, and export again. Which nodes run in which job says the plan beside it,
demo__default.plan.json.

In a workspace, from the project's root: pyflyte run --remote FILE default
where FILE is the path of this module.
"""

from typing import NamedTuple

from flytekit import workflow
from flytekitplugins.domino.helpers import Input, Output, run_domino_job_task

# What a job runs; {} stands for its id in the plan
PLAN = "flows/on_domino/demo__default.plan.json"
TASK = f"{PLAN} {{}} --plan-digest 665b011216fdbd15"
COMMAND = f"bash -c 'PYTHONPATH=src python -m kedro_flyte.targets.domino.job {TASK}'"

# What all jobs share
JOB = {"use_project_defaults_for_omitted": True}

# Hardware tiers, by their names in Domino
TIER_SMALL = "Small"


class DefaultOutputs(NamedTuple):
    """What default gives."""

    remote: str
    versioned: str


@workflow
def default(folder: str = "data/folder") -> DefaultOutputs:
    """Pipeline '__default__' of demo.

    Args:
        folder: path or URI of dataset 'folder'
    """
    read_to_side_effect_jnopdx = run_domino_job_task(
        flyte_task_name="demo__default.read_to_side_effect_jnopdx",
        command=COMMAND.format("read_to_side_effect_jnopdx"),
        hardware_tier_name=TIER_SMALL,
        inputs=[Input(name="folder", type=str, value=folder)],
        output_specs=[
            Output(name="remote", type=str),
            Output(name="versioned", type=str),
        ],
        **JOB,
    )
    return DefaultOutputs(
        remote=read_to_side_effect_jnopdx.remote,
        versioned=read_to_side_effect_jnopdx.versioned,
    )
