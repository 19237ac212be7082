"""Kedro pipeline 'sample' as a Flyte workflow: 6 nodes in 6 tasks.

Written by `kedro flyte export`. Do not edit: change the pipeline or flyte.yml, and
export again. Which nodes run in which task, and why, says the plan beside it,
e06_flows__sample.plan.json.

Locally:  pyflyte run FILE sample
Remotely: pyflyte run --remote --copy all FILE sample
where FILE is the path of this module.
"""

from pathlib import Path
from typing import NamedTuple

from flytekit import Resources, task, workflow
from flytekit.types.file import FlyteFile
from kedro_flyte import PlanFile, run_task

PLAN = PlanFile(
    Path(__file__).with_name("e06_flows__sample.plan.json"),
    digest="bd672882dd93badf",
)

# Hardware tiers: what a task may ask for
TIER_SMALL = Resources(cpu="1", mem="2Gi")
TIER_MEDIUM = Resources(cpu="2", mem="4Gi")
TIER_LARGE = Resources(cpu="4", mem="8Gi")

# Types of the files that pass between tasks, and of the parameters
CsvFile = FlyteFile["csv"]
JsonFile = FlyteFile["json"]
ParquetFile = FlyteFile["parquet"]
PklFile = FlyteFile["pkl"]
PngFile = FlyteFile["png"]
Number = int | float


@task(resources=TIER_SMALL, annotations={"kedro.org/nodes": "load_dataset_a"})
def load_dataset_a(dataset_a: CsvFile | None) -> ParquetFile:
    """Node load_dataset_a: load_dataset(dataset_a) -> loaded_a."""
    return run_task(PLAN, "load_dataset_a", locals())


@task(resources=TIER_SMALL, annotations={"kedro.org/nodes": "load_dataset_b"})
def load_dataset_b(dataset_b: CsvFile | None) -> ParquetFile:
    """Node load_dataset_b: load_dataset(dataset_b) -> loaded_b."""
    return run_task(PLAN, "load_dataset_b", locals())


@task(resources=TIER_MEDIUM, annotations={"kedro.org/nodes": "merge_datasets"})
def merge_datasets(
    loaded_a: ParquetFile,
    loaded_b: ParquetFile,
    how: str,
) -> ParquetFile:
    """Node merge_datasets.

    merge_datasets(loaded_a, loaded_b, params:sample.how) -> merged_data
    """
    return run_task(PLAN, "merge_datasets", locals())


@task(resources=TIER_MEDIUM, annotations={"kedro.org/nodes": "process_dataset"})
def process_dataset(merged_data: ParquetFile) -> ParquetFile:
    """Node process_dataset: process_dataset(merged_data) -> processed_data."""
    return run_task(PLAN, "process_dataset", locals())


class TrainRandomForestOutputs(NamedTuple):
    """What train_random_forest gives."""

    random_forest: PklFile
    holdout: ParquetFile


@task(resources=TIER_LARGE, annotations={"kedro.org/nodes": "train_random_forest"})
def train_random_forest(
    processed_data: ParquetFile,
    how: str,
    test_size: float,
    n_estimators: Number,
    max_depth: str | None,
    seed: Number,
) -> TrainRandomForestOutputs:
    """Node train_random_forest.

    train_random_forest(processed_data, params:sample) -> random_forest, holdout
    """
    return run_task(PLAN, "train_random_forest", locals())


class EvaluateModelOutputs(NamedTuple):
    """What evaluate_model gives."""

    sample_metrics: JsonFile
    confusion_matrix: PngFile
    feature_importance: PngFile


@task(resources=TIER_MEDIUM, annotations={"kedro.org/nodes": "evaluate_model"})
def evaluate_model(
    holdout: ParquetFile,
    random_forest: PklFile,
) -> EvaluateModelOutputs:
    """Node evaluate_model.

    evaluate_model(random_forest, holdout) -> sample_metrics, confusion_matrix,
    feature_importance
    """
    return run_task(PLAN, "evaluate_model", locals())


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
    dataset_a: CsvFile | None = None,
    dataset_b: CsvFile | None = None,
    how: str = "join",
    test_size: float = 0.2,
    n_estimators: Number = 100,
    max_depth: str | None = None,
    seed: Number = 42,
) -> SampleOutputs:
    """Pipeline 'sample' of e06_flows.

    Args:
        dataset_a: dataset 'dataset_a'; None: data/01_raw/datasetA.csv
        dataset_b: dataset 'dataset_b'; None: data/01_raw/datasetB.csv
        how: parameter 'sample.how'
        test_size: parameter 'sample.test_size'
        n_estimators: parameter 'sample.n_estimators'
        max_depth: parameter 'sample.max_depth', as JSON
        seed: parameter 'sample.seed'
    """
    loaded_a = load_dataset_a(dataset_a=dataset_a)
    loaded_b = load_dataset_b(dataset_b=dataset_b)
    merged_data = merge_datasets(loaded_a=loaded_a, loaded_b=loaded_b, how=how)
    processed_data = process_dataset(merged_data=merged_data)
    random_forest, holdout = train_random_forest(
        processed_data=processed_data,
        how=how,
        test_size=test_size,
        n_estimators=n_estimators,
        max_depth=max_depth,
        seed=seed,
    )
    sample_metrics, confusion_matrix, feature_importance = evaluate_model(
        holdout=holdout,
        random_forest=random_forest,
    )
    return SampleOutputs(
        loaded_a=loaded_a,
        loaded_b=loaded_b,
        merged_data=merged_data,
        processed_data=processed_data,
        random_forest=random_forest,
        holdout=holdout,
        sample_metrics=sample_metrics,
        confusion_matrix=confusion_matrix,
        feature_importance=feature_importance,
    )
