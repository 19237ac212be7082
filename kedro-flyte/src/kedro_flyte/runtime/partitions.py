"""The files of a folder that the platform hands over, one by one: a folder is not fetched whole."""

import contextlib
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from kedro_flyte.errors import TaskError


class Files:
    """The partitions of a folder: files that end in a suffix, named by their path without it."""

    def __init__(self, folder: Any, suffix: str) -> None:
        remote = getattr(folder, "remote_source", None)
        self._remote = str(remote) if remote else ""
        self._folder = "" if remote else str(getattr(folder, "path", folder))
        self._suffix = suffix

    def names(self) -> list[str]:
        """Return the names of all partitions, in Kedro's order: that of their paths."""
        found = [path for path in self._paths() if path.endswith(self._suffix)]
        return [path.removesuffix(self._suffix) for path in sorted(found)]

    def _paths(self) -> Iterable[str]:
        if not self._remote:
            root = Path(self._folder)
            return [p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file()]
        system = self._system
        root_path = str(system._strip_protocol(self._remote)).rstrip("/")  # noqa: SLF001 - fsspec's own
        return [str(path).removeprefix(root_path).lstrip("/") for path in system.find(self._remote)]

    @property
    def _system(self) -> Any:
        """The platform's file system."""
        from flytekit import FlyteContextManager

        access = FlyteContextManager.current_context().file_access
        return access.get_filesystem_for_path(self._remote)

    def fetch(self, name: str, target: Path) -> Path:
        """Return a folder that holds this partition alone.

        Raises:
            TaskError: It is not there.
        """
        path = target / f"{name}{self._suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        if self._remote:
            with contextlib.suppress(FileNotFoundError):
                # By its name alone: other ways take `[`, `?` and `*` for patterns.
                self._system.get_file(f"{self._remote.rstrip('/')}/{name}{self._suffix}", str(path))
        else:
            source = Path(self._folder) / f"{name}{self._suffix}"
            if source.is_file():
                shutil.copy2(source, path)
        if not path.is_file():
            raise TaskError(f"Partition '{name}' is not in {self._remote or self._folder}.")
        return target
