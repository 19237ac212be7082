"""Which parts of the configuration a pipeline uses, and its parameters without those of others."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from kedro_flyte.plan.data import parameters
from kedro_flyte.plan.view import NodeView
from kedro_flyte.project.catalog import Entries
from kedro_flyte.project.unresolved import files, leaves


def used_keys(
    entries: Sequence[Entries], values: Mapping[str, Any], nodes: Iterable[NodeView]
) -> dict[str, set[str]]:
    """Return the keys at the top of each kind of configuration that are used."""
    named = {entry for node in nodes for entry in node.inputs}
    asked = {str(keys[0]) for keys in parameters.named(parameters.paths(values), named)}
    return {
        "catalog": {key for some in entries for key in some.used},
        "credentials": {name for some in entries for name in some.used_credentials},
        "parameters": {str(key) for key in values} if "parameters" in named else asked,
    }


def without(
    values: Mapping[str, Any], names: Iterable[str], folders: Iterable[Path]
) -> dict[str, Any]:
    """Return parameters without the marks of some runtime parameters.

    A value of the files that has the name of one is there again.
    """
    wanted = [tuple(name.split(".")) for name in names]
    all_files = files(folders, ("parameters",)) if wanted else ()
    own = {leaf.keys: leaf.value for path in all_files for leaf in leaves(path)}
    found = dict(values)
    for keys in wanted:
        found = _set(found, keys, own)
    return found


def _set(
    group: Mapping[str, Any], keys: tuple[str, ...], own: Mapping[tuple[str, ...], Any], at: int = 0
) -> dict[str, Any]:
    key, found = keys[at], dict(group)
    if at + 1 < len(keys):
        inner = _set(found.get(key) or {}, keys, own, at + 1)
        return {**found, key: inner} if inner else {k: v for k, v in found.items() if k != key}
    found.pop(key, None)
    return {**found, key: own[keys]} if keys in own else found
