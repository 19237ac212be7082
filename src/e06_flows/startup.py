"""What makes a run start and end sooner; no result depends on it.

docs/decisions/0004-start-up.md says what each measure saves, and what was left.
"""

import atexit
import gc
import importlib
import sys

_YOUNG_OBJECTS = 50_000  # Python's own value is 700, which a few imports pass


def start_light() -> None:
    """Look for garbage less often, not when the process ends, and leave out hypothesis."""
    gc.set_threshold(_YOUNG_OBJECTS)
    atexit.register(gc.freeze)  # the process gives everything back anyway
    _import_without("hypothesis", "pandera.strategies.base_strategies")


def _import_without(library: str, module: str) -> None:
    """Import a module as if a library that it can do without were not installed.

    Only that module goes without it; the next `import` of the library finds it. If either has been
    imported already, nothing changes.
    """
    if library in sys.modules or module in sys.modules:
        return
    sys.modules[library] = None  # type: ignore[assignment]  # Python's way to say so
    try:
        importlib.import_module(module)
    finally:
        del sys.modules[library]
