"""What pipelines write to MLflow: a run below the active one, or something to the active one.

Where the pipeline is not tracked, nothing is written and MLflow is not imported. Every call names
its run, so that nodes may run in threads or on other machines.
"""

import contextlib
import re
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from e06_flows.tracking.attempts import attempt
from e06_flows.tracking.client import active_run_id, import_mlflow

_DPI = 110
_NOT_IN_NAMES = re.compile(r"[^\w.\- ]")


@contextlib.contextmanager
def child_run(name: str, tags: Mapping[str, str]) -> Iterator[str | None]:
    """Open a run below the active one and yield its id; None where nothing is tracked.

    It is closed when the block ends, as failed if by an error.
    """
    parent = active_run_id()
    run_id = attempt(name, lambda: open_run(name, parent, tags)) if parent else None
    if run_id is None:
        yield None
        return
    status = "FAILED"
    try:
        yield run_id
        status = "FINISHED"
    except KeyboardInterrupt:
        status = "KILLED"
        raise
    finally:
        attempt(name, lambda: _client().set_terminated(run_id, status))


def open_run(
    name: str, parent: str, tags: Mapping[str, str], *, started: float | None = None
) -> str:
    """Make a run below another, and return its id.

    Args:
        name: For people.
        parent: The id of the run above.
        tags: Of the new run.
        started: Seconds since 1970; None: now.
    """
    import_mlflow()
    from mlflow.tracking.context.registry import resolve_tags

    client = _client()
    made = client.create_run(
        client.get_run(parent).info.experiment_id,
        start_time=None if started is None else int(started * 1000),
        run_name=name,
        tags=resolve_tags({"mlflow.parentRunId": parent, **tags}),
    )
    return str(made.info.run_id)


def log_numbers(
    run_id: str | None,
    *,
    metrics: Mapping[str, float],
    params: Mapping[str, Any] | None = None,
    tags: Mapping[str, str] | None = None,
) -> None:
    """Write numbers and words to a run, in one call."""
    if run_id is not None:
        attempt("numbers", lambda: log_batch(run_id, metrics=metrics, params=params, tags=tags))


def log_batch(
    run_id: str,
    *,
    metrics: Mapping[Any, float],
    params: Mapping[str, Any] | None = None,
    tags: Mapping[str, str] | None = None,
    model_id: str | None = None,
) -> None:
    """Write numbers and words to a run, in one call; of a logged model, if one is named.

    Of the name of a metric, what MLflow does not take becomes `_`: it may hold that of a column.
    """
    import_mlflow()
    from mlflow.entities import Metric, Param, RunTag

    now = int(time.time() * 1000)
    _client().log_batch(
        run_id,
        metrics=[
            Metric(_NOT_IN_NAMES.sub("_", str(key)), float(value), now, 0, model_id=model_id)
            for key, value in metrics.items()
        ],
        params=[Param(key, str(value)) for key, value in (params or {}).items()],
        tags=[RunTag(key, value) for key, value in (tags or {}).items()],
    )


def log_report(name: str, table: pd.DataFrame, picture: Any, *, says: str) -> None:
    """Write a table and its picture to the active run, and a line to its description.

    Args:
        name: The folder of its artifacts, and the name of its files.
        table: Saved as CSV.
        picture: A figure of matplotlib.
        says: Markdown.
    """
    run_id = active_run_id()
    if run_id is None:
        return
    with tempfile.TemporaryDirectory() as folder:
        table.to_csv(Path(folder) / f"{name}.csv", index=False)
        picture.savefig(Path(folder) / f"{name}.png", dpi=_DPI)
        attempt(name, lambda: _client().log_artifacts(run_id, folder, name))
    log_numbers(run_id, metrics={}, tags={"mlflow.note.content": says, "outcome": says})


def _client() -> Any:
    return import_mlflow().MlflowClient()
