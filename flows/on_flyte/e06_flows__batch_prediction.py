"""Kedro pipeline 'batch_prediction' as a Flyte workflow: 3 nodes in 3 tasks.

Written by `kedro flyte export`. Do not edit: change the pipeline or flyte.yml, and
export again. Which nodes run in which task, and why, says the plan beside it,
e06_flows__batch_prediction.plan.json.

Locally:  pyflyte run FILE batch_prediction
Remotely: pyflyte run --remote --copy all FILE batch_prediction
"""

import functools
from typing import NamedTuple

from flytekit import Resources, map_task, task, workflow
from flytekit.types.directory import FlyteDirectory
from flytekit.types.file import FlyteFile
from kedro_flyte import Parameters, PlanFile, Real, run_task

PLAN = PlanFile.beside(__file__, digest="9da9634139828df3")

# Hardware tiers: what a task may ask for
TIER_SMALL = Resources(cpu="1", mem="2Gi")
TIER_MEDIUM = Resources(cpu="2", mem="4Gi")

# Types of the files that pass between tasks
# mypy: disable-error-code="valid-type"
CsvFile = FlyteFile["csv"]
JsonFile = FlyteFile["json"]
PklFile = FlyteFile["pkl"]
PngFile = FlyteFile["png"]
ZipFile = FlyteFile["zip"]


@task(resources=TIER_SMALL)
def find_champion(parameters: Parameters) -> PklFile:
    """Load the version that is in service now; all batches of this run are scored by
    it.
    """
    return run_task(PLAN, "find_champion", locals())


class ScoreBatchesSplitOutputs(NamedTuple):
    item_keys: list[str]
    items_kind: str


@task(resources=TIER_SMALL)
def score_batches_split(batches: FlyteDirectory | None) -> ScoreBatchesSplitOutputs:
    """Lists the items of batches."""
    return run_task(PLAN, "score_batches", locals(), step="split")


@task(resources=TIER_MEDIUM)
def score_batches_item(
    item_key: str,
    batches: FlyteDirectory | None,
    batch_champion: PklFile,
    parameters: Parameters,
) -> ZipFile:
    """Predict the class of each row, unless the batch is finished or bad."""
    return run_task(PLAN, "score_batches", locals(), step="item")


class ScoreBatchesOutputs(NamedTuple):
    batch_predictions: FlyteDirectory
    batch_records: FlyteDirectory


@task(resources=TIER_SMALL)
def score_batches_gather(
    item_keys: list[str],
    items_kind: str,
    item_results: list[ZipFile],
) -> ScoreBatchesOutputs:
    """Saves what score_batches_item gave for each item of batches."""
    return run_task(PLAN, "score_batches", locals(), step="gather")


class SumUpOutputs(NamedTuple):
    batch_summary: JsonFile
    batch_table: CsvFile
    batch_picture: PngFile


@task(resources=TIER_SMALL)
def sum_up(
    batches: FlyteDirectory | None,
    batch_records: FlyteDirectory,
    batch_champion: PklFile,
    parameters: Parameters,
) -> SumUpOutputs:
    """Sum up the batches that are there now: counts, reasons, distribution of the
    scores.
    """
    return run_task(PLAN, "sum_up", locals())


class BatchPredictionOutputs(NamedTuple):
    batch_champion: PklFile
    batch_predictions: FlyteDirectory
    batch_records: FlyteDirectory
    batch_summary: JsonFile
    batch_table: CsvFile
    batch_picture: PngFile


@workflow
def batch_prediction(
    batches: FlyteDirectory | None = None,
    model: str = "e06-champion",
    key: str = "Id",
    new_champion: str = "keep",
    most_rejected: Real = 0.5,
) -> BatchPredictionOutputs:
    """Score partitions with the model in service, set bad ones aside, sum them up.

    Args:
        batches: dataset 'batches'; None: data/01_raw/flower_batches
    """
    parameters = PLAN.values("params:batch_prediction", locals())
    batch_champion = find_champion(parameters)
    item_keys, items_kind = score_batches_split(batches)
    item_results = map_task(
        functools.partial(
            score_batches_item,
            batches=batches,
            batch_champion=batch_champion,
            parameters=parameters,
        ),
        concurrency=8,
    )(item_key=item_keys)
    batch_predictions, batch_records = score_batches_gather(
        item_keys,
        items_kind,
        item_results,
    )
    batch_summary, batch_table, batch_picture = sum_up(
        batches,
        batch_records,
        batch_champion,
        parameters,
    )
    return BatchPredictionOutputs(
        batch_champion,
        batch_predictions,
        batch_records,
        batch_summary,
        batch_table,
        batch_picture,
    )
