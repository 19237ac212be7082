"""The folder that a run on this machine leaves its results in: nothing else there is touched.

What a run has put there is written down beside it, as the size and the time of every file. A later
run replaces that, and only as long as it is unchanged; all else is in the way, and refused before
the first task begins. Results are copied first and put into their places at the end, so that a
place holds a whole result, the new one or the one before.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from kedro_flyte.errors import ProjectError
from kedro_flyte.plan.model import Dataset, Travel
from kedro_flyte.runtime import archive
from kedro_flyte.runtime.workplace import Workplace, file_name, meant, whole, without_note

MARKS = ".kedro-flyte-results.json"
_LONGEST = 200  # bytes of a name; file systems take 255 with suffix and all
_REMEMBERED = 2  # what is replaced, and what replaces it: a run may end between the two


class Results:
    """Where the results of one run go.

    Args:
        datasets: The results, in their order.
        output: The folder; None where no copies are wanted.

    Raises:
        ProjectError: The folder cannot be used, or holds something under the name of a result that
            no run has left there.
    """

    def __init__(self, datasets: Iterable[Dataset], output: Path | None) -> None:
        self._datasets = tuple(datasets)
        self._output = output
        self._names = _names([d for d in self._datasets if d.travel.is_handed_over])
        if output is not None and self._names:
            self._prepare(output)

    def _prepare(self, output: Path) -> None:
        try:
            output.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ProjectError(
                f"Results cannot be written to {output}: {error.strerror}. Name another folder "
                "with --output."
            ) from error
        if not os.access(output, os.W_OK):
            raise ProjectError(
                f"Results cannot be written to {output}: it is read-only. Name another folder "
                "with --output."
            )
        known = _Marks(output)
        in_way = {
            name: place
            for name, place in ((d.name, self._expected(d, output)) for d in self._carried())
            if not known.may_replace(place)
        }
        if in_way:
            places = ", ".join(f"{place} (for '{name}')" for name, place in in_way.items())
            raise ProjectError(
                f"Something is in the way of results: {places}. No run of this command has left "
                "it there, or it was changed since, so it is not replaced. Name another folder "
                "with --output, or move it away."
            )

    def _carried(self) -> list[Dataset]:
        return [d for d in self._datasets if d.name in self._names]

    def _expected(self, dataset: Dataset, output: Path) -> Path:
        return output / f"{self._names[dataset.name]}{_suffix(dataset)}"

    def keep(self, values: Iterable[Any], tell: Callable[[str], None]) -> None:
        """Copy results, each under its dataset's name; tell where they are.

        Args:
            values: What the workflow has given for each dataset, in their order.
            tell: Is told a line for each.
        """
        given = {d.name: value for d, value in zip(self._datasets, values, strict=True)}
        placed: Mapping[str, Path] = {}
        if self._output is not None and self._names:
            placed = self._place({d: given[d.name] for d in self._carried()}, self._output)
        for dataset in self._datasets:
            if dataset.name in placed:
                tell(f"{dataset.name}: {placed[dataset.name]}")
            elif not dataset.travel.is_handed_over:
                tell(f"{dataset.name}: {given[dataset.name]}")

    def _place(self, given: Mapping[Dataset, Any], output: Path) -> dict[str, Path]:
        with tempfile.TemporaryDirectory(prefix=".kedro-flyte-", dir=output) as staging:
            new, old = Path(staging, "new"), Path(staging, "old")
            new.mkdir()
            old.mkdir()
            copies = {d.name: self._copy(d, value, new) for d, value in given.items()}
            known = _Marks(output)
            places = {name: known.place(copy.name) for name, copy in copies.items()}
            known.add({places[name].name: copy for name, copy in copies.items()})
            for name, place in places.items():
                if place.exists():
                    place.rename(old / place.name)
                copies[name].rename(place)
        return places

    def _copy(self, dataset: Dataset, value: Any, folder: Path) -> Path:
        source = Workplace().receive(dataset, value)
        if source.is_file() and archive.is_packed(source):
            packed, source = source, Workplace().place(dataset)
            archive.unpack(packed, source)
            source = meant(source)
        source = whole(source)
        own = source.suffix or PurePosixPath(file_name(dataset)).suffix  # a job drops suffixes
        target = folder / f"{self._names[dataset.name]}{'' if source.is_dir() else own}"
        target = folder / dataset.id if target.exists() else target
        if source.is_dir():
            shutil.copytree(source, target, ignore=without_note)
        else:
            shutil.copy2(source, target)
        return target


class _Marks:
    """What runs have left in a folder, by name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._marks = _read(folder / MARKS)

    def may_replace(self, place: Path) -> bool:
        """Whether nothing is at a place, or what a run has left there and nobody has changed."""
        return not os.path.lexists(place) or _mark(place) in self._marks.get(place.name, ())

    def place(self, name: str) -> Path:
        """Return where to put a result: under its name, or with a number where that is taken."""
        stem, dot, suffix = name.partition(".")
        place, number = self._folder / name, 2
        while not self.may_replace(place):
            place, number = self._folder / f"{stem}-{number}{dot}{suffix}", number + 1
        return place

    def add(self, copies: Mapping[str, Path]) -> None:
        """Write down copies by the names that they are about to get."""
        for name, copy in copies.items():
            self._marks[name] = [*self._marks.get(name, ()), _mark(copy)][-_REMEMBERED:]
        part = self._folder / f"{MARKS}.part"
        part.write_text(json.dumps(self._marks, indent=1, sort_keys=True), encoding="utf-8")
        part.replace(self._folder / MARKS)


def _read(path: Path) -> dict[str, list[str]]:
    """Return the marks in a file; none where it is missing or is no such file."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    marks = found.items() if isinstance(found, dict) else ()
    return {name: list(map(str, many)) for name, many in marks if isinstance(many, list)}


def _mark(place: Path) -> str:
    """Return what changes with any file at a place, or in it: names, sizes and times."""
    total = hashlib.sha256()
    for path in [place, *(sorted(place.rglob("*")) if place.is_dir() else ())]:
        told = path.lstat()
        is_folder = path.is_dir() and not path.is_symlink()
        what = "folder" if is_folder else (told.st_mode, told.st_size, told.st_mtime_ns)
        total.update(repr((os.fspath(path.relative_to(place)), what)).encode(errors="replace"))
    return total.hexdigest()


def _names(datasets: Iterable[Dataset]) -> dict[str, str]:
    """Return what each result is called in the folder: its dataset's name, or else its id.

    A name that is a way to another folder, is hidden, is too long, or differs from another one by
    case alone is no name for a file.
    """
    files = {d: f"{d.name}{_suffix(d)}".casefold() for d in datasets}
    count = Counter(files.values())
    return {
        d.name: d.name if _is_plain(d.name) and count[f] == 1 else d.id for d, f in files.items()
    }


def _suffix(dataset: Dataset) -> str:
    """Return the suffix that a result is expected to have."""
    is_folder = dataset.travel is Travel.DIRECTORY
    return "" if is_folder else PurePosixPath(file_name(dataset)).suffix


def _is_plain(name: str) -> bool:
    is_safe = name.isprintable() and not set(name) & set("/\\") and not name.startswith(".")
    return is_safe and 0 < len(name.encode()) <= _LONGEST
