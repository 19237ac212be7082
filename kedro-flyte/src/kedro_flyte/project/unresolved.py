"""The configuration as its files have it: every value with its keys and line, nothing resolved."""

import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

import yaml

_DEEPEST = 50
_DEEP = 200
_SUFFIXES = (".yml", ".yaml", ".json")
Keys = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A value that is no group and no list; positions in lists are keys, too."""

    keys: Keys
    value: Any
    line: int

    @property
    def name(self) -> str:
        """The last key that is no position."""
        return next((key for key in reversed(self.keys) if not key.isdigit()), "")


def files(folders: Iterable[Path], names: tuple[str, ...]) -> Iterator[Path]:
    """Yield the files of a kind of configuration: one of its names begins theirs or a folder's."""
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            relative = path.relative_to(folder)
            named = any(part.startswith(names) for part in relative.parts)
            if named and path.suffix in _SUFFIXES and path.is_file():
                yield path


def leaves(path: Path) -> Sequence[Leaf]:
    """Return the values of a file; none of one that is no YAML, which Kedro tells by itself."""
    state = path.stat()
    return _read(path, state.st_mtime_ns, state.st_size)


@functools.cache
def _read(path: Path, _changed: int, _size: int) -> tuple[Leaf, ...]:
    """Read a file once: secrets, references and runtime parameters are all looked for in it."""
    found: list[Leaf] = []
    try:
        loader = _loader(path.read_text(encoding="utf-8", errors="replace"))
        root = loader.get_single_node()
        if root is not None:
            found.extend(_leaves(loader, root, ()))
    except (yaml.YAMLError, ValueError, RecursionError):
        pass
    return tuple(found)


def _loader(text: str) -> Any:
    """Return what reads YAML fast; for deeply nested text, on which that would crash, slowly."""
    steps = accumulate(1 if sign in "[{" else -1 for sign in re.findall(r"[\[\]{}]", text))
    starts = (len(line) - len(line.lstrip(" -?:\t")) for line in text.splitlines())
    is_deep = max(steps, default=0) > _DEEP or max(starts, default=0) > _DEEP
    fast = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.SafeLoader(text) if is_deep else fast(text)


def _leaves(loader: Any, node: yaml.Node, keys: Keys) -> Iterator[Leaf]:
    if len(keys) > _DEEPEST:  # an alias may be in what it names
        return
    if isinstance(node, yaml.MappingNode):
        loader.flatten_mapping(node)
        for key, inner in node.value:
            yield from _leaves(loader, inner, (*keys, str(getattr(key, "value", ""))))
    elif isinstance(node, yaml.SequenceNode):
        for at, inner in enumerate(node.value):
            yield from _leaves(loader, inner, (*keys, str(at)))
    else:
        value = _constructed(loader, node)
        yield Leaf(keys=keys, value=value, line=node.start_mark.line + 1)


def _constructed(loader: Any, node: yaml.Node) -> Any:
    """Return a scalar as YAML reads it; the text of one with a tag that nobody knows here."""
    try:
        return loader.construct_object(node)
    except (yaml.YAMLError, ValueError):
        return node.value
