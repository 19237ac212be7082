"""Kedro pipeline '__default__' as a Flyte workflow: 3 nodes in 3 tasks.

Written by `kedro flyte export`. Do not edit: change the pipeline or flyte.yml, and
export again. Which nodes run in which task, and why, says the plan beside it,
demo__default.plan.json.

Locally:  pyflyte run FILE default
Remotely: pyflyte run --remote --copy all FILE default
"""

import functools
from typing import NamedTuple

from flytekit import Resources, conditional, map_task, task, workflow
from flytekit.types.directory import FlyteDirectory
from flytekit.types.file import FlyteFile
from kedro_flyte import PlanFile, run_task

PLAN = PlanFile.beside(__file__, digest="124ad0dcde364ce7")

# Hardware tiers: what a task may ask for
TIER_SMALL = Resources(cpu="1", mem="1Gi")
TIER_LARGE = Resources(cpu="4", mem="16Gi")

# Types of the files that pass between tasks
# mypy: disable-error-code="valid-type"
CsvFile = FlyteFile["csv"]
JsonFile = FlyteFile["json"]
PickleFile = FlyteFile["pickle"]
PklFile = FlyteFile["pkl"]
ZipFile = FlyteFile["zip"]


class MeasureOutputs(NamedTuple):
    auc: PickleFile
    choose_if: bool


@task(resources=TIER_SMALL)
def measure(table: CsvFile | None) -> MeasureOutputs:
    """Node measure: function(table) -> auc."""
    return run_task(PLAN, "measure", locals(), flags=True)


@task(resources=TIER_LARGE, annotations={"kedro.org/nodes": "choose"})
def keep(champion: PklFile | None) -> PickleFile:
    """Node keep: what choose runs where its condition holds."""
    return run_task(PLAN, "choose", locals(), step="then")


@task(resources=TIER_LARGE, annotations={"kedro.org/nodes": "choose"})
def train(table: CsvFile | None, rate: float) -> PickleFile:
    """Node train: what choose runs where its condition does not hold."""
    return run_task(PLAN, "choose", locals(), step="otherwise")


class ScoreSplitOutputs(NamedTuple):
    item_keys: list[str]
    items_kind: str


@task(resources=TIER_SMALL)
def score_split(letters: FlyteDirectory | None) -> ScoreSplitOutputs:
    """Lists the items of letters."""
    return run_task(PLAN, "score", locals(), step="split")


@task(resources=TIER_SMALL)
def score_item(
    item_key: str,
    letters: FlyteDirectory | None,
    model: PickleFile,
) -> ZipFile:
    """Node score: function(letters, model) -> scores, rejected."""
    return run_task(PLAN, "score", locals(), step="item")


class ScoreOutputs(NamedTuple):
    scores: FlyteDirectory
    rejected: JsonFile


@task(resources=TIER_SMALL)
def score_gather(
    item_keys: list[str],
    items_kind: str,
    item_results: list[ZipFile | None],
) -> ScoreOutputs:
    """Saves what score_item gave for each item of letters."""
    return run_task(PLAN, "score", locals(), step="gather")


class DefaultOutputs(NamedTuple):
    scores: FlyteDirectory
    rejected: JsonFile


@workflow
def default(
    table: CsvFile | None = None,
    champion: PklFile | None = None,
    letters: FlyteDirectory | None = None,
    rate: float = 0.1,
) -> DefaultOutputs:
    """Pipeline '__default__' of demo.

    Args:
        table: dataset 'table'; None: data/table.csv
        champion: dataset 'champion'; None: data/champion.pkl
        letters: dataset 'letters'; None: data/letters
    """
    _, choose_if = measure(table)
    model = (
        conditional("choose")  # auc >= 0.9
        .if_(choose_if.is_true())
        .then(keep(champion))
        .else_()
        .then(train(table, rate))
    )
    item_keys, items_kind = score_split(letters)
    item_results = map_task(
        functools.partial(score_item, letters=letters, model=model),
        concurrency=8,
        min_success_ratio=0.9,
    )(item_key=item_keys)
    scores, rejected = score_gather(item_keys, items_kind, item_results)
    return DefaultOutputs(scores, rejected)
