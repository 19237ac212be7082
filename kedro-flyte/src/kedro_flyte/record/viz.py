"""A run in Kedro-Viz: its Workflow view shows the last one, whoever ran it."""

import json
import logging
from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from kedro_flyte.record.read import NodeRun, RunRecord, read

_EVENTS = Path(".viz", "kedro_pipeline_events.json")
_LOGGER = logging.getLogger(__name__)
_HOW = {"loaded": "after_dataset_loaded", "saved": "after_dataset_saved"}


def show_in_viz(root: Path, path: Path) -> None:
    """Write the events that Kedro-Viz reads, where it is installed.

    Args:
        root: The project's folder; its pipelines have been found.
        path: The file of the record.
    """
    if find_spec("kedro_viz") is None:
        return
    place = root / _EVENTS
    try:
        events = list(_events(read(path)))
        place.parent.mkdir(exist_ok=True)
        place.write_text(json.dumps(events, indent=2), encoding="utf-8")
    except Exception as error:  # noqa: BLE001 - whatever another package does, the run has ended
        _LOGGER.debug("The run is not shown in Kedro-Viz: %s", error)


def _events(record: RunRecord) -> Iterator[dict[str, Any]]:
    yield {"event": "before_pipeline_run", "timestamp": _timestamp(record.started)}
    ids = _ids(record.pipeline)
    for node in record.nodes:
        yield from _of_node(node, ids)
    if record.state == "done":
        yield {"event": "after_pipeline_run", "timestamp": _timestamp(record.ended)}
        return
    told = {"error": record.error or "The run did not end.", "traceback": record.traceback}
    yield {"event": "on_pipeline_error", "timestamp": _timestamp(record.ended), **told}


def _of_node(node: NodeRun, ids: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    from kedro_viz.integrations.kedro.hooks_utils import hash_node

    for use in node.datasets:
        size = {} if use.size is None else {"size": use.size}
        yield {
            "event": _HOW[use.how],
            "dataset": use.name,
            "node_id": hash_node(use.name),
            "status": "Available",
            **size,
        }
    if node.name not in ids:
        return
    named = {"node": node.name, "node_id": ids[node.name]}
    yield {
        "event": "after_node_run", **named,
        "duration": node.computing_seconds, "status": "success",
    }  # fmt: skip
    if node.state != "done":
        yield {
            "event": "on_node_error",
            **named,
            "error": node.error or f"The node's process ended without a word ({node.state}).",
            "traceback": node.traceback,
            "timestamp": _timestamp(node.ended),
        }


def _ids(names: str) -> dict[str, str]:
    """Return how Kedro-Viz calls the nodes of some pipelines, by their names."""
    from kedro.framework.project import pipelines
    from kedro_viz.integrations.kedro.hooks_utils import hash_node

    found = [pipelines[name] for name in names.split(", ") if name in pipelines]
    return {node.name: hash_node(node) for one in found for node in one.nodes}


def _timestamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, tz=timezone.utc).isoformat()
