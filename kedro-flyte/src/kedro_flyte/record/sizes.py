"""How large a dataset is on a disk of this machine."""

import os
from pathlib import Path
from typing import Any


def size_of(dataset: Any) -> int | None:
    """Return the bytes of a dataset's file or folder, of one version; None for one elsewhere."""
    place = getattr(dataset, "filepath", None) or getattr(dataset, "_filepath", None)
    if place is None:
        return None
    path = Path(str(place))
    if getattr(dataset, "_version", None) is not None:
        version = dataset.resolve_load_version()
        path = path / str(version) / path.name
    try:
        return _size(path)
    except OSError:
        return None


def _size(path: Path) -> int:
    if not path.is_dir():
        return path.stat().st_size
    found = (Path(folder, name) for folder, _, names in os.walk(path) for name in names)
    return sum(one.stat().st_size for one in found)
