"""What of the project's configuration ships, and which credentials are in it."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from kedro.framework.project import settings
from kedro_flyte.plan.capabilities import Carrier
from kedro_flyte.plan.view import Finding, SecretView, Severity
from kedro_flyte.project.configuration import default_env
from kedro_flyte.project.shipping import Shipping, place_of
from kedro_flyte.project.text import members

_SHOWN = 3


class ShippedConf:
    """The folder of the configuration, as it ships."""

    def __init__(self, shipping: Shipping, root: Path) -> None:
        self._root = root
        self.folder = root / settings.CONF_SOURCE
        self._found = shipping.of([place_of(root, self.folder)]).popitem()[1]
        self._files = frozenset(self._found.files)

    @property
    def left_out(self) -> tuple[str, ...]:
        """What does not ship, as folders where nothing of one does."""
        kept = {str(above) for name in self._files for above in Path(name).parents}
        return tuple(sorted({_highest(name, kept) for name in self._found.left}))

    def credentials(self, folders: Iterable[Path]) -> frozenset[str]:
        """Return the names of credentials in the files of these folders that ship."""
        found = (path for folder in folders for path in self._credentials_of(folder))
        return frozenset(name for path in found for name in members(path))

    def stays(self, secret: SecretView) -> bool:
        """Whether credentials stay on this machine; other files are read into the plan anyway."""
        return "credentials" in secret.file and secret.file not in self._files

    def taken_along(self, carrier: Carrier) -> Iterator[Finding]:
        """Yield an error for each file of credentials of this machine that ships with values."""
        local = self.folder / default_env()
        for path in self._credentials_of(local):
            keys = sorted({".".join(keys) for keys, _ in _written_out(members(path), ())})
            if keys:
                place = path.relative_to(self._root).as_posix()
                yield _taken_along(place, local.relative_to(self._root).as_posix(), keys, carrier)

    def _credentials_of(self, folder: Path) -> Iterator[Path]:
        for path in sorted(folder.rglob("*credentials*")):
            is_config = path.suffix in (".yml", ".yaml", ".json")
            if is_config and place_of(self._root, path) in self._files:
                yield path


def _highest(name: str, kept: set[str]) -> str:
    above = [str(path) for path in Path(name).parents if str(path) not in {*kept, "."}]
    return f"{above[-1]}/" if above else name


def _written_out(value: Any, keys: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the texts that stand in a file themselves, each with the keys that lead to it."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _written_out(inner, (*keys, str(key)))
    elif isinstance(value, list):
        for inner in value:
            yield from _written_out(inner, keys)
    elif isinstance(value, str) and value and "${" not in value:
        yield keys, value


def _taken_along(place: str, folder: str, keys: list[str], carrier: Carrier) -> Finding:
    more = f" and {len(keys) - _SHOWN} more" if len(keys) > _SHOWN else ""
    shown = ", ".join(keys[:_SHOWN]) + more
    return Finding(
        code="KF153",
        severity=Severity.ERROR,
        what=f"{place}, with values of {shown}, {carrier.leak}.",
        why="Credentials of one machine would lie where all can read them who can read the code.",
        todo=carrier.remedy.format(folder=folder),
        place=place,
    )
