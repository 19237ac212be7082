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
    digest="db09734bd55087c7",
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
    model__depth: Number,
    model__names: str,
    model__none: str | None,
    model__text: str,
    rate: float,
) -> TrainOutputs:
    """Node train: function(table, params:model, params:demo.rate) -> model_, memory."""
    return run_task(PLAN, "train", locals())


@task(resources=TIER_SMALL, annotations={"kedro.org/nodes": "report"})
def report(
    memory: PickleFile,
    model_yxfplu: PklFile,
    model__depth: Number,
    model__names: str,
    model__none: str | None,
    model__text: str,
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
    model__depth: Number = 3,
    model__names: str = '["a", "b"]',
    model__none: str | None = None,
    model__text: str = 'it\'s "so"',
    rate: float = 0.5,
    flag: bool = True,
) -> DemoOutputs:
    """Pipeline 'demo' of demo.

    Args:
        raw: dataset 'raw'; None: data/raw.csv
        model__depth: parameter 'model.depth'
        model__names: parameter 'model.names', as JSON
        model__none: parameter 'model.none', as JSON
        model__text: parameter 'model.text'
        rate: parameter 'demo.rate'
        flag: parameter 'demo.flag'
    """
    table = load(raw=raw)
    model_yxfplu, memory = train(
        table=table,
        model__depth=model__depth,
        model__names=model__names,
        model__none=model__none,
        model__text=model__text,
        rate=rate,
    )
    picture = report(
        memory=memory,
        model_yxfplu=model_yxfplu,
        model__depth=model__depth,
        model__names=model__names,
        model__none=model__none,
        model__text=model__text,
        rate=rate,
        flag=flag,
    )
    return DemoOutputs(table=table, model_yxfplu=model_yxfplu, picture=picture)
