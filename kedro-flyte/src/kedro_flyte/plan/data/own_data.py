"""Data that a task keeps for itself: a database in a file of its disk, or in its memory.

Such a place may stand at any depth of a catalog entry, and in the credentials that it names. It is
told from what the place is called, since libraries have no common word for it.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kedro_flyte.plan.data.places import is_remote

_EMBEDDED = "sqlite|sqlite3|duckdb|datafusion|polars|pandas|h2|hsqldb|derby|access|chdb"
_URL = re.compile(
    rf"^(?:jdbc:)?(?P<kind>{_EMBEDDED})(?:\+\w+)?:(?P<rest>.*)$", re.IGNORECASE | re.DOTALL
)
_IN_MEMORY = re.compile(r"^(:memory:|file::memory:|mem:|memory:)", re.IGNORECASE)
_ELSEWHERE = re.compile(r"^(md|motherduck|tcp|ssl|hsqls?|https?|zip|res):|^//\w", re.IGNORECASE)
_DATABASE_FILE = re.compile(r"\.(db3?|s3db|sqlite3?|duckdb|ddb|mdb|accdb|h5|lmdb|kuzu)$", re.I)
_PATH_WORDS = frozenset(
    ("path", "filepath", "file", "filename", "dir", "directory", "folder", "root")
)
_WIDER_WORDS = frozenset(
    ("location", "repo", "repository", "uri", "database", "db", "store", "storage")
)
_NO_PLACES = frozenset(("type", "metadata", "validator", "sql", "query", "table_name", "schema"))
_IsPath = Callable[[str, str], bool]
_BACKEND = ("backend", "drivername", "dialect", "driver")
_HARMLESS = frozenset(
    ("path", "filepath", "load_args", "fs_args", "checkpoint", "temppath", "connection")
)  # the path itself, what is only read, and what is used while the data is on its way
_NO_DISK = frozenset(
    ("artifact", "api", "endpoint", "key", "cert", "certificate", "json", "url", "request")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnData:
    """A place that each task has for itself; `path` is empty in memory, or where it is not known.

    `key` says where the configuration names it.
    """

    key: str
    path: str = ""
    in_memory: bool = False


def own_data(entry: Mapping[str, Any]) -> tuple[OwnData, ...]:
    """Return what a catalog entry without a path keeps on the disk or in the memory of its task."""
    segments = str(entry.get("type", "")).split(".")
    named = entry.get("connection") or entry.get("credentials")
    if segments[-1] == "TableDataset" and "ibis" in segments and not named:
        return (OwnData(key="connection", in_memory=True),)  # the type's own default
    repository = str(entry.get("repo") or "")
    if segments[-1] == "FeastDataset" and not is_remote(repository):
        return (OwnData(key="repo", path=repository),)
    return tuple(_within(entry, (), _is_path))


def more_data(entry: Mapping[str, Any]) -> tuple[OwnData, ...]:
    """Return what an entry with a path keeps elsewhere on the disk, where it might be saved to."""
    found = _within(entry, (), _is_path)
    return tuple(one for one in found if not _HARMLESS & set(one.key.split(".")))


def own_data_of_credentials(value: Any) -> tuple[OwnData, ...]:
    """Return what credentials name of the kind. Paths of keys and certificates are no data."""
    return tuple(_within(value, (), _is_database_file))


def _within(value: Any, keys: tuple[str, ...], is_path: _IsPath) -> Iterator[OwnData]:
    if isinstance(value, Mapping):
        yield from _within_group(value, keys, is_path)
    elif isinstance(value, (list, tuple)):
        for at, inner in enumerate(value):
            yield from _within(inner, (*keys, str(at)), is_path)
    elif isinstance(value, str):
        url = _URL.match(value)
        if url:
            yield from _named(_behind(url["rest"]), keys)
        elif is_path(keys[-1] if keys else "", value):
            yield OwnData(key=".".join(keys), path=value)


def _within_group(
    value: Mapping[str, Any], keys: tuple[str, ...], is_path: _IsPath
) -> Iterator[OwnData]:
    embedded = _embedded(value)
    if embedded:
        yield from _named(str(value.get("database") or ""), (*keys, "database"))
    for key, inner in value.items():
        if key in _NO_PLACES or (embedded and key == "database"):
            continue
        deeper = _is_database_file if key == "credentials" else is_path
        yield from _within(inner, (*keys, str(key)), deeper)


def _embedded(value: Mapping[str, Any]) -> bool:
    """Whether a connection is made by a library that keeps its data where it runs."""
    named = next((value[key] for key in _BACKEND if isinstance(value.get(key), str)), "")
    return re.fullmatch(rf"(?:{_EMBEDDED})(?:\+\w+)?", named, re.IGNORECASE) is not None


def _behind(rest: str) -> str:
    """Return the file that a URL of such a database names, with what may stand in its place."""
    rest = re.sub(r"^(///|//(?=$|\?))", "", rest)
    rest = rest if _IN_MEMORY.match(rest) else re.sub(r"^file:(?!:)", "", rest)
    return re.split(r"[?;]", rest, maxsplit=1)[0]


def _named(database: str, keys: tuple[str, ...]) -> Iterator[OwnData]:
    key = ".".join(keys)
    if not database or _IN_MEMORY.match(database):
        yield OwnData(key=key, in_memory=True)
    elif not _ELSEWHERE.match(database) and not is_remote(database):
        yield OwnData(key=key, path="" if "${" in database else database)


def _words(key: str) -> list[str]:
    return re.findall(r"[a-z]+", re.sub(r"([a-z])([A-Z])", r"\1_\2", key).lower())


def _is_path(key: str, text: str) -> bool:
    """Whether a value of an entry is a path: its key says so, or its look and its key together."""
    words = _words(key) or [""]
    if is_remote(text) or re.search(r"[\s${}]|^\w+:", text) or _NO_DISK & set(words[:-1]):
        return False
    is_named = bool(text) and key in _PATH_WORDS
    looks = re.search(r"[/\\]|\.[A-Za-z]\w{0,9}$", text) is not None
    by_both = looks and words[-1] in _PATH_WORDS | _WIDER_WORDS
    return is_named or by_both or _is_database_file(key, text)


def _is_database_file(_: str, text: str) -> bool:
    return not is_remote(text) and _DATABASE_FILE.search(text) is not None
