"""Kedro pipeline 'feature_engineering' as a Flyte workflow: 5 nodes in 5 tasks.

Written by `kedro flyte export`. Do not edit: change the pipeline or flyte.yml, and
export again. Which nodes run in which task, and why, says the plan beside it,
e06_flows__feature_engineering.plan.json.

Locally:  pyflyte run FILE feature_engineering
Remotely: pyflyte run --remote --copy all FILE feature_engineering
where FILE is the path of this module.
"""

from pathlib import Path
from typing import NamedTuple

from flytekit import Resources, task, workflow
from flytekit.types.file import FlyteFile
from kedro_flyte import PlanFile, run_task

PLAN = PlanFile(
    Path(__file__).with_name("e06_flows__feature_engineering.plan.json"),
    digest="c360e1158a45bc6d",
)

# Hardware tiers: what a task may ask for
TIER_SMALL = Resources(cpu="1", mem="2Gi")
TIER_MEDIUM = Resources(cpu="2", mem="4Gi")

# Types of the files that pass between tasks, and of the parameters
CsvFile = FlyteFile["csv"]
ParquetFile = FlyteFile["parquet"]
PklFile = FlyteFile["pkl"]
PngFile = FlyteFile["png"]


@task(resources=TIER_SMALL, annotations={"kedro.org/nodes": "join_sources"})
def join_sources(
    feature_sepals: CsvFile | None,
    key: str,
    target: str,
    holdout_share: float,
    salt: str,
    limit: float,
    most_missing: float,
    features: str,
) -> ParquetFile:
    """Node join_sources.

    join_sources(feature_sepals, feature_petals, params:feature_engineering) ->
    feature_rows
    """
    return run_task(PLAN, "join_sources", locals())


class SplitRowsOutputs(NamedTuple):
    """What split_rows gives."""

    feature_train: ParquetFile
    feature_holdout: ParquetFile


@task(resources=TIER_SMALL, annotations={"kedro.org/nodes": "split_rows"})
def split_rows(
    feature_rows: ParquetFile,
    key: str,
    target: str,
    holdout_share: float,
    salt: str,
    limit: float,
    most_missing: float,
    features: str,
) -> SplitRowsOutputs:
    """Node split_rows.

    split_rows(feature_rows, params:feature_engineering) -> feature_train,
    feature_holdout
    """
    return run_task(PLAN, "split_rows", locals())


@task(resources=TIER_MEDIUM, annotations={"kedro.org/nodes": "fit_features"})
def fit_features(
    feature_train: ParquetFile,
    key: str,
    target: str,
    holdout_share: float,
    salt: str,
    limit: float,
    most_missing: float,
    features: str,
) -> PklFile:
    """Node fit_features.

    fit_features(feature_train, params:feature_engineering) -> feature_transformer
    """
    return run_task(PLAN, "fit_features", locals())


@task(resources=TIER_MEDIUM, annotations={"kedro.org/nodes": "make_features"})
def make_features(
    feature_holdout: ParquetFile,
    feature_train: ParquetFile,
    feature_transformer: PklFile,
    key: str,
    target: str,
    holdout_share: float,
    salt: str,
    limit: float,
    most_missing: float,
    features: str,
) -> ParquetFile:
    """Node make_features.

    make_features(feature_transformer, feature_train, feature_holdout,
    params:feature_engineering) -> flower_features
    """
    return run_task(PLAN, "make_features", locals())


class DescribeFeaturesOutputs(NamedTuple):
    """What describe_features gives."""

    feature_dictionary: CsvFile
    feature_profile: PngFile


@task(resources=TIER_SMALL, annotations={"kedro.org/nodes": "describe_features"})
def describe_features(
    feature_train: ParquetFile,
    feature_transformer: PklFile,
    flower_features: ParquetFile,
    key: str,
    target: str,
    holdout_share: float,
    salt: str,
    limit: float,
    most_missing: float,
    features: str,
) -> DescribeFeaturesOutputs:
    """Node describe_features.

    describe_features(feature_transformer, feature_train, flower_features,
    params:feature_engineering) -> feature_dictionary, feature_profile
    """
    return run_task(PLAN, "describe_features", locals())


class FeatureEngineeringOutputs(NamedTuple):
    """What feature_engineering gives."""

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
    holdout_share: float = 0.3,
    salt: str = "e06-holdout",
    limit: float = 5.0,
    most_missing: float = 0.2,
    features: str = '[{"name": "SepalLengthCm", "formula": "SepalLengthCm", "unit": "cm", "meaning": "length of a sepal"}, {"name": "SepalWidthCm", "formula": "SepalWidthCm", "unit": "cm", "meaning": "width of a sepal"}, {"name": "PetalLengthCm", "formula": "PetalLengthCm", "unit": "cm", "meaning": "length of a petal"}, {"name": "PetalWidthCm", "formula": "PetalWidthCm", "unit": "cm", "meaning": "width of a petal"}, {"name": "SepalAreaCm2", "formula": "SepalLengthCm * SepalWidthCm", "unit": "cm²", "meaning": "length times width of a sepal"}, {"name": "PetalAreaCm2", "formula": "PetalLengthCm * PetalWidthCm", "unit": "cm²", "meaning": "length times width of a petal"}, {"name": "SepalRatio", "formula": "SepalLengthCm / SepalWidthCm", "unit": "1", "meaning": "length of a sepal by its width"}, {"name": "PetalRatio", "formula": "PetalLengthCm / PetalWidthCm", "unit": "1", "meaning": "length of a petal by its width"}, {"name": "PetalToSepal", "formula": "PetalLengthCm / SepalLengthCm", "unit": "1", "meaning": "length of a petal by that of a sepal"}]',
) -> FeatureEngineeringOutputs:
    """Pipeline 'feature_engineering' of e06_flows.

    Args:
        feature_sepals: dataset 'feature_sepals'; None: data/01_raw/datasetA.csv
        key: parameter 'feature_engineering.key'
        target: parameter 'feature_engineering.target'
        holdout_share: parameter 'feature_engineering.holdout_share'
        salt: parameter 'feature_engineering.salt'
        limit: parameter 'feature_engineering.limit'
        most_missing: parameter 'feature_engineering.most_missing'
        features: parameter 'feature_engineering.features', as JSON
    """
    parameters = {
        "key": key,
        "target": target,
        "holdout_share": holdout_share,
        "salt": salt,
        "limit": limit,
        "most_missing": most_missing,
        "features": features,
    }
    feature_rows = join_sources(feature_sepals=feature_sepals, **parameters)
    feature_train, feature_holdout = split_rows(feature_rows=feature_rows, **parameters)
    feature_transformer = fit_features(feature_train=feature_train, **parameters)
    flower_features = make_features(
        feature_holdout=feature_holdout,
        feature_train=feature_train,
        feature_transformer=feature_transformer,
        **parameters,
    )
    feature_dictionary, feature_profile = describe_features(
        feature_train=feature_train,
        feature_transformer=feature_transformer,
        flower_features=flower_features,
        **parameters,
    )
    return FeatureEngineeringOutputs(
        feature_rows=feature_rows,
        feature_train=feature_train,
        feature_holdout=feature_holdout,
        feature_transformer=feature_transformer,
        flower_features=flower_features,
        feature_dictionary=feature_dictionary,
        feature_profile=feature_profile,
    )
