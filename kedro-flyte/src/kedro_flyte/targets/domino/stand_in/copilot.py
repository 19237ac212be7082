"""What Flyte's copilot does around a job: write its inputs, read its outputs, refuse the rest.

The forms of text are those of Go: `true`, a float without an exponent, `1h2m3s`.
"""

import json
import re
import shutil
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from math import isfinite, isnan
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

from flytekit.types.directory import FlyteDirectory
from flytekit.types.file import FlyteFile
from kedro_flyte.errors import TaskError, UnsupportedError
from kedro_flyte.targets.domino.exchange import LONGEST_TEXT, find

_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}
_DURATION = re.compile(r"([0-9.]+)(h|ms|m|s|us|µs|ns)")


def lay_out(folder: Path, values: Mapping[str, Any]) -> None:
    """Write each value to a file of its name: text for simple ones, a file without its suffix."""
    folder.mkdir()
    for name, value in values.items():
        _write(folder / name, value)


def _write(path: Path, value: Any) -> None:
    if isinstance(value, FlyteFile):
        shutil.copyfile(value.download(), path)
    elif isinstance(value, FlyteDirectory):
        shutil.copytree(value.download(), path)
    elif isinstance(value, list):
        lay_out(path, {str(number): item for number, item in enumerate(value)})
    else:
        path.write_bytes(text_of(value).encode("utf-8"))


def text_of(value: Any) -> str:
    """Return a simple value as a job's input has it."""
    writers: dict[type, Callable[[Any], str]] = {
        bool: _flag, float: _decimal, datetime: _instant, timedelta: _duration, str: str,
    }  # fmt: skip
    return writers.get(type(value), json.dumps)(value)


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _decimal(value: float) -> str:
    """Return the shortest decimal, never with an exponent."""
    if not isfinite(value):
        return "NaN" if isnan(value) else f"{'+' if value > 0 else '-'}Inf"
    text = format(Decimal(repr(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _instant(value: datetime) -> str:
    return value.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")


def _duration(value: timedelta) -> str:
    sign, seconds = ("-" if value < timedelta() else ""), abs(value)
    minutes, rest = divmod(seconds, timedelta(minutes=1))
    hours, minutes = divmod(minutes, 60)
    whole = f"{_decimal(rest.total_seconds())}s"
    if hours:
        return f"{sign}{hours}h{minutes}m{whole}"
    return f"{sign}{minutes}m{whole}" if minutes else f"{sign}{whole}"


def refuse_output(name: str, kind: Any) -> None:
    """Require a type that a job can give.

    Raises:
        UnsupportedError: It is a list, a folder, a union or the like.
    """
    plain = _plain(kind)
    if plain not in _READERS and not _is_file(plain):
        raise UnsupportedError(
            f"Output '{name}' has type {kind}, which no job can give: only files, text, numbers, "
            "flags, times and JSON objects pass. Archive anything else to one file."
        )


def _plain(kind: Any) -> Any:
    """Return a type without what is annotated to it."""
    return get_args(kind)[0] if get_origin(kind) is Annotated else kind


def _is_file(kind: Any) -> bool:
    # Python 3.10 takes `list[str]` for a class.
    return isinstance(kind, type) and get_origin(kind) is None and issubclass(kind, FlyteFile)


def collect(folder: Path, types: Mapping[str, Any]) -> list[Any]:
    """Return what a job has written, in the order of the types.

    Raises:
        TaskError: An output is missing, ambiguous, too long, or not of its type.
    """
    return [_read(folder, name, _plain(kind)) for name, kind in types.items()]


def _read(folder: Path, name: str, kind: Any) -> Any:
    path = find(folder, name)
    if path is None:
        raise TaskError(
            f"output '{name}' is declared, and the command has not written {folder / name}."
        )
    if _is_file(kind):
        return kind(str(path))
    size = path.stat().st_size
    if size > LONGEST_TEXT:
        raise TaskError(
            f"output '{name}' has {size} bytes, and a simple value has {LONGEST_TEXT} at most. "
            "Make it a file."
        )
    text = path.read_text(encoding="utf-8").strip()
    try:
        return _READERS[kind](text)
    except ValueError:
        raise TaskError(f"output '{name}' is {text!r}, which is not {kind.__name__}.") from None


def _to_flag(text: str) -> bool:
    known = {"1": True, "t": True, "true": True, "0": False, "f": False, "false": False}
    if text.lower() not in known:
        raise ValueError(text)
    return known[text.lower()]


def _to_instant(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def _to_duration(text: str) -> timedelta:
    number = text.removeprefix("-")
    found = _DURATION.findall(number)
    if not found or "".join(size + unit for size, unit in found) != number:
        raise ValueError(text)
    seconds = sum(float(size) * _UNITS[unit] for size, unit in found)
    return timedelta(seconds=-seconds if text.startswith("-") else seconds)


def _to_object(text: str) -> dict[str, Any]:
    found = json.loads(text)
    if not isinstance(found, dict):
        raise ValueError(text)  # noqa: TRY004 - a text that is no object, not a wrong type
    return found


_READERS: dict[Any, Callable[[str], Any]] = {
    str: str,
    int: int,
    float: float,
    bool: _to_flag,
    datetime: _to_instant,
    timedelta: _to_duration,
    dict: _to_object,
}
