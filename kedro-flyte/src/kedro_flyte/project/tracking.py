"""Where kedro-mlflow keeps the runs of a pipeline, read without importing it."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

_DEFAULT = "${oc.env:MLFLOW_TRACKING_URI,mlruns}"


def tracking_address(folders: Iterable[Path], pipeline: str) -> str:
    """Return the server's address as mlflow.yml has it, unresolved.

    It is empty where no file is there, or the pipeline is one of those that are not tracked.

    Args:
        folders: Those of the configuration; a later one replaces whole keys of an earlier one.
        pipeline: Its registered name.
    """
    found: dict[str, Any] = {}
    for folder in folders:
        for path in sorted(folder.rglob("mlflow*.y*ml")):
            found |= _read(path)
    server, tracking = (found.get(key) or {} for key in ("server", "tracking"))
    disabled = (tracking.get("disable_tracking") or {}).get("pipelines") or []
    if not found or pipeline in disabled:
        return ""
    return str(server.get("mlflow_tracking_uri") or _DEFAULT)


def _read(path: Path) -> dict[str, Any]:
    """Return what a file holds; nothing where it is no mapping, which kedro-mlflow reports."""
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError:
        return {}
    return found if isinstance(found, dict) else {}
