"""Kedro pipeline 'feature_engineering' as a Flyte workflow: 5 nodes in 5 tasks.

Written by `kedro flyte export`. Do not edit: change the pipeline or flyte.yml, and
export again. Which nodes run in which task, and why, says the plan beside it,
e06_flows__feature_engineering.plan.json.

Locally:  pyflyte run FILE feature_engineering
Remotely: pyflyte run --remote --copy all FILE feature_engineering
"""

from typing import NamedTuple

from flytekit import Resources, task, workflow
from flytekit.types.file import FlyteFile
from kedro_flyte import Parameters, PlanFile, Real, run_task

PLAN = PlanFile.beside(__file__, digest="ec5a321b01245114")

# Hardware tiers: what a task may ask for
TIER_SMALL = Resources(cpu="1", mem="2Gi")
TIER_MEDIUM = Resources(cpu="2", mem="4Gi")

# Types of the files that pass between tasks
# mypy: disable-error-code="valid-type"
CsvFile = FlyteFile["csv"]
ParquetFile = FlyteFile["parquet"]
PklFile = FlyteFile["pkl"]
PngFile = FlyteFile["png"]


@task(resources=TIER_SMALL)
def join_sources(feature_sepals: CsvFile | None, parameters: Parameters) -> ParquetFile:
    """Put the columns of both sources side by side, for the keys that both have."""
    return run_task(PLAN, "join_sources", locals())


class SplitRowsOutputs(NamedTuple):
    feature_train: ParquetFile
    feature_holdout: ParquetFile


@task(resources=TIER_SMALL)
def split_rows(feature_rows: ParquetFile, parameters: Parameters) -> SplitRowsOutputs:
    """Return the training part and the hold-out, told apart by a hash of the key alone."""
    return run_task(PLAN, "split_rows", locals())


@task(resources=TIER_MEDIUM)
def fit_features(feature_train: ParquetFile, parameters: Parameters) -> PklFile:
    """Fit the transformer on the training part, and on the columns of the formulas
    alone.
    """
    return run_task(PLAN, "fit_features", locals())


@task(resources=TIER_MEDIUM)
def make_features(
    feature_transformer: PklFile,
    feature_train: ParquetFile,
    feature_holdout: ParquetFile,
    parameters: Parameters,
) -> ParquetFile:
    """Return key, part, features and target of every row, in the order of the key."""
    return run_task(PLAN, "make_features", locals())


class DescribeFeaturesOutputs(NamedTuple):
    feature_dictionary: CsvFile
    feature_profile: PngFile


@task(resources=TIER_SMALL)
def describe_features(
    feature_transformer: PklFile,
    feature_train: ParquetFile,
    flower_features: ParquetFile,
    parameters: Parameters,
) -> DescribeFeaturesOutputs:
    """Say what each feature is, and draw it."""
    return run_task(PLAN, "describe_features", locals())


class FeatureEngineeringOutputs(NamedTuple):
    feature_rows: ParquetFile
    feature_train: ParquetFile
    feature_holdout: ParquetFile
    feature_transformer: PklFile
    flower_features: ParquetFile
    feature_dictionary: CsvFile
    feature_profile: PngFile


@workflow
def feature_engineering(
    feature_sepals: CsvFile | None = None,
    key: str = "Id",
    target: str = "Species",
    holdout_share: Real = 0.3,
    salt: str = "e06-holdout",
    limit: Real = 5.0,
    most_missing: Real = 0.2,
    features: str = '[{"name": "SepalLengthCm", "formula": "SepalLengthCm", "unit": "cm", "meaning": "length of a sepal"}, {"name": "SepalWidthCm", "formula": "SepalWidthCm", "unit": "cm", "meaning": "width of a sepal"}, {"name": "PetalLengthCm", "formula": "PetalLengthCm", "unit": "cm", "meaning": "length of a petal"}, {"name": "PetalWidthCm", "formula": "PetalWidthCm", "unit": "cm", "meaning": "width of a petal"}, {"name": "SepalAreaCm2", "formula": "SepalLengthCm * SepalWidthCm", "unit": "cm²", "meaning": "length times width of a sepal"}, {"name": "PetalAreaCm2", "formula": "PetalLengthCm * PetalWidthCm", "unit": "cm²", "meaning": "length times width of a petal"}, {"name": "SepalRatio", "formula": "SepalLengthCm / SepalWidthCm", "unit": "1", "meaning": "length of a sepal by its width"}, {"name": "PetalRatio", "formula": "PetalLengthCm / PetalWidthCm", "unit": "1", "meaning": "length of a petal by its width"}, {"name": "PetalToSepal", "formula": "PetalLengthCm / SepalLengthCm", "unit": "1", "meaning": "length of a petal by that of a sepal"}]',
) -> FeatureEngineeringOutputs:
    """Two sources, checked and joined, become a documented table of features.

    Args:
        feature_sepals: dataset 'feature_sepals'; None: data/01_raw/datasetA.csv
        features: parameter 'feature_engineering.features', as JSON
    """
    parameters = PLAN.values("params:feature_engineering", locals())
    feature_rows = join_sources(feature_sepals, parameters)
    feature_train, feature_holdout = split_rows(feature_rows, parameters)
    feature_transformer = fit_features(feature_train, parameters)
    flower_features = make_features(
        feature_transformer,
        feature_train,
        feature_holdout,
        parameters,
    )
    feature_dictionary, feature_profile = describe_features(
        feature_transformer,
        feature_train,
        flower_features,
        parameters,
    )
    return FeatureEngineeringOutputs(
        feature_rows,
        feature_train,
        feature_holdout,
        feature_transformer,
        flower_features,
        feature_dictionary,
        feature_profile,
    )
