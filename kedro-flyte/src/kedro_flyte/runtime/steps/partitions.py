"""The files of a folder that the platform hands over, one by one: a folder is not fetched whole."""

import contextlib
import shutil
from functools import cached_property
from pathlib import Path
from typing import Any

from kedro_flyte.errors import TaskError
from kedro_flyte.runtime.workplace import NOTE


class Files:
    """The partitions of a folder: files that end in a suffix, named by their path without it."""

    def __init__(self, folder: Any, suffix: str) -> None:
        remote = getattr(folder, "remote_source", None)
        self._remote = str(remote).rstrip("/") if remote else ""
        self._folder = "" if remote else str(getattr(folder, "path", folder))
        self._suffix = suffix

    def names(self) -> list[str]:
        """Return the names of all partitions, in Kedro's order: that of their paths."""
        found = [path for path in self._paths() if path.endswith(self._suffix)]
        return [path.removesuffix(self._suffix) for path in sorted(found)]

    @cached_property
    def _inside(self) -> str:
        """Where the folder is in what was handed over, which may hold more; empty: it is that."""
        note = self._content(NOTE)
        return f"{note.decode()}/" if note is not None else ""

    def _content(self, name: str) -> bytes | None:
        if not self._remote:
            path = Path(self._folder, name)
            return path.read_bytes() if path.is_file() else None
        try:
            return bytes(self._system.cat_file(f"{self._remote}/{name}"))
        except FileNotFoundError:
            return None

    def _paths(self, depth: int | None = None, folder: str = "") -> list[str]:
        """Return all files, or those of a folder alone, relative to the dataset's own folder."""
        base = f"{self._remote or self._folder}/{self._inside}".rstrip("/")
        if not self._remote:
            start = Path(base, folder)
            found = start.rglob("*") if depth is None else start.glob("*")
            return [p.relative_to(base).as_posix() for p in found if p.is_file()]
        every = self._system.find(f"{base}/{folder}".rstrip("/"), maxdepth=depth)
        own = str(self._system._strip_protocol(base))  # noqa: SLF001 - fsspec's own
        return [str(path).removeprefix(own).lstrip("/") for path in every]

    @property
    def _system(self) -> Any:
        """The platform's file system."""
        from flytekit import FlyteContextManager

        access = FlyteContextManager.current_context().file_access
        return access.get_filesystem_for_path(self._remote)

    def fetch(self, name: str, target: Path) -> Path:
        """Return a folder that holds this partition alone, with what was written beside its file.

        Raises:
            TaskError: It is not there.
        """
        path = target / f"{name}{self._suffix}"
        for file in [f"{name}{self._suffix}", *self._beside(name)]:
            self._bring(file, target / file)
        if not path.is_file():
            raise TaskError(f"Partition '{name}' is not in {self._remote or self._folder}.")
        return target

    def _beside(self, name: str) -> list[str]:
        """Return the files that are no partitions and are called as this one, but for a suffix."""
        found = self._paths(1, name.rpartition("/")[0]) if self._suffix else []
        return [p for p in found if p.startswith(f"{name}.") and not p.endswith(self._suffix)]

    def _bring(self, file: str, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        if self._remote:
            with contextlib.suppress(FileNotFoundError):
                # By its name alone: other ways take `[`, `?` and `*` for patterns.
                self._system.get_file(f"{self._remote}/{self._inside}{file}", str(path))
            return
        source = Path(self._folder, self._inside, file)
        if source.is_file():
            shutil.copy2(source, path)
