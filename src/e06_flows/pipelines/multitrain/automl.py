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
from e06_flows.pipelines.multitrain import columns
from e06_flows.pipelines.multitrain.evaluation import REPEATS
from e06_flows.pipelines.multitrain.parameters import MultitrainParameters
from e06_flows.pipelines.multitrain.search import Candidate, Search

logger = logging.getLogger(__name__)

_BINARY = 2
_ENSEMBLE = "StackedEnsemble"
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
        importances: Increase of the log loss when a column is shuffled; a column a feature, a row
            a repeat. H2O computes them in its server: a MOJO would start Java for each.
    """

    model: Mojo
    log: str
    importances: pd.DataFrame


def search_automl(
    train: pd.DataFrame, sample: pd.DataFrame, parameters: MultitrainParameters
) -> AutoMLSearch:
    """Let AutoML train as many models as it may, within its time, and keep the leader.

    AutoML compares on the same number of folds as the other searches. It repeats its result for a
    seed if it ends by `max_models`, not by `max_runtime_secs`.

    Args:
        train: What it searches on.
        sample: Rows that the leader's importances are computed on.
        parameters: Of the flow.

    Raises:
        JavaNotFoundError: There is no Java.
        ValueError: No model was ready in time.
    """
    started, began = time.time(), time.perf_counter()
    with h2o_server(max_mem_size=parameters.h2o_max_mem_size, threads=parameters.threads) as server:
        frame = _upload(train, parameters.target)
        automl = _train(frame, train, parameters)
        candidates = tuple(_candidate(row) for row in _leaderboard(automl))
        if not candidates:
            raise ValueError(
                f"AutoML trained no model within {parameters.max_runtime_secs} seconds. Give it "
                "more time: raise multitrain.max_runtime_secs. To train the others alone: "
                "--params multitrain.train.h2o_automl=false"
            )
        domain = frame[parameters.target].levels()[0]
        model = _download(automl.leader, domain, train, parameters.target)
        importances = _importances(automl.leader, sample, parameters)
        log = server.printed()
    return AutoMLSearch(
        model=model,
        candidates=candidates,
        best=candidates[0],
        tried=_tried(candidates, parameters),
        started=started,
        seconds=time.perf_counter() - began,
        log=log,
        importances=importances,
    )


def _tried(candidates: tuple[Candidate, ...], parameters: MultitrainParameters) -> str:
    """Say how many models there was time for; a line of the log where it was not enough."""
    single = sum(candidate.values["algorithm"] != _ENSEMBLE for candidate in candidates)
    ensembles = len(candidates) - single
    says = f"H2O AutoML: {single} of {parameters.max_models} models tried"
    says += f", and {ensembles} ensembles of them" if ensembles else ""
    if single < parameters.max_models:
        says += f"; the {parameters.max_runtime_secs} s of multitrain.max_runtime_secs ended it"
        logger.warning("%s. Another run may try more or fewer.", says)
    return says


def _importances(
    leader: Any, sample: pd.DataFrame, parameters: MultitrainParameters
) -> pd.DataFrame:
    found = leader.permutation_importance(
        _upload(sample, parameters.target, "holdout"), metric="logloss", n_repeats=REPEATS,
        seed=parameters.seed,
    ).as_data_frame()  # fmt: skip
    by_column: pd.DataFrame = found.set_index("Variable").T.reset_index(drop=True)
    # H2O leaves out columns that never change.
    return by_column.reindex(columns=sample.columns.drop(parameters.target), fill_value=0.0)


def _upload(rows: pd.DataFrame, target: str, name: str = "train") -> Any:
    import h2o

    return h2o.H2OFrame(
        rows.astype({target: str}),
        column_types=dict.fromkeys([target, *columns.texts(rows.drop(columns=target))], "enum"),
        destination_frame=name,
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


def _candidate(row: dict[str, str]) -> Candidate:
    import h2o

    name = row["model_id"]
    model = h2o.get_model(name)
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
        started=model.start_time / 1000,  # H2O's are milliseconds
        seconds=model.run_time / 1000,
    )
