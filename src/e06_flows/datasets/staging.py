"""A mix-in for datasets whose files appear under their name only when they are complete and wanted.

Such a dataset saves to a hidden file beside its own, and renames it when it is complete. During a
run `e06_flows.hooks.publishing` says when: `publish` gives the file its real name, `discard`
removes it, and a load within the run sees what the run has saved. Outside a run it is published at
once.

What a dataset publishes with is read from its catalog entry's `metadata`:

- `publish: run` (the default): when the whole run has succeeded. A failed run changes nothing.
- `publish: node`: when its own node has saved it, whatever becomes of the others.

The hidden file is read and written by a second dataset of the same kind, so nothing of a dataset is
used but its arguments, `load`, `save` and `exists`. Nothing here imports a library that a dataset
needs: the hooks ask for `Staged` in every run.
"""

import uuid
from pathlib import Path
from typing import Any, Self

from kedro.io.core import AbstractDataset, DatasetError, get_protocol_and_path

MOMENTS = ("run", "node")


class Staged:
    """Comes before a file dataset among the bases; not for folders, remote or versioned files."""

    metadata: dict[str, Any] | None
    _given: dict[str, Any]
    _run_id: str | None = None
    _at_once: bool = False

    def __new__(cls, **arguments: Any) -> Self:
        """Note the arguments, which the dataset after this mix-in takes."""
        made = super().__new__(cls)
        made._given = arguments
        return made

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

    @property
    def file(self) -> Path:
        """The file under its real name."""
        return Path(get_protocol_and_path(self._given["filepath"])[1])

    def stage(self, run_id: str) -> None:
        """Save to a file of this run from now on, until `discard`.

        Remote and versioned files stay as they are: they never replace what another run has made.

        Raises:
            DatasetError: The catalog entry names a moment of publication that is not known.
        """
        self._at_once = self.published_with == "node"
        is_local = get_protocol_and_path(self._given["filepath"])[0] == "file"
        if is_local and self._given.get("version") is None:
            self._run_id = run_id

    def publish(self) -> bool:
        """Give what the run has saved its real name, replacing what was there, in one step.

        Returns:
            Whether there was anything.
        """
        if not self._has_saved():
            return False
        self._hidden().replace(self.file)
        return True

    def discard(self) -> None:
        """Remove what the run has saved and not published, and stop staging."""
        if self._run_id is not None:
            self._hidden().unlink(missing_ok=True)
        self._run_id = None

    def save(self, data: Any) -> None:
        """Save; publish at once outside a run, and where the catalog entry says so."""
        in_a_run = self._run_id is not None
        if not in_a_run:
            self.stage(uuid.uuid4().hex)
        try:
            if self._run_id is None:
                super().save(data)  # type: ignore[misc]  # the dataset after this mix-in
            else:
                self._of_hidden().save(data)
            if not in_a_run or self._at_once:
                self.publish()
        finally:
            if not in_a_run:
                self.discard()

    def load(self) -> Any:
        """Load what the run has saved, or else what is there."""
        return self._of_hidden().load() if self._has_saved() else super().load()  # type: ignore[misc]

    def exists(self) -> bool:
        """Tell whether there is anything to load."""
        return self._has_saved() or super().exists()  # type: ignore[misc]

    def _hidden(self) -> Path:
        return self.file.with_name(f".{self.file.stem}.{self._run_id}.part{self.file.suffix}")

    def _has_saved(self) -> bool:
        return self._run_id is not None and self._hidden().exists()

    def _of_hidden(self) -> AbstractDataset[Any, Any]:
        order = type(self).__mro__
        made_by: Any = order[order.index(Staged) + 1]
        dataset: AbstractDataset[Any, Any] = made_by(
            **{**self._given, "filepath": str(self._hidden())}
        )
        return dataset
