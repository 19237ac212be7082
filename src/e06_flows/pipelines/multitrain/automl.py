"""The search that H2O's AutoML makes, in a server that lives as long as the search."""

import contextlib
import csv
import io
import logging
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from e06_flows.h2o.mojo import Mojo
from e06_flows.h2o.server import h2o_server
from e06_flows.pipelines.multitrain import h2o_frames
from e06_flows.pipelines.multitrain.evaluation import REPEATS
from e06_flows.pipelines.multitrain.parameters import MultitrainParameters
from e06_flows.pipelines.multitrain.search import Candidate, Search
from e06_flows.pipelines.multitrain.training import Training

logger = logging.getLogger(__name__)

_ENSEMBLE = "StackedEnsemble"
_ERRORS = "mean_per_class_error"
_SORT_METRICS = {  # ours: H2O's for two classes, for more; it has no AUC of more than two classes
    "roc_auc": ("AUC", "logloss"),
    "average_precision": ("AUCPR", "logloss"),
    "log_loss": ("logloss", "logloss"),
    "rmse": ("RMSE", "RMSE"),
    "mae": ("mae", "mae"),
    "median_ae": ("mae", "mae"),
    "r2": ("RMSE", "RMSE"),
}
_THRESHOLD_METRICS = {
    "accuracy": "accuracy",
    "balanced_accuracy": "mean_per_class_accuracy",
    "f1": "f1",
    "mcc": "absolute_mcc",
}
_OUR_NAMES = {  # of H2O's metrics that are the same
    "auc": "roc_auc",
    "aucpr": "average_precision",
    "logloss": "log_loss",
}


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


def search_automl(training: Training, sample: pd.DataFrame) -> AutoMLSearch:
    """Let AutoML train as many models as it may, within its time, and keep the leader.

    AutoML compares on the same number of folds as the other searches; on the last of them alone
    where the rows are split by time, or where there are more than the others search on. It repeats
    its result for a seed if it ends by `max_models`, not by `max_runtime_secs`.

    Args:
        training: What it searches on.
        sample: Rows that the leader's importances are computed on.

    Raises:
        JavaNotFoundError: There is no Java.
        ValueError: No model was ready in time.
    """
    parameters = training.parameters
    with h2o_server(max_mem_size=parameters.h2o_max_mem_size, threads=training.threads) as server:
        frames = h2o_frames.make_frames(training)
        automl = _train(frames, training)
        candidates = tuple(_candidate(row) for row in _leaderboard(automl))
        if not candidates:
            raise ValueError(_nothing(parameters))
        leader = automl.leader
        threshold = _threshold(leader, frames, parameters)
        model = _download(leader, frames, threshold, training)
        importances = _importances(leader, h2o_frames.upload(sample, training, "holdout"), training)
        log = server.printed()
    return AutoMLSearch(
        model=model,
        candidates=candidates,
        best=candidates[0],
        threshold=threshold,
        tried=_tried(candidates, parameters),
        started=training.started,
        seconds=training.seconds,
        log=log,
        importances=importances,
    )


def _nothing(parameters: MultitrainParameters) -> str:
    return (
        f"AutoML trained no model within {parameters.max_runtime_secs} seconds. Give it more time: "
        "raise multitrain.max_runtime_secs. To train the others alone: "
        "--params multitrain.train.h2o_automl=false; to compare those that are trained already, "
        "add --from-nodes compare_models"
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


def _importances(leader: Any, sample: Any, training: Training) -> pd.DataFrame:
    found = leader.permutation_importance(
        sample,
        metric="logloss" if training.problem.classes else "rmse",
        n_repeats=REPEATS,
        seed=training.parameters.seed,
    ).as_data_frame()
    by_column: pd.DataFrame = found.set_index("Variable").T.reset_index(drop=True)
    # H2O leaves out columns that never change.
    return by_column.reindex(columns=training.features.columns, fill_value=0.0)


def _train(frames: h2o_frames.Frames, training: Training) -> Any:
    from h2o.automl import H2OAutoML

    parameters, problem = training.parameters, training.problem
    # The client warns of what AutoML leaves out of itself on small tables.
    warnings.filterwarnings("ignore", module=r"h2o\.")
    metrics = _SORT_METRICS.get(training.select_by, (_ERRORS, _ERRORS))
    automl = H2OAutoML(
        max_models=parameters.max_models,
        max_runtime_secs=parameters.max_runtime_secs,
        nfolds=0 if frames.leaderboard is not None else parameters.cv_folds,
        seed=parameters.seed,
        balance_classes=parameters.class_weight == "balanced",
        sort_metric=metrics[0] if problem.is_binary else metrics[1],
        verbosity="info",
    )
    with _progress():
        automl.train(
            x=training.features.columns.tolist(),
            y=parameters.target,
            training_frame=frames.train,
            leaderboard_frame=frames.leaderboard,
            validation_frame=frames.leaderboard,
            fold_column=frames.fold_column,
        )
    return automl


class _Lines(io.TextIOBase):
    """Gives what H2O's client prints, such as "AutoML: starting GBM_1", to the log."""

    def write(self, text: str) -> int:
        """Log a line."""
        message = text.rpartition("AutoML: ")[2].partition(": New")
        if "AutoML: starting" in text or ": New leader" in text:
            logger.info("H2O AutoML: %s", "".join(message[1:]).strip(": ") or message[0].strip())
        return len(text)


@contextlib.contextmanager
def _progress() -> Iterator[None]:
    with contextlib.redirect_stdout(_Lines()):
        yield


def _threshold(leader: Any, frames: h2o_frames.Frames, parameters: MultitrainParameters) -> float:
    """Return the threshold; H2O finds the best of those that its own curve has."""
    metric = parameters.tune_threshold
    if metric is None:
        return parameters.threshold
    if frames.leaderboard is not None:
        performance = leader.model_performance(frames.leaderboard)
    else:
        performance = leader.model_performance(xval=True)
    return float(performance.find_threshold_by_max_metric(_THRESHOLD_METRICS[metric]))


def _leaderboard(automl: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(automl.leaderboard.get_frame_data())))


def _download(leader: Any, frames: h2o_frames.Frames, threshold: float, training: Training) -> Mojo:
    with tempfile.TemporaryDirectory(prefix="e06-mojo-") as folder:
        content = Path(leader.download_mojo(path=folder)).read_bytes()
    problem = training.problem
    return Mojo.pack(
        content,
        model_id=leader.model_id,
        features=training.features.columns.tolist(),
        classes=problem.classes,
        domain=frames.domain,
        threshold=(problem.positive, threshold),
    )


def _candidate(row: dict[str, str]) -> Candidate:
    import h2o

    name = row["model_id"]
    model = h2o.get_model(name)
    scores = {
        _OUR_NAMES.get(metric, metric): float(value)
        for metric, value in row.items()
        if metric != "model_id" and value
    }
    return Candidate(
        name=name,
        values={"algorithm": name.split("_", 1)[0], "model": name},
        scores=scores,
        spread=None,
        started=model.start_time / 1000,  # H2O's are milliseconds
        seconds=model.run_time / 1000,
    )
