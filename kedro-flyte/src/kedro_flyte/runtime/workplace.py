"""The files of one task: what it was handed, and where it leaves what it makes.

Each dataset has a folder of its own and keeps its file name, since formats are told by suffixes. A
dataset that turns out to be a folder where a file was declared travels as an archive, and a file
where a folder was declared travels inside one. What a type writes beside its file, or under another
name, is in that folder, too: then the whole folder travels, with a note of which file is meant.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from kedro_flyte.errors import TaskError
from kedro_flyte.plan.data.places import before_pattern, normal
from kedro_flyte.plan.model import Dataset, Travel

_ARCHIVE = ".kedro-flyte.zip"
NOTE = ".kedro-flyte-file"  # in a folder of several: the name of the dataset's own file


def _remove(folder: Path, owner: int) -> None:
    """Remove a folder at the end of the process that has made it, and of no child of it."""
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)


def file_name(dataset: Dataset) -> str:
    """Return the name of a dataset's file or folder, by whose suffix its format may be told."""
    if not dataset.location:
        return f"{dataset.id}.pickle"
    name = normal(dataset.location).rpartition("/")[2]
    return dataset.id if name in ("", ".", "..") else name


def meant(folder: Path) -> Path:
    """Return what a dataset's path is to be, of a folder that has been handed over."""
    note = folder / NOTE
    return folder / note.read_text(encoding="utf-8") if note.is_file() else folder


def whole(path: Path) -> Path:
    """Return all that has been handed over with a dataset's path: itself, or the folder of it."""
    folder = path.parent
    if not (folder / NOTE).is_file():
        return path
    others = (one for one in folder.iterdir() if one.name not in (NOTE, path.name))
    return folder if any(others) or not path.exists() else path


def without_note(folder: str, names: list[str]) -> list[str]:  # noqa: ARG001 - shutil's
    """Say to `shutil.copytree` what is no data."""
    return [name for name in names if name == NOTE]


class Workplace:
    """A scratch folder, removed when the process ends: results are read after the task.

    Args:
        keeps_outputs: Leave what the task has made, for whoever is told its path.
    """

    def __init__(self, *, keeps_outputs: bool = False) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="kedro-flyte-"))
        self._known: set[Path] = set()
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
            return meant(target)
        if not path.is_dir() or (path / NOTE).is_file():
            return meant(path)
        name = file_name(dataset)
        return path / name if before_pattern(name) != name else path

    def place(self, dataset: Dataset) -> Path:
        """Return where the task is to save a dataset."""
        path = self.folder / "outputs" / dataset.id / file_name(dataset)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._known.add(path.parent)
        return path

    def saved(self, dataset: Dataset) -> Path | None:
        """Return what holds all that has been saved of a dataset; None where nothing has.

        It is the file or folder at its place, or the folder of it, with a note. A folder that is
        not there has no files: no partition was saved to it.

        Raises:
            TaskError: Something lies outside the folders of the datasets.
        """
        path = self.place(dataset)
        self._require_nothing_outside()
        found = [one for one in path.parent.iterdir() if one.name != NOTE]
        if found == [path]:
            return path
        is_empty = not found and dataset.travel is not Travel.DIRECTORY
        return None if is_empty else _noted(path)

    def _require_nothing_outside(self) -> None:
        strays = sorted(p.name for p in (self.folder / "outputs").iterdir() if p not in self._known)
        if strays:
            raise TaskError(
                f"{', '.join(strays)} has been written to the folder above that of a dataset, "
                "from where it cannot be handed over. Let the dataset's type write beside its "
                "'filepath' or below it, or use it within one task."
            )

    def give(self, dataset: Dataset) -> Path:
        """Return the file or folder to hand over.

        Raises:
            TaskError: Nothing has been saved.
        """
        found = self.saved(dataset)
        if found is None:
            raise TaskError(
                f"Dataset '{dataset.name}' was to be saved at {self.place(dataset)}, and nothing "
                "is there. Does its type save elsewhere than at its 'filepath'? Such a type must "
                "be used within one task."
            )
        if dataset.travel is Travel.DIRECTORY:
            return found if found.is_dir() else _noted(found)
        return self._packed(dataset, found) if found.is_dir() else found

    def _packed(self, dataset: Dataset, folder: Path) -> Path:
        place = self.folder / "archives" / dataset.id / f"{file_name(dataset)}{_ARCHIVE}"
        place.parent.mkdir(parents=True, exist_ok=True)
        return Path(shutil.make_archive(str(place.with_suffix("")), "zip", folder))


def _noted(path: Path) -> Path:
    """Return the folder of a dataset's path, with a note of what the path is."""
    (path.parent / NOTE).write_text(path.name, encoding="utf-8")
    return path.parent
