"""Places: where data lies, in one spelling, and whether two of them have data in common.

A catalog may spell one place in many ways (`data/x`, `./data//x/`, `file:///...`, `s3a://b/x`), and
what is compared here is what Kedro and its file systems make of them.
"""

import posixpath
import re
from collections.abc import Iterator

_PROTOCOL = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]+):/+")  # of one letter, it is a drive
_OF_DISK = re.compile(r"^(file|local)://", re.IGNORECASE)
_SAME = {"s3a": "s3", "s3n": "s3", "gcs": "gs", "abfss": "abfs", "az": "abfs"}


def is_remote(location: str) -> bool:
    """Whether a path names a protocol other than that of the disk."""
    return _PROTOCOL.match(location) is not None and not location.lower().startswith(
        ("file:", "local:")
    )


def normal(location: str) -> str:
    """Return the one spelling of a place: a path, or `protocol://path`.

    On a disk, `..` leads to the folder above, as long as no link is followed; in a store it is a
    name as any other.
    """
    if not is_remote(location):
        return posixpath.normpath(disk_path(location).replace("\\", "/"))
    found = _PROTOCOL.match(location)
    protocol = found[1].lower() if found else ""
    parts = [part for part in _PROTOCOL.sub("", location).split("/") if part not in ("", ".")]
    return f"{_SAME.get(protocol, protocol)}://{'/'.join(parts)}"


def disk_path(location: str) -> str:
    """Return a path without `file://`, after which Kedro reads a host and then the path."""
    if not _OF_DISK.match(location):
        return location
    _, slash, path = _OF_DISK.sub("", location).partition("/")
    return slash + path


def above(place: str) -> Iterator[str]:
    """Yield the folders that a place in its one spelling is in, the nearest first."""
    start = place.find("://") + 3 if "://" in place else 0
    while "/" in place[start:]:
        place = place[: place.rindex("/", start)]
        if place[start:]:
            yield place


def before_pattern(path: str) -> str:
    """Return the folder in which files match, where a path is a pattern; else the path itself."""
    start = re.split(r"[*?]", path, maxsplit=1)[0]
    return path if start == path else start.rpartition("/")[0] or "."
