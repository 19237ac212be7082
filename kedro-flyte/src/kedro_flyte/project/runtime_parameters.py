"""Runtime parameters: where the configuration reads them, and which of them a pipeline needs.

Files are read as they are; nothing is resolved. Comments are none of the values.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from kedro_flyte.errors import ProjectError
from kedro_flyte.plan.data import pending
from kedro_flyte.plan.data.parameters import at, paths
from kedro_flyte.plan.view import Scalar
from kedro_flyte.project.unresolved import Leaf, files, leaves

_USE = re.compile(r"\$\{\s*runtime_params\s*:\s*([\w.-]+)\s*(?:,\s*((?:[^{}$]|\$\{[^{}]*\})*))?\}")
_RESOLVER = re.compile(r"\$\{\s*([\w.-]+)\s*:")
_NAMED = re.compile(r"\$\{\s*(\.*[\w-][\w.\[\]-]*)\s*\}")
_KINDS = ("catalog", "parameters", "flyte", "credentials")

Entry = tuple[str, str]  # a kind of configuration, and a key at the top of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Needed:
    """What a pipeline needs: runtime parameters with their defaults, those without among them.

    `others` are those that only entries of other pipelines need: any value does.
    """

    defaults: Mapping[str, Scalar]
    required: frozenset[str]
    others: frozenset[str]


class RuntimeParameters:
    """The runtime parameters that the files of some folders read."""

    def __init__(self, folders: Iterable[Path]) -> None:
        self._uses: dict[Entry, list[tuple[str, str]]] = defaultdict(list)
        self._named: dict[Entry, set[Entry]] = defaultdict(set)
        self.resolvers: set[str] = set()
        for kind, leaf in _texts(folders):
            entry = (kind, leaf.keys[0])
            self._uses[entry] += _used(leaf.value)
            self._named[entry] |= {(kind, key) for key in _keys_named(leaf)}
            self.resolvers |= set(_RESOLVER.findall(leaf.value))
        found = (use for some in self._uses.values() for use in some)
        self._without_default = {name for name, default in found if not default}

    def marks(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return something to resolve the configuration with, for those that are not given."""
        return pending.marks(self._without_default - set(paths(given)))

    def needed(self, used: Mapping[str, Collection[str]], given: Mapping[str, Any]) -> Needed:
        """Return what entries need: of a kind the keys at its top that are used."""
        reached: set[Entry] = set()
        for kind, keys in used.items():
            for key in keys:
                self._reach((kind, key), reached)
        defaults: dict[str, Scalar] = {}
        required: set[str] = set()
        for name, default in (use for entry in reached for use in self._uses.get(entry, ())):
            if default:
                defaults.setdefault(name, _literal(default))
            else:
                required.add(name)
        found = {**defaults, **dict.fromkeys(required)}
        ways = paths(given)
        known = {name: at(given, ways[name]) for name in found if name in ways}
        others = self._without_default - required
        return Needed(
            defaults=dict(sorted({**found, **known}.items())),
            required=frozenset(required - set(known)),
            others=frozenset(others - set(ways)),
        )

    def of_flyte(self, given: Mapping[str, Any]) -> frozenset[str]:
        """Return those that flyte.yml needs, which is read at the export."""
        keys = [key for kind, key in self._uses if kind == "flyte"]
        return self.needed({"flyte": keys}, given).required

    def _reach(self, entry: Entry, reached: set[Entry]) -> None:
        if entry not in reached:
            reached.add(entry)
            for other in self._named.get(entry, ()):
                self._reach(other, reached)


def refuse_pending(names: Collection[str]) -> None:
    """Refuse runtime parameters that flyte.yml needs and nobody has given.

    Raises:
        ProjectError: There are such.
    """
    if names:
        name = min(names)
        raise ProjectError(
            f"flyte.yml reads the runtime parameter '{name}', which has no default. It is read "
            f"when the plan is made, and not at a launch. Give it: --params {name}=..., or write a "
            f"default: ${{runtime_params:{name}, ...}}."
        )


def _texts(folders: Iterable[Path]) -> Iterator[tuple[str, Leaf]]:
    all_folders = list(folders)
    for kind in _KINDS:
        for path in files(all_folders, (kind,)):
            for leaf in leaves(path):
                if leaf.keys and isinstance(leaf.value, str) and "${" in leaf.value:
                    yield kind, leaf


def _used(text: str) -> Iterator[tuple[str, str]]:
    """Yield the runtime parameters that a text reads, and the text of each default."""
    for name, default in _USE.findall(text):
        yield name, default.strip()
        yield from _used(default)


def _keys_named(leaf: Leaf) -> Iterator[str]:
    """Yield the keys at the top of what a value refers to."""
    for name in _NAMED.findall(leaf.value):
        above = len(name) - len(name.lstrip("."))
        start = leaf.keys[: len(leaf.keys) - above] if above else ()
        yield (*start, *re.split(r"[.\[]", name.lstrip(".")))[0]


def _literal(default: str) -> Scalar:
    """Return the default of a runtime parameter; None where it is computed."""
    if "${" in default:
        return None
    value = yaml.safe_load(default)
    return value if isinstance(value, (int, float, bool, str)) else default
