"""How a dataset travels, decided from its catalog entry alone."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from kedro_flyte.plan.data.own_data import OwnData, own_data
from kedro_flyte.plan.data.places import is_remote, normal
from kedro_flyte.plan.model import Travel
from kedro_flyte.plan.view import DatasetView

MEMORY_TYPES = ("MemoryDataset", "SharedMemoryDataset")
# Types that write a folder where their entry gives a path without a suffix; some where it has one.
_FOLDER_TYPES = frozenset(
    """
    PartitionedDataset IncrementalDataset TensorFlowModelDataset MatplotlibDataset MatplotlibWriter
    HFTransformerPipelineDataset
    """.split()  # noqa: SIM905
)
_ALWAYS_FOLDERS = frozenset(
    """
    SparkDataset SparkDatasetV2 SparkStreamingDataset SparkHiveDataset DeltaTableDataset
    dask.ParquetDataset dask.CSVDataset huggingface.ArrowDataset
    """.split()  # noqa: SIM905
)
# Types whose path is that of a query: the data is in the database.
_QUERY_TYPES = ("SQLQueryDataset", "GBQQueryDataset", "PolarsDatabaseDataset")
_PATH_KEYS = ("filepath", "path")


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """How a dataset travels, and why.

    `place` is its location in one spelling, and `own` what its type keeps on the disk of its task.
    """

    travel: Travel
    reason: str
    location: str = ""
    format: str = ""
    versioned: bool = False
    place: str = ""
    own: tuple[OwnData, ...] = ()


def route(view: DatasetView) -> Route:
    """Return how a dataset travels between tasks; its location as the catalog's file has it."""
    found = _route(view)
    if not view.path_text or not found.location:
        return found
    if found.travel is not Travel.REFERENCE:
        return replace(found, location=view.path_text)
    return Route(
        travel=Travel.IN_PLACE,
        reason=f"remote path that each task makes: used in place, order kept ({view.path_text})",
        versioned=found.versioned,
        place=normal(view.path_text),
    )


def _route(view: DatasetView) -> Route:
    if view.config is None:
        return Route(travel=Travel.PICKLE, reason="not in the catalog: kept in memory by Kedro")
    if type_name(view.config) in MEMORY_TYPES:
        return Route(travel=Travel.PICKLE, reason="a MemoryDataset in the catalog")
    holder = path_holder(view.config)
    if holder is None or (is_query(view.config) and view.config.get("table_name")):
        return _in_place(view.config)
    key, entry = holder
    location = str(entry[key])
    versioned = bool(entry.get("versioned") or view.config.get("versioned"))
    if is_remote(location):
        return Route(
            travel=Travel.REFERENCE,
            reason=f"remote path: saved and loaded in place ({location.split(':', 1)[0]})",
            location=location,
            place=normal(location),
            versioned=versioned,
        )
    return _local(view, key, entry, location, versioned)


def type_name(config: Mapping[str, Any]) -> str:
    """Return the class name of a catalog entry: `CSVDataset` for `pandas.CSVDataset`."""
    return str(config.get("type", "")).rsplit(".", 1)[-1]


def path_holder(config: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]] | None:
    """Return the key and the (nested) entry that hold the path of a dataset, or None.

    A wrapper (cached, kept as an MLflow artifact ...) has its path in the entry that it wraps.
    """
    for key in _PATH_KEYS:
        if isinstance(config.get(key), str):
            return key, config
    wrapped = config.get("dataset") or config.get("data_set")
    return path_holder(wrapped) if isinstance(wrapped, Mapping) else None


def is_query(config: Mapping[str, Any]) -> bool:
    """Whether an entry's path is that of a query, and its data is in a database."""
    return type_name(config) in _QUERY_TYPES


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
    folder = _is_folder(view, key, entry, versioned, suffix)
    return Route(
        travel=Travel.DIRECTORY if folder else Travel.FILE,
        reason="local folder, carried by the platform"
        if folder
        else "local file, carried by the platform",
        location=location,
        place=view.place or normal(location),
        format="" if folder else plain,
        versioned=versioned,
    )


def _is_folder(
    view: DatasetView, key: str, entry: Mapping[str, Any], versioned: bool, suffix: str
) -> bool:
    """Whether there is a folder at a local path, as it is there or as the type would write it."""
    if view.shipped is not None and view.exists and not versioned:
        return view.is_directory
    if _is_one_of(entry, _ALWAYS_FOLDERS) or (not suffix and _is_one_of(entry, _FOLDER_TYPES)):
        return True
    return key == "path" and not (suffix and _is_huggingface(entry))


def _is_one_of(entry: Mapping[str, Any], types: frozenset[str]) -> bool:
    """Whether an entry's type is one of these, named alone or with the library before it."""
    segments = str(entry.get("type", "")).split(".")
    return segments[-1] in types or any(f"{one}.{segments[-1]}" in types for one in segments[:-1])


def _is_huggingface(entry: Mapping[str, Any]) -> bool:
    """Whether it is one of the types that take a file or a folder as their `path`."""
    return "huggingface" in str(entry.get("type", "")).split(".")


def _in_place(config: Mapping[str, Any]) -> Route:
    return Route(
        travel=Travel.IN_PLACE,
        reason=f"{type_name(config)} has no path: used in place, order kept",
        own=own_data(config),
    )
