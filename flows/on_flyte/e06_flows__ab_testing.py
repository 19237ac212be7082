"""Kedro pipeline 'ab_testing' as a Flyte workflow: 8 nodes in 8 tasks.

Written by `kedro flyte export`. Do not edit: change the pipeline or flyte.yml, and
export again. Which nodes run in which task, and why, says the plan beside it,
e06_flows__ab_testing.plan.json.

Locally:  pyflyte run FILE ab_testing
Remotely: pyflyte run --remote --copy all FILE ab_testing
where FILE is the path of this module.
"""

from pathlib import Path
from typing import NamedTuple

from flytekit import Resources, task, workflow
from flytekit.types.file import FlyteFile
from kedro_flyte import PlanFile, run_task

PLAN = PlanFile(
    Path(__file__).with_name("e06_flows__ab_testing.plan.json"),
    digest="1b0f3830b6d4ecdb",
)

# Hardware tiers: what a task may ask for
TIER_SMALL = Resources(cpu="1", mem="2Gi")
TIER_MEDIUM = Resources(cpu="2", mem="4Gi")

# Types of the files that pass between tasks, and of the parameters
CsvFile = FlyteFile["csv"]
JsonFile = FlyteFile["json"]
ParquetFile = FlyteFile["parquet"]
PklFile = FlyteFile["pkl"]
PngFile = FlyteFile["png"]
Number = int | float


class AssignTrafficOutputs(NamedTuple):
    """What assign_traffic gives."""

    ab_train: ParquetFile
    ab_traffic: ParquetFile


@task(resources=TIER_SMALL, annotations={"kedro.org/nodes": "assign_traffic"})
def assign_traffic(
    flower_features: ParquetFile | None,
    log: str | None,
    key: str,
    target: str,
    control: str,
    salt: str,
    confidence: float,
    power: float,
    least_effect: float,
    seed: Number,
    variants_width_title: str,
    variants_width_kind: str,
    variants_width_features: str,
    variants_width_share: Number,
    variants_sepals_title: str,
    variants_sepals_kind: str,
    variants_sepals_features: str,
    variants_sepals_share: Number,
    variants_forest_title: str,
    variants_forest_kind: str,
    variants_forest_settings_n_estimators: Number,
    variants_forest_settings_min_samples_leaf: Number,
    variants_forest_features: str,
    variants_forest_share: Number,
) -> AssignTrafficOutputs:
    """Node assign_traffic.

    assign_traffic(flower_features, params:ab_testing) -> ab_train, ab_traffic
    """
    return run_task(PLAN, "assign_traffic", locals())


@task(resources=TIER_MEDIUM, annotations={"kedro.org/nodes": "ab_forest.train_variant"})
def ab_forest__train_variant(
    ab_train: ParquetFile,
    log: str | None,
    key: str,
    target: str,
    control: str,
    salt: str,
    confidence: float,
    power: float,
    least_effect: float,
    seed: Number,
    variants_width_title: str,
    variants_width_kind: str,
    variants_width_features: str,
    variants_width_share: Number,
    variants_sepals_title: str,
    variants_sepals_kind: str,
    variants_sepals_features: str,
    variants_sepals_share: Number,
    variants_forest_title: str,
    variants_forest_kind: str,
    variants_forest_settings_n_estimators: Number,
    variants_forest_settings_min_samples_leaf: Number,
    variants_forest_features: str,
    variants_forest_share: Number,
) -> PklFile:
    """Node ab_forest.train_variant.

    train_variant(ab_train, params:ab_testing) -> ab_forest.model
    """
    return run_task(PLAN, "ab_forest__train_variant", locals())


@task(
    resources=TIER_SMALL,
    annotations={"kedro.org/nodes": "ab_forest.measure_variant"},
)
def ab_forest__measure_variant(
    ab_forest__model: PklFile,
    ab_traffic: ParquetFile,
    log: str | None,
    key: str,
    target: str,
    control: str,
    salt: str,
    confidence: float,
    power: float,
    least_effect: float,
    seed: Number,
    variants_width_title: str,
    variants_width_kind: str,
    variants_width_features: str,
    variants_width_share: Number,
    variants_sepals_title: str,
    variants_sepals_kind: str,
    variants_sepals_features: str,
    variants_sepals_share: Number,
    variants_forest_title: str,
    variants_forest_kind: str,
    variants_forest_settings_n_estimators: Number,
    variants_forest_settings_min_samples_leaf: Number,
    variants_forest_features: str,
    variants_forest_share: Number,
) -> ParquetFile:
    """Node ab_forest.measure_variant.

    measure_variant(ab_forest.model, ab_traffic, params:ab_testing) ->
    ab_forest_outcomes
    """
    return run_task(PLAN, "ab_forest__measure_variant", locals())


@task(resources=TIER_MEDIUM, annotations={"kedro.org/nodes": "ab_sepals.train_variant"})
def ab_sepals__train_variant(
    ab_train: ParquetFile,
    log: str | None,
    key: str,
    target: str,
    control: str,
    salt: str,
    confidence: float,
    power: float,
    least_effect: float,
    seed: Number,
    variants_width_title: str,
    variants_width_kind: str,
    variants_width_features: str,
    variants_width_share: Number,
    variants_sepals_title: str,
    variants_sepals_kind: str,
    variants_sepals_features: str,
    variants_sepals_share: Number,
    variants_forest_title: str,
    variants_forest_kind: str,
    variants_forest_settings_n_estimators: Number,
    variants_forest_settings_min_samples_leaf: Number,
    variants_forest_features: str,
    variants_forest_share: Number,
) -> PklFile:
    """Node ab_sepals.train_variant.

    train_variant(ab_train, params:ab_testing) -> ab_sepals.model
    """
    return run_task(PLAN, "ab_sepals__train_variant", locals())


@task(
    resources=TIER_SMALL,
    annotations={"kedro.org/nodes": "ab_sepals.measure_variant"},
)
def ab_sepals__measure_variant(
    ab_sepals__model: PklFile,
    ab_traffic: ParquetFile,
    log: str | None,
    key: str,
    target: str,
    control: str,
    salt: str,
    confidence: float,
    power: float,
    least_effect: float,
    seed: Number,
    variants_width_title: str,
    variants_width_kind: str,
    variants_width_features: str,
    variants_width_share: Number,
    variants_sepals_title: str,
    variants_sepals_kind: str,
    variants_sepals_features: str,
    variants_sepals_share: Number,
    variants_forest_title: str,
    variants_forest_kind: str,
    variants_forest_settings_n_estimators: Number,
    variants_forest_settings_min_samples_leaf: Number,
    variants_forest_features: str,
    variants_forest_share: Number,
) -> ParquetFile:
    """Node ab_sepals.measure_variant.

    measure_variant(ab_sepals.model, ab_traffic, params:ab_testing) ->
    ab_sepals_outcomes
    """
    return run_task(PLAN, "ab_sepals__measure_variant", locals())


@task(resources=TIER_MEDIUM, annotations={"kedro.org/nodes": "ab_width.train_variant"})
def ab_width__train_variant(
    ab_train: ParquetFile,
    log: str | None,
    key: str,
    target: str,
    control: str,
    salt: str,
    confidence: float,
    power: float,
    least_effect: float,
    seed: Number,
    variants_width_title: str,
    variants_width_kind: str,
    variants_width_features: str,
    variants_width_share: Number,
    variants_sepals_title: str,
    variants_sepals_kind: str,
    variants_sepals_features: str,
    variants_sepals_share: Number,
    variants_forest_title: str,
    variants_forest_kind: str,
    variants_forest_settings_n_estimators: Number,
    variants_forest_settings_min_samples_leaf: Number,
    variants_forest_features: str,
    variants_forest_share: Number,
) -> PklFile:
    """Node ab_width.train_variant.

    train_variant(ab_train, params:ab_testing) -> ab_width.model
    """
    return run_task(PLAN, "ab_width__train_variant", locals())


@task(resources=TIER_SMALL, annotations={"kedro.org/nodes": "ab_width.measure_variant"})
def ab_width__measure_variant(
    ab_traffic: ParquetFile,
    ab_width__model: PklFile,
    log: str | None,
    key: str,
    target: str,
    control: str,
    salt: str,
    confidence: float,
    power: float,
    least_effect: float,
    seed: Number,
    variants_width_title: str,
    variants_width_kind: str,
    variants_width_features: str,
    variants_width_share: Number,
    variants_sepals_title: str,
    variants_sepals_kind: str,
    variants_sepals_features: str,
    variants_sepals_share: Number,
    variants_forest_title: str,
    variants_forest_kind: str,
    variants_forest_settings_n_estimators: Number,
    variants_forest_settings_min_samples_leaf: Number,
    variants_forest_features: str,
    variants_forest_share: Number,
) -> ParquetFile:
    """Node ab_width.measure_variant.

    measure_variant(ab_width.model, ab_traffic, params:ab_testing) -> ab_width_outcomes
    """
    return run_task(PLAN, "ab_width__measure_variant", locals())


class DecideTestOutputs(NamedTuple):
    """What decide_test gives."""

    ab_decision: CsvFile
    ab_picture: PngFile
    ab_conclusion: JsonFile


@task(resources=TIER_SMALL, annotations={"kedro.org/nodes": "decide_test"})
def decide_test(
    ab_forest_outcomes: ParquetFile,
    ab_sepals_outcomes: ParquetFile,
    ab_width_outcomes: ParquetFile,
    log: str | None,
    key: str,
    target: str,
    control: str,
    salt: str,
    confidence: float,
    power: float,
    least_effect: float,
    seed: Number,
    variants_width_title: str,
    variants_width_kind: str,
    variants_width_features: str,
    variants_width_share: Number,
    variants_sepals_title: str,
    variants_sepals_kind: str,
    variants_sepals_features: str,
    variants_sepals_share: Number,
    variants_forest_title: str,
    variants_forest_kind: str,
    variants_forest_settings_n_estimators: Number,
    variants_forest_settings_min_samples_leaf: Number,
    variants_forest_features: str,
    variants_forest_share: Number,
) -> DecideTestOutputs:
    """Node decide_test.

    decide_test(params:ab_testing, ab_width_outcomes, ab_sepals_outcomes,
    ab_forest_outcomes) -> ab_decision, ab_picture, ab_conclusion
    """
    return run_task(PLAN, "decide_test", locals())


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
    flower_features: ParquetFile | None = None,
    log: str | None = None,
    key: str = "Id",
    target: str = "Species",
    control: str = "width",
    salt: str = "e06-ab-1",
    confidence: float = 0.95,
    power: float = 0.8,
    least_effect: float = 0.05,
    seed: Number = 42,
    variants_width_title: str = "logistic regression on one width",
    variants_width_kind: str = "logistic_regression",
    variants_width_features: str = '["SepalWidthCm"]',
    variants_width_share: Number = 1,
    variants_sepals_title: str = "logistic regression on sepals",
    variants_sepals_kind: str = "logistic_regression",
    variants_sepals_features: str = '["SepalLengthCm", "SepalWidthCm"]',
    variants_sepals_share: Number = 1,
    variants_forest_title: str = "forest on all features",
    variants_forest_kind: str = "random_forest",
    variants_forest_settings_n_estimators: Number = 100,
    variants_forest_settings_min_samples_leaf: Number = 3,
    variants_forest_features: str = '["SepalLengthCm", "SepalWidthCm", "PetalLengthCm", "PetalWidthCm", "SepalAreaCm2", "PetalAreaCm2", "SepalRatio", "PetalRatio", "PetalToSepal"]',
    variants_forest_share: Number = 1,
) -> AbTestingOutputs:
    """Pipeline 'ab_testing' of e06_flows.

    Args:
        flower_features: dataset 'flower_features'; None:
            data/04_feature/flower_features.parquet
        log: parameter 'ab_testing.log', as JSON
        key: parameter 'ab_testing.key'
        target: parameter 'ab_testing.target'
        control: parameter 'ab_testing.control'
        salt: parameter 'ab_testing.salt'
        confidence: parameter 'ab_testing.confidence'
        power: parameter 'ab_testing.power'
        least_effect: parameter 'ab_testing.least_effect'
        seed: parameter 'ab_testing.seed'
        variants_width_title: parameter 'ab_testing.variants.width.title'
        variants_width_kind: parameter 'ab_testing.variants.width.kind'
        variants_width_features: parameter 'ab_testing.variants.width.features', as JSON
        variants_width_share: parameter 'ab_testing.variants.width.share'
        variants_sepals_title: parameter 'ab_testing.variants.sepals.title'
        variants_sepals_kind: parameter 'ab_testing.variants.sepals.kind'
        variants_sepals_features: parameter 'ab_testing.variants.sepals.features', as
            JSON
        variants_sepals_share: parameter 'ab_testing.variants.sepals.share'
        variants_forest_title: parameter 'ab_testing.variants.forest.title'
        variants_forest_kind: parameter 'ab_testing.variants.forest.kind'
        variants_forest_settings_n_estimators: parameter
            'ab_testing.variants.forest.settings.n_estimators'
        variants_forest_settings_min_samples_leaf: parameter
            'ab_testing.variants.forest.settings.min_samples_leaf'
        variants_forest_features: parameter 'ab_testing.variants.forest.features', as
            JSON
        variants_forest_share: parameter 'ab_testing.variants.forest.share'
    """
    parameters = {
        "log": log,
        "key": key,
        "target": target,
        "control": control,
        "salt": salt,
        "confidence": confidence,
        "power": power,
        "least_effect": least_effect,
        "seed": seed,
        "variants_width_title": variants_width_title,
        "variants_width_kind": variants_width_kind,
        "variants_width_features": variants_width_features,
        "variants_width_share": variants_width_share,
        "variants_sepals_title": variants_sepals_title,
        "variants_sepals_kind": variants_sepals_kind,
        "variants_sepals_features": variants_sepals_features,
        "variants_sepals_share": variants_sepals_share,
        "variants_forest_title": variants_forest_title,
        "variants_forest_kind": variants_forest_kind,
        "variants_forest_settings_n_estimators": variants_forest_settings_n_estimators,
        "variants_forest_settings_min_samples_leaf": variants_forest_settings_min_samples_leaf,
        "variants_forest_features": variants_forest_features,
        "variants_forest_share": variants_forest_share,
    }
    ab_train, ab_traffic = assign_traffic(flower_features=flower_features, **parameters)
    ab_forest__model = ab_forest__train_variant(ab_train=ab_train, **parameters)
    ab_forest_outcomes = ab_forest__measure_variant(
        ab_forest__model=ab_forest__model,
        ab_traffic=ab_traffic,
        **parameters,
    )
    ab_sepals__model = ab_sepals__train_variant(ab_train=ab_train, **parameters)
    ab_sepals_outcomes = ab_sepals__measure_variant(
        ab_sepals__model=ab_sepals__model,
        ab_traffic=ab_traffic,
        **parameters,
    )
    ab_width__model = ab_width__train_variant(ab_train=ab_train, **parameters)
    ab_width_outcomes = ab_width__measure_variant(
        ab_traffic=ab_traffic,
        ab_width__model=ab_width__model,
        **parameters,
    )
    ab_decision, ab_picture, ab_conclusion = decide_test(
        ab_forest_outcomes=ab_forest_outcomes,
        ab_sepals_outcomes=ab_sepals_outcomes,
        ab_width_outcomes=ab_width_outcomes,
        **parameters,
    )
    return AbTestingOutputs(
        ab_train=ab_train,
        ab_traffic=ab_traffic,
        ab_forest__model=ab_forest__model,
        ab_forest_outcomes=ab_forest_outcomes,
        ab_sepals__model=ab_sepals__model,
        ab_sepals_outcomes=ab_sepals_outcomes,
        ab_width__model=ab_width__model,
        ab_width_outcomes=ab_width_outcomes,
        ab_decision=ab_decision,
        ab_picture=ab_picture,
        ab_conclusion=ab_conclusion,
    )
