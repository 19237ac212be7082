"""Parameters as inputs of the workflow: one for each leaf that the nodes use.

A value is written in the way that its kind says, by `encode`, and read back, by `decode`, so that
a node gets what `kedro run --params` would bring it.
"""

import datetime as dt
import json
import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import yaml
from kedro_flyte.plan.model import Kind, Parameter
from kedro_flyte.plan.names import PARAMETERS, input_name
from kedro_flyte.plan.view import Scalar

_MISSING = object()
_LONGEST_INT = 2**63


def lookup(parameters: Mapping[str, Any], path: str) -> Any:
    """Return the value at a dotted path, or `MISSING`."""
    value: Any = parameters
    for key in path.split("."):
        if not isinstance(value, Mapping) or key not in value:
            return _MISSING
        value = value[key]
    return value


def is_missing(value: Any) -> bool:
    """Whether `lookup` found nothing."""
    return value is _MISSING


def leaves(value: Any, keys: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield the keys and the value of every leaf; a list is a leaf, an empty group is too."""
    if _is_group(value):
        for key, nested in value.items():
            yield from leaves(nested, (*keys, key))
    else:
        yield keys, value


def _is_group(value: Any) -> bool:
    return (
        isinstance(value, Mapping)
        and bool(value)
        and all(isinstance(key, str) and key and "." not in key for key in value)
    )


def parameter(keys: tuple[str, ...], value: Any, pipeline: str) -> Parameter | None:
    """Return the workflow input of a leaf; None for a value that no text can carry."""
    written = encode(value)
    if written is None:
        return None
    kind, default = written
    return Parameter(keys=keys, id=_id(keys, pipeline), kind=kind, default=default)


def full_id(keys: tuple[str, ...]) -> str:
    """Return the input name of the whole path, for where the short one is taken."""
    return input_name(".".join(keys), PARAMETERS)


def _id(keys: tuple[str, ...], pipeline: str) -> str:
    short = keys[1:] if len(keys) > 1 and keys[0] == pipeline else keys
    return full_id(short)


def encode(value: Any) -> tuple[Kind, Scalar] | None:
    """Return the kind of a value and how it is written; None for one that no text can carry."""
    for kind, matches in _KINDS:
        if matches(value):
            return kind, value if kind in _AS_THEY_ARE else _text(kind, value)
    try:
        return Kind.JSON, _text(Kind.JSON, value)
    except (TypeError, ValueError, yaml.YAMLError):
        return None


def as_text(value: Any) -> str | None:
    """Return how a value is written where the kind is JSON."""
    return _text(Kind.JSON, value)


def decode(kind: Kind, written: Any) -> Any:
    """Return the value that `encode` has written, or that a user has typed."""
    if kind in _AS_THEY_ARE or not isinstance(written, str):
        return written
    if kind is Kind.DATE:
        return dt.date.fromisoformat(written)
    if kind is Kind.DATETIME:
        return dt.datetime.fromisoformat(written)
    try:
        return json.loads(written)
    except json.JSONDecodeError:
        return yaml.safe_load(written)


_AS_THEY_ARE = (Kind.INTEGER, Kind.FLOAT, Kind.BOOLEAN, Kind.TEXT)


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and -_LONGEST_INT <= value < _LONGEST_INT


def _is_float(value: Any) -> bool:
    return isinstance(value, float) and math.isfinite(value)


_KINDS: tuple[tuple[Kind, Callable[[Any], bool]], ...] = (
    (Kind.BOOLEAN, lambda value: isinstance(value, bool)),
    (Kind.INTEGER, _is_integer),
    (Kind.FLOAT, _is_float),
    (Kind.TEXT, lambda value: isinstance(value, str)),
    (Kind.DATETIME, lambda value: isinstance(value, dt.datetime)),
    (Kind.DATE, lambda value: isinstance(value, dt.date)),
)


def _text(kind: Kind, value: Any) -> str | None:
    if value is None:
        return None
    if kind in (Kind.DATE, Kind.DATETIME):
        return str(value.isoformat())
    text = _as_json(value)
    if text is not None:
        return text
    flow: str = yaml.safe_dump(value, default_flow_style=True, width=10**6, allow_unicode=True)
    return flow.removesuffix("...\n").strip()


def _is_nan(value: Any) -> bool:
    return isinstance(value, float) and math.isnan(value)


def _as_json(value: Any) -> str | None:
    """Return JSON, unless reading it back would give another value (keys that are numbers)."""
    try:
        text = json.dumps(value, ensure_ascii=False)
    except TypeError:
        return None
    again = json.loads(text)
    return text if again == value or _is_nan(value) else None
