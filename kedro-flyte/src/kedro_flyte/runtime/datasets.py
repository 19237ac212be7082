"""The dataset that passes from task to task what the catalog keeps in memory."""

import functools
from pathlib import Path
from typing import Any, Literal

import cloudpickle
from kedro.io import AbstractDataset, MemoryDataset
from kedro.io.core import DatasetError


def _carried(data: Any) -> Any:
    """Return data as another task can use it: partitions that are on this task's disk are loaded.

    What a PartitionedDataset gives are methods that load; elsewhere, their files are not there.
    """
    if not isinstance(data, dict) or not any(map(_loads_here, data.values())):
        return data
    return {
        key: functools.partial(_same, value()) if _loads_here(value) else value
        for key, value in data.items()
    }


def _loads_here(value: Any) -> bool:
    owner = getattr(value, "__self__", None)
    is_loader = isinstance(owner, AbstractDataset) and getattr(value, "__name__", "") == "load"
    return is_loader and getattr(owner, "_protocol", "file") == "file"


def _same(value: Any) -> Any:
    return value


class HandedOverDataset(MemoryDataset):
    """A `MemoryDataset` that also leaves its data in a file, and finds in it what it was not given.

    Within a task it is the memory that Kedro would use, copy mode included; the file carries the
    data to other tasks, as cloudpickle writes it.
    """

    def __init__(
        self,
        filepath: str,
        copy_mode: Literal["deepcopy", "copy", "assign"] | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(copy_mode=copy_mode, metadata=metadata)
        self._file = Path(filepath)

    def load(self) -> Any:
        """Return the data, read from the file the first time, where no node has saved any.

        Raises:
            DatasetError: The file cannot be read as a pickle.
        """
        if not super()._exists() and self._file.exists():
            try:
                super().save(cloudpickle.loads(self._file.read_bytes()))
            except Exception as error:
                raise DatasetError(
                    f"The data handed over in {self._file.name} cannot be unpickled: {error}. "
                    "Do both tasks use the same image, with the same versions of the libraries?"
                ) from error
        return super().load()

    def save(self, data: Any) -> None:
        """Keep the data, and write it to the file.

        Raises:
            DatasetError: The data cannot be pickled.
        """
        super().save(data)
        self._file.parent.mkdir(parents=True, exist_ok=True)
        temporary = self._file.with_name(f".{self._file.name}.part")
        try:
            with temporary.open("wb") as stream:
                cloudpickle.dump(_carried(data), stream)
        except Exception as error:
            temporary.unlink(missing_ok=True)
            raise DatasetError(
                f"A {type(data).__name__} is to pass to another task and cannot be pickled "
                f"({error}). Add the dataset to the catalog with a type that can store it, or run "
                "the nodes that share it in one task."
            ) from error
        temporary.replace(self._file)

    def _exists(self) -> bool:
        return super()._exists() or self._file.exists()

    def _describe(self) -> dict[str, Any]:
        return {"filepath": str(self._file), "data": "handed over between tasks"}
