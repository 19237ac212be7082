"""Values that are not known before a launch: what stands for them where configuration is read.

`${runtime_params:who}` without a default cannot be resolved without a value. A mark takes its
place, so that everything made of it can be told; people are shown the reference again.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

# Noncharacters of Unicode, which no file of configuration holds.
_MARK = re.compile("\ufdd0([^\ufdd1]*)\ufdd1")


def marks(names: Iterable[str]) -> dict[str, Any]:
    """Return runtime parameters that hold a mark each, nested as their names are."""
    found: dict[str, Any] = {}
    for name in names:
        *above, last = name.split(".")
        group = found
        for key in above:
            group = group.setdefault(key, {})
        group[last] = f"\ufdd0{name}\ufdd1"
    return found


def merged(first: Mapping[Any, Any], second: Mapping[Any, Any]) -> dict[Any, Any]:
    """Return the values of both, group by group; the second holds where both have one."""
    found = dict(first)
    for key, value in second.items():
        both = isinstance(value, Mapping) and isinstance(found.get(key), Mapping)
        found[key] = merged(found[key], value) if both else value
    return found


def without_marks(values: Mapping[Any, Any], given: Mapping[Any, Any]) -> dict[Any, Any]:
    """Return values without those marks, and without groups that held nothing else."""
    found = dict(values)
    for key, mark in given.items():
        if isinstance(mark, Mapping) and isinstance(found.get(key), Mapping):
            found[key] = without_marks(found[key], mark)
        if key in found and (found[key] == mark or (isinstance(mark, Mapping) and not found[key])):
            del found[key]
    return found


def is_pending(value: Any) -> bool:
    """Whether a mark is in a value."""
    if isinstance(value, Mapping):
        return any(map(is_pending, value.values()))
    if isinstance(value, (list, tuple)):
        return any(map(is_pending, value))
    return isinstance(value, str) and _MARK.search(value) is not None


def with_references(value: Any) -> Any:
    """Return a value with a reference in the place of each mark."""
    if isinstance(value, Mapping):
        return {with_references(key): with_references(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [with_references(inner) for inner in value]
    return _MARK.sub(r"${runtime_params:\1}", value) if isinstance(value, str) else value


def refers(text: str) -> bool:
    """Whether a text has such a reference."""
    return "${runtime_params:" in text
