"""Kedro pipeline '__default__' as a Domino flow: 2 nodes in 2 jobs.

Written by `kedro flyte export --target domino`. Do not edit: change the pipeline or
flyte.yml, and export again. Which nodes run in which job says the plan beside it,
demo__default.plan.json.

In a workspace, from the project's root: pyflyte run --remote FILE default
where FILE is the path of this module.
"""

from flytekit import workflow
from flytekit.types.file import FlyteFile
from flytekitplugins.domino.artifact import MODEL, Artifact
from flytekitplugins.domino.helpers import Input, Output, run_domino_job_task
from flytekitplugins.domino.task import DatasetSnapshot, ExternalDataVolume, GitRef

# What a job runs; {} stands for its id in the plan
PLAN = "flows/on_domino/demo__default.plan.json"
TASK = f"{PLAN} {{}} --plan-digest a3092487b38179dc"
COMMAND = f"bash -c 'PYTHONPATH=src python -m kedro_flyte.targets.domino.job {TASK}'"

# What all jobs share
JOB = {
    "environment_name": "Domino Standard",
    "environment_revision_id": "a1a1a1a1a1a1a1a1a1a1a1a1",
    "main_git_repo_ref": GitRef("commitId", "1a2b3c"),
    "dfs_repo_commit_id": "0123456789012345678901234567890123456789",
    "volume_size_gib": 10,
    "external_data_volumes": [ExternalDataVolume(Name="archive")],
}

# Hardware tiers, by their names in Domino
TIER_SMALL = "Small"
TIER_LARGE = "Large"

# Versions of datasets, mounted into the jobs that read them
SNAPSHOT_LOANS = DatasetSnapshot(Name="credit-default", Version=3)

# Results, as artifacts of the execution
MODELS = Artifact("demo__default models", MODEL)

# Types of the files that pass between jobs
PickleFile = FlyteFile["pickle"]
PklFile = FlyteFile["pkl"]


@workflow
def default(
    rows: str = "/mnt/data/credit-default/2024/rows.csv",
    depth: int = 3,
) -> PklFile:
    """Pipeline '__default__' of demo.

    Args:
        rows: path or URI of dataset 'rows'
    """
    table = run_domino_job_task(
        flyte_task_name="demo__default.load",
        command=COMMAND.format("load"),
        hardware_tier_name=TIER_SMALL,
        inputs=[Input(name="rows", type=str, value=rows)],
        output_specs=[Output(name="table", type=PickleFile)],
        dataset_snapshots=[SNAPSHOT_LOANS],
        **JOB,
    )
    model = run_domino_job_task(
        flyte_task_name="demo__default.train",
        command=COMMAND.format("train"),
        hardware_tier_name=TIER_LARGE,
        inputs=[
            Input(name="table", type=PickleFile, value=table),
            Input(name="depth", type=int, value=depth),
        ],
        output_specs=[Output(name="model", type=MODELS.File(name="model.pkl"))],
        dataset_snapshots=[],
        **JOB,
    )
    return model
