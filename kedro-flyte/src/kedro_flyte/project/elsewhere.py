"""Which values of the configuration are made when it is read: by variables, clocks, code.

Another machine, or another day, makes other values of them, and some are secrets. Plain references
are followed; `globals` and runtime parameters are as good as written out.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from kedro_flyte.plan.view import MadeView
from kedro_flyte.project.secrets import names_a_secret
from kedro_flyte.project.unresolved import Keys, files, leaves

_PLAIN = {
    "globals", "runtime_params", "oc.select", "oc.create", "oc.decode", "oc.deprecated",
    "oc.dict.keys", "oc.dict.values",
}  # fmt: skip
_RESOLVER = re.compile(r"\$\{\s*([A-Za-z_][\w.]*)\s*:")
_VARIABLE = re.compile(r"\$\{\s*oc\.env\s*:\s*([A-Za-z_]\w*)\s*(,?)")
_NAMED = re.compile(r"\$\{\s*(globals\s*:|oc\.select\s*:)?\s*(\.*[\w-][\w.\[\]-]*)\s*[,}]")

Texts = Mapping[tuple[str, Keys], str]


class Elsewhere:
    """The references in the files of some folders."""

    def __init__(self, folders: Iterable[Path]) -> None:
        all_folders = list(folders)
        self._texts = {
            (kind, leaf.keys): leaf.value
            for kind in ("catalog", "parameters", "flyte", "globals")
            for path in files(all_folders, (kind,))
            for leaf in leaves(path)
            if isinstance(leaf.value, str) and "${" in leaf.value
        }

    def made(self, kind: str) -> tuple[MadeView, ...]:
        """Return the places of a kind of file whose values are made when it is read."""
        found = []
        for place in self._texts:
            by = sorted(self._resolvers(place, set()))
            if place[0] == kind and by:
                is_secret = any(map(names_a_secret, place[1]))
                found.append(MadeView(keys=place[1], by=tuple(by), is_secret=is_secret))
        return tuple(found)

    def texts(self, kind: str) -> dict[Keys, str]:
        """Return what stands in the files at these places."""
        return {made.keys: self._texts[kind, made.keys] for made in self.made(kind)}

    def variables(self, kinds: Iterable[str]) -> dict[str, bool]:
        """Return the variables that these kinds of files read: True where one has no default."""
        needed: dict[str, bool] = {}
        for (kind, _), text in self._texts.items():
            for name, comma in _VARIABLE.findall(text) if kind in (*kinds, "globals") else ():
                needed[name] = needed.get(name, False) or not comma
        return needed

    def _resolvers(self, place: tuple[str, Keys], seen: set[tuple[str, Keys]]) -> set[str]:
        """Return the resolvers that make a value, also through what it refers to."""
        if place in seen:
            return set()
        seen.add(place)
        found = set(_RESOLVER.findall(self._texts[place])) - _PLAIN
        for other in self._named(place):
            found |= self._resolvers(other, seen)
        return found

    def _named(self, place: tuple[str, Keys]) -> Iterator[tuple[str, Keys]]:
        kind, own = place
        for resolver, name in _NAMED.findall(self._texts[place]):
            path = re.sub(r"\[(\w+)\]", r".\1", name)
            above = len(path) - len(path.lstrip("."))
            start = own[: len(own) - above] if above else ()
            target = (*start, *path.lstrip(".").split("."))
            asked = "globals" if resolver.startswith("globals") else kind
            for one, keys in self._texts:
                shorter = min(len(keys), len(target))
                if one == asked and keys[:shorter] == target[:shorter]:
                    yield one, keys
