"""What comes to the tasks with the code: the one answer to "does this path ship?".

The carrier of a target says it. Each leaves out what git ignores; where there is no git, it ignores
nothing.
"""

import os
import shutil
import stat
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from functools import cached_property
from pathlib import Path

from kedro_flyte.plan.capabilities import Carrier
from kedro_flyte.plan.view import Obstacle
from kedro_flyte.project.git import ignored_files, ignored_folders, ignoring_lines
from kedro_flyte.project.ignore_files import Pattern, left_out_by, patterns

_GIT = Obstacle(file=".gitignore")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipped:
    """What ships of a path: of a file, or of all files of a folder; relative to the root."""

    files: tuple[str, ...] = ()
    left: Mapping[str, Obstacle] = field(default_factory=dict)

    @property
    def first_left(self) -> str | None:
        """The first file that does not ship; hidden ones do not count where others do."""
        seen = [name for name in self.left if not name.rsplit("/", 1)[-1].startswith(".")]
        return next(iter(seen or ([] if self.files else self.left)), None)

    @property
    def obstacle(self) -> Obstacle | None:
        """What is in the way of that file; None where all ships."""
        return self.left[self.first_left] if self.first_left else None


class Shipping:
    """What ships of a project, from its root."""

    def __init__(self, root: Path, carrier: Carrier) -> None:
        self._root = root.resolve()
        self._carrier = carrier

    def of(self, places: Iterable[str]) -> dict[str, Shipped]:
        """Return what ships of each place: the path of a file or a folder of the project."""
        ways = {place: self._in_the_way(place) for place in places}
        asked = [place for place, way in ways.items() if way is None]
        ignored = self._ignored(asked)
        found = {place: self._sorted(self._walk(place), ignored) for place in asked}
        lines = ignoring_lines(self._root, self._first_ignored(found.values()))
        return {
            place: _with_lines(found[place], lines) if way is None else Shipped(left={place: way})
            for place, way in ways.items()
        }

    def of_new(self, name: str) -> Obstacle | None:
        """Return what would be in the way of a file that is still to be written."""
        ignored = ignoring_lines(self._root, [name])
        return ignored.get(name) or self._in_the_way(name) or self._obstacle(name, frozenset())

    def files(self) -> tuple[str, ...]:
        """Return all files that ship, as paths relative to the root."""
        large = self._environments()
        tops = [path.name for path in self._root.iterdir() if path.name not in {".git", *large}]
        ignored = self._ignored(sorted(tops))
        return self._sorted(self._walk(".", large), ignored).files

    def copy(self, folder: Path) -> None:
        """Copy what ships into a folder, which is made where it is not there."""
        for name in self.files():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(self._root / name, target, follow_symlinks=False)

    @cached_property
    def _patterns(self) -> tuple[tuple[Pattern, ...], ...]:
        return tuple(patterns(self._root, name) for name in self._carrier.ignore_files)

    def _ignored(self, places: list[str]) -> frozenset[str]:
        return ignored_files(self._root, places, quoted=self._carrier.misses_quoted)

    def _environments(self) -> frozenset[str]:
        """Return virtual environments in the root that git ignores, which are large."""
        found = (path.parent.name for path in self._root.glob("*/pyvenv.cfg"))
        return frozenset(found) & ignored_folders(self._root)

    def _in_the_way(self, place: str) -> Obstacle | None:
        """Return what keeps a path from the tasks whatever the files there are."""
        path = Path(place)
        if path.is_absolute():
            return Obstacle(reason="it is an absolute path of this machine")
        if not (self._root / path).resolve().is_relative_to(self._root):
            return Obstacle(reason="it lies outside the project")
        for one in () if self._carrier.takes_links else (path, *path.parents):
            if (self._root / one).is_symlink() and (self._root / one).is_dir():
                return Obstacle(reason=f"{one.as_posix()} is a link, and links are not followed")
        return None

    def _walk(self, place: str, without: Collection[str] = ()) -> Iterator[str]:
        start = self._root / place
        if not start.is_dir():
            yield from [start.relative_to(self._root).as_posix()] if start.exists() else []
        for folder, folders, files in os.walk(start):
            here = Path(folder).relative_to(self._root)
            names = [(here / name).as_posix() for name in sorted(files)]
            takes = self._carrier.takes_links
            links = [n for n in folders if takes and (Path(folder) / n).is_symlink()]
            folders[:] = sorted({*folders} - {".git"} - ({*without} if here == Path() else set()))
            yield from filter(self._is_file, names)
            yield from ((here / name).as_posix() for name in links)

    def _is_file(self, name: str) -> bool:
        path = self._root / name
        return path.exists() and not stat.S_ISSOCK(path.stat().st_mode)

    def _sorted(self, names: Iterable[str], ignored: frozenset[str]) -> Shipped:
        left = {name: self._obstacle(name, ignored) for name in names}
        return Shipped(
            files=tuple(name for name, why in left.items() if why is None),
            left={name: why for name, why in left.items() if why is not None},
        )

    def _obstacle(self, name: str, ignored: frozenset[str]) -> Obstacle | None:
        if name in ignored:
            return _GIT
        if any(fnmatch(name, pattern) for pattern in self._carrier.patterns):
            return Obstacle(reason=f"{self._carrier.tool} leaves out files of such a name")
        named = (left_out_by(of_file, name) for of_file in self._patterns)
        return next((one for one in named if one), None) or self._broken_link(name)

    def _broken_link(self, name: str) -> Obstacle | None:
        path = self._root / name
        if not path.is_symlink():
            return None
        aim = Path(os.path.normpath(path.parent / path.readlink()))
        inside = not path.readlink().is_absolute() and aim.is_relative_to(self._root)
        if inside and not self.of([aim.relative_to(self._root).as_posix()]).popitem()[1].left:
            return None
        return Obstacle(reason="it is a link to what does not come along")

    def _first_ignored(self, found: Iterable[Shipped]) -> list[str]:
        firsts = (one.first_left for one in found if one.obstacle == _GIT)
        return [name for name in firsts if name]


def place_of(root: Path, path: Path) -> str:
    """Return a path relative to the root, as it is where it does not lie there."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def _with_lines(found: Shipped, lines: Mapping[str, Obstacle]) -> Shipped:
    left = {name: lines.get(name, why) for name, why in found.left.items()}
    return Shipped(files=found.files, left=left)
