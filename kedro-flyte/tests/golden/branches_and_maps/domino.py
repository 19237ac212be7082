"""Kedro pipeline '__default__' as a Domino flow: 3 nodes in 3 jobs.

Written by `kedro flyte export --target domino`. Do not edit: change the pipeline or
flyte.yml, and export again. Which nodes run in which job says the plan beside it,
demo__default.plan.json.

In a workspace, from the project's root: pyflyte run --remote FILE default
where FILE is the path of this module.
"""

from typing import NamedTuple

from flytekit import workflow
from flytekit.types.file import FlyteFile
from flytekitplugins.domino.artifact import DATA, Artifact
from flytekitplugins.domino.helpers import Input, Output, run_domino_job_task

# What a job runs; {} stands for its id in the plan
PLAN = "flows/on_domino/demo__default.plan.json"
TASK = f"{PLAN} {{}} --plan-digest c655676426eafab6"
COMMAND = f"bash -c 'PYTHONPATH=src python -m kedro_flyte.targets.domino.job {TASK}'"

# What all jobs share
JOB = {"use_project_defaults_for_omitted": True}

# Hardware tiers, by their names in Domino
TIER_SMALL = "Small"
TIER_LARGE = "Large"

# Results, as artifacts of the execution
FILES = Artifact("demo__default data", DATA)

# Types of the files that pass between jobs
JsonFile = FlyteFile["json"]
PickleFile = FlyteFile["pickle"]
ZipFile = FlyteFile["zip"]


class DefaultOutputs(NamedTuple):
    """What default gives."""

    scores: ZipFile
    rejected: JsonFile


@workflow
def default(
    table: str = "data/table.csv",
    champion: str = "data/champion.pkl",
    letters: str = "data/letters",
    rate: float = 0.1,
) -> DefaultOutputs:
    """Pipeline '__default__' of demo.

    Args:
        table: path or URI of dataset 'table'
        champion: path or URI of dataset 'champion'
        letters: path or URI of dataset 'letters'
    """
    auc = run_domino_job_task(
        flyte_task_name="demo__default.measure",
        command=COMMAND.format("measure"),
        hardware_tier_name=TIER_SMALL,
        inputs=[Input(name="table", type=str, value=table)],
        output_specs=[Output(name="auc", type=PickleFile)],
        **JOB,
    )
    model = run_domino_job_task(
        flyte_task_name="demo__default.choose",
        command=COMMAND.format("choose"),
        hardware_tier_name=TIER_LARGE,
        inputs=[
            Input(name="auc", type=PickleFile, value=auc),
            Input(name="champion", type=str, value=champion),
            Input(name="table", type=str, value=table),
            Input(name="rate", type=float, value=rate),
        ],
        output_specs=[Output(name="model", type=PickleFile)],
        **JOB,
    )
    score = run_domino_job_task(
        flyte_task_name="demo__default.score",
        command=COMMAND.format("score"),
        hardware_tier_name=TIER_SMALL,
        inputs=[
            Input(name="letters", type=str, value=letters),
            Input(name="model", type=PickleFile, value=model),
        ],
        output_specs=[
            Output(name="scores", type=FILES.File(name="scores.zip")),
            Output(name="rejected", type=FILES.File(name="rejected.json")),
        ],
        **JOB,
    )
    return DefaultOutputs(scores=score.scores, rejected=score.rejected)
