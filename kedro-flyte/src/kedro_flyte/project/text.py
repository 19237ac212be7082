"""Files of the configuration as groups of unresolved values."""

from pathlib import Path
from typing import Any

import yaml


def members(path: Path) -> dict[str, Any]:
    """Return the unresolved content of a file; nothing where it is no mapping."""
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8", errors="replace"))
    except (yaml.YAMLError, ValueError, RecursionError):  # told when Kedro reads it
        return {}
    return {str(name): value for name, value in found.items()} if isinstance(found, dict) else {}
