"""Kedro pipeline 'feature_engineering' as a Domino flow: 5 nodes in 4 jobs.

Written by `kedro flyte export --target domino`. Do not edit: change the pipeline or
flyte.yml, and export again. Which nodes run in which job says the plan beside it,
e06_flows__feature_engineering.plan.json.

In a workspace, from the project's root: pyflyte run --remote FILE feature_engineering
where FILE is the path of this module.
"""

from typing import NamedTuple

from flytekit import workflow
from flytekit.types.file import FlyteFile
from flytekitplugins.domino.artifact import DATA, REPORT, Artifact
from flytekitplugins.domino.helpers import Input, Output, run_domino_job_task

# What a job runs; {} stands for its id in the plan
PLAN = "flows/on_domino/e06_flows__feature_engineering.plan.json"
TASK = f"{PLAN} {{}} --plan-digest f87a2dc205a5c2c6"
COMMAND = f"bash -c 'PYTHONPATH=src python -m kedro_flyte.targets.domino.job {TASK}'"

# What all jobs share
JOB = {"use_project_defaults_for_omitted": True}

# Hardware tiers, by their names in Domino
TIER_SMALL = "Small"
TIER_MEDIUM = "Medium"

# Results, as artifacts of the execution
FILES = Artifact("e06_flows__feature_engineering data", DATA)
REPORTS = Artifact("e06_flows__feature_engineering reports", REPORT)

# Types of the files that pass between jobs
CsvFile = FlyteFile["csv"]
ParquetFile = FlyteFile["parquet"]
PklFile = FlyteFile["pkl"]
PngFile = FlyteFile["png"]


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
    feature_sepals: str = "data/01_raw/datasetA.csv",
    key: str = "Id",
    target: str = "Species",
    holdout_share: float = 0.3,
    salt: str = "e06-holdout",
    limit: float = 5.0,
    most_missing: float = 0.2,
    features: str = '[{"name": "SepalLengthCm", "formula": "SepalLengthCm", "unit": "cm", "meaning": "length of a sepal"}, {"name": "SepalWidthCm", "formula": "SepalWidthCm", "unit": "cm", "meaning": "width of a sepal"}, {"name": "PetalLengthCm", "formula": "PetalLengthCm", "unit": "cm", "meaning": "length of a petal"}, {"name": "PetalWidthCm", "formula": "PetalWidthCm", "unit": "cm", "meaning": "width of a petal"}, {"name": "SepalAreaCm2", "formula": "SepalLengthCm * SepalWidthCm", "unit": "cm²", "meaning": "length times width of a sepal"}, {"name": "PetalAreaCm2", "formula": "PetalLengthCm * PetalWidthCm", "unit": "cm²", "meaning": "length times width of a petal"}, {"name": "SepalRatio", "formula": "SepalLengthCm / SepalWidthCm", "unit": "1", "meaning": "length of a sepal by its width"}, {"name": "PetalRatio", "formula": "PetalLengthCm / PetalWidthCm", "unit": "1", "meaning": "length of a petal by its width"}, {"name": "PetalToSepal", "formula": "PetalLengthCm / SepalLengthCm", "unit": "1", "meaning": "length of a petal by that of a sepal"}]',
) -> FeatureEngineeringOutputs:
    """Two sources, checked and joined, become a documented table of features.

    Args:
        feature_sepals: path or URI of dataset 'feature_sepals'
        features: parameter 'feature_engineering.features', as JSON
    """
    parameters = [
        Input(name="key", type=str, value=key),
        Input(name="target", type=str, value=target),
        Input(name="holdout_share", type=float, value=holdout_share),
        Input(name="salt", type=str, value=salt),
        Input(name="limit", type=float, value=limit),
        Input(name="most_missing", type=float, value=most_missing),
        Input(name="features", type=str, value=features),
    ]
    join_sources_to_split_rows = run_domino_job_task(
        flyte_task_name="e06_flows__feature_engineering.join_sources_to_split_rows",
        command=COMMAND.format("join_sources_to_split_rows"),
        hardware_tier_name=TIER_SMALL,
        inputs=[
            Input(name="feature_sepals", type=str, value=feature_sepals),
            *parameters,
        ],
        output_specs=[
            Output(name="feature_rows", type=FILES.File(name="feature_rows.parquet")),
            Output(name="feature_train", type=FILES.File(name="feature_train.parquet")),
            Output(
                name="feature_holdout",
                type=FILES.File(name="feature_holdout.parquet"),
            ),
        ],
        **JOB,
    )
    feature_transformer = run_domino_job_task(
        flyte_task_name="e06_flows__feature_engineering.fit_features",
        command=COMMAND.format("fit_features"),
        hardware_tier_name=TIER_MEDIUM,
        inputs=[
            Input(
                name="feature_train",
                type=ParquetFile,
                value=join_sources_to_split_rows.feature_train,
            ),
            *parameters,
        ],
        output_specs=[
            Output(
                name="feature_transformer",
                type=FILES.File(name="feature_transformer.pkl"),
            ),
        ],
        **JOB,
    )
    flower_features = run_domino_job_task(
        flyte_task_name="e06_flows__feature_engineering.make_features",
        command=COMMAND.format("make_features"),
        hardware_tier_name=TIER_MEDIUM,
        inputs=[
            Input(
                name="feature_holdout",
                type=ParquetFile,
                value=join_sources_to_split_rows.feature_holdout,
            ),
            Input(
                name="feature_train",
                type=ParquetFile,
                value=join_sources_to_split_rows.feature_train,
            ),
            Input(name="feature_transformer", type=PklFile, value=feature_transformer),
            *parameters,
        ],
        output_specs=[
            Output(
                name="flower_features",
                type=FILES.File(name="flower_features.parquet"),
            ),
        ],
        **JOB,
    )
    describe_features = run_domino_job_task(
        flyte_task_name="e06_flows__feature_engineering.describe_features",
        command=COMMAND.format("describe_features"),
        hardware_tier_name=TIER_SMALL,
        inputs=[
            Input(
                name="feature_train",
                type=ParquetFile,
                value=join_sources_to_split_rows.feature_train,
            ),
            Input(name="feature_transformer", type=PklFile, value=feature_transformer),
            Input(name="flower_features", type=ParquetFile, value=flower_features),
            *parameters,
        ],
        output_specs=[
            Output(
                name="feature_dictionary",
                type=REPORTS.File(name="feature_dictionary.csv"),
            ),
            Output(
                name="feature_profile",
                type=REPORTS.File(name="feature_profile.png"),
            ),
        ],
        **JOB,
    )
    return FeatureEngineeringOutputs(
        feature_rows=join_sources_to_split_rows.feature_rows,
        feature_train=join_sources_to_split_rows.feature_train,
        feature_holdout=join_sources_to_split_rows.feature_holdout,
        feature_transformer=feature_transformer,
        flower_features=flower_features,
        feature_dictionary=describe_features.feature_dictionary,
        feature_profile=describe_features.feature_profile,
    )
