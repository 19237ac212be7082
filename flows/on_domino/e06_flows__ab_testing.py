"""Kedro pipeline 'ab_testing' as a Domino flow: 8 nodes in 8 jobs.

Written by `kedro flyte export --target domino`. Do not edit: change the pipeline or
flyte.yml, and export again. Which nodes run in which job says the plan beside it,
e06_flows__ab_testing.plan.json.

In a workspace, from the project's root: pyflyte run --remote FILE ab_testing
where FILE is the path of this module.
"""

from typing import NamedTuple

from flytekit import workflow
from flytekit.types.file import FlyteFile
from flytekitplugins.domino.artifact import DATA, MODEL, REPORT, Artifact
from flytekitplugins.domino.helpers import Input, Output, run_domino_job_task

# What a job runs; {} stands for its id in the plan
PLAN = "flows/on_domino/e06_flows__ab_testing.plan.json"
TASK = f"{PLAN} {{}} --plan-digest d74e70aff6462089"
COMMAND = f"bash -c 'PYTHONPATH=src python -m kedro_flyte.targets.domino.job {TASK}'"

# What all jobs share
JOB = {"use_project_defaults_for_omitted": True}

# Hardware tiers, by their names in Domino
TIER_SMALL = "Small"
TIER_MEDIUM = "Medium"

# Results, as artifacts of the execution
FILES = Artifact("e06_flows__ab_testing data", DATA)
MODELS = Artifact("e06_flows__ab_testing models", MODEL)
REPORTS = Artifact("e06_flows__ab_testing reports", REPORT)

# Types of the files that pass between jobs
CsvFile = FlyteFile["csv"]
JsonFile = FlyteFile["json"]
ParquetFile = FlyteFile["parquet"]
PklFile = FlyteFile["pkl"]
PngFile = FlyteFile["png"]


class AbTestingOutputs(NamedTuple):
    """What ab_testing gives."""

    ab_train: ParquetFile
    ab_traffic: ParquetFile
    ab_forest__model: PklFile
    ab_forest_outcomes: ParquetFile
    ab_sepals__model: PklFile
    ab_sepals_outcomes: ParquetFile
    ab_width__model: PklFile
    ab_width_outcomes: ParquetFile
    ab_decision: CsvFile
    ab_picture: PngFile
    ab_conclusion: JsonFile


@workflow
def ab_testing(
    flower_features: str = "data/04_feature/flower_features.parquet",
    log: str = "null",
    key: str = "Id",
    target: str = "Species",
    control: str = "width",
    salt: str = "e06-ab-1",
    confidence: float = 0.95,
    power: float = 0.8,
    least_effect: float = 0.05,
    seed: int = 42,
    variants_width_title: str = "logistic regression on one width",
    variants_width_kind: str = "logistic_regression",
    variants_width_features: str = '["SepalWidthCm"]',
    variants_width_share: int = 1,
    variants_sepals_title: str = "logistic regression on sepals",
    variants_sepals_kind: str = "logistic_regression",
    variants_sepals_features: str = '["SepalLengthCm", "SepalWidthCm"]',
    variants_sepals_share: int = 1,
    variants_forest_title: str = "forest on all features",
    variants_forest_kind: str = "random_forest",
    variants_forest_settings_n_estimators: int = 100,
    variants_forest_settings_min_samples_leaf: int = 3,
    variants_forest_features: str = '["SepalLengthCm", "SepalWidthCm", "PetalLengthCm", "PetalWidthCm", "SepalAreaCm2", "PetalAreaCm2", "SepalRatio", "PetalRatio", "PetalToSepal"]',
    variants_forest_share: int = 1,
) -> AbTestingOutputs:
    """Variants of a model share the traffic; the one that is proved better is adopted.

    Args:
        flower_features: path or URI of dataset 'flower_features'
        log: parameter 'ab_testing.log', as JSON
        variants_width_features: parameter 'ab_testing.variants.width.features', as JSON
        variants_sepals_features: parameter 'ab_testing.variants.sepals.features', as
            JSON
        variants_forest_features: parameter 'ab_testing.variants.forest.features', as
            JSON
    """
    parameters = [
        Input(name="log", type=str, value=log),
        Input(name="key", type=str, value=key),
        Input(name="target", type=str, value=target),
        Input(name="control", type=str, value=control),
        Input(name="salt", type=str, value=salt),
        Input(name="confidence", type=float, value=confidence),
        Input(name="power", type=float, value=power),
        Input(name="least_effect", type=float, value=least_effect),
        Input(name="seed", type=int, value=seed),
        Input(name="variants_width_title", type=str, value=variants_width_title),
        Input(name="variants_width_kind", type=str, value=variants_width_kind),
        Input(name="variants_width_features", type=str, value=variants_width_features),
        Input(name="variants_width_share", type=int, value=variants_width_share),
        Input(name="variants_sepals_title", type=str, value=variants_sepals_title),
        Input(name="variants_sepals_kind", type=str, value=variants_sepals_kind),
        Input(
            name="variants_sepals_features",
            type=str,
            value=variants_sepals_features,
        ),
        Input(name="variants_sepals_share", type=int, value=variants_sepals_share),
        Input(name="variants_forest_title", type=str, value=variants_forest_title),
        Input(name="variants_forest_kind", type=str, value=variants_forest_kind),
        Input(
            name="variants_forest_settings_n_estimators",
            type=int,
            value=variants_forest_settings_n_estimators,
        ),
        Input(
            name="variants_forest_settings_min_samples_leaf",
            type=int,
            value=variants_forest_settings_min_samples_leaf,
        ),
        Input(
            name="variants_forest_features",
            type=str,
            value=variants_forest_features,
        ),
        Input(name="variants_forest_share", type=int, value=variants_forest_share),
    ]
    assign_traffic = run_domino_job_task(
        flyte_task_name="e06_flows__ab_testing.assign_traffic",
        command=COMMAND.format("assign_traffic"),
        hardware_tier_name=TIER_SMALL,
        inputs=[
            Input(name="flower_features", type=str, value=flower_features),
            *parameters,
        ],
        output_specs=[
            Output(name="ab_train", type=FILES.File(name="ab_train.parquet")),
            Output(name="ab_traffic", type=FILES.File(name="ab_traffic.parquet")),
        ],
        **JOB,
    )
    ab_forest__model = run_domino_job_task(
        flyte_task_name="e06_flows__ab_testing.ab_forest__train_variant",
        command=COMMAND.format("ab_forest__train_variant"),
        hardware_tier_name=TIER_MEDIUM,
        inputs=[
            Input(name="ab_train", type=ParquetFile, value=assign_traffic.ab_train),
            *parameters,
        ],
        output_specs=[
            Output(
                name="ab_forest__model",
                type=MODELS.File(name="ab_forest__model.pkl"),
            ),
        ],
        **JOB,
    )
    ab_forest_outcomes = run_domino_job_task(
        flyte_task_name="e06_flows__ab_testing.ab_forest__measure_variant",
        command=COMMAND.format("ab_forest__measure_variant"),
        hardware_tier_name=TIER_SMALL,
        inputs=[
            Input(name="ab_forest__model", type=PklFile, value=ab_forest__model),
            Input(name="ab_traffic", type=ParquetFile, value=assign_traffic.ab_traffic),
            *parameters,
        ],
        output_specs=[
            Output(
                name="ab_forest_outcomes",
                type=FILES.File(name="ab_forest_outcomes.parquet"),
            ),
        ],
        **JOB,
    )
    ab_sepals__model = run_domino_job_task(
        flyte_task_name="e06_flows__ab_testing.ab_sepals__train_variant",
        command=COMMAND.format("ab_sepals__train_variant"),
        hardware_tier_name=TIER_MEDIUM,
        inputs=[
            Input(name="ab_train", type=ParquetFile, value=assign_traffic.ab_train),
            *parameters,
        ],
        output_specs=[
            Output(
                name="ab_sepals__model",
                type=MODELS.File(name="ab_sepals__model.pkl"),
            ),
        ],
        **JOB,
    )
    ab_sepals_outcomes = run_domino_job_task(
        flyte_task_name="e06_flows__ab_testing.ab_sepals__measure_variant",
        command=COMMAND.format("ab_sepals__measure_variant"),
        hardware_tier_name=TIER_SMALL,
        inputs=[
            Input(name="ab_sepals__model", type=PklFile, value=ab_sepals__model),
            Input(name="ab_traffic", type=ParquetFile, value=assign_traffic.ab_traffic),
            *parameters,
        ],
        output_specs=[
            Output(
                name="ab_sepals_outcomes",
                type=FILES.File(name="ab_sepals_outcomes.parquet"),
            ),
        ],
        **JOB,
    )
    ab_width__model = run_domino_job_task(
        flyte_task_name="e06_flows__ab_testing.ab_width__train_variant",
        command=COMMAND.format("ab_width__train_variant"),
        hardware_tier_name=TIER_MEDIUM,
        inputs=[
            Input(name="ab_train", type=ParquetFile, value=assign_traffic.ab_train),
            *parameters,
        ],
        output_specs=[
            Output(
                name="ab_width__model",
                type=MODELS.File(name="ab_width__model.pkl"),
            ),
        ],
        **JOB,
    )
    ab_width_outcomes = run_domino_job_task(
        flyte_task_name="e06_flows__ab_testing.ab_width__measure_variant",
        command=COMMAND.format("ab_width__measure_variant"),
        hardware_tier_name=TIER_SMALL,
        inputs=[
            Input(name="ab_traffic", type=ParquetFile, value=assign_traffic.ab_traffic),
            Input(name="ab_width__model", type=PklFile, value=ab_width__model),
            *parameters,
        ],
        output_specs=[
            Output(
                name="ab_width_outcomes",
                type=FILES.File(name="ab_width_outcomes.parquet"),
            ),
        ],
        **JOB,
    )
    decide_test = run_domino_job_task(
        flyte_task_name="e06_flows__ab_testing.decide_test",
        command=COMMAND.format("decide_test"),
        hardware_tier_name=TIER_SMALL,
        inputs=[
            Input(
                name="ab_forest_outcomes",
                type=ParquetFile,
                value=ab_forest_outcomes,
            ),
            Input(
                name="ab_sepals_outcomes",
                type=ParquetFile,
                value=ab_sepals_outcomes,
            ),
            Input(name="ab_width_outcomes", type=ParquetFile, value=ab_width_outcomes),
            *parameters,
        ],
        output_specs=[
            Output(name="ab_decision", type=REPORTS.File(name="ab_decision.csv")),
            Output(name="ab_picture", type=REPORTS.File(name="ab_picture.png")),
            Output(name="ab_conclusion", type=REPORTS.File(name="ab_conclusion.json")),
        ],
        **JOB,
    )
    return AbTestingOutputs(
        ab_train=assign_traffic.ab_train,
        ab_traffic=assign_traffic.ab_traffic,
        ab_forest__model=ab_forest__model,
        ab_forest_outcomes=ab_forest_outcomes,
        ab_sepals__model=ab_sepals__model,
        ab_sepals_outcomes=ab_sepals_outcomes,
        ab_width__model=ab_width__model,
        ab_width_outcomes=ab_width_outcomes,
        ab_decision=decide_test.ab_decision,
        ab_picture=decide_test.ab_picture,
        ab_conclusion=decide_test.ab_conclusion,
    )
