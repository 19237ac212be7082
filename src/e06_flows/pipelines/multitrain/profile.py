"""What is said of the data before anything is trained, and what will be tried."""

import hashlib
from typing import Any

import pandas as pd

from e06_flows.modelling import columns
from e06_flows.modelling.problem import Problem
from e06_flows.pipelines.multitrain.parameters import MultitrainParameters
from e06_flows.pipelines.multitrain.split import Parts


def fingerprint(train: pd.DataFrame, holdout: pd.DataFrame) -> str:
    """Return the SHA-256 of names, values and order of the rows."""
    digest = hashlib.sha256("\n".join(train.columns).encode())
    for part in (train, holdout):
        digest.update(pd.util.hash_pandas_object(part, index=False).to_numpy().tobytes())
    return digest.hexdigest()


def describe_data(
    parts: Parts, problem: Problem, parameters: MultitrainParameters
) -> dict[str, Any]:
    """Describe the data that the models are trained and tested on.

    Returns:
        The fingerprint, the problem, how the rows are split, the numbers of rows, the features,
        what each of them is, what will be tried, and the rows of each class or the spread of the
        quantity.
    """
    train, holdout, target = parts.train, parts.holdout, parameters.target
    return {
        "fingerprint": fingerprint(train, holdout),
        "target": target,
        "problem": problem.as_json(),
        "select_by": selecting_metric(problem, parameters),
        "split_by": _split_by(parameters),
        "features": train.columns.drop(target).tolist(),
        "columns": columns.describe(pd.concat([train, holdout]).drop(columns=target)),
        "rows": {
            "train": len(train),
            "holdout": len(holdout),
            "searched": int(parts.folds["searched"].sum()),
        },
        "to_try": to_try(parts, problem, parameters),
        **_about_target(train[target], holdout[target], problem),
    }


def selecting_metric(problem: Problem, parameters: MultitrainParameters) -> Any:
    """Return the metric that the best has the best of."""
    default = "roc_auc" if problem.classes else "rmse"
    return parameters.select_by or default


def _split_by(parameters: MultitrainParameters) -> str:
    if parameters.time is not None:
        return f"time: the newest by {parameters.time!r} are held out, folds test on later rows"
    if parameters.group is not None:
        return f"group: rows of the same {parameters.group!r} are on one side"
    return "at random"


def to_try(parts: Parts, problem: Problem, parameters: MultitrainParameters) -> list[str]:
    """Say what each model's search will try, on how many rows, within which time."""
    rows, searched = len(parts.train), int(parts.folds["searched"].sum())
    on = f"{searched:,} of {rows:,} rows" if searched < rows else f"{rows:,} rows"
    linear = parameters.logistic_grid() if problem.classes else parameters.linear_grid()
    grids = {
        "logistic_regression": linear,
        "random_forest": parameters.forest_grid(),
        "xgboost": parameters.xgboost_grid(),
    }
    said = [
        f"{grid.name}: {grid.tries(parameters.draws)} values x {parameters.cv_folds} folds on "
        f"{on}, none begun after {parameters.max_search_secs} s; the best on {rows:,} rows"
        for name, grid in grids.items()
        if getattr(parameters.train, name)
    ]
    if parameters.train.h2o_automl:
        said.append(
            f"H2O AutoML: at most {parameters.max_models} models within "
            f"{parameters.max_runtime_secs} s and {parameters.h2o_max_mem_size} of memory"
        )
    return said


def _about_target(
    train: "pd.Series[Any]", holdout: "pd.Series[Any]", problem: Problem
) -> dict[str, Any]:
    if problem.classes:
        return {"classes": {"train": _balance(train), "holdout": _balance(holdout)}}
    return {"quantity": {"train": _spread(train), "holdout": _spread(holdout)}}


def _balance(target: "pd.Series[Any]") -> dict[str, int]:
    return {str(label): int(n) for label, n in target.value_counts().sort_index().items()}


def _spread(target: "pd.Series[Any]") -> dict[str, float]:
    return {str(k): float(value) for k, value in target.describe().items() if k != "count"}
