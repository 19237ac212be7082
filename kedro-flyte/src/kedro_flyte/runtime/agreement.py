"""What the tasks of one execution agree on: the first that says a value for a key is followed.

Tasks share no memory and no disk, but the platform keeps the metadata of an execution in one place
of its storage, under the execution's id. A file a key is written there, and never over another.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kedro_flyte.errors import TaskError

PLACE = "KEDRO_FLYTE_AGREEMENT"  # the folder or URI to use, where the platform gives none
_NOTHING = object()


class Agreement:
    """Values by key, as JSON, in a folder or at a URI that all tasks of the execution reach."""

    def __init__(self, place: str) -> None:
        self.place = place.removeprefix("file://").rstrip("/")

    def agree(self, key: str, say: Callable[[], Any]) -> Any:
        """Return the value of a key; where no task has said one, say one.

        Raises:
            TaskError: The storage takes nothing.
        """
        found = self._read(key)
        if found is not _NOTHING:
            return found
        value = say()
        failure = self._create(key, json.dumps({"key": key, "value": value}).encode())
        if failure is None:
            return value
        found = self._read(key)
        if found is _NOTHING:
            raise TaskError(
                f"The tasks of this execution could not agree on '{key}' at {self.place} "
                f"({failure}). May a task write there, where the platform keeps its metadata?"
            )
        return found

    def known(self, key: str, default: Any = None) -> Any:
        """Return the value of a key, or the default where no task has said one."""
        found = self._read(key)
        return default if found is _NOTHING else found

    def _path(self, key: str) -> str:
        return f"{self.place}/{hashlib.sha256(key.encode()).hexdigest()[:32]}.json"

    def _read(self, key: str) -> Any:
        path = self._path(key)
        try:
            content = self._files.cat_file(path) if self._is_remote else Path(path).read_bytes()
        except FileNotFoundError:
            return _NOTHING
        return json.loads(content)["value"]

    def _create(self, key: str, content: bytes) -> Exception | None:
        """Write a file that is not there; return what was raised."""
        path = self._path(key)
        try:
            if self._is_remote:
                self._files.pipe_file(path, content, mode="create")
            else:
                _create_whole(Path(path), content)
        except Exception as error:  # noqa: BLE001 - each store has its own for a file that is there
            return error
        return None

    @property
    def _is_remote(self) -> bool:
        return "://" in self.place

    @property
    def _files(self) -> Any:
        """The platform's file system, made in the process that asks."""
        from flytekit import FlyteContextManager

        access = FlyteContextManager.current_context().file_access
        return access.get_filesystem_for_path(self.place)


def _create_whole(path: Path, content: bytes) -> None:
    """Write a file that no one sees half of, unless it is there.

    Raises:
        FileExistsError: It is there.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        os.link(temporary, path)
    finally:
        Path(temporary).unlink()


def of_execution() -> Agreement | None:
    """Return what the tasks of this execution agree by; None where they share no storage.

    On other platforms than Flyte tasks share none. A process that runs workflows by itself does not
    know where one ends and the next begins.
    """
    if os.environ.get(PLACE):
        return Agreement(os.environ[PLACE])
    prefix = _execution_prefix()
    return Agreement(f"{prefix}/kedro-flyte") if prefix else None


def _execution_prefix() -> str:
    """Return where Flyte keeps the metadata of this execution, from where it wants the outputs."""
    execution = os.environ.get("FLYTE_INTERNAL_EXECUTION_ID", "")
    if not execution:
        return ""
    from flytekit import current_context

    parts = str(current_context().output_metadata_prefix or "").split("/")
    found = [n for n, part in enumerate(parts) if f"-{part}".endswith(f"-{execution}")]
    return "/".join(parts[: found[0] + 1]) if found else ""
