"""A stand-in for `flytekitplugins.domino`, by which an exported flow runs on this machine.

Its signatures and its refusals are the plugin's. A job is a process of its own, in folders that
are laid out as Flyte's copilot does it; nothing of Domino's server is here, so names are not
looked up.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from kedro_flyte.targets.domino.stand_in import artifact, helpers, task
from kedro_flyte.targets.domino.stand_in.process import Place, enter, leave

__all__ = ["Place", "installed", "running"]

_NAME = "flytekitplugins.domino"
_MODULES = {_NAME: sys.modules[__name__]} | {
    f"{_NAME}.{module.__name__.rsplit('.', 1)[-1]}": module for module in (artifact, helpers, task)
}


@contextmanager
def installed() -> Iterator[None]:
    """Let modules that are imported meanwhile find the stand-in, in place of a real plugin."""
    before = {name: module for name, module in sys.modules.items() if _is_plugin(name)}
    _replace(before, _MODULES)
    try:
        yield
    finally:
        _replace(_MODULES, before)


def _is_plugin(name: str) -> bool:
    return name == _NAME or name.startswith(f"{_NAME}.")


def _replace(old: dict[str, ModuleType], new: dict[str, ModuleType]) -> None:
    for name in old:
        sys.modules.pop(name, None)
    sys.modules.update(new)


@contextmanager
def running(place: Place) -> Iterator[None]:
    """Let the jobs that are called meanwhile run there."""
    token = enter(place)
    try:
        yield
    finally:
        leave(token)
