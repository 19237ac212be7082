"""Kedro pipeline 'demo' as a Domino flow: 3 nodes in 3 jobs.

Written by `kedro flyte export --target domino`. Do not edit: change the pipeline or
flyte.yml, and export again. Which nodes run in which job says the plan beside it,
demo__demo.plan.json.

In a workspace, from the project's root: pyflyte run --remote FILE demo
where FILE is the path of this module.
"""

from typing import NamedTuple

from flytekit import workflow
from flytekit.types.file import FlyteFile
from flytekitplugins.domino.artifact import DATA, Artifact
from flytekitplugins.domino.helpers import Input, Output, run_domino_job_task

# What a job runs; {} stands for its id in the plan
PLAN = "flows/on_domino/demo__demo.plan.json"
TASK = f"{PLAN} {{}} --plan-digest 57db7ba8d15b241b"
COMMAND = f"bash -c 'PYTHONPATH=src python -m kedro_flyte.targets.domino.job {TASK}'"

# What all jobs share
JOB = {"use_project_defaults_for_omitted": True}

# Hardware tiers, by their names in Domino
TIER_SMALL = "Small"
TIER_LARGE = "Large"

# Results, as artifacts of the execution
FILES = Artifact("demo__demo data", DATA)

# Types of the files that pass between jobs
ParquetFile = FlyteFile["parquet"]
PickleFile = FlyteFile["pickle"]
PklFile = FlyteFile["pkl"]
PngFile = FlyteFile["png"]


class DemoOutputs(NamedTuple):
    """What demo gives."""

    table: ParquetFile
    model_yxfplu: PklFile
    picture: PngFile


@workflow
def demo(
    raw: str = "data/raw.csv",
    model_depth: int = 3,
    model_names: str = '["a", "b"]',
    model_none: str = "null",
    model_text: str = 'it\'s "so"',
    rate: float = 0.5,
    flag: bool = True,
) -> DemoOutputs:
    """Pipeline 'demo' of demo.

    Args:
        raw: path or URI of dataset 'raw'
        model_names: parameter 'model.names', as JSON
        model_none: parameter 'model.none', as JSON
    """
    table = run_domino_job_task(
        flyte_task_name="demo__demo.load",
        command=COMMAND.format("load"),
        hardware_tier_name=TIER_SMALL,
        inputs=[Input(name="raw", type=str, value=raw)],
        output_specs=[Output(name="table", type=FILES.File(name="table.parquet"))],
        **JOB,
    )
    train = run_domino_job_task(
        flyte_task_name="demo__demo.train",
        command=COMMAND.format("train"),
        hardware_tier_name=TIER_LARGE,
        inputs=[
            Input(name="table", type=ParquetFile, value=table),
            Input(name="model_depth", type=int, value=model_depth),
            Input(name="model_names", type=str, value=model_names),
            Input(name="model_none", type=str, value=model_none),
            Input(name="model_text", type=str, value=model_text),
            Input(name="rate", type=float, value=rate),
        ],
        output_specs=[
            Output(name="model_yxfplu", type=FILES.File(name="model_yxfplu.pkl")),
            Output(name="memory", type=PickleFile),
        ],
        **JOB,
    )
    picture = run_domino_job_task(
        flyte_task_name="demo__demo.report",
        command=COMMAND.format("report"),
        hardware_tier_name=TIER_SMALL,
        inputs=[
            Input(name="memory", type=PickleFile, value=train.memory),
            Input(name="model_yxfplu", type=PklFile, value=train.model_yxfplu),
            Input(name="model_depth", type=int, value=model_depth),
            Input(name="model_names", type=str, value=model_names),
            Input(name="model_none", type=str, value=model_none),
            Input(name="model_text", type=str, value=model_text),
            Input(name="rate", type=float, value=rate),
            Input(name="flag", type=bool, value=flag),
        ],
        output_specs=[Output(name="picture", type=FILES.File(name="picture.png"))],
        **JOB,
    )
    return DemoOutputs(table=table, model_yxfplu=train.model_yxfplu, picture=picture)
