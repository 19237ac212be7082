"""Kedro pipeline 'model_comparison' as a Domino flow: 7 nodes in 7 jobs.

Written by `kedro flyte export --target domino`. Do not edit: change the pipeline or
flyte.yml, and export again. Which nodes run in which job says the plan beside it,
e06_flows__model_comparison.plan.json.

In a workspace, from the project's root: pyflyte run --remote FILE model_comparison
where FILE is the path of this module.
"""

from typing import NamedTuple

from flytekit import workflow
from flytekit.types.file import FlyteFile
from flytekitplugins.domino.artifact import DATA, MODEL, REPORT, Artifact
from flytekitplugins.domino.helpers import Input, Output, run_domino_job_task

# What a job runs; {} stands for its id in the plan
PLAN = "flows/on_domino/e06_flows__model_comparison.plan.json"
TASK = f"{PLAN} {{}} --plan-digest 799786f0a10ee5df"
COMMAND = f"bash -c 'PYTHONPATH=src python -m kedro_flyte.targets.domino.job {TASK}'"

# What all jobs share
JOB = {"use_project_defaults_for_omitted": True}

# Hardware tiers, by their names in Domino
TIER_SMALL = "Small"
TIER_MEDIUM = "Medium"

# Results, as artifacts of the execution
FILES = Artifact("e06_flows__model_comparison data", DATA)
MODELS = Artifact("e06_flows__model_comparison models", MODEL)
REPORTS = Artifact("e06_flows__model_comparison reports", REPORT)

# Types of the files that pass between jobs
CsvFile = FlyteFile["csv"]
JsonFile = FlyteFile["json"]
ParquetFile = FlyteFile["parquet"]
PklFile = FlyteFile["pkl"]
PngFile = FlyteFile["png"]


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
    comparison_rows: str = "data/01_raw/datasetC.csv",
    comparison_more_rows: str = "data/01_raw/datasetD.csv",
    registered: str = "e06",
    target: str = "Species",
    features: str = '["SepalLengthCm", "SepalWidthCm", "PetalLengthCm", "PetalWidthCm"]',
    key: str = "Id",
    folds: int = 5,
    repeats: int = 10,
    metric: str = "log_loss",
    confidence: float = 0.95,
    rule: str = "cheapest_equal",
    margin: float = 0.02,
    cost: str = "model_kb",
    seed: int = 42,
    algorithms_baseline_title: str = "always the same shares",
    algorithms_baseline_kind: str = "baseline",
    algorithms_logistic_regression_title: str = "logistic regression",
    algorithms_logistic_regression_kind: str = "logistic_regression",
    algorithms_random_forest_title: str = "random forest",
    algorithms_random_forest_kind: str = "random_forest",
    algorithms_random_forest_settings_n_estimators: int = 100,
    algorithms_random_forest_settings_min_samples_leaf: int = 3,
    algorithms_xgboost_title: str = "XGBoost",
    algorithms_xgboost_kind: str = "xgboost",
    algorithms_xgboost_settings_n_estimators: int = 100,
    algorithms_xgboost_settings_max_depth: int = 3,
    algorithms_xgboost_settings_learning_rate: float = 0.1,
) -> ModelComparisonOutputs:
    """Rank all algorithms on the same folds, by quality and cost; one wins by a rule.

    Args:
        comparison_rows: path or URI of dataset 'comparison_rows'
        comparison_more_rows: path or URI of dataset 'comparison_more_rows'
        features: parameter 'model_comparison.features', as JSON
    """
    parameters = [
        Input(name="registered", type=str, value=registered),
        Input(name="target", type=str, value=target),
        Input(name="features", type=str, value=features),
        Input(name="key", type=str, value=key),
        Input(name="folds", type=int, value=folds),
        Input(name="repeats", type=int, value=repeats),
        Input(name="metric", type=str, value=metric),
        Input(name="confidence", type=float, value=confidence),
        Input(name="rule", type=str, value=rule),
        Input(name="margin", type=float, value=margin),
        Input(name="cost", type=str, value=cost),
        Input(name="seed", type=int, value=seed),
        Input(
            name="algorithms_baseline_title",
            type=str,
            value=algorithms_baseline_title,
        ),
        Input(
            name="algorithms_baseline_kind",
            type=str,
            value=algorithms_baseline_kind,
        ),
        Input(
            name="algorithms_logistic_regression_title",
            type=str,
            value=algorithms_logistic_regression_title,
        ),
        Input(
            name="algorithms_logistic_regression_kind",
            type=str,
            value=algorithms_logistic_regression_kind,
        ),
        Input(
            name="algorithms_random_forest_title",
            type=str,
            value=algorithms_random_forest_title,
        ),
        Input(
            name="algorithms_random_forest_kind",
            type=str,
            value=algorithms_random_forest_kind,
        ),
        Input(
            name="algorithms_random_forest_settings_n_estimators",
            type=int,
            value=algorithms_random_forest_settings_n_estimators,
        ),
        Input(
            name="algorithms_random_forest_settings_min_samples_leaf",
            type=int,
            value=algorithms_random_forest_settings_min_samples_leaf,
        ),
        Input(
            name="algorithms_xgboost_title",
            type=str,
            value=algorithms_xgboost_title,
        ),
        Input(name="algorithms_xgboost_kind", type=str, value=algorithms_xgboost_kind),
        Input(
            name="algorithms_xgboost_settings_n_estimators",
            type=int,
            value=algorithms_xgboost_settings_n_estimators,
        ),
        Input(
            name="algorithms_xgboost_settings_max_depth",
            type=int,
            value=algorithms_xgboost_settings_max_depth,
        ),
        Input(
            name="algorithms_xgboost_settings_learning_rate",
            type=float,
            value=algorithms_xgboost_settings_learning_rate,
        ),
    ]
    make_folds = run_domino_job_task(
        flyte_task_name="e06_flows__model_comparison.make_folds",
        command=COMMAND.format("make_folds"),
        hardware_tier_name=TIER_SMALL,
        inputs=[
            Input(name="comparison_more_rows", type=str, value=comparison_more_rows),
            Input(name="comparison_rows", type=str, value=comparison_rows),
            *parameters,
        ],
        output_specs=[
            Output(
                name="comparison_table",
                type=FILES.File(name="comparison_table.parquet"),
            ),
            Output(
                name="comparison_folds",
                type=FILES.File(name="comparison_folds.parquet"),
            ),
        ],
        **JOB,
    )
    data = [
        Input(
            name="comparison_folds",
            type=ParquetFile,
            value=make_folds.comparison_folds,
        ),
        Input(
            name="comparison_table",
            type=ParquetFile,
            value=make_folds.comparison_table,
        ),
    ]
    comparison_baseline_scores = run_domino_job_task(
        flyte_task_name="e06_flows__model_comparison.cross_validate_baseline",
        command=COMMAND.format("cross_validate_baseline"),
        hardware_tier_name=TIER_MEDIUM,
        inputs=[*data, *parameters],
        output_specs=[
            Output(
                name="comparison_baseline_scores",
                type=FILES.File(name="comparison_baseline_scores.parquet"),
            ),
        ],
        **JOB,
    )
    comparison_logistic_regression_scores = run_domino_job_task(
        flyte_task_name="e06_flows__model_comparison.cross_validate_logistic_regression",
        command=COMMAND.format("cross_validate_logistic_regression"),
        hardware_tier_name=TIER_MEDIUM,
        inputs=[*data, *parameters],
        output_specs=[
            Output(
                name="comparison_logistic_regression_scores",
                type=FILES.File(name="comparison_logistic_regression_scores.parquet"),
            ),
        ],
        **JOB,
    )
    comparison_random_forest_scores = run_domino_job_task(
        flyte_task_name="e06_flows__model_comparison.cross_validate_random_forest",
        command=COMMAND.format("cross_validate_random_forest"),
        hardware_tier_name=TIER_MEDIUM,
        inputs=[*data, *parameters],
        output_specs=[
            Output(
                name="comparison_random_forest_scores",
                type=FILES.File(name="comparison_random_forest_scores.parquet"),
            ),
        ],
        **JOB,
    )
    comparison_xgboost_scores = run_domino_job_task(
        flyte_task_name="e06_flows__model_comparison.cross_validate_xgboost",
        command=COMMAND.format("cross_validate_xgboost"),
        hardware_tier_name=TIER_MEDIUM,
        inputs=[*data, *parameters],
        output_specs=[
            Output(
                name="comparison_xgboost_scores",
                type=FILES.File(name="comparison_xgboost_scores.parquet"),
            ),
        ],
        **JOB,
    )
    compare_algorithms = run_domino_job_task(
        flyte_task_name="e06_flows__model_comparison.compare_algorithms",
        command=COMMAND.format("compare_algorithms"),
        hardware_tier_name=TIER_SMALL,
        inputs=[
            Input(
                name="comparison_baseline_scores",
                type=ParquetFile,
                value=comparison_baseline_scores,
            ),
            Input(
                name="comparison_logistic_regression_scores",
                type=ParquetFile,
                value=comparison_logistic_regression_scores,
            ),
            Input(
                name="comparison_random_forest_scores",
                type=ParquetFile,
                value=comparison_random_forest_scores,
            ),
            Input(
                name="comparison_xgboost_scores",
                type=ParquetFile,
                value=comparison_xgboost_scores,
            ),
            *parameters,
        ],
        output_specs=[
            Output(
                name="algorithm_ranking",
                type=REPORTS.File(name="algorithm_ranking.csv"),
            ),
            Output(
                name="algorithm_picture",
                type=REPORTS.File(name="algorithm_picture.png"),
            ),
            Output(
                name="algorithm_winner",
                type=REPORTS.File(name="algorithm_winner.json"),
            ),
        ],
        **JOB,
    )
    algorithm_model = run_domino_job_task(
        flyte_task_name="e06_flows__model_comparison.train_winner",
        command=COMMAND.format("train_winner"),
        hardware_tier_name=TIER_MEDIUM,
        inputs=[
            Input(
                name="algorithm_winner",
                type=JsonFile,
                value=compare_algorithms.algorithm_winner,
            ),
            Input(
                name="comparison_table",
                type=ParquetFile,
                value=make_folds.comparison_table,
            ),
            *parameters,
        ],
        output_specs=[
            Output(
                name="algorithm_model",
                type=MODELS.File(name="algorithm_model.pkl"),
            ),
        ],
        **JOB,
    )
    return ModelComparisonOutputs(
        comparison_table=make_folds.comparison_table,
        comparison_folds=make_folds.comparison_folds,
        comparison_baseline_scores=comparison_baseline_scores,
        comparison_logistic_regression_scores=comparison_logistic_regression_scores,
        comparison_random_forest_scores=comparison_random_forest_scores,
        comparison_xgboost_scores=comparison_xgboost_scores,
        algorithm_ranking=compare_algorithms.algorithm_ranking,
        algorithm_picture=compare_algorithms.algorithm_picture,
        algorithm_winner=compare_algorithms.algorithm_winner,
        algorithm_model=algorithm_model,
    )
