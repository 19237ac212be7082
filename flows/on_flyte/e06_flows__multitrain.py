"""Kedro pipeline 'multitrain' as a Flyte workflow: 7 nodes in 7 tasks.

Written by `kedro flyte export`. Do not edit: change the pipeline or flyte.yml, and
export again. Which nodes run in which task, and why, says the plan beside it,
e06_flows__multitrain.plan.json.

Locally:  pyflyte run FILE multitrain
Remotely: pyflyte run --remote --copy all FILE multitrain
"""

# ruff: noqa: B006 - nothing changes a list that is an input's default

from typing import NamedTuple

from flytekit import Resources, task, workflow
from flytekit.types.file import FlyteFile
from kedro_flyte import Number, Parameters, PlanFile, Real, run_task

PLAN = PlanFile.beside(__file__, digest="1b9db69080ce4448")

# Hardware tiers: what a task may ask for
TIER_SMALL = Resources(cpu="1", mem="2Gi")
TIER_MEDIUM = Resources(cpu="2", mem="4Gi")
TIER_LARGE = Resources(cpu="4", mem="8Gi")

# Types of the files that pass between tasks
# mypy: disable-error-code="valid-type"
CsvFile = FlyteFile["csv"]
JsonFile = FlyteFile["json"]
LogFile = FlyteFile["log"]
ParquetFile = FlyteFile["parquet"]
PklFile = FlyteFile["pkl"]
PngFile = FlyteFile["png"]
ZipFile = FlyteFile["zip"]


class LoadAndSplitOutputs(NamedTuple):
    multitrain_train: ParquetFile
    multitrain_folds: ParquetFile
    multitrain_holdout: ParquetFile
    multitrain_profile: JsonFile


@task(resources=TIER_SMALL)
def load_and_split(
    multitrain_rows: CsvFile | None,
    multitrain_more_rows: CsvFile | None,
    parameters: Parameters,
) -> LoadAndSplitOutputs:
    """Stack the two tables, check them, find out what is predicted, and split the rows."""
    return run_task(PLAN, "load_and_split", locals())


class TrainLogisticRegressionTaskOutputs(NamedTuple):
    multitrain_logistic_regression: PklFile
    multitrain_logistic_regression_result: JsonFile
    multitrain_logistic_regression_evaluation: PklFile
    multitrain_logistic_regression_report: PngFile


@task(resources=TIER_SMALL)
def train_logistic_regression_task(
    multitrain_train: ParquetFile,
    multitrain_folds: ParquetFile,
    multitrain_holdout: ParquetFile,
    multitrain_profile: JsonFile,
    parameters: Parameters,
) -> TrainLogisticRegressionTaskOutputs:
    """Return the best logistic regression, its result, what it does on the hold-out,
    pictures.
    """
    return run_task(PLAN, "train_logistic_regression_task", locals())


class TrainRandomForestTaskOutputs(NamedTuple):
    multitrain_random_forest: PklFile
    multitrain_random_forest_result: JsonFile
    multitrain_random_forest_evaluation: PklFile
    multitrain_random_forest_report: PngFile


@task(resources=TIER_MEDIUM)
def train_random_forest_task(
    multitrain_train: ParquetFile,
    multitrain_folds: ParquetFile,
    multitrain_holdout: ParquetFile,
    multitrain_profile: JsonFile,
    parameters: Parameters,
) -> TrainRandomForestTaskOutputs:
    """Return the best random forest, its result, what it does on the hold-out,
    pictures.
    """
    return run_task(PLAN, "train_random_forest_task", locals())


class TrainXgboostTaskOutputs(NamedTuple):
    multitrain_xgboost: PklFile
    multitrain_xgboost_result: JsonFile
    multitrain_xgboost_evaluation: PklFile
    multitrain_xgboost_report: PngFile


@task(resources=TIER_MEDIUM)
def train_xgboost_task(
    multitrain_train: ParquetFile,
    multitrain_folds: ParquetFile,
    multitrain_holdout: ParquetFile,
    multitrain_profile: JsonFile,
    parameters: Parameters,
) -> TrainXgboostTaskOutputs:
    """Return the best XGBoost model, its result, what it does on the hold-out,
    pictures.
    """
    return run_task(PLAN, "train_xgboost_task", locals())


class TuneH2oAutomlOutputs(NamedTuple):
    multitrain_h2o_automl: ZipFile
    multitrain_h2o_automl_result: JsonFile
    multitrain_h2o_automl_evaluation: PklFile
    multitrain_h2o_automl_report: PngFile
    multitrain_h2o_automl_log: LogFile


@task(resources=TIER_LARGE)
def tune_h2o_automl(
    multitrain_train: ParquetFile,
    multitrain_folds: ParquetFile,
    multitrain_holdout: ParquetFile,
    multitrain_profile: JsonFile,
    parameters: Parameters,
) -> TuneH2oAutomlOutputs:
    """Return the leader of H2O's AutoML, and the like; and what H2O has printed."""
    return run_task(PLAN, "tune_h2o_automl", locals())


class CompareModelsOutputs(NamedTuple):
    multitrain_comparison: CsvFile
    multitrain_comparison_picture: PngFile


@task(resources=TIER_SMALL)
def compare_models(
    multitrain_profile: JsonFile,
    multitrain_logistic_regression_result: JsonFile,
    multitrain_h2o_automl_result: JsonFile,
    multitrain_random_forest_result: JsonFile,
    multitrain_xgboost_result: JsonFile,
) -> CompareModelsOutputs:
    """Rank the models by their metrics on the hold-out. No registry is asked."""
    return run_task(PLAN, "compare_models", locals())


@task(resources=TIER_SMALL)
def track_models(
    multitrain_comparison: CsvFile,
    multitrain_profile: JsonFile,
    multitrain_train: ParquetFile,
    multitrain_logistic_regression: PklFile,
    multitrain_logistic_regression_result: JsonFile,
    multitrain_logistic_regression_evaluation: PklFile,
    multitrain_h2o_automl: ZipFile,
    multitrain_h2o_automl_result: JsonFile,
    multitrain_h2o_automl_evaluation: PklFile,
    multitrain_random_forest: PklFile,
    multitrain_random_forest_result: JsonFile,
    multitrain_random_forest_evaluation: PklFile,
    multitrain_xgboost: PklFile,
    multitrain_xgboost_result: JsonFile,
    multitrain_xgboost_evaluation: PklFile,
    parameters: Parameters,
) -> JsonFile:
    """Write everything to MLflow and register the models, if the run is tracked."""
    return run_task(PLAN, "track_models", locals())


class MultitrainOutputs(NamedTuple):
    multitrain_train: ParquetFile
    multitrain_folds: ParquetFile
    multitrain_holdout: ParquetFile
    multitrain_profile: JsonFile
    multitrain_logistic_regression: PklFile
    multitrain_logistic_regression_result: JsonFile
    multitrain_logistic_regression_evaluation: PklFile
    multitrain_logistic_regression_report: PngFile
    multitrain_random_forest: PklFile
    multitrain_random_forest_result: JsonFile
    multitrain_random_forest_evaluation: PklFile
    multitrain_random_forest_report: PngFile
    multitrain_xgboost: PklFile
    multitrain_xgboost_result: JsonFile
    multitrain_xgboost_evaluation: PklFile
    multitrain_xgboost_report: PngFile
    multitrain_h2o_automl: ZipFile
    multitrain_h2o_automl_result: JsonFile
    multitrain_h2o_automl_evaluation: PklFile
    multitrain_h2o_automl_report: PngFile
    multitrain_h2o_automl_log: LogFile
    multitrain_comparison: CsvFile
    multitrain_comparison_picture: PngFile
    multitrain_tracking: JsonFile


@workflow
def multitrain(
    multitrain_rows: CsvFile | None = None,
    multitrain_more_rows: CsvFile | None = None,
    registered: str = "e06",
    train_logistic_regression: bool = True,
    train_h2o_automl: bool = True,
    train_random_forest: bool = True,
    train_xgboost: bool = True,
    target: str = "Species",
    task_: str = "auto",
    features: list[str] = [
        "SepalLengthCm",
        "SepalWidthCm",
        "PetalLengthCm",
        "PetalWidthCm",
    ],
    key: str = "Id",
    time: str | None = None,
    group: str | None = None,
    max_rows: str | None = None,
    missing: str = "keep",
    copies: str = "keep",
    positive: str | None = None,
    class_weight: str = "none",
    threshold: Real = 0.5,
    tune_threshold: str | None = None,
    test_size: Real = 0.3,
    cv_folds: Number = 5,
    select_by: str | None = None,
    seed: Number = 42,
    threads: str | None = None,
    search_rows: Number = 20000,
    max_search_secs: Number = 300,
    n_estimators: Number = 100,
    max_depth: Number = 5,
    max_iter: Number = 1000,
    draws: Number = 10,
    logistic_c: list[Number] = [0.01, 0.1, 1, 10],
    linear_alpha: list[Number] = [0.001, 0.01, 0.1, 1],
    forest_max_depth: list[Number] = [3, 4, 5, 6],
    forest_min_samples_leaf: list[Number] = [1, 2, 5],
    forest_n_estimators: list[Number] = [50, 100, 150],
    xgboost_max_depth: list[Number] = [3, 4, 5, 6],
    xgboost_learning_rate: list[Number] = [0.01, 0.05, 0.1],
    xgboost_n_estimators: list[Number] = [100, 150, 200],
    max_models: Number = 10,
    max_runtime_secs: Number = 30,
    h2o_max_mem_size: str = "2G",
) -> MultitrainOutputs:
    """Train four models on C and D side by side, compare, track and register them.

    Args:
        multitrain_rows: dataset 'multitrain_rows'; None: data/01_raw/datasetC.csv
        multitrain_more_rows: dataset 'multitrain_more_rows'; None:
            data/01_raw/datasetD.csv
        task_: parameter 'multitrain.task'
        time: parameter 'multitrain.time', as JSON
        group: parameter 'multitrain.group', as JSON
        max_rows: parameter 'multitrain.max_rows', as JSON
        positive: parameter 'multitrain.positive', as JSON
        tune_threshold: parameter 'multitrain.tune_threshold', as JSON
        select_by: parameter 'multitrain.select_by', as JSON
        threads: parameter 'multitrain.threads', as JSON
    """
    parameters = PLAN.values("params:multitrain", locals())
    load_and_split_outputs = load_and_split(
        multitrain_rows,
        multitrain_more_rows,
        parameters,
    )
    train_logistic_regression_outputs = train_logistic_regression_task(
        *load_and_split_outputs,
        parameters,
    )
    train_random_forest_outputs = train_random_forest_task(
        *load_and_split_outputs,
        parameters,
    )
    train_xgboost_outputs = train_xgboost_task(*load_and_split_outputs, parameters)
    tune_h2o_automl_outputs = tune_h2o_automl(*load_and_split_outputs, parameters)
    multitrain_comparison, multitrain_comparison_picture = compare_models(
        load_and_split_outputs.multitrain_profile,
        train_logistic_regression_outputs.multitrain_logistic_regression_result,
        tune_h2o_automl_outputs.multitrain_h2o_automl_result,
        train_random_forest_outputs.multitrain_random_forest_result,
        train_xgboost_outputs.multitrain_xgboost_result,
    )
    multitrain_tracking = track_models(
        multitrain_comparison,
        load_and_split_outputs.multitrain_profile,
        load_and_split_outputs.multitrain_train,
        train_logistic_regression_outputs.multitrain_logistic_regression,
        train_logistic_regression_outputs.multitrain_logistic_regression_result,
        train_logistic_regression_outputs.multitrain_logistic_regression_evaluation,
        tune_h2o_automl_outputs.multitrain_h2o_automl,
        tune_h2o_automl_outputs.multitrain_h2o_automl_result,
        tune_h2o_automl_outputs.multitrain_h2o_automl_evaluation,
        train_random_forest_outputs.multitrain_random_forest,
        train_random_forest_outputs.multitrain_random_forest_result,
        train_random_forest_outputs.multitrain_random_forest_evaluation,
        train_xgboost_outputs.multitrain_xgboost,
        train_xgboost_outputs.multitrain_xgboost_result,
        train_xgboost_outputs.multitrain_xgboost_evaluation,
        parameters,
    )
    return MultitrainOutputs(
        load_and_split_outputs.multitrain_train,
        load_and_split_outputs.multitrain_folds,
        load_and_split_outputs.multitrain_holdout,
        load_and_split_outputs.multitrain_profile,
        train_logistic_regression_outputs.multitrain_logistic_regression,
        train_logistic_regression_outputs.multitrain_logistic_regression_result,
        train_logistic_regression_outputs.multitrain_logistic_regression_evaluation,
        train_logistic_regression_outputs.multitrain_logistic_regression_report,
        train_random_forest_outputs.multitrain_random_forest,
        train_random_forest_outputs.multitrain_random_forest_result,
        train_random_forest_outputs.multitrain_random_forest_evaluation,
        train_random_forest_outputs.multitrain_random_forest_report,
        train_xgboost_outputs.multitrain_xgboost,
        train_xgboost_outputs.multitrain_xgboost_result,
        train_xgboost_outputs.multitrain_xgboost_evaluation,
        train_xgboost_outputs.multitrain_xgboost_report,
        tune_h2o_automl_outputs.multitrain_h2o_automl,
        tune_h2o_automl_outputs.multitrain_h2o_automl_result,
        tune_h2o_automl_outputs.multitrain_h2o_automl_evaluation,
        tune_h2o_automl_outputs.multitrain_h2o_automl_report,
        tune_h2o_automl_outputs.multitrain_h2o_automl_log,
        multitrain_comparison,
        multitrain_comparison_picture,
        multitrain_tracking,
    )
