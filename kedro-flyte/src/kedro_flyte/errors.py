"""Every error that the plugin raises on purpose.

    KedroFlyteError
    ├── ConfigError         flyte.yml says something that it cannot mean
    ├── ProjectError        the Kedro project cannot be opened or read
    ├── PlanError           the plan contradicts itself, or has findings that forbid it
    ├── ExportError         an export would replace or hide what is not its own
    ├── UnsupportedError    a target cannot say what the plan asks for
    ├── TaskError           a task cannot start, or its node failed
    └── ItemError           an `each` failed at an item, or at more than may fail

Each message says what is wrong, why, and what to do.
"""

from collections.abc import Iterable
from difflib import get_close_matches


class KedroFlyteError(Exception):
    """Root of the tree; `kedro flyte` shows its message and no traceback."""


class ConfigError(KedroFlyteError):
    """flyte.yml says something that it cannot mean."""


class ProjectError(KedroFlyteError):
    """The Kedro project cannot be opened or read."""


class PlanError(KedroFlyteError):
    """The plan contradicts itself, or has findings that forbid what was asked."""


class ExportError(KedroFlyteError):
    """An export would replace or hide what is not its own."""


class UnsupportedError(KedroFlyteError):
    """A target cannot say what the plan asks for."""


class TaskError(KedroFlyteError):
    """A task cannot start, or one of its nodes failed."""


class ItemError(KedroFlyteError):
    """An `each` failed at an item, or at more items than may fail."""


def nearest(name: str, known: Iterable[str]) -> str:
    """Return " Did you mean 'x'?" for the nearest other name that is known, or nothing."""
    others = [one for one in known if one != name]
    matches = get_close_matches(name, others, n=1, cutoff=0.6)
    return f" Did you mean '{matches[0]}'?" if matches else ""
