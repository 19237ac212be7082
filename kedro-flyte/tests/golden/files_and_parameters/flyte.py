"""Kedro pipeline 'demo' as a Flyte workflow: 3 nodes in 3 tasks.

Written by `kedro flyte export`. Do not edit: change the pipeline or flyte.yml, and
export again. Which nodes run in which task, and why, says the plan beside it,
demo__demo.plan.json.

Locally:  pyflyte run FILE demo
Remotely: pyflyte run --remote --copy all FILE demo
where FILE is the path of this module.
"""

from pathlib import Path
from typing import NamedTuple

from flytekit import Resources, task, workflow
from flytekit.types.file import FlyteFile
from kedro_flyte import PlanFile, run_task

PLAN = PlanFile(
    Path(__file__).with_name("demo__demo.plan.json"),
    digest="f682a8e113841cd4",
)

# Hardware tiers: what a task may ask for
TIER_SMALL = Resources(cpu="1", mem="1Gi")
TIER_LARGE = Resources(cpu="4", mem="16Gi")

# Types of the files that pass between tasks, and of the parameters
CsvFile = FlyteFile["csv"]
ParquetFile = FlyteFile["parquet"]
PickleFile = FlyteFile["pickle"]
PklFile = FlyteFile["pkl"]
PngFile = FlyteFile["png"]
Number = int | float


@task(resources=TIER_SMALL, annotations={"kedro.org/nodes": "load"})
def load(raw: CsvFile | None) -> ParquetFile:
    """Node load: function(raw) -> table."""
    return run_task(PLAN, "load", locals())


class TrainOutputs(NamedTuple):
    """What train gives."""

    model_yxfplu: PklFile
    memory: PickleFile


@task(resources=TIER_LARGE, annotations={"kedro.org/nodes": "train"})
def train(
    table: ParquetFile,
    model_depth: Number,
    model_names: str,
    model_none: str | None,
    model_text: str,
    rate: float,
) -> TrainOutputs:
    """Node train: function(table, params:model, params:demo.rate) -> model_, memory."""
    return run_task(PLAN, "train", locals())


@task(resources=TIER_SMALL, annotations={"kedro.org/nodes": "report"})
def report(
    memory: PickleFile,
    model_yxfplu: PklFile,
    model_depth: Number,
    model_names: str,
    model_none: str | None,
    model_text: str,
    rate: float,
    flag: bool,
) -> PngFile:
    """Node report: function(model_, memory, parameters) -> picture."""
    return run_task(PLAN, "report", locals())


class DemoOutputs(NamedTuple):
    """What demo gives."""

    table: ParquetFile
    model_yxfplu: PklFile
    picture: PngFile


@workflow
def demo(
    raw: CsvFile | None = None,
    model_depth: Number = 3,
    model_names: str = '["a", "b"]',
    model_none: str | None = None,
    model_text: str = 'it\'s "so"',
    rate: float = 0.5,
    flag: bool = True,
) -> DemoOutputs:
    """Pipeline 'demo' of demo.

    Args:
        raw: dataset 'raw'; None: data/raw.csv
        model_depth: parameter 'model.depth'
        model_names: parameter 'model.names', as JSON
        model_none: parameter 'model.none', as JSON
        model_text: parameter 'model.text'
        rate: parameter 'demo.rate'
        flag: parameter 'demo.flag'
    """
    table = load(raw=raw)
    model_yxfplu, memory = train(
        table=table,
        model_depth=model_depth,
        model_names=model_names,
        model_none=model_none,
        model_text=model_text,
        rate=rate,
    )
    picture = report(
        memory=memory,
        model_yxfplu=model_yxfplu,
        model_depth=model_depth,
        model_names=model_names,
        model_none=model_none,
        model_text=model_text,
        rate=rate,
        flag=flag,
    )
    return DemoOutputs(table=table, model_yxfplu=model_yxfplu, picture=picture)
