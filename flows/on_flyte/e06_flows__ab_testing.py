"""Kedro pipeline 'ab_testing' as a Flyte workflow: 8 nodes in 8 tasks.

Written by `kedro flyte export`. Do not edit: change the pipeline or flyte.yml, and
export again. Which nodes run in which task, and why, says the plan beside it,
e06_flows__ab_testing.plan.json.

Locally:  pyflyte run FILE ab_testing
Remotely: pyflyte run --remote --copy all FILE ab_testing
"""

# ruff: noqa: B006 - nothing changes a list that is an input's default

from typing import NamedTuple

from flytekit import Resources, task, workflow
from flytekit.types.file import FlyteFile
from kedro_flyte import Number, Parameters, PlanFile, Real, run_task

PLAN = PlanFile.beside(__file__, digest="0470f501a48601ec")

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


class AssignTrafficOutputs(NamedTuple):
    ab_train: ParquetFile
    ab_traffic: ParquetFile


@task(resources=TIER_SMALL)
def assign_traffic(
    flower_features: ParquetFile | None,
    parameters: Parameters,
) -> AssignTrafficOutputs:
    """Return the rows to train on, and the traffic: the hold-out, each row with its
    `Variant`.
    """
    return run_task(PLAN, "assign_traffic", locals())


@task(resources=TIER_MEDIUM)
def ab_forest__train_variant(ab_train: ParquetFile, parameters: Parameters) -> PklFile:
    """Return the model of the variant of that name."""
    return run_task(PLAN, "ab_forest__train_variant", locals())


@task(resources=TIER_SMALL)
def ab_forest__measure_variant(
    ab_forest__model: PklFile,
    ab_traffic: ParquetFile,
    parameters: Parameters,
) -> ParquetFile:
    """Let a variant predict its own part of the traffic."""
    return run_task(PLAN, "ab_forest__measure_variant", locals())


@task(resources=TIER_MEDIUM)
def ab_sepals__train_variant(ab_train: ParquetFile, parameters: Parameters) -> PklFile:
    """Return the model of the variant of that name."""
    return run_task(PLAN, "ab_sepals__train_variant", locals())


@task(resources=TIER_SMALL)
def ab_sepals__measure_variant(
    ab_sepals__model: PklFile,
    ab_traffic: ParquetFile,
    parameters: Parameters,
) -> ParquetFile:
    """Let a variant predict its own part of the traffic."""
    return run_task(PLAN, "ab_sepals__measure_variant", locals())


@task(resources=TIER_MEDIUM)
def ab_width__train_variant(ab_train: ParquetFile, parameters: Parameters) -> PklFile:
    """Return the model of the variant of that name."""
    return run_task(PLAN, "ab_width__train_variant", locals())


@task(resources=TIER_SMALL)
def ab_width__measure_variant(
    ab_width__model: PklFile,
    ab_traffic: ParquetFile,
    parameters: Parameters,
) -> ParquetFile:
    """Let a variant predict its own part of the traffic."""
    return run_task(PLAN, "ab_width__measure_variant", locals())


class DecideTestOutputs(NamedTuple):
    ab_decision: CsvFile
    ab_picture: PngFile
    ab_conclusion: JsonFile


@task(resources=TIER_SMALL)
def decide_test(
    ab_width_outcomes: ParquetFile,
    ab_sepals_outcomes: ParquetFile,
    ab_forest_outcomes: ParquetFile,
    parameters: Parameters,
) -> DecideTestOutputs:
    """Compare the challengers with the control; draw it; say which variant to serve."""
    return run_task(PLAN, "decide_test", locals())


class AbTestingOutputs(NamedTuple):
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
    flower_features: ParquetFile | None = None,
    log: str | None = None,
    key: str = "Id",
    target: str = "Species",
    control: str = "width",
    salt: str = "e06-ab-1",
    confidence: Real = 0.95,
    power: Real = 0.8,
    least_effect: Real = 0.05,
    seed: Number = 42,
    variants_width_title: str = "logistic regression on one width",
    variants_width_kind: str = "logistic_regression",
    variants_width_features: list[str] = ["SepalWidthCm"],
    variants_width_share: Number = 1,
    variants_sepals_title: str = "logistic regression on sepals",
    variants_sepals_kind: str = "logistic_regression",
    variants_sepals_features: list[str] = ["SepalLengthCm", "SepalWidthCm"],
    variants_sepals_share: Number = 1,
    variants_forest_title: str = "forest on all features",
    variants_forest_kind: str = "random_forest",
    variants_forest_settings_n_estimators: Number = 100,
    variants_forest_settings_min_samples_leaf: Number = 3,
    variants_forest_features: list[str] = [
        "SepalLengthCm",
        "SepalWidthCm",
        "PetalLengthCm",
        "PetalWidthCm",
        "SepalAreaCm2",
        "PetalAreaCm2",
        "SepalRatio",
        "PetalRatio",
        "PetalToSepal",
    ],
    variants_forest_share: Number = 1,
) -> AbTestingOutputs:
    """Variants of a model share the traffic; the one that is proved better is adopted.

    Args:
        flower_features: dataset 'flower_features'; None:
            data/04_feature/flower_features.parquet
        log: parameter 'ab_testing.log', as JSON
    """
    parameters = PLAN.values("params:ab_testing", locals())
    ab_train, ab_traffic = assign_traffic(flower_features, parameters)
    ab_forest__model = ab_forest__train_variant(ab_train, parameters)
    ab_forest_outcomes = ab_forest__measure_variant(
        ab_forest__model,
        ab_traffic,
        parameters,
    )
    ab_sepals__model = ab_sepals__train_variant(ab_train, parameters)
    ab_sepals_outcomes = ab_sepals__measure_variant(
        ab_sepals__model,
        ab_traffic,
        parameters,
    )
    ab_width__model = ab_width__train_variant(ab_train, parameters)
    ab_width_outcomes = ab_width__measure_variant(
        ab_width__model,
        ab_traffic,
        parameters,
    )
    ab_decision, ab_picture, ab_conclusion = decide_test(
        ab_width_outcomes,
        ab_sepals_outcomes,
        ab_forest_outcomes,
        parameters,
    )
    return AbTestingOutputs(
        ab_train,
        ab_traffic,
        ab_forest__model,
        ab_forest_outcomes,
        ab_sepals__model,
        ab_sepals_outcomes,
        ab_width__model,
        ab_width_outcomes,
        ab_decision,
        ab_picture,
        ab_conclusion,
    )
