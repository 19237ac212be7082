"""Where kedro-mlflow keeps the runs of a pipeline, read without importing it."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from kedro_flyte.plan.settings.tracking import is_tracked
from kedro_flyte.project.text import members
from kedro_flyte.project.unresolved import files

_DEFAULT = "${oc.env:MLFLOW_TRACKING_URI,mlruns}"


def tracking_address(folders: Iterable[Path], pipeline: str) -> str:
    """Return the server's address as mlflow.yml has it, unresolved.

    It is empty where no file is there, or the pipeline is one of those that are not tracked.

    Args:
        folders: Those of the configuration; a later one replaces whole keys of an earlier one.
        pipeline: Its registered name.
    """
    found: dict[str, Any] = {}
    for path in files(folders, ("mlflow",)):
        found |= members(path)
    if not found or not is_tracked(found, pipeline):
        return ""
    return str((found.get("server") or {}).get("mlflow_tracking_uri") or _DEFAULT)
