"""The catalog of one task: its own entries, with the paths of this task.

Only the configuration is rewritten, before Kedro makes any dataset. What the task does not use is
left out, so that neither its libraries nor its credentials are needed.
"""

import copy
from collections.abc import Iterable, Mapping
from typing import Any

from kedro_flyte.plan.data.datasets import MEMORY_TYPES, credential_names, path_holder, type_name
from kedro_flyte.plan.view import base_name

HANDED_OVER = "kedro_flyte.runtime.datasets.HandedOverDataset"

Config = dict[str, Any]
_KEPT = ("copy_mode", "metadata", "validator")


def task_catalog(
    config: Mapping[str, Config],
    entries: Iterable[str],
    places: Mapping[str, str],
    captured: Mapping[str, str] | None = None,
) -> dict[str, Config]:
    """Return the catalog's configuration for a task.

    Args:
        config: The whole catalog, as the project configures it.
        entries: The datasets that the task's nodes name, with transcoding.
        places: The path of each dataset that is handed over, by its name without transcoding.
        captured: Where one part alone of a task runs: the path of a pickle for each entry that is
            not to be what the catalog says. Entries that nothing gives are empty.
    """
    from kedro.io import CatalogConfigResolver

    names = {name: name for entry in config.values() for name in credential_names(entry)}
    resolver = CatalogConfigResolver(
        config=dict(config),
        credentials=names,  # type: ignore[arg-type]
        default_runtime_patterns={"{default}": {"type": "MemoryDataset"}},
    )
    found: dict[str, Config] = {}
    for entry in entries:
        own = _config_of(resolver, entry)
        place = places.get(base_name(entry))
        bound = own if place is None else bind(own, place)
        if bound is not None:
            found[entry] = bound
        elif captured is not None:
            found[entry] = {"type": "MemoryDataset"}
    for entry, path in (captured or {}).items():
        found[entry] = {"type": HANDED_OVER, "filepath": path}
    return found


def bind(config: Config | None, place: str) -> Config:
    """Return an entry with another path; one in memory is kept in memory and in a file there."""
    if config is None or type_name(config) in MEMORY_TYPES:
        kept = {key: value for key, value in (config or {}).items() if key in _KEPT}
        return {**kept, "type": HANDED_OVER, "filepath": place}
    bound = copy.deepcopy(config)
    holder = path_holder(bound)
    if holder is None:
        return bound
    key, entry = holder
    entry[key] = place  # type: ignore[index]
    for level in (bound, entry):
        level.pop("versioned", None)  # type: ignore[attr-defined]
    return bound


def _config_of(resolver: Any, entry: str) -> Config | None:
    if entry in resolver.config:
        return dict(resolver.config[entry])
    if resolver.match_dataset_pattern(entry) or resolver.match_user_catch_all_pattern(entry):
        return dict(resolver.resolve_pattern(entry))
    return None
