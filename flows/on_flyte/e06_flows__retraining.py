"""Kedro pipeline 'retraining' as a Flyte workflow: 7 nodes in 7 tasks.

Written by `kedro flyte export`. Do not edit: change the pipeline or flyte.yml, and
export again. Which nodes run in which task, and why, says the plan beside it,
e06_flows__retraining.plan.json.

Locally:  pyflyte run FILE retraining
Remotely: pyflyte run --remote --copy all FILE retraining
"""

# ruff: noqa: B006 - nothing changes a list that is an input's default

from typing import NamedTuple

from flytekit import Resources, conditional, task, workflow
from flytekit.types.file import FlyteFile
from kedro_flyte import Number, Parameters, PlanFile, Real, run_task

PLAN = PlanFile.beside(__file__, digest="f6a470fa2bc423dc")

# Hardware tiers: what a task may ask for
TIER_SMALL = Resources(cpu="1", mem="2Gi")
TIER_MEDIUM = Resources(cpu="2", mem="4Gi")

# Types of the files that pass between tasks
# mypy: disable-error-code="valid-type"
CsvFile = FlyteFile["csv"]
JsonFile = FlyteFile["json"]
ParquetFile = FlyteFile["parquet"]
PklFile = FlyteFile["pkl"]
PngFile = FlyteFile["png"]


@task(resources=TIER_SMALL)
def find_champion_to_beat(parameters: Parameters) -> PklFile:
    """Return the champion and the features that it was trained on; both None on the
    first run.
    """
    return run_task(PLAN, "find_champion_to_beat", locals())


class CheckDriftOutputs(NamedTuple):
    drift_table: CsvFile
    drift_picture: PngFile


@task(resources=TIER_SMALL)
def check_drift(
    retraining_champion: PklFile,
    retraining_recent: CsvFile | None,
    parameters: Parameters,
) -> CheckDriftOutputs:
    """Compare the recent rows with those that the champion was trained on; no row
    without one.
    """
    return run_task(PLAN, "check_drift", locals())


class SplitLabelledRowsOutputs(NamedTuple):
    retraining_train: ParquetFile
    retraining_holdout: ParquetFile


@task(resources=TIER_SMALL)
def split_labelled_rows(
    retraining_history: CsvFile | None,
    retraining_recent: CsvFile | None,
    parameters: Parameters,
) -> SplitLabelledRowsOutputs:
    """Return the rows to train on, and the recent ones that are held out by a hash of
    their key.
    """
    return run_task(PLAN, "split_labelled_rows", locals())


@task(resources=TIER_MEDIUM)
def train_challenger(retraining_train: ParquetFile, parameters: Parameters) -> PklFile:
    """Return a new model of the configured kind, or the version that the parameters
    name.
    """
    return run_task(PLAN, "train_challenger", locals())


class CompareOnHoldoutOutputs(NamedTuple):
    retraining_scores: CsvFile
    retraining_verdict: JsonFile
    challenger_is_better: JsonFile
    promote_or_keep_if: bool


@task(resources=TIER_SMALL)
def compare_on_holdout(
    retraining_champion: PklFile,
    retraining_challenger: PklFile,
    retraining_holdout: ParquetFile,
    parameters: Parameters,
) -> CompareOnHoldoutOutputs:
    """Measure both on the rows of the recent hold-out that neither was trained on."""
    return run_task(PLAN, "compare_on_holdout", locals(), flags=True)


@task(resources=TIER_SMALL, annotations={"kedro.org/nodes": "promote_or_keep"})
def promote_challenger(
    retraining_challenger: PklFile,
    retraining_train: ParquetFile,
    retraining_champion: PklFile,
    retraining_verdict: JsonFile,
    parameters: Parameters,
) -> JsonFile:
    """Register the challenger and put it into service, unless another run was faster.

    Node promote_challenger: what promote_or_keep runs where its condition holds.
    """
    return run_task(PLAN, "promote_or_keep", locals(), step="then")


@task(resources=TIER_SMALL, annotations={"kedro.org/nodes": "promote_or_keep"})
def keep_champion(
    retraining_champion: PklFile,
    retraining_verdict: JsonFile,
) -> JsonFile:
    """Leave the registry as it is.

    Node keep_champion: what promote_or_keep runs where its condition does not hold.
    """
    return run_task(PLAN, "promote_or_keep", locals(), step="otherwise")


@task(resources=TIER_SMALL)
def report_retraining(
    retraining_outcome: JsonFile,
    retraining_scores: CsvFile,
    drift_table: CsvFile,
    parameters: Parameters,
) -> JsonFile:
    """Say what was done, and why; in MLflow, too."""
    return run_task(PLAN, "report_retraining", locals())


class RetrainingOutputs(NamedTuple):
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
    features: list[str] = [
        "SepalLengthCm",
        "SepalWidthCm",
        "PetalLengthCm",
        "PetalWidthCm",
    ],
    holdout_share: Real = 0.4,
    salt: str = "e06-retraining",
    challenger: str | None = None,
    kind: str = "logistic_regression",
    settings_c: Real = 1.0,
    metric: str = "log_loss",
    margin: Real = 0.01,
    promotion_level: Real = 0.05,
    least_rows: Number = 20,
    most_psi: Real = 0.25,
    level: Real = 0.05,
    seed: Number = 42,
) -> RetrainingOutputs:
    """Look for drift, train a challenger, serve it if it is better, and say why.

    Args:
        retraining_recent: dataset 'retraining_recent'; None: data/01_raw/datasetD.csv
        retraining_history: dataset 'retraining_history'; None: data/01_raw/datasetC.csv
        challenger: parameter 'retraining.challenger', as JSON
        settings_c: parameter 'retraining.settings.C'
    """
    parameters = PLAN.values("params:retraining", locals())
    retraining_champion = find_champion_to_beat(parameters)
    drift_table, drift_picture = check_drift(
        retraining_champion,
        retraining_recent,
        parameters,
    )
    retraining_train, retraining_holdout = split_labelled_rows(
        retraining_history,
        retraining_recent,
        parameters,
    )
    retraining_challenger = train_challenger(retraining_train, parameters)
    compare_on_holdout_outputs = compare_on_holdout(
        retraining_champion,
        retraining_challenger,
        retraining_holdout,
        parameters,
    )
    retraining_outcome = (
        conditional("promote_or_keep")  # challenger_is_better
        .if_(compare_on_holdout_outputs.promote_or_keep_if.is_true())
        .then(
            promote_challenger(
                retraining_challenger,
                retraining_train,
                retraining_champion,
                compare_on_holdout_outputs.retraining_verdict,
                parameters,
            )
        )
        .else_()
        .then(
            keep_champion(
                retraining_champion,
                compare_on_holdout_outputs.retraining_verdict,
            )
        )
    )
    retraining_report = report_retraining(
        retraining_outcome,
        compare_on_holdout_outputs.retraining_scores,
        drift_table,
        parameters,
    )
    return RetrainingOutputs(
        retraining_champion,
        drift_table,
        drift_picture,
        retraining_train,
        retraining_holdout,
        retraining_challenger,
        compare_on_holdout_outputs.retraining_scores,
        compare_on_holdout_outputs.retraining_verdict,
        compare_on_holdout_outputs.challenger_is_better,
        retraining_outcome,
        retraining_report,
    )
