"""A mix-in for datasets whose files appear under their name only when they are complete and wanted.

Such a dataset saves to a hidden file beside its own, and renames it when it is complete. During a
run `e06_flows.hooks` says when: `publish` gives the file its real name, `discard` removes it, and a
load within the run sees what the run has saved. Outside a run it is published at once.

What a dataset publishes with is read from its catalog entry's `metadata`:

- `publish: run` (the default): when the whole run has succeeded. A failed run changes nothing.
- `publish: node`: when its own node has saved it, whatever becomes of the others.

Nothing here imports a library that a dataset needs: the hooks ask for `Staged` in every run.
"""

import uuid
from pathlib import Path, PurePosixPath
from typing import Any

from kedro.io.core import DatasetError

MOMENTS = ("run", "node")


class Staged:
    """Comes before a file dataset among the bases; not for folders, remote or versioned files."""

    metadata: dict[str, Any] | None
    _protocol: str
    _version: Any
    _staging: str | None = None
    _at_once: bool = False

    @property
    def published_with(self) -> str:
        """When the file gets its real name: with its `run` or with its `node`.

        Raises:
            DatasetError: The catalog entry names another moment.
        """
        moment = (self.metadata or {}).get("publish", "run")
        if moment not in MOMENTS:
            raise DatasetError(
                f"metadata 'publish: {moment}' is not known; write one of {', '.join(MOMENTS)}."
            )
        return str(moment)

    def stage(self, run_id: str) -> None:
        """Save to a file of this run from now on, until `discard`.

        Remote and versioned files stay as they are: they never replace what another run has made.

        Raises:
            DatasetError: The catalog entry names a moment of publication that is not known.
        """
        self._at_once = self.published_with == "node"
        if self._protocol == "file" and self._version is None:
            self._staging = run_id

    def publish(self) -> None:
        """Give what the run has saved its real name, replacing what was there, in one step."""
        staged = self._staged_path()
        if staged is not None and staged.exists():
            staged.replace(self._real_path())

    def discard(self) -> None:
        """Remove what the run has saved and not published, and stop staging."""
        staged = self._staged_path()
        if staged is not None:
            staged.unlink(missing_ok=True)
        self._staging = None

    def save(self, data: Any) -> None:
        """Save; publish at once outside a run, and where the catalog entry says so."""
        in_a_run = self._staging is not None
        if not in_a_run:
            self.stage(uuid.uuid4().hex)
        try:
            super().save(data)  # type: ignore[misc]  # the dataset after this mix-in
            if not in_a_run or self._at_once:
                self.publish()
        finally:
            if not in_a_run:
                self.discard()

    def _real_path(self) -> Path:
        return Path(super()._get_save_path())  # type: ignore[misc]  # the dataset after this mix-in

    def _staged_path(self) -> Path | None:
        if self._staging is None:
            return None
        real = self._real_path()
        return real.with_name(f".{real.stem}.{self._staging}.part{real.suffix}")

    def _get_save_path(self) -> PurePosixPath:
        staged = self._staged_path()
        return PurePosixPath(staged or self._real_path())

    def _get_load_path(self) -> PurePosixPath:
        staged = self._staged_path()
        if staged is not None and staged.exists():
            return PurePosixPath(staged)
        return super()._get_load_path()  # type: ignore[misc,no-any-return]  # the next dataset's
