"""What git says of the project: what it ignores, and by which line."""

import os
import subprocess
from collections.abc import Iterable
from pathlib import Path

from kedro_flyte.plan.view import Obstacle

_LONGEST = 50_000  # letters of a command line


def git_lines(root: Path, *arguments: str, lines: Iterable[str] = ()) -> list[str]:
    """Return the lines that git prints; none where there is no git, or no repository."""
    done = _git(root, *arguments, text="\n".join(lines))
    return (done or "").splitlines()


def ignored_files(root: Path, places: Iterable[str], *, quoted: bool) -> frozenset[str]:
    """Return the files at these places, and in folders there, that git ignores.

    It is the question that flytekit asks, about fewer files.

    Args:
        root: The project's folder.
        places: Paths relative to it.
        quoted: Odd names as git writes them, in quotes with escapes; themselves otherwise.
    """
    asked = list(places)
    if not asked:
        return frozenset()
    words = ["--literal-pathspecs", "ls-files", "-io", "--exclude-standard"]
    end = "\n" if quoted else "\0"
    words += [] if quoted else ["-z"]
    short = sum(map(len, asked)) < _LONGEST
    found = _git(root, *words, "--", *asked) if short else None
    found = _git(root, *words) if found is None else found
    return frozenset((found or "").split(end)[:-1])


def ignored_folders(root: Path) -> frozenset[str]:
    """Return the folders of which git ignores all, by their paths from the root."""
    found = git_lines(root, "ls-files", "-io", "--directory", "--exclude-standard")
    return frozenset(line.removesuffix("/") for line in found if line.endswith("/"))


def ignoring_lines(root: Path, names: list[str]) -> dict[str, Obstacle]:
    """Return, for each of these files, the line by which git ignores it."""
    if not names:
        return {}
    found = _git(root, "check-ignore", "-v", "-z", "--stdin", text="\0".join(names)) or ""
    fields = iter(found.split("\0"))
    return {
        name: Obstacle(file=file, line=int(line), pattern=pattern)
        for file, line, pattern, name in zip(fields, fields, fields, fields, strict=False)
    }


def folder_in_repository(root: Path) -> str:
    """Return where the project is in its repository; empty at its top, and where there is none."""
    found = git_lines(root, "rev-parse", "--show-prefix")
    return found[0] if found else ""


def _git(root: Path, *arguments: str, text: str = "") -> str | None:
    """Return what git prints; None where there is no git, or it fails."""
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command, and paths
            ["git", "-C", str(root), *arguments],  # noqa: S607
            input=os.fsencode(text),
            capture_output=True,
            check=False,
        )
    except OSError:
        return None
    return os.fsdecode(done.stdout) if done.returncode == 0 else None
