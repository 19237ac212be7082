"""Kedro pipeline 'retraining' as a Domino flow: 7 nodes in 7 jobs.

Written by `kedro flyte export --target domino`. Do not edit: change the pipeline or
flyte.yml, and export again. Which nodes run in which job says the plan beside it,
e06_flows__retraining.plan.json.

In a workspace, from the project's root: pyflyte run --remote FILE retraining
where FILE is the path of this module.
"""

from typing import NamedTuple

from flytekit import workflow
from flytekit.types.file import FlyteFile
from flytekitplugins.domino.artifact import DATA, MODEL, REPORT, Artifact
from flytekitplugins.domino.helpers import Input, Output, run_domino_job_task

# What a job runs; {} stands for its id in the plan
PLAN = "flows/on_domino/e06_flows__retraining.plan.json"
TASK = f"{PLAN} {{}} --plan-digest 899b9e1de61e0f1b"
COMMAND = f"bash -c 'PYTHONPATH=src python -m kedro_flyte.targets.domino.job {TASK}'"

# What all jobs share
JOB = {"use_project_defaults_for_omitted": True}

# Hardware tiers, by their names in Domino
TIER_SMALL = "Small"
TIER_MEDIUM = "Medium"

# Results, as artifacts of the execution
FILES = Artifact("e06_flows__retraining data", DATA)
MODELS = Artifact("e06_flows__retraining models", MODEL)
REPORTS = Artifact("e06_flows__retraining reports", REPORT)

# Types of the files that pass between jobs
CsvFile = FlyteFile["csv"]
JsonFile = FlyteFile["json"]
ParquetFile = FlyteFile["parquet"]
PklFile = FlyteFile["pkl"]
PngFile = FlyteFile["png"]


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
    retraining_recent: str = "data/01_raw/datasetD.csv",
    retraining_history: str = "data/01_raw/datasetC.csv",
    model: str = "e06-champion",
    key: str = "Id",
    target: str = "Species",
    features: str = '["SepalLengthCm", "SepalWidthCm", "PetalLengthCm", "PetalWidthCm"]',
    holdout_share: float = 0.4,
    salt: str = "e06-retraining",
    challenger: str = "null",
    kind: str = "logistic_regression",
    settings_c: float = 1.0,
    metric: str = "log_loss",
    margin: float = 0.01,
    promotion_level: float = 0.05,
    least_rows: int = 20,
    most_psi: float = 0.25,
    level: float = 0.05,
    seed: int = 42,
) -> RetrainingOutputs:
    """Look for drift, train a challenger, serve it if it is better, and say why.

    Args:
        retraining_recent: path or URI of dataset 'retraining_recent'
        retraining_history: path or URI of dataset 'retraining_history'
        features: parameter 'retraining.features', as JSON
        challenger: parameter 'retraining.challenger', as JSON
        settings_c: parameter 'retraining.settings.C'
    """
    parameters = [
        Input(name="model", type=str, value=model),
        Input(name="key", type=str, value=key),
        Input(name="target", type=str, value=target),
        Input(name="features", type=str, value=features),
        Input(name="holdout_share", type=float, value=holdout_share),
        Input(name="salt", type=str, value=salt),
        Input(name="challenger", type=str, value=challenger),
        Input(name="kind", type=str, value=kind),
        Input(name="settings_c", type=float, value=settings_c),
        Input(name="metric", type=str, value=metric),
        Input(name="margin", type=float, value=margin),
        Input(name="promotion_level", type=float, value=promotion_level),
        Input(name="least_rows", type=int, value=least_rows),
        Input(name="most_psi", type=float, value=most_psi),
        Input(name="level", type=float, value=level),
        Input(name="seed", type=int, value=seed),
    ]
    retraining_champion = run_domino_job_task(
        flyte_task_name="e06_flows__retraining.find_champion_to_beat",
        command=COMMAND.format("find_champion_to_beat"),
        hardware_tier_name=TIER_SMALL,
        inputs=[*parameters],
        output_specs=[
            Output(
                name="retraining_champion",
                type=MODELS.File(name="retraining_champion.pkl"),
            ),
        ],
        **JOB,
    )
    check_drift = run_domino_job_task(
        flyte_task_name="e06_flows__retraining.check_drift",
        command=COMMAND.format("check_drift"),
        hardware_tier_name=TIER_SMALL,
        inputs=[
            Input(name="retraining_champion", type=PklFile, value=retraining_champion),
            Input(name="retraining_recent", type=str, value=retraining_recent),
            *parameters,
        ],
        output_specs=[
            Output(name="drift_table", type=REPORTS.File(name="drift_table.csv")),
            Output(name="drift_picture", type=REPORTS.File(name="drift_picture.png")),
        ],
        **JOB,
    )
    split_labelled_rows = run_domino_job_task(
        flyte_task_name="e06_flows__retraining.split_labelled_rows",
        command=COMMAND.format("split_labelled_rows"),
        hardware_tier_name=TIER_SMALL,
        inputs=[
            Input(name="retraining_history", type=str, value=retraining_history),
            Input(name="retraining_recent", type=str, value=retraining_recent),
            *parameters,
        ],
        output_specs=[
            Output(
                name="retraining_train",
                type=FILES.File(name="retraining_train.parquet"),
            ),
            Output(
                name="retraining_holdout",
                type=FILES.File(name="retraining_holdout.parquet"),
            ),
        ],
        **JOB,
    )
    retraining_challenger = run_domino_job_task(
        flyte_task_name="e06_flows__retraining.train_challenger",
        command=COMMAND.format("train_challenger"),
        hardware_tier_name=TIER_MEDIUM,
        inputs=[
            Input(
                name="retraining_train",
                type=ParquetFile,
                value=split_labelled_rows.retraining_train,
            ),
            *parameters,
        ],
        output_specs=[
            Output(
                name="retraining_challenger",
                type=MODELS.File(name="retraining_challenger.pkl"),
            ),
        ],
        **JOB,
    )
    compare_on_holdout = run_domino_job_task(
        flyte_task_name="e06_flows__retraining.compare_on_holdout",
        command=COMMAND.format("compare_on_holdout"),
        hardware_tier_name=TIER_SMALL,
        inputs=[
            Input(
                name="retraining_challenger",
                type=PklFile,
                value=retraining_challenger,
            ),
            Input(name="retraining_champion", type=PklFile, value=retraining_champion),
            Input(
                name="retraining_holdout",
                type=ParquetFile,
                value=split_labelled_rows.retraining_holdout,
            ),
            *parameters,
        ],
        output_specs=[
            Output(
                name="retraining_scores",
                type=REPORTS.File(name="retraining_scores.csv"),
            ),
            Output(
                name="retraining_verdict",
                type=REPORTS.File(name="retraining_verdict.json"),
            ),
            Output(
                name="challenger_is_better",
                type=REPORTS.File(name="challenger_is_better.json"),
            ),
        ],
        **JOB,
    )
    retraining_outcome = run_domino_job_task(
        flyte_task_name="e06_flows__retraining.promote_or_keep",
        command=COMMAND.format("promote_or_keep"),
        hardware_tier_name=TIER_SMALL,
        inputs=[
            Input(
                name="challenger_is_better",
                type=JsonFile,
                value=compare_on_holdout.challenger_is_better,
            ),
            Input(
                name="retraining_challenger",
                type=PklFile,
                value=retraining_challenger,
            ),
            Input(name="retraining_champion", type=PklFile, value=retraining_champion),
            Input(
                name="retraining_train",
                type=ParquetFile,
                value=split_labelled_rows.retraining_train,
            ),
            Input(
                name="retraining_verdict",
                type=JsonFile,
                value=compare_on_holdout.retraining_verdict,
            ),
            *parameters,
        ],
        output_specs=[
            Output(
                name="retraining_outcome",
                type=REPORTS.File(name="retraining_outcome.json"),
            ),
        ],
        **JOB,
    )
    retraining_report = run_domino_job_task(
        flyte_task_name="e06_flows__retraining.report_retraining",
        command=COMMAND.format("report_retraining"),
        hardware_tier_name=TIER_SMALL,
        inputs=[
            Input(name="drift_table", type=CsvFile, value=check_drift.drift_table),
            Input(name="retraining_outcome", type=JsonFile, value=retraining_outcome),
            Input(
                name="retraining_scores",
                type=CsvFile,
                value=compare_on_holdout.retraining_scores,
            ),
            *parameters,
        ],
        output_specs=[
            Output(
                name="retraining_report",
                type=REPORTS.File(name="retraining_report.json"),
            ),
        ],
        **JOB,
    )
    return RetrainingOutputs(
        retraining_champion=retraining_champion,
        drift_table=check_drift.drift_table,
        drift_picture=check_drift.drift_picture,
        retraining_train=split_labelled_rows.retraining_train,
        retraining_holdout=split_labelled_rows.retraining_holdout,
        retraining_challenger=retraining_challenger,
        retraining_scores=compare_on_holdout.retraining_scores,
        retraining_verdict=compare_on_holdout.retraining_verdict,
        challenger_is_better=compare_on_holdout.challenger_is_better,
        retraining_outcome=retraining_outcome,
        retraining_report=retraining_report,
    )
