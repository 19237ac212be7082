"""Kedro pipeline 'model_comparison' as a Flyte workflow: 7 nodes in 7 tasks.

Written by `kedro flyte export`. Do not edit: change the pipeline or flyte.yml, and
export again. Which nodes run in which task, and why, says the plan beside it,
e06_flows__model_comparison.plan.json.

Locally:  pyflyte run FILE model_comparison
Remotely: pyflyte run --remote --copy all FILE model_comparison
where FILE is the path of this module.
"""

from pathlib import Path
from typing import NamedTuple

from flytekit import Resources, task, workflow
from flytekit.types.file import FlyteFile
from kedro_flyte import PlanFile, run_task

PLAN = PlanFile(
    Path(__file__).with_name("e06_flows__model_comparison.plan.json"),
    digest="6ebe744f06e5da4b",
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


class MakeFoldsOutputs(NamedTuple):
    """What make_folds gives."""

    comparison_table: ParquetFile
    comparison_folds: ParquetFile


@task(resources=TIER_SMALL, annotations={"kedro.org/nodes": "make_folds"})
def make_folds(
    comparison_more_rows: CsvFile | None,
    comparison_rows: CsvFile | None,
    registered: str,
    target: str,
    features: str,
    key: str,
    folds: Number,
    repeats: Number,
    metric: str,
    confidence: float,
    rule: str,
    margin: float,
    cost: str,
    seed: Number,
    algorithms_baseline_title: str,
    algorithms_baseline_kind: str,
    algorithms_logistic_regression_title: str,
    algorithms_logistic_regression_kind: str,
    algorithms_random_forest_title: str,
    algorithms_random_forest_kind: str,
    algorithms_random_forest_settings_n_estimators: Number,
    algorithms_random_forest_settings_min_samples_leaf: Number,
    algorithms_xgboost_title: str,
    algorithms_xgboost_kind: str,
    algorithms_xgboost_settings_n_estimators: Number,
    algorithms_xgboost_settings_max_depth: Number,
    algorithms_xgboost_settings_learning_rate: float,
) -> MakeFoldsOutputs:
    """Node make_folds.

    make_folds(comparison_rows, comparison_more_rows, params:model_comparison) ->
    comparison_table, comparison_folds
    """
    return run_task(PLAN, "make_folds", locals())


@task(resources=TIER_MEDIUM, annotations={"kedro.org/nodes": "cross_validate_baseline"})
def cross_validate_baseline(
    comparison_folds: ParquetFile,
    comparison_table: ParquetFile,
    registered: str,
    target: str,
    features: str,
    key: str,
    folds: Number,
    repeats: Number,
    metric: str,
    confidence: float,
    rule: str,
    margin: float,
    cost: str,
    seed: Number,
    algorithms_baseline_title: str,
    algorithms_baseline_kind: str,
    algorithms_logistic_regression_title: str,
    algorithms_logistic_regression_kind: str,
    algorithms_random_forest_title: str,
    algorithms_random_forest_kind: str,
    algorithms_random_forest_settings_n_estimators: Number,
    algorithms_random_forest_settings_min_samples_leaf: Number,
    algorithms_xgboost_title: str,
    algorithms_xgboost_kind: str,
    algorithms_xgboost_settings_n_estimators: Number,
    algorithms_xgboost_settings_max_depth: Number,
    algorithms_xgboost_settings_learning_rate: float,
) -> ParquetFile:
    """Node cross_validate_baseline.

    cross_validate(comparison_table, comparison_folds, params:model_comparison) ->
    comparison_baseline_scores
    """
    return run_task(PLAN, "cross_validate_baseline", locals())


@task(
    resources=TIER_MEDIUM,
    annotations={"kedro.org/nodes": "cross_validate_logistic_regression"},
)
def cross_validate_logistic_regression(
    comparison_folds: ParquetFile,
    comparison_table: ParquetFile,
    registered: str,
    target: str,
    features: str,
    key: str,
    folds: Number,
    repeats: Number,
    metric: str,
    confidence: float,
    rule: str,
    margin: float,
    cost: str,
    seed: Number,
    algorithms_baseline_title: str,
    algorithms_baseline_kind: str,
    algorithms_logistic_regression_title: str,
    algorithms_logistic_regression_kind: str,
    algorithms_random_forest_title: str,
    algorithms_random_forest_kind: str,
    algorithms_random_forest_settings_n_estimators: Number,
    algorithms_random_forest_settings_min_samples_leaf: Number,
    algorithms_xgboost_title: str,
    algorithms_xgboost_kind: str,
    algorithms_xgboost_settings_n_estimators: Number,
    algorithms_xgboost_settings_max_depth: Number,
    algorithms_xgboost_settings_learning_rate: float,
) -> ParquetFile:
    """Node cross_validate_logistic_regression.

    cross_validate(comparison_table, comparison_folds, params:model_comparison) ->
    comparison_logistic_regression_scores
    """
    return run_task(PLAN, "cross_validate_logistic_regression", locals())


@task(
    resources=TIER_MEDIUM,
    annotations={"kedro.org/nodes": "cross_validate_random_forest"},
)
def cross_validate_random_forest(
    comparison_folds: ParquetFile,
    comparison_table: ParquetFile,
    registered: str,
    target: str,
    features: str,
    key: str,
    folds: Number,
    repeats: Number,
    metric: str,
    confidence: float,
    rule: str,
    margin: float,
    cost: str,
    seed: Number,
    algorithms_baseline_title: str,
    algorithms_baseline_kind: str,
    algorithms_logistic_regression_title: str,
    algorithms_logistic_regression_kind: str,
    algorithms_random_forest_title: str,
    algorithms_random_forest_kind: str,
    algorithms_random_forest_settings_n_estimators: Number,
    algorithms_random_forest_settings_min_samples_leaf: Number,
    algorithms_xgboost_title: str,
    algorithms_xgboost_kind: str,
    algorithms_xgboost_settings_n_estimators: Number,
    algorithms_xgboost_settings_max_depth: Number,
    algorithms_xgboost_settings_learning_rate: float,
) -> ParquetFile:
    """Node cross_validate_random_forest.

    cross_validate(comparison_table, comparison_folds, params:model_comparison) ->
    comparison_random_forest_scores
    """
    return run_task(PLAN, "cross_validate_random_forest", locals())


@task(resources=TIER_MEDIUM, annotations={"kedro.org/nodes": "cross_validate_xgboost"})
def cross_validate_xgboost(
    comparison_folds: ParquetFile,
    comparison_table: ParquetFile,
    registered: str,
    target: str,
    features: str,
    key: str,
    folds: Number,
    repeats: Number,
    metric: str,
    confidence: float,
    rule: str,
    margin: float,
    cost: str,
    seed: Number,
    algorithms_baseline_title: str,
    algorithms_baseline_kind: str,
    algorithms_logistic_regression_title: str,
    algorithms_logistic_regression_kind: str,
    algorithms_random_forest_title: str,
    algorithms_random_forest_kind: str,
    algorithms_random_forest_settings_n_estimators: Number,
    algorithms_random_forest_settings_min_samples_leaf: Number,
    algorithms_xgboost_title: str,
    algorithms_xgboost_kind: str,
    algorithms_xgboost_settings_n_estimators: Number,
    algorithms_xgboost_settings_max_depth: Number,
    algorithms_xgboost_settings_learning_rate: float,
) -> ParquetFile:
    """Node cross_validate_xgboost.

    cross_validate(comparison_table, comparison_folds, params:model_comparison) ->
    comparison_xgboost_scores
    """
    return run_task(PLAN, "cross_validate_xgboost", locals())


class CompareAlgorithmsOutputs(NamedTuple):
    """What compare_algorithms gives."""

    algorithm_ranking: CsvFile
    algorithm_picture: PngFile
    algorithm_winner: JsonFile


@task(resources=TIER_SMALL, annotations={"kedro.org/nodes": "compare_algorithms"})
def compare_algorithms(
    comparison_baseline_scores: ParquetFile,
    comparison_logistic_regression_scores: ParquetFile,
    comparison_random_forest_scores: ParquetFile,
    comparison_xgboost_scores: ParquetFile,
    registered: str,
    target: str,
    features: str,
    key: str,
    folds: Number,
    repeats: Number,
    metric: str,
    confidence: float,
    rule: str,
    margin: float,
    cost: str,
    seed: Number,
    algorithms_baseline_title: str,
    algorithms_baseline_kind: str,
    algorithms_logistic_regression_title: str,
    algorithms_logistic_regression_kind: str,
    algorithms_random_forest_title: str,
    algorithms_random_forest_kind: str,
    algorithms_random_forest_settings_n_estimators: Number,
    algorithms_random_forest_settings_min_samples_leaf: Number,
    algorithms_xgboost_title: str,
    algorithms_xgboost_kind: str,
    algorithms_xgboost_settings_n_estimators: Number,
    algorithms_xgboost_settings_max_depth: Number,
    algorithms_xgboost_settings_learning_rate: float,
) -> CompareAlgorithmsOutputs:
    """Node compare_algorithms.

    compare_algorithms(params:model_comparison, comparison_baseline_scores,
    comparison_logistic_regression_scores, comparison_random_forest_scores,
    comparison_xgboost_scores) -> algorithm_ranking, algorithm_picture, algorithm_winner
    """
    return run_task(PLAN, "compare_algorithms", locals())


@task(resources=TIER_MEDIUM, annotations={"kedro.org/nodes": "train_winner"})
def train_winner(
    algorithm_winner: JsonFile,
    comparison_table: ParquetFile,
    registered: str,
    target: str,
    features: str,
    key: str,
    folds: Number,
    repeats: Number,
    metric: str,
    confidence: float,
    rule: str,
    margin: float,
    cost: str,
    seed: Number,
    algorithms_baseline_title: str,
    algorithms_baseline_kind: str,
    algorithms_logistic_regression_title: str,
    algorithms_logistic_regression_kind: str,
    algorithms_random_forest_title: str,
    algorithms_random_forest_kind: str,
    algorithms_random_forest_settings_n_estimators: Number,
    algorithms_random_forest_settings_min_samples_leaf: Number,
    algorithms_xgboost_title: str,
    algorithms_xgboost_kind: str,
    algorithms_xgboost_settings_n_estimators: Number,
    algorithms_xgboost_settings_max_depth: Number,
    algorithms_xgboost_settings_learning_rate: float,
) -> PklFile:
    """Node train_winner.

    train_winner(algorithm_winner, comparison_table, params:model_comparison) ->
    algorithm_model
    """
    return run_task(PLAN, "train_winner", locals())


class ModelComparisonOutputs(NamedTuple):
    """What model_comparison gives."""

    comparison_table: ParquetFile
    comparison_folds: ParquetFile
    comparison_baseline_scores: ParquetFile
    comparison_logistic_regression_scores: ParquetFile
    comparison_random_forest_scores: ParquetFile
    comparison_xgboost_scores: ParquetFile
    algorithm_ranking: CsvFile
    algorithm_picture: PngFile
    algorithm_winner: JsonFile
    algorithm_model: PklFile


@workflow
def model_comparison(
    comparison_rows: CsvFile | None = None,
    comparison_more_rows: CsvFile | None = None,
    registered: str = "e06",
    target: str = "Species",
    features: str = '["SepalLengthCm", "SepalWidthCm", "PetalLengthCm", "PetalWidthCm"]',
    key: str = "Id",
    folds: Number = 5,
    repeats: Number = 10,
    metric: str = "log_loss",
    confidence: float = 0.95,
    rule: str = "cheapest_equal",
    margin: float = 0.02,
    cost: str = "model_kb",
    seed: Number = 42,
    algorithms_baseline_title: str = "always the same shares",
    algorithms_baseline_kind: str = "baseline",
    algorithms_logistic_regression_title: str = "logistic regression",
    algorithms_logistic_regression_kind: str = "logistic_regression",
    algorithms_random_forest_title: str = "random forest",
    algorithms_random_forest_kind: str = "random_forest",
    algorithms_random_forest_settings_n_estimators: Number = 100,
    algorithms_random_forest_settings_min_samples_leaf: Number = 3,
    algorithms_xgboost_title: str = "XGBoost",
    algorithms_xgboost_kind: str = "xgboost",
    algorithms_xgboost_settings_n_estimators: Number = 100,
    algorithms_xgboost_settings_max_depth: Number = 3,
    algorithms_xgboost_settings_learning_rate: float = 0.1,
) -> ModelComparisonOutputs:
    """Pipeline 'model_comparison' of e06_flows.

    Args:
        comparison_rows: dataset 'comparison_rows'; None: data/01_raw/datasetC.csv
        comparison_more_rows: dataset 'comparison_more_rows'; None:
            data/01_raw/datasetD.csv
        registered: parameter 'model_comparison.registered'
        target: parameter 'model_comparison.target'
        features: parameter 'model_comparison.features', as JSON
        key: parameter 'model_comparison.key'
        folds: parameter 'model_comparison.folds'
        repeats: parameter 'model_comparison.repeats'
        metric: parameter 'model_comparison.metric'
        confidence: parameter 'model_comparison.confidence'
        rule: parameter 'model_comparison.rule'
        margin: parameter 'model_comparison.margin'
        cost: parameter 'model_comparison.cost'
        seed: parameter 'model_comparison.seed'
        algorithms_baseline_title: parameter
            'model_comparison.algorithms.baseline.title'
        algorithms_baseline_kind: parameter 'model_comparison.algorithms.baseline.kind'
        algorithms_logistic_regression_title: parameter
            'model_comparison.algorithms.logistic_regression.title'
        algorithms_logistic_regression_kind: parameter
            'model_comparison.algorithms.logistic_regression.kind'
        algorithms_random_forest_title: parameter
            'model_comparison.algorithms.random_forest.title'
        algorithms_random_forest_kind: parameter
            'model_comparison.algorithms.random_forest.kind'
        algorithms_random_forest_settings_n_estimators: parameter
            'model_comparison.algorithms.random_forest.settings.n_estimators'
        algorithms_random_forest_settings_min_samples_leaf: parameter
            'model_comparison.algorithms.random_forest.settings.min_samples_leaf'
        algorithms_xgboost_title: parameter 'model_comparison.algorithms.xgboost.title'
        algorithms_xgboost_kind: parameter 'model_comparison.algorithms.xgboost.kind'
        algorithms_xgboost_settings_n_estimators: parameter
            'model_comparison.algorithms.xgboost.settings.n_estimators'
        algorithms_xgboost_settings_max_depth: parameter
            'model_comparison.algorithms.xgboost.settings.max_depth'
        algorithms_xgboost_settings_learning_rate: parameter
            'model_comparison.algorithms.xgboost.settings.learning_rate'
    """
    parameters = {
        "registered": registered,
        "target": target,
        "features": features,
        "key": key,
        "folds": folds,
        "repeats": repeats,
        "metric": metric,
        "confidence": confidence,
        "rule": rule,
        "margin": margin,
        "cost": cost,
        "seed": seed,
        "algorithms_baseline_title": algorithms_baseline_title,
        "algorithms_baseline_kind": algorithms_baseline_kind,
        "algorithms_logistic_regression_title": algorithms_logistic_regression_title,
        "algorithms_logistic_regression_kind": algorithms_logistic_regression_kind,
        "algorithms_random_forest_title": algorithms_random_forest_title,
        "algorithms_random_forest_kind": algorithms_random_forest_kind,
        "algorithms_random_forest_settings_n_estimators": algorithms_random_forest_settings_n_estimators,
        "algorithms_random_forest_settings_min_samples_leaf": algorithms_random_forest_settings_min_samples_leaf,
        "algorithms_xgboost_title": algorithms_xgboost_title,
        "algorithms_xgboost_kind": algorithms_xgboost_kind,
        "algorithms_xgboost_settings_n_estimators": algorithms_xgboost_settings_n_estimators,
        "algorithms_xgboost_settings_max_depth": algorithms_xgboost_settings_max_depth,
        "algorithms_xgboost_settings_learning_rate": algorithms_xgboost_settings_learning_rate,
    }
    comparison_table, comparison_folds = make_folds(
        comparison_more_rows=comparison_more_rows,
        comparison_rows=comparison_rows,
        **parameters,
    )
    comparison_baseline_scores = cross_validate_baseline(
        comparison_folds=comparison_folds,
        comparison_table=comparison_table,
        **parameters,
    )
    comparison_logistic_regression_scores = cross_validate_logistic_regression(
        comparison_folds=comparison_folds,
        comparison_table=comparison_table,
        **parameters,
    )
    comparison_random_forest_scores = cross_validate_random_forest(
        comparison_folds=comparison_folds,
        comparison_table=comparison_table,
        **parameters,
    )
    comparison_xgboost_scores = cross_validate_xgboost(
        comparison_folds=comparison_folds,
        comparison_table=comparison_table,
        **parameters,
    )
    algorithm_ranking, algorithm_picture, algorithm_winner = compare_algorithms(
        comparison_baseline_scores=comparison_baseline_scores,
        comparison_logistic_regression_scores=comparison_logistic_regression_scores,
        comparison_random_forest_scores=comparison_random_forest_scores,
        comparison_xgboost_scores=comparison_xgboost_scores,
        **parameters,
    )
    algorithm_model = train_winner(
        algorithm_winner=algorithm_winner,
        comparison_table=comparison_table,
        **parameters,
    )
    return ModelComparisonOutputs(
        comparison_table=comparison_table,
        comparison_folds=comparison_folds,
        comparison_baseline_scores=comparison_baseline_scores,
        comparison_logistic_regression_scores=comparison_logistic_regression_scores,
        comparison_random_forest_scores=comparison_random_forest_scores,
        comparison_xgboost_scores=comparison_xgboost_scores,
        algorithm_ranking=algorithm_ranking,
        algorithm_picture=algorithm_picture,
        algorithm_winner=algorithm_winner,
        algorithm_model=algorithm_model,
    )
