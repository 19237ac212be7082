"""Kedro pipeline 'batch_prediction' as a Domino flow: 3 nodes in 3 jobs.

Written by `kedro flyte export --target domino`. Do not edit: change the pipeline or
flyte.yml, and export again. Which nodes run in which job says the plan beside it,
e06_flows__batch_prediction.plan.json.

In a workspace, from the project's root: pyflyte run --remote FILE batch_prediction
where FILE is the path of this module.
"""

from typing import NamedTuple

from flytekit import workflow
from flytekit.types.file import FlyteFile
from flytekitplugins.domino.artifact import DATA, MODEL, REPORT, Artifact
from flytekitplugins.domino.helpers import Input, Output, run_domino_job_task

# What a job runs; {} stands for its id in the plan
PLAN = "flows/on_domino/e06_flows__batch_prediction.plan.json"
TASK = f"{PLAN} {{}} --plan-digest 34fa8395093f3ad9"
COMMAND = f"bash -c 'PYTHONPATH=src python -m kedro_flyte.targets.domino.job {TASK}'"

# What all jobs share
JOB = {"use_project_defaults_for_omitted": True}

# Hardware tiers, by their names in Domino
TIER_SMALL = "Small"
TIER_MEDIUM = "Medium"

# Results, as artifacts of the execution
FILES = Artifact("e06_flows__batch_prediction data", DATA)
MODELS = Artifact("e06_flows__batch_prediction models", MODEL)
REPORTS = Artifact("e06_flows__batch_prediction reports", REPORT)

# Types of the files that pass between jobs
CsvFile = FlyteFile["csv"]
JsonFile = FlyteFile["json"]
PklFile = FlyteFile["pkl"]
PngFile = FlyteFile["png"]
ZipFile = FlyteFile["zip"]


class BatchPredictionOutputs(NamedTuple):
    """What batch_prediction gives."""

    batch_champion: PklFile
    batch_predictions: ZipFile
    batch_records: ZipFile
    batch_summary: JsonFile
    batch_table: CsvFile
    batch_picture: PngFile


@workflow
def batch_prediction(
    batches: str = "data/01_raw/flower_batches",
    model: str = "e06-champion",
    key: str = "Id",
    new_champion: str = "keep",
    most_rejected: float = 0.5,
) -> BatchPredictionOutputs:
    """Score partitions with the model in service, set bad ones aside, sum them up.

    Args:
        batches: path or URI of dataset 'batches'
    """
    parameters = [
        Input(name="model", type=str, value=model),
        Input(name="key", type=str, value=key),
        Input(name="new_champion", type=str, value=new_champion),
        Input(name="most_rejected", type=float, value=most_rejected),
    ]
    batch_champion = run_domino_job_task(
        flyte_task_name="e06_flows__batch_prediction.find_champion",
        command=COMMAND.format("find_champion"),
        hardware_tier_name=TIER_SMALL,
        inputs=[*parameters],
        output_specs=[
            Output(name="batch_champion", type=MODELS.File(name="batch_champion.pkl")),
        ],
        **JOB,
    )
    score_batches = run_domino_job_task(
        flyte_task_name="e06_flows__batch_prediction.score_batches",
        command=COMMAND.format("score_batches"),
        hardware_tier_name=TIER_MEDIUM,
        inputs=[
            Input(name="batch_champion", type=PklFile, value=batch_champion),
            Input(name="batches", type=str, value=batches),
            *parameters,
        ],
        output_specs=[
            Output(
                name="batch_predictions",
                type=FILES.File(name="batch_predictions.zip"),
            ),
            Output(name="batch_records", type=FILES.File(name="batch_records.zip")),
        ],
        **JOB,
    )
    sum_up = run_domino_job_task(
        flyte_task_name="e06_flows__batch_prediction.sum_up",
        command=COMMAND.format("sum_up"),
        hardware_tier_name=TIER_SMALL,
        inputs=[
            Input(name="batch_champion", type=PklFile, value=batch_champion),
            Input(
                name="batch_records",
                type=ZipFile,
                value=score_batches.batch_records,
            ),
            Input(name="batches", type=str, value=batches),
            *parameters,
        ],
        output_specs=[
            Output(name="batch_summary", type=REPORTS.File(name="batch_summary.json")),
            Output(name="batch_table", type=REPORTS.File(name="batch_table.csv")),
            Output(name="batch_picture", type=REPORTS.File(name="batch_picture.png")),
        ],
        **JOB,
    )
    return BatchPredictionOutputs(
        batch_champion=batch_champion,
        batch_predictions=score_batches.batch_predictions,
        batch_records=score_batches.batch_records,
        batch_summary=sum_up.batch_summary,
        batch_table=sum_up.batch_table,
        batch_picture=sum_up.batch_picture,
    )
