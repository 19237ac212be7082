"""Kedro pipeline 'sample' as a Flyte workflow: 6 nodes in 6 tasks.

Written by `kedro flyte export`. Do not edit: change the pipeline or flyte.yml, and
export again. Which nodes run in which task, and why, says the plan beside it,
e06_flows__sample.plan.json.

Locally:  pyflyte run FILE sample
Remotely: pyflyte run --remote --copy all FILE sample
"""

from typing import NamedTuple

from flytekit import Resources, task, workflow
from flytekit.types.file import FlyteFile
from kedro_flyte import Number, Parameters, PlanFile, Real, run_task

PLAN = PlanFile.beside(__file__, digest="d23cc2d5846ffe25")

# Hardware tiers: what a task may ask for
TIER_SMALL = Resources(cpu="1", mem="2Gi")
TIER_MEDIUM = Resources(cpu="2", mem="4Gi")
TIER_LARGE = Resources(cpu="4", mem="8Gi")

# Types of the files that pass between tasks
# mypy: disable-error-code="valid-type"
CsvFile = FlyteFile["csv"]
JsonFile = FlyteFile["json"]
ParquetFile = FlyteFile["parquet"]
PklFile = FlyteFile["pkl"]
PngFile = FlyteFile["png"]


@task(resources=TIER_SMALL)
def load_dataset_a(dataset_a: CsvFile | None) -> ParquetFile:
    """Return the rows of a raw file in the order of their Id."""
    return run_task(PLAN, "load_dataset_a", locals())


@task(resources=TIER_SMALL)
def load_dataset_b(dataset_b: CsvFile | None) -> ParquetFile:
    """Return the rows of a raw file in the order of their Id."""
    return run_task(PLAN, "load_dataset_b", locals())


@task(resources=TIER_MEDIUM)
def merge_datasets(
    loaded_a: ParquetFile,
    loaded_b: ParquetFile,
    how: str,
) -> ParquetFile:
    """Combine two tables."""
    return run_task(PLAN, "merge_datasets", locals())


@task(resources=TIER_MEDIUM)
def process_dataset(merged_data: ParquetFile) -> ParquetFile:
    """Keep the Id, the four lengths and the species, and add four features."""
    return run_task(PLAN, "process_dataset", locals())


class TrainRandomForestOutputs(NamedTuple):
    random_forest: PklFile
    holdout: ParquetFile


@task(resources=TIER_LARGE)
def train_random_forest(
    processed_data: ParquetFile,
    parameters: Parameters,
) -> TrainRandomForestOutputs:
    """Train on a part of the rows, stratified by species."""
    return run_task(PLAN, "train_random_forest", locals())


class EvaluateModelOutputs(NamedTuple):
    sample_metrics: JsonFile
    confusion_matrix: PngFile
    feature_importance: PngFile


@task(resources=TIER_MEDIUM)
def evaluate_model(
    random_forest: PklFile,
    holdout: ParquetFile,
) -> EvaluateModelOutputs:
    """Measure the model on rows that it has not seen."""
    return run_task(PLAN, "evaluate_model", locals())


class SampleOutputs(NamedTuple):
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
    test_size: Real = 0.2,
    n_estimators: Number = 100,
    max_depth: str | None = None,
    seed: Number = 42,
) -> SampleOutputs:
    """Load A and B, merge, process, train a random forest, evaluate.

    Args:
        dataset_a: dataset 'dataset_a'; None: data/01_raw/datasetA.csv
        dataset_b: dataset 'dataset_b'; None: data/01_raw/datasetB.csv
        max_depth: parameter 'sample.max_depth', as JSON
    """
    parameters = PLAN.values("params:sample", locals())
    loaded_a = load_dataset_a(dataset_a)
    loaded_b = load_dataset_b(dataset_b)
    merged_data = merge_datasets(loaded_a, loaded_b, how)
    processed_data = process_dataset(merged_data)
    random_forest, holdout = train_random_forest(processed_data, parameters)
    sample_metrics, confusion_matrix, feature_importance = evaluate_model(
        random_forest,
        holdout,
    )
    return SampleOutputs(
        loaded_a,
        loaded_b,
        merged_data,
        processed_data,
        random_forest,
        holdout,
        sample_metrics,
        confusion_matrix,
        feature_importance,
    )
