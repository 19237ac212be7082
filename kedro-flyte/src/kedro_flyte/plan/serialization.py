"""The plan as `plan.json` and back: the contract between the export and the tasks.

The file carries a schema version, and a reader refuses one that it does not know. A module carries
the digest of its plan, and a reader that knows it refuses any other plan.
"""

import functools
import hashlib
import json
import types
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from kedro_flyte.errors import PlanError
from kedro_flyte.plan.model import Plan

_SCALARS = (str, int, float, bool, type(None))

SCHEMA_VERSION = 1
Record = TypeVar("Record")


def to_json(plan: Plan) -> str:
    """Return the plan as text, the same for the same plan: a line a node, task, dataset ..."""
    document = _document(plan)
    lines = [f" {_dumped(key)}: {_member(value)}" for key, value in document.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _member(value: Any) -> str:
    if not isinstance(value, list) or not value:
        return _dumped(value)
    return "[\n" + ",\n".join(f"  {_dumped(item)}" for item in value) + "\n ]"


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def digest(plan: Plan) -> str:
    """Return what tells a plan from any other; how its file is laid out does not matter."""
    return _digest(_document(plan))


def _document(plan: Plan) -> dict[str, Any]:
    return {"schema_version": SCHEMA_VERSION, **_plain(plan)}


def plain(record: Any) -> Any:
    """Return a record as the plain data that `Plan.own` holds; what has its default is left out."""
    return _plain(record)


def record(kind: type[Record], data: Any) -> Record:
    """Return the record that `plain` was given.

    Raises:
        TypeError: The data does not fit.
    """
    reader: Reader = _reader(cast("Any", kind))
    made: Record = reader(data)
    return made


def _digest(document: Any) -> str:
    text = json.dumps(document, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def from_json(text: str, name: str = "plan.json", expected: str = "") -> Plan:
    """Return the plan that `to_json` has written.

    Args:
        text: What the file says.
        name: The file's name, for messages.
        expected: The digest that it must have; empty: any.

    Raises:
        PlanError: The text is no plan, of a version that this release does not know, or another
            plan than the expected one.
    """
    document = _parsed(text, name)
    version = document.get("schema_version") if isinstance(document, dict) else None
    if type(version) is not int or version != SCHEMA_VERSION:
        raise PlanError(
            f"{name} has schema version {version!r}, and this release of kedro-flyte reads "
            f"{SCHEMA_VERSION}. Export again with the release that the tasks have."
        )
    if expected and _digest(document) != expected:
        raise PlanError(
            f"{name} is not the plan that its module was written with: its digest is "
            f"{_digest(document)} and not {expected}, and it is for pipeline "
            f"{document.get('pipeline')!r}. One of the two files was changed or comes from another "
            "export. Export again (kedro flyte export), and take both files along."
        )
    del document["schema_version"]
    try:
        plan: Plan = _reader(Plan)(document)
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise PlanError(
            f"{name} does not fit its schema ({error}). Write it again: kedro flyte export."
        ) from None
    return plan


def _parsed(text: str, name: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        why = str(error) if text.strip() else "it is empty"
        raise PlanError(f"{name} is no JSON ({why}). Run: kedro flyte export.") from None


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
    """Return what makes a value of the annotated type from plain data, and refuses other data."""
    if is_dataclass(kind):
        return _record_reader(kind)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is frozenset:
        one = _list_reader(_reader(arguments[0]))
        return lambda data: frozenset(one(data))
    if origin is tuple:
        return _tuple_reader(arguments)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    if origin in (Union, types.UnionType):
        return _union_reader(arguments)
    return _scalar_reader((kind,))


def _union_reader(arguments: tuple[Any, ...]) -> Reader:
    """Return what reads a record that may be left out, or one of several kinds of plain data.

    A list may be one of these.
    """
    lists: Any = next((one for one in arguments if get_origin(one) is tuple), None)
    if lists is not None:
        several = _reader(lists)
        one = _scalar_reader(tuple(kind for kind in arguments if kind is not lists))
        return lambda data: several(data) if isinstance(data, list) else one(data)
    record: Any = next((one for one in arguments if is_dataclass(one)), None)
    if record is None:
        return _scalar_reader(arguments)
    read: Reader = _reader(record)
    return lambda data: None if data is None else read(data)


def _scalar_reader(kinds: tuple[Any, ...]) -> Reader:
    names = " or ".join(kind.__name__ for kind in kinds)
    classes = {get_origin(kind) or kind for kind in kinds}
    taken = {*classes, int} if float in classes else classes

    def read(value: Any) -> Any:
        if type(value) not in taken:
            raise TypeError(f"{value!r:.80} is no {names}")
        return value

    return read


def _record_reader(kind: Any) -> Reader:
    """Return what makes a record; a member that is wrong is named."""
    hints = get_type_hints(kind)
    readers = {field.name: _reader(hints[field.name]) for field in fields(kind) if field.init}

    def read(data: Any) -> Any:
        if not isinstance(data, dict):
            raise TypeError(f"{data!r:.80} is no {kind.__name__}")
        unknown = data.keys() - readers.keys()
        if unknown:
            raise TypeError(f"a {kind.__name__} has no {sorted(unknown)}")
        return kind(**{name: _member_of(name, readers[name], data[name]) for name in data})

    return read


def _member_of(name: str, reader: Reader, value: Any) -> Any:
    try:
        return reader(value)
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise TypeError(f"{name}: {error}") from None


def _tuple_reader(arguments: tuple[Any, ...]) -> Reader:
    if arguments[-1] is Ellipsis:
        return _list_reader(_reader(arguments[0]))
    each = [_reader(argument) for argument in arguments]

    def read(data: Any) -> Any:
        items = _list(data)
        return tuple(one(item) for one, item in zip(each, items, strict=True))

    return read


def _list_reader(one: Reader) -> Reader:
    return lambda data: tuple(map(one, _list(data)))


def _list(data: Any) -> list[Any]:
    if not isinstance(data, list):
        raise TypeError(f"{data!r:.80} is no list")
    return data
