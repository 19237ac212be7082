"""What is recorded of a batch, and what many records say together."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

SCORED, REJECTED = "scored", "rejected"
BINS = 20
_UNSURE = 0.6


def scored(
    about: Mapping[str, str],
    probabilities: NDArray[np.float64],
    best: NDArray[np.intp],
    classes: NDArray[Any],
) -> dict[str, Any]:
    """Record a batch that was scored.

    Args:
        about: Fingerprint, model and run.
        probabilities: Shape (n_rows, n_classes).
        best: The position of the predicted class of each row.
        classes: In the order of the columns.

    Returns:
        Rows of each predicted class; and of the confidence, which is the probability of the
        predicted class, the mean, the number below 0.6, and a histogram of `BINS` equal bins from 0
        to 1.
    """
    confidence = probabilities[np.arange(len(best)), best]
    counts = np.bincount(best, minlength=len(classes))
    return {
        "status": SCORED,
        "reason": "",
        **about,
        "rows": len(probabilities),
        "classes": {str(name): int(n) for name, n in zip(classes, counts, strict=True)},
        "confidence": {
            "mean": float(confidence.mean()),
            "unsure_rows": int((confidence < _UNSURE).sum()),
            "histogram": np.histogram(confidence, BINS, (0.0, 1.0))[0].tolist(),
        },
    }


def rejected(about: Mapping[str, str], reason: str) -> dict[str, Any]:
    """Record a batch that was set aside."""
    return {
        "status": REJECTED,
        "reason": reason,
        **about,
        "rows": 0,
        "classes": {},
        "confidence": None,
    }


def as_table(records: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    """Return a row a batch, in the order of their names."""
    return pd.DataFrame([_row(name, record) for name, record in records.items()])


def _row(name: str, record: Mapping[str, Any]) -> dict[str, Any]:
    confidence = record["confidence"] or {}
    return {
        "batch": name,
        "status": record["status"],
        "rows": record["rows"],
        "mean_confidence": confidence.get("mean"),
        "unsure_rows": confidence.get("unsure_rows", 0),
        "model_version": record["model_version"],
        "model_run_id": record["model_run_id"],
        "batch_run_id": record["batch_run_id"],
        "reason": record["reason"],
    }


def as_summary(records: Mapping[str, Mapping[str, Any]], *, run_id: str) -> dict[str, Any]:
    """Return the sums over all batches.

    Args:
        records: By the name of the batch.
        run_id: Of this run.
    """
    done = [record for record in records.values() if record["status"] == SCORED]
    rows = sum(record["rows"] for record in done)
    confident = sum(record["confidence"]["mean"] * record["rows"] for record in done)
    histograms = [record["confidence"]["histogram"] for record in done]
    return {
        "batch_run_id": run_id,
        "batches": {
            "scored": len(done),
            "scored_in_this_run": sum(record["batch_run_id"] == run_id for record in done),
            "rejected": len(records) - len(done),
        },
        "rejected": {
            name: record["reason"]
            for name, record in records.items()
            if record["status"] == REJECTED
        },
        "rows": rows,
        "rows_by_class": _sums([record["classes"] for record in done]),
        "rows_by_model_version": _sums(
            [{record["model_version"]: record["rows"]} for record in done]
        ),
        "confidence": {
            "mean": confident / rows if rows else None,
            "unsure_rows": sum(record["confidence"]["unsure_rows"] for record in done),
            "bin_edges": np.linspace(0, 1, BINS + 1).round(2).tolist(),
            "rows_by_bin": np.sum(histograms, axis=0).tolist() if done else [0] * BINS,
        },
    }


def _sums(counts: list[dict[str, int]]) -> dict[str, int]:
    names = sorted({name for one in counts for name in one})
    return {name: sum(one.get(name, 0) for one in counts) for name in names}


def as_metrics(summary: Mapping[str, Any]) -> dict[str, float]:
    """Return the numbers of a summary that are worth a curve over the runs."""
    rows = summary["rows"]
    shares = {
        f"share.{name}": count / rows for name, count in summary["rows_by_class"].items() if rows
    }
    confidence = summary["confidence"]
    return {
        "rows": rows,
        "batches_scored": summary["batches"]["scored"],
        "batches_rejected": summary["batches"]["rejected"],
        **({"mean_confidence": confidence["mean"]} if rows else {}),
        **({"unsure_share": confidence["unsure_rows"] / rows} if rows else {}),
        **shares,
    }
