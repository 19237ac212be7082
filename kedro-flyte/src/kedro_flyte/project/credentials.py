"""Which environment variables credentials read, from the text of their files.

Nothing is resolved and no value is kept: a name of credentials, and names of variables.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from kedro_flyte.plan.view import Credentials
from kedro_flyte.project.text import members

_VARIABLE = re.compile(r"\$\{\s*oc\.env\s*:\s*([A-Za-z_][A-Za-z0-9_]*)\s*(,?)")
_REFERENCE = re.compile(r"\$\{\s*([\w-]+)[^:}]*\}")

Found = set[tuple[str, bool]]


def credentials(folders: Iterable[Path]) -> tuple[Credentials, ...]:
    """Return all credentials in the folders, also with the variables of those that they name."""
    variables: dict[str, Found] = {}
    others: dict[str, set[str]] = {}
    for path in credential_files(folders):
        for name, value in members(path).items():
            for text in _texts(value):
                found = {(v, bool(comma)) for v, comma in _VARIABLE.findall(text)}
                variables.setdefault(name, set()).update(found)
                others.setdefault(name, set()).update(_REFERENCE.findall(text))
    every = {name: _reached(name, variables, others, set()) for name in sorted(variables)}
    return tuple(_record(name, found) for name, found in every.items() if found)


def _record(name: str, found: Found) -> Credentials:
    needed = {variable for variable, has_default in found if not has_default}
    names = {variable for variable, _ in found}
    return Credentials(
        name=name, variables=tuple(sorted(names)), optional=tuple(sorted(names - needed))
    )


def credential_files(folders: Iterable[Path]) -> Iterator[Path]:
    """Yield the files of credentials, the later ones outweighing the earlier."""
    for folder in folders:
        for path in sorted(folder.rglob("credentials*")):
            if path.suffix in (".yml", ".yaml", ".json") and path.is_file():
                yield path


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, str):
        yield value


def _reached(
    name: str, variables: dict[str, Found], others: dict[str, set[str]], seen: set[str]
) -> Found:
    if name in seen:
        return set()
    seen.add(name)
    found = set(variables.get(name, ()))
    for other in others.get(name, ()):
        found |= _reached(other, variables, others, seen)
    return found
