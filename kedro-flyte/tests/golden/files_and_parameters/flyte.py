"""Kedro pipeline 'demo' as a Flyte workflow: 3 nodes in 3 tasks.

Written by `kedro flyte export`. Do not edit: change the pipeline or flyte.yml, and
export again. Which nodes run in which task, and why, says the plan beside it,
demo__demo.plan.json.

Locally:  pyflyte run FILE demo
Remotely: pyflyte run --remote --copy all FILE demo
"""

# ruff: noqa: B006 - nothing changes a list that is an input's default

from typing import NamedTuple

from flytekit import Resources, task, workflow
from flytekit.types.file import FlyteFile
from kedro_flyte import Number, Parameters, PlanFile, Real, run_task

PLAN = PlanFile.beside(__file__, digest="df0b87776ba93918")

# Hardware tiers: what a task may ask for
TIER_SMALL = Resources(cpu="1", mem="1Gi")
TIER_LARGE = Resources(cpu="4", mem="16Gi")

# Types of the files that pass between tasks
# mypy: disable-error-code="valid-type"
CsvFile = FlyteFile["csv"]
ParquetFile = FlyteFile["parquet"]
PickleFile = FlyteFile["pickle"]
PklFile = FlyteFile["pkl"]
PngFile = FlyteFile["png"]


@task(resources=TIER_SMALL)
def load(raw: CsvFile | None) -> ParquetFile:
    """Node load: function(raw) -> table."""
    return run_task(PLAN, "load", locals())


class TrainOutputs(NamedTuple):
    model_yxfplu: PklFile
    memory: PickleFile


@task(resources=TIER_LARGE)
def train(table: ParquetFile, model_parameters: Parameters, rate: Real) -> TrainOutputs:
    """Node train: function(table, params:model, params:demo.rate) -> model_, memory."""
    return run_task(PLAN, "train", locals())


@task(resources=TIER_SMALL)
def report(
    model_yxfplu: PklFile,
    memory: PickleFile,
    parameters: Parameters,
) -> PngFile:
    """Node report: function(model_, memory, parameters) -> picture."""
    return run_task(PLAN, "report", locals())


class DemoOutputs(NamedTuple):
    table: ParquetFile
    model_yxfplu: PklFile
    picture: PngFile


@workflow
def demo(
    raw: CsvFile | None = None,
    model_depth: Number = 3,
    model_names: list[str] = ["a", "b"],
    model_none: str | None = None,
    model_text: str = 'it\'s "so"',
    rate: Real = 0.5,
    flag: bool = True,
) -> DemoOutputs:
    """Pipeline 'demo' of demo.

    Args:
        raw: dataset 'raw'; None: data/raw.csv
        model_none: parameter 'model.none', as JSON
    """
    model_parameters = PLAN.values("params:model", locals())
    parameters = PLAN.values("parameters", locals())
    table = load(raw)
    model_yxfplu, memory = train(table, model_parameters, rate)
    picture = report(model_yxfplu, memory, parameters)
    return DemoOutputs(table, model_yxfplu, picture)
