"""Names of the items of a map: a text for each key, and a file name for each text."""

import hashlib
from pathlib import Path
from typing import Any
from urllib.parse import quote

_LONGEST_NAME = 150  # of 255 bytes that a file system takes


def item_keys(keys: list[Any]) -> list[str]:
    """Return a text for each key, no two alike."""
    found = [str(key) for key in keys]
    return found if len(set(found)) == len(found) else [repr(key) for key in keys]


def item_name(key: str) -> str:
    """Return a file name for an item, without its suffix: its key, cut where it is too long."""
    written = key.encode("utf-8", "surrogatepass")
    name = quote(written, safe="")
    if len(name) <= _LONGEST_NAME:
        return name
    # No quoted text has a % before anything but two digits.
    return f"{name[:_LONGEST_NAME]}%~{hashlib.sha256(written).hexdigest()[:32]}"


def item_file(folder: Path, key: str) -> Path:
    """Return the file of an item in a folder."""
    return folder / f"{item_name(key)}.pickle"
