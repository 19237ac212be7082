"""What mlflow.yml, the configuration of kedro-mlflow, says of a pipeline."""

from collections.abc import Mapping
from typing import Any


def is_tracked(settings: Mapping[str, Any], pipeline: str) -> bool:
    """Whether the runs of a pipeline are tracked; `settings` are those of mlflow.yml."""
    disabled = (settings.get("tracking") or {}).get("disable_tracking") or {}
    return pipeline not in (disabled.get("pipelines") or [])
