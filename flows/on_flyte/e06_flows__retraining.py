"""Kedro pipeline 'retraining' as a Flyte workflow: 7 nodes in 7 tasks.

Written by `kedro flyte export`. Do not edit: change the pipeline or flyte.yml, and
export again. Which nodes run in which task, and why, says the plan beside it,
e06_flows__retraining.plan.json.

Locally:  pyflyte run FILE retraining
Remotely: pyflyte run --remote --copy all FILE retraining
where FILE is the path of this module.
"""

from pathlib import Path
from typing import NamedTuple

from flytekit import Resources, conditional, task, workflow
from flytekit.types.file import FlyteFile
from kedro_flyte import PlanFile, run_task

PLAN = PlanFile(
    Path(__file__).with_name("e06_flows__retraining.plan.json"),
    digest="aa4248f3fe354417",
)

# Hardware tiers: what a task may ask for
TIER_SMALL = Resources(cpu="1", mem="2Gi")
TIER_MEDIUM = Resources(cpu="2", mem="4Gi")

# Types of the files that pass between tasks, and of the parameters
CsvFile = FlyteFile["csv"]
JsonFile = FlyteFile["json"]
ParquetFile = FlyteFile["parquet"]
PklFile = FlyteFile["pkl"]
PngFile = FlyteFile["png"]
Number = int | float


@task(resources=TIER_SMALL, annotations={"kedro.org/nodes": "find_champion_to_beat"})
def find_champion_to_beat(
    model: str,
    key: str,
    target: str,
    features: str,
    holdout_share: float,
    salt: str,
    challenger: str | None,
    kind: str,
    settings_c: float,
    metric: str,
    margin: float,
    promotion_level: float,
    least_rows: Number,
    most_psi: float,
    level: float,
    seed: Number,
) -> PklFile:
    """Node find_champion_to_beat.

    find_champion(params:retraining) -> retraining_champion
    """
    return run_task(PLAN, "find_champion_to_beat", locals())


class CheckDriftOutputs(NamedTuple):
    """What check_drift gives."""

    drift_table: CsvFile
    drift_picture: PngFile


@task(resources=TIER_SMALL, annotations={"kedro.org/nodes": "check_drift"})
def check_drift(
    retraining_champion: PklFile,
    retraining_recent: CsvFile | None,
    model: str,
    key: str,
    target: str,
    features: str,
    holdout_share: float,
    salt: str,
    challenger: str | None,
    kind: str,
    settings_c: float,
    metric: str,
    margin: float,
    promotion_level: float,
    least_rows: Number,
    most_psi: float,
    level: float,
    seed: Number,
) -> CheckDriftOutputs:
    """Node check_drift.

    check_drift(retraining_champion, retraining_recent, params:retraining) ->
    drift_table, drift_picture
    """
    return run_task(PLAN, "check_drift", locals())


class SplitLabelledRowsOutputs(NamedTuple):
    """What split_labelled_rows gives."""

    retraining_train: ParquetFile
    retraining_holdout: ParquetFile


@task(resources=TIER_SMALL, annotations={"kedro.org/nodes": "split_labelled_rows"})
def split_labelled_rows(
    retraining_history: CsvFile | None,
    retraining_recent: CsvFile | None,
    model: str,
    key: str,
    target: str,
    features: str,
    holdout_share: float,
    salt: str,
    challenger: str | None,
    kind: str,
    settings_c: float,
    metric: str,
    margin: float,
    promotion_level: float,
    least_rows: Number,
    most_psi: float,
    level: float,
    seed: Number,
) -> SplitLabelledRowsOutputs:
    """Node split_labelled_rows.

    split_rows(retraining_history, retraining_recent, params:retraining) ->
    retraining_train, retraining_holdout
    """
    return run_task(PLAN, "split_labelled_rows", locals())


@task(resources=TIER_MEDIUM, annotations={"kedro.org/nodes": "train_challenger"})
def train_challenger(
    retraining_train: ParquetFile,
    model: str,
    key: str,
    target: str,
    features: str,
    holdout_share: float,
    salt: str,
    challenger: str | None,
    kind: str,
    settings_c: float,
    metric: str,
    margin: float,
    promotion_level: float,
    least_rows: Number,
    most_psi: float,
    level: float,
    seed: Number,
) -> PklFile:
    """Node train_challenger.

    train_challenger(retraining_train, params:retraining) -> retraining_challenger
    """
    return run_task(PLAN, "train_challenger", locals())


class CompareOnHoldoutOutputs(NamedTuple):
    """What compare_on_holdout gives."""

    retraining_scores: CsvFile
    retraining_verdict: JsonFile
    challenger_is_better: JsonFile
    promote_or_keep_if: bool


@task(resources=TIER_SMALL, annotations={"kedro.org/nodes": "compare_on_holdout"})
def compare_on_holdout(
    retraining_challenger: PklFile,
    retraining_champion: PklFile,
    retraining_holdout: ParquetFile,
    model: str,
    key: str,
    target: str,
    features: str,
    holdout_share: float,
    salt: str,
    challenger: str | None,
    kind: str,
    settings_c: float,
    metric: str,
    margin: float,
    promotion_level: float,
    least_rows: Number,
    most_psi: float,
    level: float,
    seed: Number,
) -> CompareOnHoldoutOutputs:
    """Node compare_on_holdout.

    compare(retraining_champion, retraining_challenger, retraining_holdout,
    params:retraining) -> retraining_scores, retraining_verdict, challenger_is_better
    """
    return run_task(PLAN, "compare_on_holdout", locals(), flags=True)


@task(resources=TIER_SMALL, annotations={"kedro.org/nodes": "promote_or_keep"})
def promote_challenger(
    retraining_challenger: PklFile,
    retraining_champion: PklFile,
    retraining_train: ParquetFile,
    retraining_verdict: JsonFile,
    model: str,
    key: str,
    target: str,
    features: str,
    holdout_share: float,
    salt: str,
    challenger: str | None,
    kind: str,
    settings_c: float,
    metric: str,
    margin: float,
    promotion_level: float,
    least_rows: Number,
    most_psi: float,
    level: float,
    seed: Number,
) -> JsonFile:
    """Node promote_challenger: what promote_or_keep runs where its condition holds."""
    return run_task(PLAN, "promote_or_keep", locals(), step="then")


@task(resources=TIER_SMALL, annotations={"kedro.org/nodes": "promote_or_keep"})
def keep_champion(
    retraining_champion: PklFile,
    retraining_verdict: JsonFile,
) -> JsonFile:
    """Node keep_champion: what promote_or_keep runs where its condition does not hold."""
    return run_task(PLAN, "promote_or_keep", locals(), step="otherwise")


@task(resources=TIER_SMALL, annotations={"kedro.org/nodes": "report_retraining"})
def report_retraining(
    drift_table: CsvFile,
    retraining_outcome: JsonFile,
    retraining_scores: CsvFile,
    model: str,
    key: str,
    target: str,
    features: str,
    holdout_share: float,
    salt: str,
    challenger: str | None,
    kind: str,
    settings_c: float,
    metric: str,
    margin: float,
    promotion_level: float,
    least_rows: Number,
    most_psi: float,
    level: float,
    seed: Number,
) -> JsonFile:
    """Node report_retraining.

    report(retraining_outcome, retraining_scores, drift_table, params:retraining) ->
    retraining_report
    """
    return run_task(PLAN, "report_retraining", locals())


class RetrainingOutputs(NamedTuple):
    """What retraining gives."""

    retraining_champion: PklFile
    drift_table: CsvFile
    drift_picture: PngFile
    retraining_train: ParquetFile
    retraining_holdout: ParquetFile
    retraining_challenger: PklFile
    retraining_scores: CsvFile
    retraining_verdict: JsonFile
    challenger_is_better: JsonFile
    retraining_outcome: JsonFile
    retraining_report: JsonFile


@workflow
def retraining(
    retraining_recent: CsvFile | None = None,
    retraining_history: CsvFile | None = None,
    model: str = "e06-champion",
    key: str = "Id",
    target: str = "Species",
    features: str = '["SepalLengthCm", "SepalWidthCm", "PetalLengthCm", "PetalWidthCm"]',
    holdout_share: float = 0.4,
    salt: str = "e06-retraining",
    challenger: str | None = None,
    kind: str = "logistic_regression",
    settings_c: float = 1.0,
    metric: str = "log_loss",
    margin: float = 0.01,
    promotion_level: float = 0.05,
    least_rows: Number = 20,
    most_psi: float = 0.25,
    level: float = 0.05,
    seed: Number = 42,
) -> RetrainingOutputs:
    """Pipeline 'retraining' of e06_flows.

    Args:
        retraining_recent: dataset 'retraining_recent'; None: data/01_raw/datasetD.csv
        retraining_history: dataset 'retraining_history'; None: data/01_raw/datasetC.csv
        model: parameter 'retraining.model'
        key: parameter 'retraining.key'
        target: parameter 'retraining.target'
        features: parameter 'retraining.features', as JSON
        holdout_share: parameter 'retraining.holdout_share'
        salt: parameter 'retraining.salt'
        challenger: parameter 'retraining.challenger', as JSON
        kind: parameter 'retraining.kind'
        settings_c: parameter 'retraining.settings.C'
        metric: parameter 'retraining.metric'
        margin: parameter 'retraining.margin'
        promotion_level: parameter 'retraining.promotion_level'
        least_rows: parameter 'retraining.least_rows'
        most_psi: parameter 'retraining.most_psi'
        level: parameter 'retraining.level'
        seed: parameter 'retraining.seed'
    """
    parameters = {
        "model": model,
        "key": key,
        "target": target,
        "features": features,
        "holdout_share": holdout_share,
        "salt": salt,
        "challenger": challenger,
        "kind": kind,
        "settings_c": settings_c,
        "metric": metric,
        "margin": margin,
        "promotion_level": promotion_level,
        "least_rows": least_rows,
        "most_psi": most_psi,
        "level": level,
        "seed": seed,
    }
    retraining_champion = find_champion_to_beat(**parameters)
    drift_table, drift_picture = check_drift(
        retraining_champion=retraining_champion,
        retraining_recent=retraining_recent,
        **parameters,
    )
    retraining_train, retraining_holdout = split_labelled_rows(
        retraining_history=retraining_history,
        retraining_recent=retraining_recent,
        **parameters,
    )
    retraining_challenger = train_challenger(
        retraining_train=retraining_train,
        **parameters,
    )
    (
        retraining_scores,
        retraining_verdict,
        challenger_is_better,
        promote_or_keep_if,
    ) = compare_on_holdout(
        retraining_challenger=retraining_challenger,
        retraining_champion=retraining_champion,
        retraining_holdout=retraining_holdout,
        **parameters,
    )
    retraining_outcome = (
        conditional("promote_or_keep")  # challenger_is_better
        .if_(promote_or_keep_if.is_true())
        .then(
            promote_challenger(
                retraining_challenger=retraining_challenger,
                retraining_champion=retraining_champion,
                retraining_train=retraining_train,
                retraining_verdict=retraining_verdict,
                model=model,
                key=key,
                target=target,
                features=features,
                holdout_share=holdout_share,
                salt=salt,
                challenger=challenger,
                kind=kind,
                settings_c=settings_c,
                metric=metric,
                margin=margin,
                promotion_level=promotion_level,
                least_rows=least_rows,
                most_psi=most_psi,
                level=level,
                seed=seed,
            )
        )
        .else_()
        .then(
            keep_champion(
                retraining_champion=retraining_champion,
                retraining_verdict=retraining_verdict,
            )
        )
    )
    retraining_report = report_retraining(
        drift_table=drift_table,
        retraining_outcome=retraining_outcome,
        retraining_scores=retraining_scores,
        **parameters,
    )
    return RetrainingOutputs(
        retraining_champion=retraining_champion,
        drift_table=drift_table,
        drift_picture=drift_picture,
        retraining_train=retraining_train,
        retraining_holdout=retraining_holdout,
        retraining_challenger=retraining_challenger,
        retraining_scores=retraining_scores,
        retraining_verdict=retraining_verdict,
        challenger_is_better=challenger_is_better,
        retraining_outcome=retraining_outcome,
        retraining_report=retraining_report,
    )
