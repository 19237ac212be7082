"""The functions of batch prediction: a champion and a batch in; predictions and a record out."""

import logging
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from e06_flows.datasets.batches import BadBatchError, Batch
from e06_flows.pipelines.batch_prediction import monitoring
from e06_flows.pipelines.batch_prediction.parameters import BatchParameters
from e06_flows.pipelines.batch_prediction.plots import Picture, summary_picture
from e06_flows.registry.in_service import Champion, load_champion
from e06_flows.tracking.client import active_run_id
from e06_flows.tracking.runs import log_numbers, log_report

logger = logging.getLogger(__name__)


def find_champion(parameters: BatchParameters) -> dict[str, Any]:
    """Load the version that is in service now; all batches of this run are scored by it.

    Returns:
        The champion, and the id of this run that goes with every row.

    Raises:
        LookupError: No version is in service; says how to make one.
    """
    champion = load_champion(parameters.model, made_by="retraining")
    logger.info("Version %s of %s is in service", champion.version, champion.name)
    return {"champion": champion, "run_id": active_run_id() or uuid.uuid4().hex}


def score_batch(
    batch: Batch, service: dict[str, Any], parameters: BatchParameters
) -> tuple[pd.DataFrame | None, dict[str, Any] | None]:
    """Predict the class of each row, unless the batch is finished or bad.

    Returns:
        The predictions: the key, the class that the model predicts, the probability of each class,
        the version and the MLflow run of the model, and this run. And the record of the batch.
        Both are None for a batch that is finished: what was made of it stays.
    """
    champion: Champion = service["champion"]
    started = time.perf_counter()
    about = {
        "fingerprint": "",
        "model_version": champion.version,
        "model_run_id": champion.run_id,
        "batch_run_id": service["run_id"],
    }
    try:
        about["fingerprint"] = batch.fingerprint()
        if _is_finished(batch.record, about, parameters):
            logger.info("%s is finished", batch.name)
            return None, None
        rows = _with_columns(batch.read(), [parameters.key, *champion.columns])
        probabilities = _probabilities(champion, rows)
    except BadBatchError as error:
        logger.warning("%s is set aside: %s", batch.name, error)
        return _nothing_to_keep(batch, champion, about, parameters), monitoring.rejected(
            about, str(error)
        )
    best = champion.decide(probabilities)
    predictions = _predictions(rows[parameters.key], probabilities, best, champion, about)
    record = monitoring.scored(about, probabilities, best, champion.model.classes_)
    seconds = time.perf_counter() - started
    logger.info("%s: %d rows, %.0f a second", batch.name, len(rows), len(rows) / seconds)
    return predictions, record


def _is_finished(
    record: Mapping[str, Any] | None, about: Mapping[str, str], parameters: BatchParameters
) -> bool:
    """Tell whether the same bytes were scored; a batch that was set aside is always tried again."""
    if record is None or record.get("status") != monitoring.SCORED:
        return False
    if parameters.new_champion == "rescore" and record["model_version"] != about["model_version"]:
        return False
    return bool(record["fingerprint"] == about["fingerprint"])


def _with_columns(rows: pd.DataFrame, wanted: list[str]) -> pd.DataFrame:
    missing = [name for name in wanted if name not in rows.columns]
    if missing:
        raise BadBatchError(f"has no columns {missing}; it has {rows.columns.tolist()}")
    return rows


def _probabilities(champion: Champion, rows: pd.DataFrame) -> NDArray[np.float64]:
    try:
        return champion.probabilities(rows)
    except ValueError as error:
        raise BadBatchError(f"cannot be scored: {error}") from error


def _nothing_to_keep(
    batch: Batch, champion: Champion, about: Mapping[str, str], parameters: BatchParameters
) -> pd.DataFrame | None:
    """Return predictions without rows, to replace those of an earlier content of the batch."""
    if batch.record is None or batch.record.get("status") != monitoring.SCORED:
        return None
    classes = len(champion.model.classes_)
    keys = pd.Series([], name=parameters.key, dtype="int64")
    return _predictions(keys, np.empty((0, classes)), np.empty(0, np.intp), champion, about)


def _predictions(
    keys: "pd.Series[Any]",
    probabilities: NDArray[np.float64],
    best: NDArray[np.intp],
    champion: Champion,
    about: Mapping[str, str],
) -> pd.DataFrame:
    classes = champion.model.classes_
    columns = {f"probability_{name}": probabilities[:, at] for at, name in enumerate(classes)}
    table: dict[Any, Any] = {
        keys.name: keys.to_numpy(),
        "prediction": pd.Categorical.from_codes(best, categories=classes),
        **columns,
    }
    for name in ("model_version", "model_run_id", "batch_run_id"):
        table[name] = pd.Categorical.from_codes(
            np.zeros(len(keys), np.int8), pd.Index([about[name]])
        )
    return pd.DataFrame(table, copy=False)


def sum_up(
    batches: Mapping[str, Callable[[], Batch]],
    records: Mapping[str, Callable[[], dict[str, Any]]],
    service: dict[str, Any],
    parameters: BatchParameters,
) -> tuple[dict[str, Any], pd.DataFrame, Picture]:
    """Sum up the batches that are there now: counts, reasons, distribution of the scores.

    Raises:
        ValueError: More of them were set aside than `parameters.most_rejected` allows.
    """
    by_name = {name: record() for name, record in _all(records, batches).items()}
    table = monitoring.as_table(by_name)
    summary = monitoring.as_summary(by_name, run_id=service["run_id"])
    bad = table[table["status"] == monitoring.REJECTED]
    if len(bad) > parameters.most_rejected * len(table):
        reasons = "\n".join(f"  - {row['batch']}: {row['reason']}" for _, row in bad.iterrows())
        raise ValueError(
            f"{len(bad)} of {len(table)} batches cannot be scored, more than "
            f"batch_prediction.most_rejected={parameters.most_rejected} allows:\n{reasons}\n"
            "The predictions of the others are saved. Mend the files, and run again."
        )
    picture = summary_picture(by_name, summary)
    batch, done = summary["batches"], summary["rows"]
    says = (
        f"{done} rows in {batch['scored']} batches are scored, {batch['scored_in_this_run']} of "
        f"them in this run; {batch['rejected']} are set aside"
    )
    log_numbers(active_run_id(), metrics=monitoring.as_metrics(summary))
    log_report("batches", table, picture, says=says)
    logger.info(says)
    return summary, table, picture


def _all(
    records: Mapping[str, Callable[[], dict[str, Any]]], batches: Mapping[str, Any]
) -> dict[str, Callable[[], dict[str, Any]]]:
    missing = [name for name in batches if name not in records]
    if missing:
        raise ValueError(
            f"There is no record of {len(missing)} of {len(batches)} batches (e.g. "
            f"{missing[:3]}): they were not scored yet. Run the whole pipeline: "
            "kedro run --pipeline batch_prediction"
        )
    return {name: records[name] for name in batches}
