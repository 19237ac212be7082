"""Libraries that tasks of a project import: found in the command, imported once by the server.

Only what is installed counts. A module of the project, or of another folder that is worked on, is
imported by each task for itself.
"""

import importlib
import importlib.util
import json
import logging
import pkgutil
import site
import sys
import sysconfig
from collections.abc import Iterable, Mapping
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

_TYPES = ("", "kedro.io.", "kedro_datasets.")  # where Kedro looks for a dataset's type


def used(root: Path, entries: Iterable[Mapping[str, Any] | None]) -> bytes:
    """Return what to import, as a line for the server: what the project's modules name, by now.

    Args:
        root: The project's root.
        entries: The configuration of datasets.
    """
    names = {name for module in _own(root) for name in _named(module)}
    hooks = {one.module for one in entry_points(group="kedro.hooks")}
    names |= {name for name in hooks if name in sys.modules}
    types = sorted({name for entry in entries for name in _types(entry)})
    return json.dumps([*sorted(names), *types]).encode("ascii") + b"\n"


def _own(root: Path) -> list[ModuleType]:
    """Return the project's modules that have been imported."""
    files = [(module, getattr(module, "__file__", None)) for module in list(sys.modules.values())]
    return [module for module, file in files if file and Path(file).is_relative_to(root)]


def _named(module: ModuleType) -> Iterable[str]:
    """Yield the modules that a module has imported, or imported something of."""
    for value in list(vars(module).values()):
        name = value.__name__ if isinstance(value, ModuleType) else _module_of(value)
        if isinstance(name, str):
            yield name


def _module_of(value: Any) -> Any:
    try:
        return getattr(value, "__module__", None)
    except Exception:  # noqa: BLE001 - whatever an object does when it is asked
        return None


def _types(value: Any) -> Iterable[str]:
    """Yield every text under `type`, at any depth."""
    if isinstance(value, Mapping):
        kind = value.get("type")
        if isinstance(kind, str):
            yield kind
        for one in value.values():
            yield from _types(one)


def load(text: bytes) -> None:
    """Import what a line names; what cannot be imported is left to the task that needs it."""
    for name in json.loads(text):
        for start in _TYPES:
            if _load(f"{start}{name}"):
                break


def _load(name: str) -> bool:
    first = name.split(".", maxsplit=1)[0]
    try:
        if not _is_installed(first):
            return False
        pkgutil.resolve_name(name)
    except Exception as error:  # noqa: BLE001 - whatever an import raises
        logging.getLogger(__name__).debug("%s is not imported: %s", name, error)
        return False
    return True


def _is_installed(package: str) -> bool:
    if package in sys.builtin_module_names or not package:
        return False
    spec = importlib.util.find_spec(package)
    origin = spec.origin if spec else None
    if origin is None or package == "kedro_flyte":
        return False
    places = {*site.getsitepackages(), sysconfig.get_paths()["stdlib"], site.getusersitepackages()}
    return any(Path(origin).is_relative_to(place) for place in places)
