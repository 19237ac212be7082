"""Which credentials place data on the disk of a task, from the text of their files.

A URL of a database is a secret as a whole, so nothing of it is kept but the kind of its place, and
whether the file that it names comes to the tasks.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from kedro_flyte.plan.data.own_data import OwnData, own_data_of_credentials
from kedro_flyte.plan.view import CredentialData
from kedro_flyte.project.credentials import credential_files
from kedro_flyte.project.shipping import Shipping
from kedro_flyte.project.text import members

_REFERENCE = re.compile(r"^\$\{\s*([\w.-]+)\s*\}$")
Found = dict[str, tuple[CredentialData, ...]]


def credential_data(folders: Iterable[Path], shipping: Shipping) -> Found:
    """Return what credentials place in a file or in memory, by the name of the credentials."""
    values = {name: v for path in credential_files(folders) for name, v in members(path).items()}
    found = {
        name: own_data_of_credentials(_resolved(value, values, 0)) for name, value in values.items()
    }
    paths = {one.path for many in found.values() for one in many if one.path}
    shipped = {place: bool(one.files) for place, one in shipping.of(paths).items()}
    return {
        name: tuple(_record(one, shipped.get(one.path)) for one in many)
        for name, many in found.items()
        if many
    }


def _record(one: OwnData, shipped: bool | None) -> CredentialData:
    return CredentialData(key=one.key, in_memory=one.in_memory, shipped=shipped)


def _resolved(value: Any, values: dict[str, Any], depth: int) -> Any:
    """Return a value with those in place of the references to them; a circle ends some time."""
    if isinstance(value, dict):
        return {key: _resolved(inner, values, depth) for key, inner in value.items()}
    if isinstance(value, list):
        return [_resolved(inner, values, depth) for inner in value]
    named = _REFERENCE.match(value) if isinstance(value, str) and depth < len(values) else None
    return _resolved(_at(values, named[1]), values, depth + 1) if named else value


def _at(values: Any, path: str) -> Any:
    for key in path.split("."):
        values = values.get(key) if isinstance(values, dict) else None
    return values
