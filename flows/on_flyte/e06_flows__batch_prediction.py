"""Kedro pipeline 'batch_prediction' as a Flyte workflow: 3 nodes in 3 tasks.

Written by `kedro flyte export`. Do not edit: change the pipeline or flyte.yml, and
export again. Which nodes run in which task, and why, says the plan beside it,
e06_flows__batch_prediction.plan.json.

Locally:  pyflyte run FILE batch_prediction
Remotely: pyflyte run --remote --copy all FILE batch_prediction
where FILE is the path of this module.
"""

import functools
from pathlib import Path
from typing import NamedTuple

from flytekit import Resources, map_task, task, workflow
from flytekit.types.directory import FlyteDirectory
from flytekit.types.file import FlyteFile
from kedro_flyte import PlanFile, run_task

PLAN = PlanFile(
    Path(__file__).with_name("e06_flows__batch_prediction.plan.json"),
    digest="00ec85d9f286c834",
)

# Hardware tiers: what a task may ask for
TIER_SMALL = Resources(cpu="1", mem="2Gi")
TIER_MEDIUM = Resources(cpu="2", mem="4Gi")

# Types of the files that pass between tasks, and of the parameters
CsvFile = FlyteFile["csv"]
JsonFile = FlyteFile["json"]
PklFile = FlyteFile["pkl"]
PngFile = FlyteFile["png"]
ZipFile = FlyteFile["zip"]


@task(resources=TIER_SMALL, annotations={"kedro.org/nodes": "find_champion"})
def find_champion(
    model: str,
    key: str,
    new_champion: str,
    most_rejected: float,
) -> PklFile:
    """Node find_champion: find_champion(params:batch_prediction) -> batch_champion."""
    return run_task(PLAN, "find_champion", locals())


class ScoreBatchesSplitOutputs(NamedTuple):
    """What score_batches_split gives."""

    item_keys: list[str]
    items_kind: str


@task(resources=TIER_SMALL, annotations={"kedro.org/nodes": "score_batches"})
def score_batches_split(batches: FlyteDirectory | None) -> ScoreBatchesSplitOutputs:
    """Lists the items of batches."""
    return run_task(PLAN, "score_batches", locals(), step="split")


@task(resources=TIER_MEDIUM, annotations={"kedro.org/nodes": "score_batches"})
def score_batches_item(
    item_key: str,
    batch_champion: PklFile,
    batches: FlyteDirectory | None,
    model: str,
    key: str,
    new_champion: str,
    most_rejected: float,
) -> ZipFile:
    """Node score_batches.

    score_batch(batches, batch_champion, params:batch_prediction) -> batch_predictions,
    batch_records
    """
    return run_task(PLAN, "score_batches", locals(), step="item")


class ScoreBatchesOutputs(NamedTuple):
    """What score_batches gives."""

    batch_predictions: FlyteDirectory
    batch_records: FlyteDirectory


@task(resources=TIER_SMALL, annotations={"kedro.org/nodes": "score_batches"})
def score_batches_gather(
    item_keys: list[str],
    items_kind: str,
    item_results: list[ZipFile],
) -> ScoreBatchesOutputs:
    """Saves what score_batches_item gave for each item of batches."""
    return run_task(PLAN, "score_batches", locals(), step="gather")


class SumUpOutputs(NamedTuple):
    """What sum_up gives."""

    batch_summary: JsonFile
    batch_table: CsvFile
    batch_picture: PngFile


@task(resources=TIER_SMALL, annotations={"kedro.org/nodes": "sum_up"})
def sum_up(
    batch_champion: PklFile,
    batch_records: FlyteDirectory,
    batches: FlyteDirectory | None,
    model: str,
    key: str,
    new_champion: str,
    most_rejected: float,
) -> SumUpOutputs:
    """Node sum_up.

    sum_up(batches, batch_records, batch_champion, params:batch_prediction) ->
    batch_summary, batch_table, batch_picture
    """
    return run_task(PLAN, "sum_up", locals())


class BatchPredictionOutputs(NamedTuple):
    """What batch_prediction gives."""

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
    most_rejected: float = 0.5,
) -> BatchPredictionOutputs:
    """Pipeline 'batch_prediction' of e06_flows.

    Args:
        batches: dataset 'batches'; None: data/01_raw/flower_batches
        model: parameter 'batch_prediction.model'
        key: parameter 'batch_prediction.key'
        new_champion: parameter 'batch_prediction.new_champion'
        most_rejected: parameter 'batch_prediction.most_rejected'
    """
    batch_champion = find_champion(
        model=model,
        key=key,
        new_champion=new_champion,
        most_rejected=most_rejected,
    )
    item_keys, items_kind = score_batches_split(batches=batches)
    item_results = map_task(
        functools.partial(
            score_batches_item,
            batch_champion=batch_champion,
            batches=batches,
            model=model,
            key=key,
            new_champion=new_champion,
            most_rejected=most_rejected,
        ),
        concurrency=8,
    )(item_key=item_keys)
    batch_predictions, batch_records = score_batches_gather(
        item_keys=item_keys,
        items_kind=items_kind,
        item_results=item_results,
    )
    batch_summary, batch_table, batch_picture = sum_up(
        batch_champion=batch_champion,
        batch_records=batch_records,
        batches=batches,
        model=model,
        key=key,
        new_champion=new_champion,
        most_rejected=most_rejected,
    )
    return BatchPredictionOutputs(
        batch_champion=batch_champion,
        batch_predictions=batch_predictions,
        batch_records=batch_records,
        batch_summary=batch_summary,
        batch_table=batch_table,
        batch_picture=batch_picture,
    )
