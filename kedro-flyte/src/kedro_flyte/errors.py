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

LONGEST = 100_000  # characters of a message; platforms cut long ones, or refuse them


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


def in_words(error: BaseException) -> str:
    """Return the type and the text of an error, also of one whose text is an error itself."""
    try:
        return f"{type(error).__name__}: {error}"
    except Exception as inner:  # noqa: BLE001 - a project's own class may do anything
        return f"{type(error).__name__}, whose text cannot be had ({type(inner).__name__})"


def legible(text: str, longest: int = LONGEST) -> str:
    """Return a text that every log and platform takes: UTF-8, and not too long.

    Python keeps the bytes of a file name that is not UTF-8 in a form that cannot be written.

    Args:
        text: What is to be said.
        longest: Characters that are taken; of more, the middle is left out.
    """
    clean = text.encode("utf-8", "backslashreplace").decode("utf-8")
    left_out = len(clean) - longest
    if left_out <= 0:
        return clean
    half = longest // 2
    return f"{clean[:half]}\n... {left_out} more characters ...\n{clean[-half:]}"
