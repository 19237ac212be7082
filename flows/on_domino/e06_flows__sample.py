"""Kedro pipeline 'sample' as a Domino flow: 6 nodes in 6 jobs.

Written by `kedro flyte export --target domino`. Do not edit: change the pipeline or
flyte.yml, and export again. Which nodes run in which job says the plan beside it,
e06_flows__sample.plan.json.

In a workspace, from the project's root: pyflyte run --remote FILE sample
where FILE is the path of this module.
"""

from typing import NamedTuple

from flytekit import workflow
from flytekit.types.file import FlyteFile
from flytekitplugins.domino.artifact import DATA, MODEL, REPORT, Artifact
from flytekitplugins.domino.helpers import Input, Output, run_domino_job_task

# What a job runs; {} stands for its id in the plan
PLAN = "flows/on_domino/e06_flows__sample.plan.json"
TASK = f"{PLAN} {{}} --plan-digest a0d96aa153e7fc12"
COMMAND = f"bash -c 'PYTHONPATH=src python -m kedro_flyte.targets.domino.job {TASK}'"

# What all jobs share
JOB = {"use_project_defaults_for_omitted": True}

# Hardware tiers, by their names in Domino
TIER_SMALL = "Small"
TIER_MEDIUM = "Medium"
TIER_LARGE = "Large"

# Results, as artifacts of the execution
FILES = Artifact("e06_flows__sample data", DATA)
MODELS = Artifact("e06_flows__sample models", MODEL)
REPORTS = Artifact("e06_flows__sample reports", REPORT)

# Types of the files that pass between jobs
JsonFile = FlyteFile["json"]
ParquetFile = FlyteFile["parquet"]
PklFile = FlyteFile["pkl"]
PngFile = FlyteFile["png"]


class SampleOutputs(NamedTuple):
    """What sample gives."""

    loaded_a: ParquetFile
    loaded_b: ParquetFile
    merged_data: ParquetFile
    processed_data: ParquetFile
    random_forest: PklFile
    holdout: ParquetFile
    sample_metrics: JsonFile
    confusion_matrix: PngFile
    feature_importance: PngFile


@workflow
def sample(
    dataset_a: str = "data/01_raw/datasetA.csv",
    dataset_b: str = "data/01_raw/datasetB.csv",
    how: str = "join",
    test_size: float = 0.2,
    n_estimators: int = 100,
    max_depth: str = "null",
    seed: int = 42,
) -> SampleOutputs:
    """Load A and B, merge, process, train a random forest, evaluate.

    Args:
        dataset_a: path or URI of dataset 'dataset_a'
        dataset_b: path or URI of dataset 'dataset_b'
        max_depth: parameter 'sample.max_depth', as JSON
    """
    loaded_a = run_domino_job_task(
        flyte_task_name="e06_flows__sample.load_dataset_a",
        command=COMMAND.format("load_dataset_a"),
        hardware_tier_name=TIER_SMALL,
        inputs=[Input(name="dataset_a", type=str, value=dataset_a)],
        output_specs=[
            Output(name="loaded_a", type=FILES.File(name="loaded_a.parquet")),
        ],
        **JOB,
    )
    loaded_b = run_domino_job_task(
        flyte_task_name="e06_flows__sample.load_dataset_b",
        command=COMMAND.format("load_dataset_b"),
        hardware_tier_name=TIER_SMALL,
        inputs=[Input(name="dataset_b", type=str, value=dataset_b)],
        output_specs=[
            Output(name="loaded_b", type=FILES.File(name="loaded_b.parquet")),
        ],
        **JOB,
    )
    merged_data = run_domino_job_task(
        flyte_task_name="e06_flows__sample.merge_datasets",
        command=COMMAND.format("merge_datasets"),
        hardware_tier_name=TIER_MEDIUM,
        inputs=[
            Input(name="loaded_a", type=ParquetFile, value=loaded_a),
            Input(name="loaded_b", type=ParquetFile, value=loaded_b),
            Input(name="how", type=str, value=how),
        ],
        output_specs=[
            Output(name="merged_data", type=FILES.File(name="merged_data.parquet")),
        ],
        **JOB,
    )
    processed_data = run_domino_job_task(
        flyte_task_name="e06_flows__sample.process_dataset",
        command=COMMAND.format("process_dataset"),
        hardware_tier_name=TIER_MEDIUM,
        inputs=[Input(name="merged_data", type=ParquetFile, value=merged_data)],
        output_specs=[
            Output(
                name="processed_data",
                type=FILES.File(name="processed_data.parquet"),
            ),
        ],
        **JOB,
    )
    train_random_forest = run_domino_job_task(
        flyte_task_name="e06_flows__sample.train_random_forest",
        command=COMMAND.format("train_random_forest"),
        hardware_tier_name=TIER_LARGE,
        inputs=[
            Input(name="processed_data", type=ParquetFile, value=processed_data),
            Input(name="how", type=str, value=how),
            Input(name="test_size", type=float, value=test_size),
            Input(name="n_estimators", type=int, value=n_estimators),
            Input(name="max_depth", type=str, value=max_depth),
            Input(name="seed", type=int, value=seed),
        ],
        output_specs=[
            Output(name="random_forest", type=MODELS.File(name="random_forest.pkl")),
            Output(name="holdout", type=FILES.File(name="holdout.parquet")),
        ],
        **JOB,
    )
    evaluate_model = run_domino_job_task(
        flyte_task_name="e06_flows__sample.evaluate_model",
        command=COMMAND.format("evaluate_model"),
        hardware_tier_name=TIER_MEDIUM,
        inputs=[
            Input(name="holdout", type=ParquetFile, value=train_random_forest.holdout),
            Input(
                name="random_forest",
                type=PklFile,
                value=train_random_forest.random_forest,
            ),
        ],
        output_specs=[
            Output(
                name="sample_metrics",
                type=REPORTS.File(name="sample_metrics.json"),
            ),
            Output(
                name="confusion_matrix",
                type=REPORTS.File(name="confusion_matrix.png"),
            ),
            Output(
                name="feature_importance",
                type=REPORTS.File(name="feature_importance.png"),
            ),
        ],
        **JOB,
    )
    return SampleOutputs(
        loaded_a=loaded_a,
        loaded_b=loaded_b,
        merged_data=merged_data,
        processed_data=processed_data,
        random_forest=train_random_forest.random_forest,
        holdout=train_random_forest.holdout,
        sample_metrics=evaluate_model.sample_metrics,
        confusion_matrix=evaluate_model.confusion_matrix,
        feature_importance=evaluate_model.feature_importance,
    )
