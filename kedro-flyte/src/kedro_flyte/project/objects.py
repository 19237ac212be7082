"""What an object that a node is made from holds: its members, or a text."""

import hashlib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any


def members(value: Any) -> list[tuple[Any, Any]] | None:
    """Return what a container or record holds, in an order; None for another object."""
    if isinstance(value, Mapping):
        return list(value.items())
    if isinstance(value, (list, tuple)):
        return list(enumerate(value))
    if isinstance(value, (set, frozenset)):
        return list(enumerate(sorted(value, key=repr)))
    if is_dataclass(value):
        return [(f.name, getattr(value, f.name)) for f in fields(value)]
    return None


def written(value: Any) -> str:
    """Return how an object of another package writes itself; its type where that is an address."""
    if hasattr(value, "tobytes"):
        return hashlib.sha256(value.tobytes()).hexdigest()
    text = repr(value)
    return type(value).__qualname__ if text.startswith("<") else text


def is_filled(cell: Any) -> bool:
    """Whether a variable of a closure has a value yet."""
    try:
        _ = cell.cell_contents
    except ValueError:
        return False
    return True
