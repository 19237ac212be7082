"""Versions at remote paths: an execution reads one of each source, and writes over no other's."""

import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kedro_flyte.errors import TaskError
from kedro_flyte.plan.data.datasets import path_holder
from kedro_flyte.plan.data.places import is_remote
from kedro_flyte.runtime.agreement import Agreement
from kedro_flyte.runtime.execution import RUN_ID, execution_id

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT")
Entry = Mapping[str, Any]
Credentials = Callable[[], Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """Where the versions of a dataset are: its file system, and the path there."""

    name: str
    files: Any
    path: str
    location: str

    def latest(self, ceiling: str = "") -> str:
        """Return the version that Kedro takes for the latest: the last one by name; or nothing.

        With a ceiling, it is the last one that is not later.
        """
        file = self.path.rsplit("/", 1)[-1]
        try:
            folders = sorted(map(str, self.files.ls(self.path, detail=False)), reverse=True)
        except FileNotFoundError:
            return ""
        for folder in folders:
            version = folder.rstrip("/").rsplit("/", 1)[-1]
            if (not ceiling or version <= ceiling) and self.files.exists(f"{folder}/{file}"):
                return version
        return ""

    def begin(self, version: str, agreement: Agreement | None) -> None:
        """Make room for a version: what an earlier attempt of this execution has begun is removed.

        Kedro refuses to save a version that is there; after a failed attempt it is half a result.

        Raises:
            TaskError: The version is there, and not of this execution.
        """
        path, key = f"{self.path}/{version}", f"begun: {self.location}/{version}"
        if not self.files.exists(path):
            if agreement is not None:
                agreement.agree(key, execution_id)
        elif agreement is not None and agreement.known(key):
            self.files.rm(path, recursive=True)
        else:
            raise TaskError(
                f"Dataset '{self.name}' has the version {version} at {self.location}, and this "
                f"execution has not made it: another one had the same {RUN_ID}, as one that was "
                "relaunched or recovered has. That version is left as it is. Launch anew with "
                f"another {RUN_ID}; or remove the version first, if nobody needs it."
            )


def store_of(name: str, entry: Entry, credentials: Credentials) -> Store | None:
    """Return where the versions of a catalog entry are; None for one that has none, or is local."""
    holder = path_holder(entry)
    if holder is None or not entry.get("versioned"):
        return None
    key, stored = holder  # of a wrapper, the entry that it wraps
    location = str(stored[key]).rstrip("/")
    if not is_remote(location):
        return None
    import fsspec

    asked = {k: v for k, v in (stored.get("fs_args") or {}).items() if not k.startswith("open_")}
    files, path = fsspec.core.url_to_fs(location, **_credentials(stored, credentials), **asked)
    files.invalidate_cache()
    return Store(name=name, files=files, path=str(path).rstrip("/"), location=location)


def _credentials(entry: Entry, credentials: Credentials) -> dict[str, Any]:
    name = entry.get("credentials")
    if isinstance(name, str):
        return dict(credentials()[name])
    return dict(name or {})


def pin(stores: Iterable[tuple[str, Store]], agreement: Agreement | None) -> dict[str, str]:
    """Return the version to load of each of these sources: the same one in all tasks.

    Where tasks agree on nothing, it is the last one before the moment that the run is called after.
    """
    moment = os.environ.get(RUN_ID, "")
    found = {}
    for entry, store in stores:
        if agreement is not None:
            found[entry] = str(agreement.agree(f"version: {store.location}", store.latest))
        elif _MOMENT.match(moment):
            found[entry] = store.latest(moment)
    return {entry: version for entry, version in found.items() if version}
