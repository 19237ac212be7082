"""Kedro pipeline 'multitrain' of environment 'credit' as a Domino flow: 7 nodes in 7 jobs.

Written by `kedro flyte export --target domino`. Do not edit: change the pipeline or
flyte.yml, and export again. Which nodes run in which job says the plan beside it,
e06_flows__multitrain__credit.plan.json.

In a workspace, from the project's root: pyflyte run --remote FILE multitrain
where FILE is the path of this module.
"""

from typing import NamedTuple

from flytekit import workflow
from flytekit.types.file import FlyteFile
from flytekitplugins.domino.artifact import DATA, MODEL, REPORT, Artifact
from flytekitplugins.domino.helpers import Input, Output, run_domino_job_task
from flytekitplugins.domino.task import DatasetSnapshot

# What a job runs; {} stands for its id in the plan
PLAN = "flows/on_domino/e06_flows__multitrain__credit.plan.json"
TASK = f"{PLAN} {{}} --plan-digest b4578347a4264b82"
COMMAND = f"bash -c 'PYTHONPATH=src python -m kedro_flyte.targets.domino.job {TASK}'"

# What all jobs share
JOB = {"use_project_defaults_for_omitted": True}

# Hardware tiers, by their names in Domino
TIER_SMALL = "Small"
TIER_MEDIUM = "Medium"
TIER_LARGE = "Large"

# Versions of datasets, mounted into the jobs that read them
SNAPSHOT_CREDIT_DEFAULT = DatasetSnapshot(Name="credit-default", Version=1)

# Results, as artifacts of the execution
FILES = Artifact("e06_flows__multitrain__credit data", DATA)
MODELS = Artifact("e06_flows__multitrain__credit models", MODEL)
REPORTS = Artifact("e06_flows__multitrain__credit reports", REPORT)

# Types of the files that pass between jobs
CsvFile = FlyteFile["csv"]
JsonFile = FlyteFile["json"]
LogFile = FlyteFile["log"]
ParquetFile = FlyteFile["parquet"]
PklFile = FlyteFile["pkl"]
PngFile = FlyteFile["png"]
ZipFile = FlyteFile["zip"]


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
    multitrain_rows: str = "/mnt/data/credit-default/credit_default.csv",
    multitrain_more_rows: str = "data/01_raw/datasetD.csv",
    registered: str = "credit",
    train_logistic_regression: bool = True,
    train_h2o_automl: bool = True,
    train_random_forest: bool = True,
    train_xgboost: bool = True,
    target: str = "DEFAULT",
    task_: str = "auto",
    features: str = '["LIMIT_BAL", "PAY_0", "PAY_2", "PAY_3", "PAY_4", "BILL_AMT1"]',
    key: str = "ID",
    time: str = "null",
    group: str = "null",
    max_rows: int = 1000,
    missing: str = "drop",
    copies: str = "keep",
    positive: str = "null",
    class_weight: str = "none",
    threshold: float = 0.5,
    tune_threshold: str = "null",
    test_size: float = 0.3,
    cv_folds: int = 5,
    select_by: str = "null",
    seed: int = 42,
    threads: str = "null",
    search_rows: int = 20000,
    max_search_secs: int = 300,
    n_estimators: int = 100,
    max_depth: int = 5,
    max_iter: int = 1000,
    draws: int = 10,
    logistic_c: str = "[0.01, 0.1, 1, 10]",
    linear_alpha: str = "[0.001, 0.01, 0.1, 1]",
    forest_max_depth: str = "[3, 4, 5, 6]",
    forest_min_samples_leaf: str = "[1, 2, 5]",
    forest_n_estimators: str = "[50, 100, 150]",
    xgboost_max_depth: str = "[3, 4, 5, 6]",
    xgboost_learning_rate: str = "[0.01, 0.05, 0.1]",
    xgboost_n_estimators: str = "[100, 150, 200]",
    max_models: int = 10,
    max_runtime_secs: int = 30,
    h2o_max_mem_size: str = "2G",
) -> MultitrainOutputs:
    """Train four models on C and D side by side, compare, track and register them.

    Args:
        multitrain_rows: path or URI of dataset 'multitrain_rows'
        multitrain_more_rows: path or URI of dataset 'multitrain_more_rows'
        task_: parameter 'multitrain.task'
        features: parameter 'multitrain.features', as JSON
        time: parameter 'multitrain.time', as JSON
        group: parameter 'multitrain.group', as JSON
        positive: parameter 'multitrain.positive', as JSON
        tune_threshold: parameter 'multitrain.tune_threshold', as JSON
        select_by: parameter 'multitrain.select_by', as JSON
        threads: parameter 'multitrain.threads', as JSON
        logistic_c: parameter 'multitrain.logistic_c', as JSON
        linear_alpha: parameter 'multitrain.linear_alpha', as JSON
        forest_max_depth: parameter 'multitrain.forest_max_depth', as JSON
        forest_min_samples_leaf: parameter 'multitrain.forest_min_samples_leaf', as JSON
        forest_n_estimators: parameter 'multitrain.forest_n_estimators', as JSON
        xgboost_max_depth: parameter 'multitrain.xgboost_max_depth', as JSON
        xgboost_learning_rate: parameter 'multitrain.xgboost_learning_rate', as JSON
        xgboost_n_estimators: parameter 'multitrain.xgboost_n_estimators', as JSON
    """
    parameters = [
        Input(name="registered", type=str, value=registered),
        Input(
            name="train_logistic_regression",
            type=bool,
            value=train_logistic_regression,
        ),
        Input(name="train_h2o_automl", type=bool, value=train_h2o_automl),
        Input(name="train_random_forest", type=bool, value=train_random_forest),
        Input(name="train_xgboost", type=bool, value=train_xgboost),
        Input(name="target", type=str, value=target),
        Input(name="task_", type=str, value=task_),
        Input(name="features", type=str, value=features),
        Input(name="key", type=str, value=key),
        Input(name="time", type=str, value=time),
        Input(name="group", type=str, value=group),
        Input(name="max_rows", type=int, value=max_rows),
        Input(name="missing", type=str, value=missing),
        Input(name="copies", type=str, value=copies),
        Input(name="positive", type=str, value=positive),
        Input(name="class_weight", type=str, value=class_weight),
        Input(name="threshold", type=float, value=threshold),
        Input(name="tune_threshold", type=str, value=tune_threshold),
        Input(name="test_size", type=float, value=test_size),
        Input(name="cv_folds", type=int, value=cv_folds),
        Input(name="select_by", type=str, value=select_by),
        Input(name="seed", type=int, value=seed),
        Input(name="threads", type=str, value=threads),
        Input(name="search_rows", type=int, value=search_rows),
        Input(name="max_search_secs", type=int, value=max_search_secs),
        Input(name="n_estimators", type=int, value=n_estimators),
        Input(name="max_depth", type=int, value=max_depth),
        Input(name="max_iter", type=int, value=max_iter),
        Input(name="draws", type=int, value=draws),
        Input(name="logistic_c", type=str, value=logistic_c),
        Input(name="linear_alpha", type=str, value=linear_alpha),
        Input(name="forest_max_depth", type=str, value=forest_max_depth),
        Input(name="forest_min_samples_leaf", type=str, value=forest_min_samples_leaf),
        Input(name="forest_n_estimators", type=str, value=forest_n_estimators),
        Input(name="xgboost_max_depth", type=str, value=xgboost_max_depth),
        Input(name="xgboost_learning_rate", type=str, value=xgboost_learning_rate),
        Input(name="xgboost_n_estimators", type=str, value=xgboost_n_estimators),
        Input(name="max_models", type=int, value=max_models),
        Input(name="max_runtime_secs", type=int, value=max_runtime_secs),
        Input(name="h2o_max_mem_size", type=str, value=h2o_max_mem_size),
    ]
    load_and_split = run_domino_job_task(
        flyte_task_name="e06_flows__multitrain__credit.load_and_split",
        command=COMMAND.format("load_and_split"),
        hardware_tier_name=TIER_SMALL,
        inputs=[
            Input(name="multitrain_more_rows", type=str, value=multitrain_more_rows),
            Input(name="multitrain_rows", type=str, value=multitrain_rows),
            *parameters,
        ],
        output_specs=[
            Output(
                name="multitrain_train",
                type=FILES.File(name="multitrain_train.parquet"),
            ),
            Output(
                name="multitrain_folds",
                type=FILES.File(name="multitrain_folds.parquet"),
            ),
            Output(
                name="multitrain_holdout",
                type=FILES.File(name="multitrain_holdout.parquet"),
            ),
            Output(
                name="multitrain_profile",
                type=FILES.File(name="multitrain_profile.json"),
            ),
        ],
        dataset_snapshots=[SNAPSHOT_CREDIT_DEFAULT],
        **JOB,
    )
    data = [
        Input(
            name="multitrain_folds",
            type=ParquetFile,
            value=load_and_split.multitrain_folds,
        ),
        Input(
            name="multitrain_holdout",
            type=ParquetFile,
            value=load_and_split.multitrain_holdout,
        ),
        Input(
            name="multitrain_profile",
            type=JsonFile,
            value=load_and_split.multitrain_profile,
        ),
        Input(
            name="multitrain_train",
            type=ParquetFile,
            value=load_and_split.multitrain_train,
        ),
    ]
    train_logistic_regression_task = run_domino_job_task(
        flyte_task_name="e06_flows__multitrain__credit.train_logistic_regression_task",
        command=COMMAND.format("train_logistic_regression_task"),
        hardware_tier_name=TIER_SMALL,
        inputs=[*data, *parameters],
        output_specs=[
            Output(
                name="multitrain_logistic_regression",
                type=MODELS.File(name="multitrain_logistic_regression.pkl"),
            ),
            Output(
                name="multitrain_logistic_regression_result",
                type=REPORTS.File(name="multitrain_logistic_regression_result.json"),
            ),
            Output(
                name="multitrain_logistic_regression_evaluation",
                type=FILES.File(name="multitrain_logistic_regression_evaluation.pkl"),
            ),
            Output(
                name="multitrain_logistic_regression_report",
                type=REPORTS.File(name="multitrain_logistic_regression_report.png"),
            ),
        ],
        **JOB,
    )
    train_random_forest_task = run_domino_job_task(
        flyte_task_name="e06_flows__multitrain__credit.train_random_forest_task",
        command=COMMAND.format("train_random_forest_task"),
        hardware_tier_name=TIER_MEDIUM,
        inputs=[*data, *parameters],
        output_specs=[
            Output(
                name="multitrain_random_forest",
                type=MODELS.File(name="multitrain_random_forest.pkl"),
            ),
            Output(
                name="multitrain_random_forest_result",
                type=REPORTS.File(name="multitrain_random_forest_result.json"),
            ),
            Output(
                name="multitrain_random_forest_evaluation",
                type=FILES.File(name="multitrain_random_forest_evaluation.pkl"),
            ),
            Output(
                name="multitrain_random_forest_report",
                type=REPORTS.File(name="multitrain_random_forest_report.png"),
            ),
        ],
        **JOB,
    )
    train_xgboost_task = run_domino_job_task(
        flyte_task_name="e06_flows__multitrain__credit.train_xgboost_task",
        command=COMMAND.format("train_xgboost_task"),
        hardware_tier_name=TIER_MEDIUM,
        inputs=[*data, *parameters],
        output_specs=[
            Output(
                name="multitrain_xgboost",
                type=MODELS.File(name="multitrain_xgboost.pkl"),
            ),
            Output(
                name="multitrain_xgboost_result",
                type=REPORTS.File(name="multitrain_xgboost_result.json"),
            ),
            Output(
                name="multitrain_xgboost_evaluation",
                type=FILES.File(name="multitrain_xgboost_evaluation.pkl"),
            ),
            Output(
                name="multitrain_xgboost_report",
                type=REPORTS.File(name="multitrain_xgboost_report.png"),
            ),
        ],
        **JOB,
    )
    tune_h2o_automl = run_domino_job_task(
        flyte_task_name="e06_flows__multitrain__credit.tune_h2o_automl",
        command=COMMAND.format("tune_h2o_automl"),
        hardware_tier_name=TIER_LARGE,
        inputs=[*data, *parameters],
        output_specs=[
            Output(
                name="multitrain_h2o_automl",
                type=MODELS.File(name="multitrain_h2o_automl.zip"),
            ),
            Output(
                name="multitrain_h2o_automl_result",
                type=REPORTS.File(name="multitrain_h2o_automl_result.json"),
            ),
            Output(
                name="multitrain_h2o_automl_evaluation",
                type=FILES.File(name="multitrain_h2o_automl_evaluation.pkl"),
            ),
            Output(
                name="multitrain_h2o_automl_report",
                type=REPORTS.File(name="multitrain_h2o_automl_report.png"),
            ),
            Output(
                name="multitrain_h2o_automl_log",
                type=REPORTS.File(name="multitrain_h2o_automl_log.log"),
            ),
        ],
        **JOB,
    )
    compare_models = run_domino_job_task(
        flyte_task_name="e06_flows__multitrain__credit.compare_models",
        command=COMMAND.format("compare_models"),
        hardware_tier_name=TIER_SMALL,
        inputs=[
            Input(
                name="multitrain_h2o_automl_result",
                type=JsonFile,
                value=tune_h2o_automl.multitrain_h2o_automl_result,
            ),
            Input(
                name="multitrain_logistic_regression_result",
                type=JsonFile,
                value=train_logistic_regression_task.multitrain_logistic_regression_result,
            ),
            Input(
                name="multitrain_profile",
                type=JsonFile,
                value=load_and_split.multitrain_profile,
            ),
            Input(
                name="multitrain_random_forest_result",
                type=JsonFile,
                value=train_random_forest_task.multitrain_random_forest_result,
            ),
            Input(
                name="multitrain_xgboost_result",
                type=JsonFile,
                value=train_xgboost_task.multitrain_xgboost_result,
            ),
        ],
        output_specs=[
            Output(
                name="multitrain_comparison",
                type=REPORTS.File(name="multitrain_comparison.csv"),
            ),
            Output(
                name="multitrain_comparison_picture",
                type=REPORTS.File(name="multitrain_comparison_picture.png"),
            ),
        ],
        **JOB,
    )
    multitrain_tracking = run_domino_job_task(
        flyte_task_name="e06_flows__multitrain__credit.track_models",
        command=COMMAND.format("track_models"),
        hardware_tier_name=TIER_SMALL,
        inputs=[
            Input(
                name="multitrain_comparison",
                type=CsvFile,
                value=compare_models.multitrain_comparison,
            ),
            Input(
                name="multitrain_h2o_automl",
                type=ZipFile,
                value=tune_h2o_automl.multitrain_h2o_automl,
            ),
            Input(
                name="multitrain_h2o_automl_evaluation",
                type=PklFile,
                value=tune_h2o_automl.multitrain_h2o_automl_evaluation,
            ),
            Input(
                name="multitrain_h2o_automl_result",
                type=JsonFile,
                value=tune_h2o_automl.multitrain_h2o_automl_result,
            ),
            Input(
                name="multitrain_logistic_regression",
                type=PklFile,
                value=train_logistic_regression_task.multitrain_logistic_regression,
            ),
            Input(
                name="multitrain_logistic_regression_evaluation",
                type=PklFile,
                value=train_logistic_regression_task.multitrain_logistic_regression_evaluation,
            ),
            Input(
                name="multitrain_logistic_regression_result",
                type=JsonFile,
                value=train_logistic_regression_task.multitrain_logistic_regression_result,
            ),
            Input(
                name="multitrain_profile",
                type=JsonFile,
                value=load_and_split.multitrain_profile,
            ),
            Input(
                name="multitrain_random_forest",
                type=PklFile,
                value=train_random_forest_task.multitrain_random_forest,
            ),
            Input(
                name="multitrain_random_forest_evaluation",
                type=PklFile,
                value=train_random_forest_task.multitrain_random_forest_evaluation,
            ),
            Input(
                name="multitrain_random_forest_result",
                type=JsonFile,
                value=train_random_forest_task.multitrain_random_forest_result,
            ),
            Input(
                name="multitrain_train",
                type=ParquetFile,
                value=load_and_split.multitrain_train,
            ),
            Input(
                name="multitrain_xgboost",
                type=PklFile,
                value=train_xgboost_task.multitrain_xgboost,
            ),
            Input(
                name="multitrain_xgboost_evaluation",
                type=PklFile,
                value=train_xgboost_task.multitrain_xgboost_evaluation,
            ),
            Input(
                name="multitrain_xgboost_result",
                type=JsonFile,
                value=train_xgboost_task.multitrain_xgboost_result,
            ),
            *parameters,
        ],
        output_specs=[
            Output(
                name="multitrain_tracking",
                type=REPORTS.File(name="multitrain_tracking.json"),
            ),
        ],
        **JOB,
    )
    return MultitrainOutputs(
        multitrain_train=load_and_split.multitrain_train,
        multitrain_folds=load_and_split.multitrain_folds,
        multitrain_holdout=load_and_split.multitrain_holdout,
        multitrain_profile=load_and_split.multitrain_profile,
        multitrain_logistic_regression=train_logistic_regression_task.multitrain_logistic_regression,
        multitrain_logistic_regression_result=train_logistic_regression_task.multitrain_logistic_regression_result,
        multitrain_logistic_regression_evaluation=train_logistic_regression_task.multitrain_logistic_regression_evaluation,
        multitrain_logistic_regression_report=train_logistic_regression_task.multitrain_logistic_regression_report,
        multitrain_random_forest=train_random_forest_task.multitrain_random_forest,
        multitrain_random_forest_result=train_random_forest_task.multitrain_random_forest_result,
        multitrain_random_forest_evaluation=train_random_forest_task.multitrain_random_forest_evaluation,
        multitrain_random_forest_report=train_random_forest_task.multitrain_random_forest_report,
        multitrain_xgboost=train_xgboost_task.multitrain_xgboost,
        multitrain_xgboost_result=train_xgboost_task.multitrain_xgboost_result,
        multitrain_xgboost_evaluation=train_xgboost_task.multitrain_xgboost_evaluation,
        multitrain_xgboost_report=train_xgboost_task.multitrain_xgboost_report,
        multitrain_h2o_automl=tune_h2o_automl.multitrain_h2o_automl,
        multitrain_h2o_automl_result=tune_h2o_automl.multitrain_h2o_automl_result,
        multitrain_h2o_automl_evaluation=tune_h2o_automl.multitrain_h2o_automl_evaluation,
        multitrain_h2o_automl_report=tune_h2o_automl.multitrain_h2o_automl_report,
        multitrain_h2o_automl_log=tune_h2o_automl.multitrain_h2o_automl_log,
        multitrain_comparison=compare_models.multitrain_comparison,
        multitrain_comparison_picture=compare_models.multitrain_comparison_picture,
        multitrain_tracking=multitrain_tracking,
    )
