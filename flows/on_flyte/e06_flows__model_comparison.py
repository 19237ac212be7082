"""Kedro pipeline 'model_comparison' as a Flyte workflow: 7 nodes in 7 tasks.

Written by `kedro flyte export`. Do not edit: change the pipeline or flyte.yml, and
export again. Which nodes run in which task, and why, says the plan beside it,
e06_flows__model_comparison.plan.json.

Locally:  pyflyte run FILE model_comparison
Remotely: pyflyte run --remote --copy all FILE model_comparison
"""

# ruff: noqa: B006 - nothing changes a list that is an input's default

from typing import NamedTuple

from flytekit import Resources, task, workflow
from flytekit.types.file import FlyteFile
from kedro_flyte import Number, Parameters, PlanFile, Real, run_task

PLAN = PlanFile.beside(__file__, digest="a1b119a0b8e1e74a")

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


class MakeFoldsOutputs(NamedTuple):
    comparison_table: ParquetFile
    comparison_folds: ParquetFile


@task(resources=TIER_SMALL)
def make_folds(
    comparison_rows: CsvFile | None,
    comparison_more_rows: CsvFile | None,
    parameters: Parameters,
) -> MakeFoldsOutputs:
    """Return the checked table, and the fold of each row in each repeat."""
    return run_task(PLAN, "make_folds", locals())


@task(resources=TIER_MEDIUM)
def cross_validate_baseline(
    comparison_table: ParquetFile,
    comparison_folds: ParquetFile,
    parameters: Parameters,
) -> ParquetFile:
    """Train and test an algorithm on every fold of every repeat."""
    return run_task(PLAN, "cross_validate_baseline", locals())


@task(resources=TIER_MEDIUM)
def cross_validate_logistic_regression(
    comparison_table: ParquetFile,
    comparison_folds: ParquetFile,
    parameters: Parameters,
) -> ParquetFile:
    """Train and test an algorithm on every fold of every repeat."""
    return run_task(PLAN, "cross_validate_logistic_regression", locals())


@task(resources=TIER_MEDIUM)
def cross_validate_random_forest(
    comparison_table: ParquetFile,
    comparison_folds: ParquetFile,
    parameters: Parameters,
) -> ParquetFile:
    """Train and test an algorithm on every fold of every repeat."""
    return run_task(PLAN, "cross_validate_random_forest", locals())


@task(resources=TIER_MEDIUM)
def cross_validate_xgboost(
    comparison_table: ParquetFile,
    comparison_folds: ParquetFile,
    parameters: Parameters,
) -> ParquetFile:
    """Train and test an algorithm on every fold of every repeat."""
    return run_task(PLAN, "cross_validate_xgboost", locals())


class CompareAlgorithmsOutputs(NamedTuple):
    algorithm_ranking: CsvFile
    algorithm_picture: PngFile
    algorithm_winner: JsonFile


@task(resources=TIER_SMALL)
def compare_algorithms(
    comparison_baseline_scores: ParquetFile,
    comparison_logistic_regression_scores: ParquetFile,
    comparison_random_forest_scores: ParquetFile,
    comparison_xgboost_scores: ParquetFile,
    parameters: Parameters,
) -> CompareAlgorithmsOutputs:
    """Rank the algorithms, draw the ranking, choose the winner by the rule."""
    return run_task(PLAN, "compare_algorithms", locals())


@task(resources=TIER_MEDIUM)
def train_winner(
    algorithm_winner: JsonFile,
    comparison_table: ParquetFile,
    parameters: Parameters,
) -> PklFile:
    """Return the winner, trained on all rows; MLflow's registry has it with the alias
    `winner`.
    """
    return run_task(PLAN, "train_winner", locals())


class ModelComparisonOutputs(NamedTuple):
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
    features: list[str] = [
        "SepalLengthCm",
        "SepalWidthCm",
        "PetalLengthCm",
        "PetalWidthCm",
    ],
    key: str = "Id",
    folds: Number = 5,
    repeats: Number = 10,
    metric: str = "log_loss",
    confidence: Real = 0.95,
    rule: str = "cheapest_equal",
    margin: Real = 0.02,
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
    algorithms_xgboost_settings_learning_rate: Real = 0.1,
) -> ModelComparisonOutputs:
    """Rank all algorithms on the same folds, by quality and cost; one wins by a rule.

    Args:
        comparison_rows: dataset 'comparison_rows'; None: data/01_raw/datasetC.csv
        comparison_more_rows: dataset 'comparison_more_rows'; None:
            data/01_raw/datasetD.csv
    """
    parameters = PLAN.values("params:model_comparison", locals())
    comparison_table, comparison_folds = make_folds(
        comparison_rows,
        comparison_more_rows,
        parameters,
    )
    comparison_baseline_scores = cross_validate_baseline(
        comparison_table,
        comparison_folds,
        parameters,
    )
    comparison_logistic_regression_scores = cross_validate_logistic_regression(
        comparison_table,
        comparison_folds,
        parameters,
    )
    comparison_random_forest_scores = cross_validate_random_forest(
        comparison_table,
        comparison_folds,
        parameters,
    )
    comparison_xgboost_scores = cross_validate_xgboost(
        comparison_table,
        comparison_folds,
        parameters,
    )
    algorithm_ranking, algorithm_picture, algorithm_winner = compare_algorithms(
        comparison_baseline_scores,
        comparison_logistic_regression_scores,
        comparison_random_forest_scores,
        comparison_xgboost_scores,
        parameters,
    )
    algorithm_model = train_winner(algorithm_winner, comparison_table, parameters)
    return ModelComparisonOutputs(
        comparison_table,
        comparison_folds,
        comparison_baseline_scores,
        comparison_logistic_regression_scores,
        comparison_random_forest_scores,
        comparison_xgboost_scores,
        algorithm_ranking,
        algorithm_picture,
        algorithm_winner,
        algorithm_model,
    )
