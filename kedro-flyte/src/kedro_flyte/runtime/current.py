"""What the running task knows of itself, for hooks and nodes that want to know."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrentTask:
    """The task that runs now.

    `is_first` and `is_last` hold for one task of an execution each, the first and the last in the
    plan's order, so that a hook can act once. `attempt` counts from 0. `failure` says what failed,
    for the node that runs when the workflow has failed.
    """

    execution_id: str
    task: str
    pipeline: str
    attempt: int
    is_first: bool
    is_last: bool
    failure: str = ""


_current: list[CurrentTask] = []


def current_task() -> CurrentTask | None:
    """Return the running task; None under `kedro run` and wherever no task runs."""
    return _current[-1] if _current else None


def enter(task: CurrentTask) -> None:
    """Make a task the running one."""
    _current.append(task)


def leave() -> None:
    """Take back the last `enter`."""
    _current.pop()
