"""The plan as `plan.json` and back: the contract between the export and the tasks.

The file carries a schema version, and a reader refuses one that it does not know.
"""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any, get_args, get_type_hints

from kedro_flyte.errors import PlanError
from kedro_flyte.plan.model import Plan

SCHEMA_VERSION = 1


def to_json(plan: Plan) -> str:
    """Return the plan as text, the same for the same plan."""
    document = {"schema_version": SCHEMA_VERSION, **_plain(plan)}
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


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
        plan: Plan = _record(Plan, document)
    except (KeyError, TypeError, ValueError) as error:
        raise PlanError(
            f"plan.json does not fit its schema ({error}). Write it again: kedro flyte export."
        ) from None
    return plan


def _plain(value: Any) -> Any:
    """Return a record as plain data; what has its default is left out."""
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


_HINTS: dict[type, dict[str, Any]] = {}


def _record(kind: Any, data: Any) -> Any:
    """Return plain data as a value of the annotated type."""
    if is_dataclass(kind):
        hints = _HINTS.setdefault(kind, get_type_hints(kind))  # type: ignore[arg-type]
        return kind(**{key: _record(hints[key], value) for key, value in data.items()})  # type: ignore[operator]
    arguments = get_args(kind)
    origin = getattr(kind, "__origin__", None)
    if origin is frozenset:
        return frozenset(data)
    if origin is tuple:
        return _tuple(arguments, data)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(data)
    if isinstance(data, Mapping):
        raise TypeError(f"a mapping where {kind} belongs")
    return data


def _tuple(arguments: tuple[Any, ...], data: list[Any]) -> tuple[Any, ...]:
    if len(arguments) == 2 and arguments[1] is Ellipsis:  # noqa: PLR2004
        return tuple(_record(arguments[0], item) for item in data)
    return tuple(_record(kind, item) for kind, item in zip(arguments, data, strict=True))
