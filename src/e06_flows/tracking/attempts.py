"""Tracking costs no result: what MLflow does not take is noted, and told when the run ends.

When a server cannot be reached, nothing more is tried in that run, so that a run waits for it once.
"""

import logging
from collections.abc import Callable
from typing import TypeVar

from e06_flows.tracking.client import import_mlflow

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

_missed: dict[str, str] = {}  # what was not tracked, and why
_unreachable: list[str] = []


def begin() -> None:
    """Forget what an earlier run of this process has noted."""
    _missed.clear()
    _unreachable.clear()


def attempt(what: str, do: Callable[[], Result]) -> Result | None:
    """Return what `do` returns; None if MLflow does not take it, which is noted.

    Args:
        what: For people, such as `the random forest`.
        do: Calls MLflow.
    """
    if _unreachable:
        _missed[what] = _unreachable[0]
        return None
    mlflow = import_mlflow()
    try:
        return do()
    except (mlflow.MlflowException, OSError) as error:
        reason = _first_line(error)
        if _is_of_the_network(error):
            _unreachable.append(reason)
        _missed[what] = reason
        logger.warning("MLflow does not take %s: %s", what, reason)
        return None


_LONGEST = 300  # characters of a reason


def _is_of_the_network(error: BaseException | None) -> bool:
    """Tell whether no answer came, which MLflow reports as an error of its own around it."""
    while error is not None:
        if isinstance(error, OSError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0][:_LONGEST]


def missed() -> dict[str, str]:
    """Return what was not tracked in this run, and why."""
    return dict(_missed)


def tell() -> None:
    """Say in one line of the log what was not tracked, and what to do."""
    if _missed:
        logger.warning(
            "Not tracked: %s. MLflow said: %s. All results are saved in data/. docs/how-to/"
            "track-with-mlflow.md says how to track them when MLflow can be reached again.",
            ", ".join(_missed),
            next(iter(_missed.values())),
        )
