"""The plan as `plan.json` and back: the contract between the export and the tasks.

The file carries a schema version, and a reader refuses one that it does not know.
"""

import functools
import json
import types
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

from kedro_flyte.errors import PlanError
from kedro_flyte.plan.model import Plan

_SCALARS = (str, int, float, bool, type(None))

SCHEMA_VERSION = 1


def to_json(plan: Plan) -> str:
    """Return the plan as text, the same for the same plan: a line a node, task, dataset ..."""
    document = {"schema_version": SCHEMA_VERSION, **_plain(plan)}
    lines = [f" {_dumped(key)}: {_member(value)}" for key, value in document.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _member(value: Any) -> str:
    if not isinstance(value, list) or not value:
        return _dumped(value)
    return "[\n" + ",\n".join(f"  {_dumped(item)}" for item in value) + "\n ]"


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def from_json(text: str) -> Plan:
    """Return the plan that `to_json` has written.

    Raises:
        PlanError: The text is no plan, or of a version that this release does not know.
    """
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise PlanError(f"plan.json is no JSON ({error}). Run: kedro flyte export.") from None
    version = document.pop("schema_version", None) if isinstance(document, dict) else None
    if version != SCHEMA_VERSION:
        raise PlanError(
            f"plan.json has schema version {version!r}, and this release of kedro-flyte reads "
            f"{SCHEMA_VERSION}. Export again with the release that the tasks have."
        )
    try:
        plan: Plan = _reader(Plan)(document)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise PlanError(
            f"plan.json does not fit its schema ({error}). Write it again: kedro flyte export."
        ) from None
    return plan


def _plain(value: Any) -> Any:
    """Return a record as plain data; what has its default is left out."""
    if type(value) in _SCALARS:  # nearly all values are
        return value
    if is_dataclass(value):
        shown = [f for f in fields(value) if f.init and getattr(value, f.name) != f.default]
        return {f.name: _plain(getattr(value, f.name)) for f in shown}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


Reader = Callable[[Any], Any]


@functools.cache
def _reader(kind: Any) -> Reader:
    """Return what makes a value of the annotated type from plain data."""
    if is_dataclass(kind):
        return _record_reader(kind)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is frozenset:
        return frozenset
    if origin is tuple:
        return _tuple_reader(arguments)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    if origin in (Union, types.UnionType):
        return _optional_reader(arguments)
    return _same


def _optional_reader(arguments: tuple[Any, ...]) -> Reader:
    """Return what makes a record that may be left out; any other union is plain data."""
    record: Any = next((one for one in arguments if is_dataclass(one)), None)
    if record is None:
        return _same
    read: Reader = _reader(record)
    return lambda data: None if data is None else read(data)


def _same(value: Any) -> Any:
    return value


def _record_reader(kind: Any) -> Reader:
    """Return what makes a record; only the members that are no plain data are touched."""
    readers = {name: _reader(hint) for name, hint in get_type_hints(kind).items()}
    changed = {name: reader for name, reader in readers.items() if reader is not _same}

    def read(data: dict[str, Any]) -> Any:
        for name in changed.keys() & data.keys():
            data[name] = changed[name](data[name])
        return kind(**data)

    return read


def _tuple_reader(arguments: tuple[Any, ...]) -> Reader:
    if arguments[-1] is Ellipsis:
        one = _reader(arguments[0])
        return tuple if one is _same else lambda data: tuple(map(one, data))
    each = [_reader(argument) for argument in arguments]
    return lambda data: tuple(read(item) for read, item in zip(each, data, strict=True))
