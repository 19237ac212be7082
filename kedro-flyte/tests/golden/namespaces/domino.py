"""Kedro pipeline '__default__' as a Domino flow: 5 nodes in 3 jobs.

Written by `kedro flyte export --target domino`. Do not edit: change the pipeline or
flyte.yml, and export again. Which nodes run in which job says the plan beside it,
demo__default.plan.json.

In a workspace, from the project's root: pyflyte run --remote FILE default
where FILE is the path of this module.
"""

from flytekit import workflow
from flytekit.types.file import FlyteFile
from flytekitplugins.domino.artifact import DATA, Artifact
from flytekitplugins.domino.helpers import Input, Output, run_domino_job_task

# What a job runs; {} stands for its id in the plan
PLAN = "flows/on_domino/demo__default.plan.json"
TASK = f"{PLAN} {{}} --plan-digest bb29c3581802cd0f"
COMMAND = f"bash -c 'PYTHONPATH=src python -m kedro_flyte.targets.domino.job {TASK}'"

# What all jobs share
JOB = {"use_project_defaults_for_omitted": True}

# Hardware tiers, by their names in Domino
TIER_SMALL = "Small"

# Results, as artifacts of the execution
FILES = Artifact("demo__default data", DATA)

# Types of the files that pass between jobs
PickleFile = FlyteFile["pickle"]


@workflow
def default(start: str = "data/start.csv") -> PickleFile:
    """Pipeline '__default__' of demo.

    Args:
        start: path or URI of dataset 'start'
    """
    one__model = run_domino_job_task(
        flyte_task_name="demo__default.one",
        command=COMMAND.format("one"),
        hardware_tier_name=TIER_SMALL,
        inputs=[Input(name="start", type=str, value=start)],
        output_specs=[Output(name="one__model", type=PickleFile)],
        **JOB,
    )
    two__model = run_domino_job_task(
        flyte_task_name="demo__default.two",
        command=COMMAND.format("two"),
        hardware_tier_name=TIER_SMALL,
        inputs=[Input(name="start", type=str, value=start)],
        output_specs=[Output(name="two__model", type=PickleFile)],
        **JOB,
    )
    comparison = run_domino_job_task(
        flyte_task_name="demo__default.compare",
        command=COMMAND.format("compare"),
        hardware_tier_name=TIER_SMALL,
        inputs=[
            Input(name="one__model", type=PickleFile, value=one__model),
            Input(name="two__model", type=PickleFile, value=two__model),
        ],
        output_specs=[
            Output(name="comparison", type=FILES.File(name="comparison.pickle")),
        ],
        **JOB,
    )
    return comparison
