"""Snapshots: which datasets of the catalog are read from a pinned version, and where that is.

The path of such an entry is replaced before anything else looks at it, so that all that follows
takes the pinned file for the entry's own.
"""

import copy
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from kedro_flyte.plan.data.datasets import path_holder
from kedro_flyte.plan.model import Snapshot
from kedro_flyte.plan.settings.config import FlyteConfig, SnapshotConfig
from kedro_flyte.plan.view import DatasetView, ProjectView, base_name

Mount = Callable[[str, SnapshotConfig, FlyteConfig], str]


def at_remote(label: str, snapshot: SnapshotConfig, config: FlyteConfig) -> str:  # noqa: ARG001
    """Return where a snapshot is on remote storage; empty where it is not there."""
    return snapshot.remote


def snapshots(view: ProjectView, config: FlyteConfig, mount: Mount) -> tuple[Snapshot, ...]:
    """Return the snapshots that the pipeline reads, but for those that tasks find nowhere."""
    read = {base_name(entry) for entry in _read_only(view)}
    found = []
    for label, snapshot in config.snapshots.items():
        start = mount(label, snapshot, config).rstrip("/")
        paths = tuple(
            (entry, f"{start}/{path}".rstrip("/"))
            for entry, path in snapshot.paths.items()
            if entry in read
        )
        if paths and start:
            name = snapshot.name or label
            version = snapshot.version or 0
            found.append(
                Snapshot(label=label, name=name, version=version, id=snapshot.id, paths=paths)
            )
    return tuple(found)


def _read_only(view: ProjectView) -> set[str]:
    made = {base_name(entry) for node in view.nodes for entry in node.outputs}
    return {entry for entry in view.datasets if base_name(entry) not in made}


def mounted(view: ProjectView, found: tuple[Snapshot, ...]) -> ProjectView:
    """Return the project with the paths of the snapshots in its catalog."""
    places = {name: path for snapshot in found for name, path in snapshot.paths}
    changed = {
        entry: _moved(dataset, places[base_name(entry)])
        for entry, dataset in view.datasets.items()
        if base_name(entry) in places
    }
    return replace(view, datasets={**view.datasets, **changed})


def _moved(dataset: DatasetView, place: str) -> DatasetView:
    config: Any = copy.deepcopy(dataset.config)
    holder = path_holder(config) if isinstance(config, Mapping) else None
    if holder is None:
        return dataset
    key, entry = holder
    levels: Any = (config, entry)
    levels[1][key] = place
    for level in levels:
        level.pop("versioned", None)
    return replace(dataset, config=config, shipped=None, exists=True)
