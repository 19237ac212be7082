"""How a dataset travels, decided from its catalog entry alone."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kedro_flyte.plan.model import Travel
from kedro_flyte.plan.view import DatasetView

MEMORY_TYPES = ("MemoryDataset", "SharedMemoryDataset")
# Types that write a folder where their entry gives a file path without a suffix, or any path.
FOLDER_TYPES = (
    "PartitionedDataset",
    "IncrementalDataset",
    "SparkDataset",
    "SparkDatasetV2",
    "SparkHiveDataset",
    "DeltaTableDataset",
    "TensorFlowModelDataset",
    "MatplotlibDataset",
    "MatplotlibWriter",
    "HFTransformerPipelineDataset",
)
_REMOTE = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*:/")
_PATH_KEYS = ("filepath", "path")
_MORE_PATH_WORDS = ("path", "file", "dir", "folder")


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """How a dataset travels, and why; `suspect` names a local path that is not understood."""

    travel: Travel
    reason: str
    location: str = ""
    format: str = ""
    versioned: bool = False
    suspect: str = ""


def route(view: DatasetView) -> Route:
    """Return how a dataset travels between tasks."""
    if view.config is None:
        return Route(travel=Travel.PICKLE, reason="not in the catalog: kept in memory by Kedro")
    if type_name(view.config) in MEMORY_TYPES:
        return Route(travel=Travel.PICKLE, reason="a MemoryDataset in the catalog")
    holder = path_holder(view.config)
    if holder is None:
        return _in_place(view.config)
    key, entry = holder
    location = str(entry[key])
    versioned = bool(entry.get("versioned") or view.config.get("versioned"))
    if is_remote(location):
        return Route(
            travel=Travel.REFERENCE,
            reason=f"remote path: saved and loaded in place ({location.split(':', 1)[0]})",
            location=location,
            versioned=versioned,
        )
    return _local(view, key, entry, location, versioned)


def type_name(config: Mapping[str, Any]) -> str:
    """Return the class name of a catalog entry: `CSVDataset` for `pandas.CSVDataset`."""
    return str(config.get("type", "")).rsplit(".", 1)[-1]


def is_remote(location: str) -> bool:
    """Whether a path names a protocol other than `file`."""
    return _REMOTE.match(location) is not None and not location.startswith("file:")


def path_holder(config: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]] | None:
    """Return the key and the (nested) entry that hold the path of a dataset, or None.

    A wrapper (cached, kept as an MLflow artifact ...) has its path in the entry that it wraps.
    """
    for key in _PATH_KEYS:
        if isinstance(config.get(key), str):
            return key, config
    wrapped = config.get("dataset") or config.get("data_set")
    return path_holder(wrapped) if isinstance(wrapped, Mapping) else None


def credential_names(entry: Any) -> Iterator[str]:
    """Yield the names of the credentials that an entry uses, also in nested ones."""
    if isinstance(entry, Mapping):
        for key, value in entry.items():
            if key == "credentials" and isinstance(value, str):
                yield value
            else:
                yield from credential_names(value)


def _local(
    view: DatasetView, key: str, entry: Mapping[str, Any], location: str, versioned: bool
) -> Route:
    name = location.rstrip("/").rsplit("/", 1)[-1]
    suffix = name.rsplit(".", 1)[-1].lower() if "." in name.lstrip(".") else ""
    plain = suffix if re.fullmatch(r"[a-z][a-z0-9]*", suffix) else ""
    folder = key == "path" or (view.is_directory and not versioned)
    folder = folder or (not suffix and type_name(entry) in FOLDER_TYPES)
    return Route(
        travel=Travel.DIRECTORY if folder else Travel.FILE,
        reason="local folder, carried by the platform"
        if folder
        else "local file, carried by the platform",
        location=location,
        format="" if folder else plain,
        versioned=versioned,
    )


def _in_place(config: Mapping[str, Any]) -> Route:
    suspect = next((str(value) for key, value in config.items() if _is_local_path(key, value)), "")
    return Route(
        travel=Travel.IN_PLACE,
        reason=f"{type_name(config)} has no path: used in place, order kept",
        suspect=suspect,
    )


def _is_local_path(key: str, value: Any) -> bool:
    if not isinstance(value, str):
        return False
    if value.startswith("sqlite:///"):
        return True
    named = any(word in str(key).lower() for word in _MORE_PATH_WORDS)
    return named and "/" in value and not is_remote(value)
