"""The dataset of a `Mojo`: one stable file name for the newest, one file a model beside it."""

import shutil
from pathlib import PurePosixPath
from typing import Any

from kedro.io import AbstractVersionedDataset
from kedro.io.core import Version, get_filepath_str

from e06_flows.datasets.staging import Staged
from e06_flows.h2o.mojo import Mojo


class _MojoFileDataset(AbstractVersionedDataset[Mojo, Mojo]):
    """A `Mojo` in a file."""

    def __init__(
        self,
        *,
        filepath: str,
        version: Version | None = None,
        credentials: dict[str, Any] | None = None,
        fs_args: dict[str, Any] | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        import fsspec
        from kedro.io.core import get_protocol_and_path

        self._protocol, path = get_protocol_and_path(filepath, version)
        options = {**(fs_args or {}), **(credentials or {})}
        if self._protocol == "file":
            options.setdefault("auto_mkdir", True)
        self._fs = fsspec.filesystem(self._protocol, **options)
        self.metadata = metadata
        super().__init__(
            filepath=PurePosixPath(path),
            version=version,
            exists_function=self._fs.exists,
            glob_function=self._fs.glob,
        )

    def load(self) -> Mojo:
        """Read the file."""
        path = get_filepath_str(self._get_load_path(), self._protocol)
        return Mojo(self._fs.cat_file(path))

    def save(self, data: Mojo) -> None:
        """Write the file."""
        path = get_filepath_str(self._get_save_path(), self._protocol)
        with self._fs.open(path, "wb") as file:
            file.write(data.content)

    def _describe(self) -> dict[str, Any]:
        return {"filepath": self._filepath, "protocol": self._protocol, "version": self._version}

    def _exists(self) -> bool:
        return bool(self._fs.exists(get_filepath_str(self._get_load_path(), self._protocol)))


class MojoDataset(Staged, _MojoFileDataset):
    """A `Mojo`, published when complete, under the name of its model too."""

    def publish(self) -> bool:
        """Give the file its real name; put a copy of the model's own name beside it."""
        published = super().publish()
        if published:
            own = self.file.with_name(f"{Mojo(self.file.read_bytes()).model_id}.zip")
            copy = own.with_name(f".{own.name}.part")
            shutil.copyfile(self.file, copy)
            copy.replace(own)
        return published
