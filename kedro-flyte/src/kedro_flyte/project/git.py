"""What git says of the project: what it ignores is not shipped."""

import subprocess
from collections.abc import Iterable
from pathlib import Path

from kedro.framework.project import settings


def git_lines(root: Path, *arguments: str, lines: Iterable[str] = ()) -> list[str]:
    """Return the lines that git prints; none where there is no git, or no repository."""
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command, and paths on standard input
            ["git", "-C", str(root), *arguments],  # noqa: S607
            input="\n".join(lines),
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return []
    return done.stdout.splitlines()


def not_shipped(root: Path, places: set[str]) -> set[str]:
    """Return those of the places that git ignores, or that lie outside the project."""
    inside = {place for place in places if (root / place).resolve().is_relative_to(root.resolve())}
    words = ("-c", "core.quotePath=off", "check-ignore", "--stdin")
    ignored = set(git_lines(root, *words, lines=inside)) if inside else set()
    return (places - inside) | ignored


def left_out(root: Path) -> tuple[str, ...]:
    """Return what git ignores of the configuration, as folders where it can."""
    found = git_lines(
        root, "ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "--",
        settings.CONF_SOURCE,
    )  # fmt: skip
    return tuple(sorted(found))


def folder_in_repository(root: Path) -> str:
    """Return where the project is in its repository; empty at its top, and where there is none."""
    found = git_lines(root, "rev-parse", "--show-prefix")
    return found[0] if found else ""
