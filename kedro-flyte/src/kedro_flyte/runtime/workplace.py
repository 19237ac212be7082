"""The files of one task: what it was handed, and where it leaves what it makes.

Each dataset has a folder of its own and keeps its file name, since formats are told by suffixes. A
dataset that turns out to be a folder where a file was declared travels as an archive, and a file
where a folder was declared travels inside one.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path, PurePosixPath
from typing import Any

from kedro_flyte.errors import TaskError
from kedro_flyte.plan.model import Dataset, Travel

_ARCHIVE = ".kedro-flyte.zip"
_SINGLE = ".kedro-flyte-file"


def _remove(folder: Path, owner: int) -> None:
    """Remove a folder at the end of the process that has made it, and of no child of it."""
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)


def file_name(dataset: Dataset) -> str:
    """Return the name of a dataset's file or folder, by whose suffix its format may be told."""
    return PurePosixPath(dataset.location).name or f"{dataset.id}.pickle"


class Workplace:
    """A scratch folder, removed when the process ends: results are read after the task.

    Args:
        keeps_outputs: Leave what the task has made, for whoever is told its path.
    """

    def __init__(self, *, keeps_outputs: bool = False) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="kedro-flyte-"))
        removed = self.folder / "inputs" if keeps_outputs else self.folder
        atexit.register(_remove, removed, os.getpid())

    def receive(self, dataset: Dataset, value: Any) -> Path:
        """Return the local path of a dataset that the platform has handed over.

        Args:
            dataset: What it is in the plan.
            value: A `FlyteFile`, a `FlyteDirectory`, or a path.
        """
        path = Path(str(value.download()) if hasattr(value, "download") else str(value))
        if path.name.endswith(_ARCHIVE):
            target = self.folder / "inputs" / dataset.id / path.name.removesuffix(_ARCHIVE)
            shutil.unpack_archive(path, target, "zip")
            return target
        if path.is_dir() and (path / _SINGLE).exists():
            return path / (path / _SINGLE).read_text(encoding="utf-8")
        return path

    def place(self, dataset: Dataset) -> Path:
        """Return where the task is to save a dataset."""
        path = self.folder / "outputs" / dataset.id / file_name(dataset)
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def give(self, dataset: Dataset) -> Path:
        """Return the file or folder to hand over.

        Raises:
            TaskError: Nothing has been saved.
        """
        path = self.place(dataset)
        if not path.exists():
            raise TaskError(
                f"Dataset '{dataset.name}' was to be saved at {path} and is not there. Does its "
                "type save under another name than its 'filepath'? Such a type must be used "
                "within one task."
            )
        wants_folder = dataset.travel is Travel.DIRECTORY
        if path.is_dir() and not wants_folder:
            return Path(
                shutil.make_archive(str(path.with_name(f"{path.name}.kedro-flyte")), "zip", path)
            )
        if path.is_file() and wants_folder:
            (path.parent / _SINGLE).write_text(path.name, encoding="utf-8")
            return path.parent
        return path
