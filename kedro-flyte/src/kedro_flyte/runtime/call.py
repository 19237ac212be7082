"""One call of a task, and who answers it: this process, unless somebody has taken that over."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kedro_flyte.runtime.plan_file import PlanFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What a generated task asks for.

    `inputs` holds files and folders as flytekit gives them, parameters as the plan writes them.
    """

    file: PlanFile
    task: str
    inputs: Mapping[str, Any]
    step: str = ""
    flags: bool = False


Answer = Callable[[Call], list[Any]]
_elsewhere: list[Answer] = []


def hand_over(answer: Answer | None) -> None:
    """Let this answer all calls of this process; None: no more."""
    _elsewhere[:] = [answer] if answer else []


def elsewhere() -> Answer | None:
    """Return who answers in place of this process."""
    return _elsewhere[0] if _elsewhere else None
