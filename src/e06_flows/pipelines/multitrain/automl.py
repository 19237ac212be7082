"""The search that H2O's AutoML makes, in a server that lives as long as the search."""

import csv
import io
import logging
import tempfile
import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from e06_flows.h2o.mojo import Mojo
from e06_flows.h2o.server import h2o_server
from e06_flows.pipelines.multitrain.parameters import MultitrainParameters
from e06_flows.pipelines.multitrain.search import Candidate, Search

logger = logging.getLogger(__name__)

_BINARY = 2
_SORT_METRICS = {  # ours: H2O's for two classes, for more; it has no AUC of more than two classes
    "roc_auc": ("AUC", "logloss"),
    "log_loss": ("logloss", "logloss"),
    "accuracy": ("mean_per_class_error", "mean_per_class_error"),
    "f1": ("mean_per_class_error", "mean_per_class_error"),
    "precision": ("mean_per_class_error", "mean_per_class_error"),
    "recall": ("mean_per_class_error", "mean_per_class_error"),
}

_OUR_NAMES = {"auc": "roc_auc", "logloss": "log_loss"}  # of H2O's metrics that are the same


@dataclass(frozen=True, slots=True, kw_only=True)
class AutoMLSearch(Search):
    """What AutoML has found.

    Attributes:
        model: The leader, without the server.
        log: What H2O has printed.
    """

    model: Mojo
    log: str


def search_automl(train: pd.DataFrame, parameters: MultitrainParameters) -> AutoMLSearch:
    """Let AutoML train as many models as it may, within its time, and keep the leader.

    AutoML compares on the same number of folds as the other searches. It repeats its result for a
    seed if it ends by `max_models`, not by `max_runtime_secs`.

    Raises:
        JavaNotFoundError: There is no Java.
        ValueError: No model was ready in time.
    """
    started, began = time.time(), time.perf_counter()
    with h2o_server(max_mem_size=parameters.h2o_max_mem_size, threads=parameters.threads) as server:
        frame = _upload(train, parameters.target)
        automl = _train(frame, train, parameters)
        rows = _leaderboard(automl)
        if not rows:
            raise ValueError(
                f"AutoML trained no model within {parameters.max_runtime_secs} seconds. Give it "
                "more time: raise multitrain.max_runtime_secs."
            )
        domain = frame[parameters.target].levels()[0]
        model = _download(automl.leader, domain, train, parameters.target)
        log = server.printed()
    seconds = time.perf_counter() - began
    candidates = tuple(_candidate(row, started, seconds / len(rows)) for row in rows)
    return AutoMLSearch(
        model=model, candidates=candidates, best=candidates[0], seconds=seconds, log=log
    )


def _upload(train: pd.DataFrame, target: str) -> Any:
    import h2o

    return h2o.H2OFrame(
        train.astype({target: str}), column_types={target: "enum"}, destination_frame="train"
    )


def _train(frame: Any, train: pd.DataFrame, parameters: MultitrainParameters) -> Any:
    from h2o.automl import H2OAutoML

    target = parameters.target
    # The client warns of what AutoML leaves out of itself on small tables.
    warnings.filterwarnings("ignore", module=r"h2o\.")
    metrics = _SORT_METRICS[parameters.select_by]
    automl = H2OAutoML(
        max_models=parameters.max_models,
        max_runtime_secs=parameters.max_runtime_secs,
        nfolds=parameters.cv_folds,
        seed=parameters.seed,
        sort_metric=metrics[0] if train[target].nunique() == _BINARY else metrics[1],
        verbosity=None,
    )
    automl.train(y=target, training_frame=frame)
    return automl


def _leaderboard(automl: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(automl.leaderboard.get_frame_data())))


def _download(leader: Any, domain: list[str], train: pd.DataFrame, target: str) -> Mojo:
    with tempfile.TemporaryDirectory(prefix="e06-mojo-") as folder:
        content = Path(leader.download_mojo(path=folder)).read_bytes()
    return Mojo.pack(
        content,
        model_id=leader.model_id,
        features=train.columns.drop(target).tolist(),
        classes=np.unique(train[target].to_numpy()),
        domain=domain,
    )


def _candidate(row: dict[str, str], started: float, seconds: float) -> Candidate:
    name = row["model_id"]
    scores = {
        _OUR_NAMES.get(metric, metric): float(value)
        for metric, value in row.items()
        if metric != "model_id"
    }
    return Candidate(
        name=name,
        values={"algorithm": name.split("_", 1)[0], "model": name},
        scores=scores,
        spread=None,
        started=started,
        seconds=seconds,
    )
