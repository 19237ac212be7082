"""What makes a run start and end sooner, in one place; no result depends on it.

A run of the sample flow computes for a second. The rest of its time went into imports that it has
no use for, docstrings that nobody reads and a last search for garbage. `start_light` leaves them
out. docs/decisions/0004-start-up.md says what each measure saves.

- `without`: an optional library is not imported by one that merely offers something for it.
- `later`: a module is imported when something of it is used, not before.
- SciPy and matplotlib do not rewrite the docstrings of their functions and classes.
- Garbage is looked for less often, and not at the end, when the process gives everything back.

Each measure acts only while the one module executes that `MEASURES` names. If a later release
renames that module, the measure does nothing, and a test says so.
"""

import atexit
import gc
import importlib
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial, wraps
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

Around = Callable[[ModuleType], AbstractContextManager[None]]

_YOUNG_OBJECTS = 50_000  # Python's own value is 700, which a few imports pass


@contextmanager
def without(library: str, _module: ModuleType) -> Iterator[None]:
    """Let `import library` fail as if it were not installed, unless it is imported already."""
    if library in sys.modules:
        yield
        return
    sys.modules[library] = None  # type: ignore[assignment]  # Python's way to say so
    try:
        yield
    finally:
        sys.modules.pop(library, None)


@contextmanager
def later(library: str, _module: ModuleType) -> Iterator[None]:
    """Give a stand-in to `import library`, unless it is imported already.

    A library with a dot needs a package that finds its parts by itself, as SciPy does.
    """
    if library in sys.modules:
        yield
        return
    stand_in = sys.modules[library] = _Later(library)
    try:
        yield
    finally:
        stand_in.step_aside()


class _Later(ModuleType):
    """Stands for a module. Its names are the module's own once the importer has been executed."""

    def step_aside(self) -> None:
        """Let the next import find the module itself."""
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # what Python itself asks a module for
            raise AttributeError(name)
        if sys.modules.get(self.__name__) is self:
            return _Name(self, name)
        return getattr(importlib.import_module(self.__name__), name)


class _Name:
    """Stands for a function or an object that was taken from a module with `from`."""

    def __init__(self, module: _Later, name: str) -> None:
        self._of = (module, name)

    def _found(self) -> Any:
        module, name = self._of
        module.step_aside()  # the importer uses the name while it is executed
        return getattr(importlib.import_module(module.__name__), name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._found()(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._found(), name)


class _AsItIs:
    """Takes the place of SciPy's parser of a docstring: nothing read, nothing rewritten."""

    def __init__(self, function: Any, **_: Any) -> None:
        self._text = str(function.__doc__ or "")

    def __getitem__(self, section: str) -> list[Any]:
        return []

    def __setitem__(self, section: str, text: Any) -> None:
        """Drop what SciPy would add."""

    def __str__(self) -> str:
        return "\n" + self._text  # SciPy drops the first line, which holds the signature


@contextmanager
def replacing(substitutes: Mapping[str, Any], module: ModuleType) -> Iterator[None]:
    """Put something else in the place of attributes, once the module has them.

    Args:
        substitutes: By the name of the attribute, or `class.attribute`.
        module: The module that is about to be executed.
    """
    yield
    for path, substitute in substitutes.items():
        owner, _, name = path.rpartition(".")
        holder = getattr(module, owner, None) if owner else module
        if hasattr(holder, name):
            setattr(holder, name, substitute)


_LATER_STATS = partial(later, "scipy.stats")
_LATER_REQUESTS = partial(later, "requests")

MEASURES: Mapping[str, Around] = {
    "kedro_datasets.pandas": partial(without, "sqlalchemy"),
    "kedro_telemetry.plugin": _LATER_REQUESTS,
    "kedro_viz.launchers.utils": _LATER_REQUESTS,
    "matplotlib.artist": partial(
        replacing,
        {
            "Artist._update_set_signature_and_docstring": classmethod(lambda _: None),
            "kwdoc": lambda _: "",
        },
    ),
    "pandera.strategies.base_strategies": partial(without, "hypothesis"),
    "scipy._lib._docscrape": partial(replacing, {"FunctionDoc": _AsItIs}),
    "sklearn._loss.link": _LATER_STATS,
    "sklearn.callback._progressbar": partial(without, "rich"),
    "sklearn.covariance._robust_covariance": _LATER_STATS,
    "sklearn.isotonic": _LATER_STATS,
    "sklearn.metrics._ranking": _LATER_STATS,
    "sklearn.model_selection._search": _LATER_STATS,
    "sklearn.preprocessing._data": _LATER_STATS,
    "sklearn.utils.fixes": _LATER_STATS,
}
"""What is put around the execution of which module, when it is imported for the first time."""


class _Measured(MetaPathFinder):
    """Finds the modules of `MEASURES` as Python does, and puts the measure around their code."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        around = MEASURES.get(fullname)
        spec = PathFinder.find_spec(fullname, path, target) if around else None
        if around is None or spec is None or spec.loader is None:
            return None
        execute = spec.loader.exec_module

        @wraps(execute)
        def exec_module(module: ModuleType) -> None:
            with around(module):
                execute(module)

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


def start_light() -> None:
    """Take the measures for this process; a second call changes nothing.

    A library that has been imported already stays as it is.
    """
    if any(isinstance(finder, _Measured) for finder in sys.meta_path):
        return
    sys.meta_path.insert(0, _Measured())
    gc.set_threshold(_YOUNG_OBJECTS)
    atexit.register(gc.freeze)
