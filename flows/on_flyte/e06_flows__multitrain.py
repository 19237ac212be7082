"""Kedro pipeline 'multitrain' as a Flyte workflow: 7 nodes in 7 tasks.

Written by `kedro flyte export`. Do not edit: change the pipeline or flyte.yml, and
export again. Which nodes run in which task, and why, says the plan beside it,
e06_flows__multitrain.plan.json.

Locally:  pyflyte run FILE multitrain
Remotely: pyflyte run --remote --copy all FILE multitrain
where FILE is the path of this module.
"""

from pathlib import Path
from typing import NamedTuple

from flytekit import Resources, task, workflow
from flytekit.types.file import FlyteFile
from kedro_flyte import PlanFile, run_task

PLAN = PlanFile(
    Path(__file__).with_name("e06_flows__multitrain.plan.json"),
    digest="596b0fcef35dfc9c",
)

# Hardware tiers: what a task may ask for
TIER_SMALL = Resources(cpu="1", mem="2Gi")
TIER_MEDIUM = Resources(cpu="2", mem="4Gi")
TIER_LARGE = Resources(cpu="4", mem="8Gi")

# Types of the files that pass between tasks, and of the parameters
CsvFile = FlyteFile["csv"]
JsonFile = FlyteFile["json"]
LogFile = FlyteFile["log"]
ParquetFile = FlyteFile["parquet"]
PklFile = FlyteFile["pkl"]
PngFile = FlyteFile["png"]
ZipFile = FlyteFile["zip"]
Number = int | float


class LoadAndSplitOutputs(NamedTuple):
    """What load_and_split gives."""

    multitrain_train: ParquetFile
    multitrain_folds: ParquetFile
    multitrain_holdout: ParquetFile
    multitrain_profile: JsonFile


@task(resources=TIER_SMALL, annotations={"kedro.org/nodes": "load_and_split"})
def load_and_split(
    multitrain_more_rows: CsvFile | None,
    multitrain_rows: CsvFile | None,
    registered: str,
    train_logistic_regression: bool,
    train_h2o_automl: bool,
    train_random_forest: bool,
    train_xgboost: bool,
    target: str,
    task_: str,
    features: str,
    key: str,
    time: str | None,
    group: str | None,
    max_rows: str | None,
    missing: str,
    copies: str,
    positive: str | None,
    class_weight: str,
    threshold: float,
    tune_threshold: str | None,
    test_size: float,
    cv_folds: Number,
    select_by: str | None,
    seed: Number,
    threads: str | None,
    search_rows: Number,
    max_search_secs: Number,
    n_estimators: Number,
    max_depth: Number,
    max_iter: Number,
    draws: Number,
    logistic_c: str,
    linear_alpha: str,
    forest_max_depth: str,
    forest_min_samples_leaf: str,
    forest_n_estimators: str,
    xgboost_max_depth: str,
    xgboost_learning_rate: str,
    xgboost_n_estimators: str,
    max_models: Number,
    max_runtime_secs: Number,
    h2o_max_mem_size: str,
) -> LoadAndSplitOutputs:
    """Node load_and_split.

    load_and_split(multitrain_rows, multitrain_more_rows, params:multitrain) ->
    multitrain_train, multitrain_folds, multitrain_holdout, multitrain_profile
    """
    return run_task(PLAN, "load_and_split", locals())


class TrainLogisticRegressionTaskOutputs(NamedTuple):
    """What train_logistic_regression_task gives."""

    multitrain_logistic_regression: PklFile
    multitrain_logistic_regression_result: JsonFile
    multitrain_logistic_regression_evaluation: PklFile
    multitrain_logistic_regression_report: PngFile


@task(
    resources=TIER_SMALL,
    annotations={"kedro.org/nodes": "train_logistic_regression"},
)
def train_logistic_regression_task(
    multitrain_folds: ParquetFile,
    multitrain_holdout: ParquetFile,
    multitrain_profile: JsonFile,
    multitrain_train: ParquetFile,
    registered: str,
    train_logistic_regression: bool,
    train_h2o_automl: bool,
    train_random_forest: bool,
    train_xgboost: bool,
    target: str,
    task_: str,
    features: str,
    key: str,
    time: str | None,
    group: str | None,
    max_rows: str | None,
    missing: str,
    copies: str,
    positive: str | None,
    class_weight: str,
    threshold: float,
    tune_threshold: str | None,
    test_size: float,
    cv_folds: Number,
    select_by: str | None,
    seed: Number,
    threads: str | None,
    search_rows: Number,
    max_search_secs: Number,
    n_estimators: Number,
    max_depth: Number,
    max_iter: Number,
    draws: Number,
    logistic_c: str,
    linear_alpha: str,
    forest_max_depth: str,
    forest_min_samples_leaf: str,
    forest_n_estimators: str,
    xgboost_max_depth: str,
    xgboost_learning_rate: str,
    xgboost_n_estimators: str,
    max_models: Number,
    max_runtime_secs: Number,
    h2o_max_mem_size: str,
) -> TrainLogisticRegressionTaskOutputs:
    """Node train_logistic_regression.

    train_logistic_regression(multitrain_train, multitrain_folds, multitrain_holdout,
    multitrain_profile, params:multitrain) -> multitrain_logistic_regression,
    multitrain_logistic_regression_result, multitrain_logistic_regression_evaluation,
    multitrain_logistic_regression_report
    """
    return run_task(PLAN, "train_logistic_regression_task", locals())


class TrainRandomForestTaskOutputs(NamedTuple):
    """What train_random_forest_task gives."""

    multitrain_random_forest: PklFile
    multitrain_random_forest_result: JsonFile
    multitrain_random_forest_evaluation: PklFile
    multitrain_random_forest_report: PngFile


@task(resources=TIER_MEDIUM, annotations={"kedro.org/nodes": "train_random_forest"})
def train_random_forest_task(
    multitrain_folds: ParquetFile,
    multitrain_holdout: ParquetFile,
    multitrain_profile: JsonFile,
    multitrain_train: ParquetFile,
    registered: str,
    train_logistic_regression: bool,
    train_h2o_automl: bool,
    train_random_forest: bool,
    train_xgboost: bool,
    target: str,
    task_: str,
    features: str,
    key: str,
    time: str | None,
    group: str | None,
    max_rows: str | None,
    missing: str,
    copies: str,
    positive: str | None,
    class_weight: str,
    threshold: float,
    tune_threshold: str | None,
    test_size: float,
    cv_folds: Number,
    select_by: str | None,
    seed: Number,
    threads: str | None,
    search_rows: Number,
    max_search_secs: Number,
    n_estimators: Number,
    max_depth: Number,
    max_iter: Number,
    draws: Number,
    logistic_c: str,
    linear_alpha: str,
    forest_max_depth: str,
    forest_min_samples_leaf: str,
    forest_n_estimators: str,
    xgboost_max_depth: str,
    xgboost_learning_rate: str,
    xgboost_n_estimators: str,
    max_models: Number,
    max_runtime_secs: Number,
    h2o_max_mem_size: str,
) -> TrainRandomForestTaskOutputs:
    """Node train_random_forest.

    train_random_forest(multitrain_train, multitrain_folds, multitrain_holdout,
    multitrain_profile, params:multitrain) -> multitrain_random_forest,
    multitrain_random_forest_result, multitrain_random_forest_evaluation,
    multitrain_random_forest_report
    """
    return run_task(PLAN, "train_random_forest_task", locals())


class TrainXgboostTaskOutputs(NamedTuple):
    """What train_xgboost_task gives."""

    multitrain_xgboost: PklFile
    multitrain_xgboost_result: JsonFile
    multitrain_xgboost_evaluation: PklFile
    multitrain_xgboost_report: PngFile


@task(resources=TIER_MEDIUM, annotations={"kedro.org/nodes": "train_xgboost"})
def train_xgboost_task(
    multitrain_folds: ParquetFile,
    multitrain_holdout: ParquetFile,
    multitrain_profile: JsonFile,
    multitrain_train: ParquetFile,
    registered: str,
    train_logistic_regression: bool,
    train_h2o_automl: bool,
    train_random_forest: bool,
    train_xgboost: bool,
    target: str,
    task_: str,
    features: str,
    key: str,
    time: str | None,
    group: str | None,
    max_rows: str | None,
    missing: str,
    copies: str,
    positive: str | None,
    class_weight: str,
    threshold: float,
    tune_threshold: str | None,
    test_size: float,
    cv_folds: Number,
    select_by: str | None,
    seed: Number,
    threads: str | None,
    search_rows: Number,
    max_search_secs: Number,
    n_estimators: Number,
    max_depth: Number,
    max_iter: Number,
    draws: Number,
    logistic_c: str,
    linear_alpha: str,
    forest_max_depth: str,
    forest_min_samples_leaf: str,
    forest_n_estimators: str,
    xgboost_max_depth: str,
    xgboost_learning_rate: str,
    xgboost_n_estimators: str,
    max_models: Number,
    max_runtime_secs: Number,
    h2o_max_mem_size: str,
) -> TrainXgboostTaskOutputs:
    """Node train_xgboost.

    train_xgboost(multitrain_train, multitrain_folds, multitrain_holdout,
    multitrain_profile, params:multitrain) -> multitrain_xgboost,
    multitrain_xgboost_result, multitrain_xgboost_evaluation, multitrain_xgboost_report
    """
    return run_task(PLAN, "train_xgboost_task", locals())


class TuneH2oAutomlOutputs(NamedTuple):
    """What tune_h2o_automl gives."""

    multitrain_h2o_automl: ZipFile
    multitrain_h2o_automl_result: JsonFile
    multitrain_h2o_automl_evaluation: PklFile
    multitrain_h2o_automl_report: PngFile
    multitrain_h2o_automl_log: LogFile


@task(resources=TIER_LARGE, annotations={"kedro.org/nodes": "tune_h2o_automl"})
def tune_h2o_automl(
    multitrain_folds: ParquetFile,
    multitrain_holdout: ParquetFile,
    multitrain_profile: JsonFile,
    multitrain_train: ParquetFile,
    registered: str,
    train_logistic_regression: bool,
    train_h2o_automl: bool,
    train_random_forest: bool,
    train_xgboost: bool,
    target: str,
    task_: str,
    features: str,
    key: str,
    time: str | None,
    group: str | None,
    max_rows: str | None,
    missing: str,
    copies: str,
    positive: str | None,
    class_weight: str,
    threshold: float,
    tune_threshold: str | None,
    test_size: float,
    cv_folds: Number,
    select_by: str | None,
    seed: Number,
    threads: str | None,
    search_rows: Number,
    max_search_secs: Number,
    n_estimators: Number,
    max_depth: Number,
    max_iter: Number,
    draws: Number,
    logistic_c: str,
    linear_alpha: str,
    forest_max_depth: str,
    forest_min_samples_leaf: str,
    forest_n_estimators: str,
    xgboost_max_depth: str,
    xgboost_learning_rate: str,
    xgboost_n_estimators: str,
    max_models: Number,
    max_runtime_secs: Number,
    h2o_max_mem_size: str,
) -> TuneH2oAutomlOutputs:
    """Node tune_h2o_automl.

    tune_h2o_automl(multitrain_train, multitrain_folds, multitrain_holdout,
    multitrain_profile, params:multitrain) -> multitrain_h2o_automl,
    multitrain_h2o_automl_result, multitrain_h2o_automl_evaluation,
    multitrain_h2o_automl_report, multitrain_h2o_automl_log
    """
    return run_task(PLAN, "tune_h2o_automl", locals())


class CompareModelsOutputs(NamedTuple):
    """What compare_models gives."""

    multitrain_comparison: CsvFile
    multitrain_comparison_picture: PngFile


@task(resources=TIER_SMALL, annotations={"kedro.org/nodes": "compare_models"})
def compare_models(
    multitrain_h2o_automl_result: JsonFile,
    multitrain_logistic_regression_result: JsonFile,
    multitrain_profile: JsonFile,
    multitrain_random_forest_result: JsonFile,
    multitrain_xgboost_result: JsonFile,
) -> CompareModelsOutputs:
    """Node compare_models.

    compare_models(multitrain_profile, multitrain_logistic_regression_result,
    multitrain_h2o_automl_result, multitrain_random_forest_result,
    multitrain_xgboost_result) -> multitrain_comparison, multitrain_comparison_picture
    """
    return run_task(PLAN, "compare_models", locals())


@task(resources=TIER_SMALL, annotations={"kedro.org/nodes": "track_models"})
def track_models(
    multitrain_comparison: CsvFile,
    multitrain_h2o_automl: ZipFile,
    multitrain_h2o_automl_evaluation: PklFile,
    multitrain_h2o_automl_result: JsonFile,
    multitrain_logistic_regression: PklFile,
    multitrain_logistic_regression_evaluation: PklFile,
    multitrain_logistic_regression_result: JsonFile,
    multitrain_profile: JsonFile,
    multitrain_random_forest: PklFile,
    multitrain_random_forest_evaluation: PklFile,
    multitrain_random_forest_result: JsonFile,
    multitrain_train: ParquetFile,
    multitrain_xgboost: PklFile,
    multitrain_xgboost_evaluation: PklFile,
    multitrain_xgboost_result: JsonFile,
    registered: str,
    train_logistic_regression: bool,
    train_h2o_automl: bool,
    train_random_forest: bool,
    train_xgboost: bool,
    target: str,
    task_: str,
    features: str,
    key: str,
    time: str | None,
    group: str | None,
    max_rows: str | None,
    missing: str,
    copies: str,
    positive: str | None,
    class_weight: str,
    threshold: float,
    tune_threshold: str | None,
    test_size: float,
    cv_folds: Number,
    select_by: str | None,
    seed: Number,
    threads: str | None,
    search_rows: Number,
    max_search_secs: Number,
    n_estimators: Number,
    max_depth: Number,
    max_iter: Number,
    draws: Number,
    logistic_c: str,
    linear_alpha: str,
    forest_max_depth: str,
    forest_min_samples_leaf: str,
    forest_n_estimators: str,
    xgboost_max_depth: str,
    xgboost_learning_rate: str,
    xgboost_n_estimators: str,
    max_models: Number,
    max_runtime_secs: Number,
    h2o_max_mem_size: str,
) -> JsonFile:
    """Node track_models.

    track_models(multitrain_comparison, multitrain_profile, multitrain_train,
    params:multitrain, multitrain_logistic_regression,
    multitrain_logistic_regression_result, multitrain_logistic_regression_evaluation,
    multitrain_h2o_automl, multitrain_h2o_automl_result,
    multitrain_h2o_automl_evaluation, multitrain_random_forest,
    multitrain_random_forest_result, multitrain_random_forest_evaluation,
    multitrain_xgboost, multitrain_xgboost_result, multitrain_xgboost_evaluation) ->
    multitrain_tracking
    """
    return run_task(PLAN, "track_models", locals())


class MultitrainOutputs(NamedTuple):
    """What multitrain gives."""

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
    features: str = '["SepalLengthCm", "SepalWidthCm", "PetalLengthCm", "PetalWidthCm"]',
    key: str = "Id",
    time: str | None = None,
    group: str | None = None,
    max_rows: str | None = None,
    missing: str = "keep",
    copies: str = "keep",
    positive: str | None = None,
    class_weight: str = "none",
    threshold: float = 0.5,
    tune_threshold: str | None = None,
    test_size: float = 0.3,
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
    logistic_c: str = "[0.01, 0.1, 1, 10]",
    linear_alpha: str = "[0.001, 0.01, 0.1, 1]",
    forest_max_depth: str = "[3, 4, 5, 6]",
    forest_min_samples_leaf: str = "[1, 2, 5]",
    forest_n_estimators: str = "[50, 100, 150]",
    xgboost_max_depth: str = "[3, 4, 5, 6]",
    xgboost_learning_rate: str = "[0.01, 0.05, 0.1]",
    xgboost_n_estimators: str = "[100, 150, 200]",
    max_models: Number = 10,
    max_runtime_secs: Number = 30,
    h2o_max_mem_size: str = "2G",
) -> MultitrainOutputs:
    """Pipeline 'multitrain' of e06_flows.

    Args:
        multitrain_rows: dataset 'multitrain_rows'; None: data/01_raw/datasetC.csv
        multitrain_more_rows: dataset 'multitrain_more_rows'; None:
            data/01_raw/datasetD.csv
        registered: parameter 'multitrain.registered'
        train_logistic_regression: parameter 'multitrain.train.logistic_regression'
        train_h2o_automl: parameter 'multitrain.train.h2o_automl'
        train_random_forest: parameter 'multitrain.train.random_forest'
        train_xgboost: parameter 'multitrain.train.xgboost'
        target: parameter 'multitrain.target'
        task_: parameter 'multitrain.task'
        features: parameter 'multitrain.features', as JSON
        key: parameter 'multitrain.key'
        time: parameter 'multitrain.time', as JSON
        group: parameter 'multitrain.group', as JSON
        max_rows: parameter 'multitrain.max_rows', as JSON
        missing: parameter 'multitrain.missing'
        copies: parameter 'multitrain.copies'
        positive: parameter 'multitrain.positive', as JSON
        class_weight: parameter 'multitrain.class_weight'
        threshold: parameter 'multitrain.threshold'
        tune_threshold: parameter 'multitrain.tune_threshold', as JSON
        test_size: parameter 'multitrain.test_size'
        cv_folds: parameter 'multitrain.cv_folds'
        select_by: parameter 'multitrain.select_by', as JSON
        seed: parameter 'multitrain.seed'
        threads: parameter 'multitrain.threads', as JSON
        search_rows: parameter 'multitrain.search_rows'
        max_search_secs: parameter 'multitrain.max_search_secs'
        n_estimators: parameter 'multitrain.n_estimators'
        max_depth: parameter 'multitrain.max_depth'
        max_iter: parameter 'multitrain.max_iter'
        draws: parameter 'multitrain.draws'
        logistic_c: parameter 'multitrain.logistic_c', as JSON
        linear_alpha: parameter 'multitrain.linear_alpha', as JSON
        forest_max_depth: parameter 'multitrain.forest_max_depth', as JSON
        forest_min_samples_leaf: parameter 'multitrain.forest_min_samples_leaf', as JSON
        forest_n_estimators: parameter 'multitrain.forest_n_estimators', as JSON
        xgboost_max_depth: parameter 'multitrain.xgboost_max_depth', as JSON
        xgboost_learning_rate: parameter 'multitrain.xgboost_learning_rate', as JSON
        xgboost_n_estimators: parameter 'multitrain.xgboost_n_estimators', as JSON
        max_models: parameter 'multitrain.max_models'
        max_runtime_secs: parameter 'multitrain.max_runtime_secs'
        h2o_max_mem_size: parameter 'multitrain.h2o_max_mem_size'
    """
    parameters = {
        "registered": registered,
        "train_logistic_regression": train_logistic_regression,
        "train_h2o_automl": train_h2o_automl,
        "train_random_forest": train_random_forest,
        "train_xgboost": train_xgboost,
        "target": target,
        "task_": task_,
        "features": features,
        "key": key,
        "time": time,
        "group": group,
        "max_rows": max_rows,
        "missing": missing,
        "copies": copies,
        "positive": positive,
        "class_weight": class_weight,
        "threshold": threshold,
        "tune_threshold": tune_threshold,
        "test_size": test_size,
        "cv_folds": cv_folds,
        "select_by": select_by,
        "seed": seed,
        "threads": threads,
        "search_rows": search_rows,
        "max_search_secs": max_search_secs,
        "n_estimators": n_estimators,
        "max_depth": max_depth,
        "max_iter": max_iter,
        "draws": draws,
        "logistic_c": logistic_c,
        "linear_alpha": linear_alpha,
        "forest_max_depth": forest_max_depth,
        "forest_min_samples_leaf": forest_min_samples_leaf,
        "forest_n_estimators": forest_n_estimators,
        "xgboost_max_depth": xgboost_max_depth,
        "xgboost_learning_rate": xgboost_learning_rate,
        "xgboost_n_estimators": xgboost_n_estimators,
        "max_models": max_models,
        "max_runtime_secs": max_runtime_secs,
        "h2o_max_mem_size": h2o_max_mem_size,
    }
    (
        multitrain_train,
        multitrain_folds,
        multitrain_holdout,
        multitrain_profile,
    ) = load_and_split(
        multitrain_more_rows=multitrain_more_rows,
        multitrain_rows=multitrain_rows,
        **parameters,
    )
    (
        multitrain_logistic_regression,
        multitrain_logistic_regression_result,
        multitrain_logistic_regression_evaluation,
        multitrain_logistic_regression_report,
    ) = train_logistic_regression_task(
        multitrain_folds=multitrain_folds,
        multitrain_holdout=multitrain_holdout,
        multitrain_profile=multitrain_profile,
        multitrain_train=multitrain_train,
        **parameters,
    )
    (
        multitrain_random_forest,
        multitrain_random_forest_result,
        multitrain_random_forest_evaluation,
        multitrain_random_forest_report,
    ) = train_random_forest_task(
        multitrain_folds=multitrain_folds,
        multitrain_holdout=multitrain_holdout,
        multitrain_profile=multitrain_profile,
        multitrain_train=multitrain_train,
        **parameters,
    )
    (
        multitrain_xgboost,
        multitrain_xgboost_result,
        multitrain_xgboost_evaluation,
        multitrain_xgboost_report,
    ) = train_xgboost_task(
        multitrain_folds=multitrain_folds,
        multitrain_holdout=multitrain_holdout,
        multitrain_profile=multitrain_profile,
        multitrain_train=multitrain_train,
        **parameters,
    )
    (
        multitrain_h2o_automl,
        multitrain_h2o_automl_result,
        multitrain_h2o_automl_evaluation,
        multitrain_h2o_automl_report,
        multitrain_h2o_automl_log,
    ) = tune_h2o_automl(
        multitrain_folds=multitrain_folds,
        multitrain_holdout=multitrain_holdout,
        multitrain_profile=multitrain_profile,
        multitrain_train=multitrain_train,
        **parameters,
    )
    multitrain_comparison, multitrain_comparison_picture = compare_models(
        multitrain_h2o_automl_result=multitrain_h2o_automl_result,
        multitrain_logistic_regression_result=multitrain_logistic_regression_result,
        multitrain_profile=multitrain_profile,
        multitrain_random_forest_result=multitrain_random_forest_result,
        multitrain_xgboost_result=multitrain_xgboost_result,
    )
    multitrain_tracking = track_models(
        multitrain_comparison=multitrain_comparison,
        multitrain_h2o_automl=multitrain_h2o_automl,
        multitrain_h2o_automl_evaluation=multitrain_h2o_automl_evaluation,
        multitrain_h2o_automl_result=multitrain_h2o_automl_result,
        multitrain_logistic_regression=multitrain_logistic_regression,
        multitrain_logistic_regression_evaluation=multitrain_logistic_regression_evaluation,
        multitrain_logistic_regression_result=multitrain_logistic_regression_result,
        multitrain_profile=multitrain_profile,
        multitrain_random_forest=multitrain_random_forest,
        multitrain_random_forest_evaluation=multitrain_random_forest_evaluation,
        multitrain_random_forest_result=multitrain_random_forest_result,
        multitrain_train=multitrain_train,
        multitrain_xgboost=multitrain_xgboost,
        multitrain_xgboost_evaluation=multitrain_xgboost_evaluation,
        multitrain_xgboost_result=multitrain_xgboost_result,
        **parameters,
    )
    return MultitrainOutputs(
        multitrain_train=multitrain_train,
        multitrain_folds=multitrain_folds,
        multitrain_holdout=multitrain_holdout,
        multitrain_profile=multitrain_profile,
        multitrain_logistic_regression=multitrain_logistic_regression,
        multitrain_logistic_regression_result=multitrain_logistic_regression_result,
        multitrain_logistic_regression_evaluation=multitrain_logistic_regression_evaluation,
        multitrain_logistic_regression_report=multitrain_logistic_regression_report,
        multitrain_random_forest=multitrain_random_forest,
        multitrain_random_forest_result=multitrain_random_forest_result,
        multitrain_random_forest_evaluation=multitrain_random_forest_evaluation,
        multitrain_random_forest_report=multitrain_random_forest_report,
        multitrain_xgboost=multitrain_xgboost,
        multitrain_xgboost_result=multitrain_xgboost_result,
        multitrain_xgboost_evaluation=multitrain_xgboost_evaluation,
        multitrain_xgboost_report=multitrain_xgboost_report,
        multitrain_h2o_automl=multitrain_h2o_automl,
        multitrain_h2o_automl_result=multitrain_h2o_automl_result,
        multitrain_h2o_automl_evaluation=multitrain_h2o_automl_evaluation,
        multitrain_h2o_automl_report=multitrain_h2o_automl_report,
        multitrain_h2o_automl_log=multitrain_h2o_automl_log,
        multitrain_comparison=multitrain_comparison,
        multitrain_comparison_picture=multitrain_comparison_picture,
        multitrain_tracking=multitrain_tracking,
    )
