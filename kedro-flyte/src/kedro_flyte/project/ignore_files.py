"""What a file such as .dockerignore leaves out, as docker-py reads it.

Importing that takes longer than the rest of an export, so its rules stand here once more; a test
holds them against a filter that has it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kedro_flyte.errors import ProjectError
from kedro_flyte.plan.view import Obstacle


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """A line of such a file: a later one that matches outweighs an earlier one."""

    source: Obstacle
    expression: re.Pattern[str]
    depth: int
    keeps: bool

    def matches(self, path: str) -> bool:
        """Whether the path, or the folder of it that is as deep as the pattern, is meant."""
        if self.expression.match(path.lower()):
            return True
        folders = path.split("/")[:-1]
        above = "/".join(folders[: self.depth])
        return self.depth <= len(folders) and bool(self.expression.match(above.lower()))


def patterns(root: Path, name: str) -> tuple[Pattern, ...]:
    """Return the patterns of the file of this name; none where it is not there.

    Raises:
        ProjectError: A pattern cannot be read, which stops whoever ships the code, too.
    """
    path = root / name
    if not path.is_file():
        return ()
    text = path.read_text(encoding="utf-8", errors="replace")
    found = (_pattern(name, n, line) for n, line in enumerate(text.split("\n"), start=1))
    kept = Obstacle(file=name, pattern="!.dockerignore")
    return (
        *(one for one in found if one is not None),
        Pattern(source=kept, expression=re.compile(r"\.dockerignore$"), depth=1, keeps=True),
    )


def left_out_by(all_patterns: tuple[Pattern, ...], path: str) -> Obstacle | None:
    """Return the pattern that leaves a file out; None where none does."""
    for pattern in reversed(all_patterns):
        if pattern.matches(path):
            return None if pattern.keeps else pattern.source
    return None


def _pattern(file: str, number: int, line: str) -> Pattern | None:
    if line.startswith("#"):
        return None
    text = line.strip()
    parts = _parts(text.removeprefix("!"))
    if not parts:
        return None
    source = Obstacle(file=file, line=number, pattern=text)
    try:
        expression = _expression("/".join(parts).lower())
    except re.error as wrong:
        raise ProjectError(
            f"Line {number} of {file}, '{text}', is no pattern: {wrong}. flytekit, which reads the "
            "file for `--copy all`, stops there. Correct the line."
        ) from wrong
    return Pattern(
        source=source, expression=expression, depth=len(parts), keeps=text.startswith("!")
    )


def _parts(pattern: str) -> list[str]:
    """Return the parts of a path; `..` takes away the one before it."""
    found: list[str] = []
    for part in pattern.strip().split("/"):
        if part == "..":
            del found[-1:]
        elif part not in ("", "."):
            found.append(part)
    return found


# A bracket right after the opening one is a member of the group. One that nothing closes is itself.
_TOKENS = re.compile(r"\*\*/?|\*|\?|\[(?=(!?\]?))\1[^\]]*\]|.", re.DOTALL)


@cache
def _expression(pattern: str) -> re.Pattern[str]:
    return re.compile("".join(_words(pattern)) + "$")


def _words(pattern: str) -> Iterator[str]:
    for token in _TOKENS.finditer(pattern):
        text = token[0]
        if text.startswith("**"):
            yield ".*" if token.end() == len(pattern) else "(.*/)?"
        elif text in ("*", "?"):
            yield "[^/]*" if text == "*" else "[^/]"
        elif text.startswith("[") and len(text) > 1:
            yield _group(re.sub(r"[\\\\\[]", r"\\\g<0>", text[1:-1]))
        else:
            yield re.escape(text)


def _group(inner: str) -> str:
    if inner.startswith("!"):
        return f"[^{inner[1:]}]"
    return f"[\\{inner}]" if inner.startswith("^") else f"[{inner}]"
