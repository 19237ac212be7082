"""Parameters as inputs of the workflow: one for each leaf that the nodes use.

A value is written in the way that its kind says, by `encode`, and read back, by `decode`, so that
a node gets what `kedro run --params` would bring it.
"""

import datetime as dt
import json
import math
import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

import yaml
from kedro_flyte.plan.data.pending import merged
from kedro_flyte.plan.model import Kind, Parameter
from kedro_flyte.plan.view import Default, Keys, dotted

_LONGEST_INT = 2**63


def paths(parameters: Any) -> dict[str, Keys]:
    """Return the keys of every value by what Kedro calls it: `params:<path>`.

    Kedro puts a dot between keys, whatever the keys are: numbers, or with dots themselves. Where
    two are called the same, the last holds.
    """
    found: dict[str, Keys] = {}
    for key, value in parameters.items() if isinstance(parameters, Mapping) else ():
        found[str(key)] = (key,)
        found |= {f"{key}.{path}": (key, *keys) for path, keys in paths(value).items()}
    return found


def at(parameters: Mapping[str, Any], keys: Keys) -> Any:
    """Return the value at some keys, which are there."""
    value: Any = parameters
    for key in keys:
        value = value[key]
    return value


def leaves(
    value: Any, keys: Keys = (), by_all: Collection[Keys] = ()
) -> Iterator[tuple[Keys, Any]]:
    """Yield the keys and the value of every leaf; a list is a leaf, an empty group is too.

    A group whose keys are numbers, or have dots, is one as a whole, unless some of `by_all` are the
    keys of values within it, or it holds all.
    """
    if isinstance(value, Mapping) and (not keys or _is_group(value) or _is_named(keys, by_all)):
        for key, nested in value.items():
            yield from leaves(nested, (*keys, key), by_all)
    else:
        yield keys, value


def named(known: Mapping[str, Keys], entries: Iterable[str]) -> list[Keys]:
    """Return the keys of the values that entries of nodes name by `params:...`; `known` has all."""
    wanted = (e.removeprefix("params:") for e in entries if e.startswith("params:"))
    return [known[path] for path in wanted if path in known]


def used(
    parameters: Mapping[str, Any],
    known: Mapping[str, Keys],
    entries: Collection[str],
    by_all: Collection[Keys],
) -> dict[Keys, Any]:
    """Return the leaves that entries of nodes name: `parameters` names all.

    Args:
        parameters: As they are configured.
        known: Their `paths`.
        entries: Inputs of nodes, datasets as well.
        by_all: The keys that all nodes of the pipeline name.
    """
    wanted = [*named(known, entries), *([()] if "parameters" in entries else [])]
    found = (leaves(at(parameters, keys), keys, by_all) for keys in wanted)
    every = {keys: value for some in found for keys, value in some if keys}
    counts = Counter(map(dotted, every))
    hidden = [k for k in every if counts[dotted(k)] > 1 and known[dotted(k)] != k]
    return {keys: value for keys, value in every.items() if keys not in hidden}


def _is_group(value: Mapping[Any, Any]) -> bool:
    return bool(value) and all(isinstance(k, str) and k and "." not in k for k in value)


def _is_named(keys: Keys, by_all: Collection[Keys]) -> bool:
    return any(len(one) > len(keys) and one[: len(keys)] == keys for one in by_all)


def parameter(keys: Keys, value: Any, *, lists: bool = True) -> Parameter | None:
    """Return the workflow input of a leaf, without a name; None for what no text can carry.

    `lists` tells whether an input can be a list of one type, which is JSON otherwise.
    """
    written = encode(value)
    if written is not None and written[0] in _LISTS and not lists:
        written = (Kind.JSON, as_text(value))
    if written is None:
        return None
    kind, default = written
    return Parameter(keys=keys, id="", kind=kind, default=default)


def encode(value: Any) -> tuple[Kind, Default] | None:
    """Return the kind of a value and how it is written; None for one that no text can carry."""
    for kind, matches in _KINDS:
        if matches(value):
            return kind, _written(kind, value)
    try:
        return Kind.JSON, _text(Kind.JSON, value)
    except (TypeError, ValueError, yaml.YAMLError):
        return None


def _written(kind: Kind, value: Any) -> Default:
    if kind in _LISTS:
        return tuple(value)
    return value if kind in _AS_THEY_ARE else _text(kind, value)


def as_text(value: Any) -> str | None:
    """Return how a value is written where the kind is JSON."""
    return _text(Kind.JSON, value)


def decode(kind: Kind, written: Any) -> Any:
    """Return the value that `encode` has written, or that a user has typed."""
    if kind in _LISTS and isinstance(written, tuple):
        return list(written)
    if kind in _AS_THEY_ARE or not isinstance(written, str):
        return written
    if kind is Kind.DATE:
        return dt.date.fromisoformat(written)
    if kind is Kind.DATETIME:
        return dt.datetime.fromisoformat(written)
    try:
        return json.loads(written)
    except json.JSONDecodeError:
        value = yaml.safe_load(written)
    # A date alone is of another kind, so this was typed: `kedro run --params` reads text, too.
    return written if isinstance(value, dt.date) else value


def by_input(given: Mapping[str, Any], known: Mapping[str, Parameter]) -> Iterator[tuple[str, Any]]:
    """Yield what is given for each input by the name that it goes by, or by a name nobody knows.

    What is given for a part of an input, such as `a.b` where `a` is an empty group or null, is
    merged into it, as `kedro run --params` would.
    """
    parts: dict[str, Any] = {}
    for keys, value in leaves(given):
        ways = (dotted(keys[:length]) for length in range(len(keys), 0, -1))
        name = next((way for way in ways if way in known), dotted(keys))
        inner = keys[name.count(".") + 1 :]
        for key in reversed(inner):
            value = {key: value}  # noqa: PLW2901 - from the innermost part outwards
        if not inner:
            yield name, value
        else:
            parts[name] = merged(parts.get(name, _group(known[name])), value)
    yield from parts.items()


def _group(parameter: Parameter) -> Mapping[Any, Any]:
    value = decode(parameter.kind, parameter.default)
    return value if isinstance(value, Mapping) else {}


def given_by_hand(parameter: Parameter, value: Any) -> Any:
    """Return a value that somebody has typed, as an input of the parameter's kind takes it.

    Raises:
        ValueError: It is of another kind.
    """
    kind, written = parameter.kind, encode(value)
    if kind in _LISTS and (value == [] or (written and written[0] is kind)):
        return value
    if written is not None and written[0] is kind:
        return written[1]
    if kind is Kind.JSON:
        return as_text(value)
    if kind in _NUMBERS and _is_number(value):
        return float(value) if kind is Kind.FLOAT else value
    if kind is Kind.TEXT and isinstance(value, (int, float)):
        return str(value)
    if kind in (Kind.DATE, Kind.DATETIME) and _is_moment(kind, value):
        return str(value)
    shown = decode(kind, parameter.default)
    default = "" if parameter.required else f", since its default is {shown!r}"
    raise ValueError(
        f"Parameter '{parameter.path}' takes {_WORDS[kind]}{default}. It was given {value!r}."
    )


def _is_number(value: Any) -> bool:
    """Whether a value is a number that fits into 64 bits, if only as a float."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return isinstance(value, float) or abs(value) <= sys.float_info.max


def _is_moment(kind: Kind, value: Any) -> bool:
    try:
        return isinstance(value, str) and decode(kind, value) is not None
    except ValueError:
        return False


_NUMBERS = (Kind.INTEGER, Kind.FLOAT)
_WORDS = {
    Kind.INTEGER: "a number",
    Kind.FLOAT: "a number",
    Kind.BOOLEAN: "true or false",
    Kind.TEXT: "a text",
    Kind.NUMBERS: "a list of numbers",
    Kind.TEXTS: "a list of texts",
    Kind.DATE: "a date as 2026-01-31",
    Kind.DATETIME: "a moment as 2026-01-31T12:00:00",
}
_AS_THEY_ARE = (Kind.INTEGER, Kind.FLOAT, Kind.BOOLEAN, Kind.TEXT)
_LISTS = (Kind.NUMBERS, Kind.TEXTS)


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and -_LONGEST_INT <= value < _LONGEST_INT


def _is_float(value: Any) -> bool:
    return isinstance(value, float) and math.isfinite(value)


def _all(value: Any, matches: Callable[[Any], bool]) -> bool:
    return isinstance(value, list) and bool(value) and all(map(matches, value))


def _is_plain_number(value: Any) -> bool:
    return not isinstance(value, bool) and (_is_integer(value) or _is_float(value))


_KINDS: tuple[tuple[Kind, Callable[[Any], bool]], ...] = (
    (Kind.BOOLEAN, lambda value: isinstance(value, bool)),
    (Kind.INTEGER, _is_integer),
    (Kind.FLOAT, _is_float),
    (Kind.TEXT, lambda value: isinstance(value, str)),
    (Kind.NUMBERS, lambda value: _all(value, _is_plain_number)),
    (Kind.TEXTS, lambda value: _all(value, lambda one: isinstance(one, str))),
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
