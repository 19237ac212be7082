"""The steps of a branch or a map, which an orchestrator runs one by one in place of a task.

A step decides what the task's node is to do, which of its datasets are pickles of this process, and
what it gives. Kedro is imported by what is called, and not with this package.
"""

from kedro_flyte.errors import TaskError
from kedro_flyte.runtime.steps.maps import Gather, Item, Split
from kedro_flyte.runtime.steps.step import Alternative, Step, Work

__all__ = ["Work", "step_of"]


def step_of(work: Work, name: str) -> Step:
    """Return a step by its name; an empty one is all of the task.

    Raises:
        TaskError: There is no such step.
    """
    if not name:
        return Step(work)
    if name in ("then", "otherwise"):
        return Alternative(work, then=name == "then")
    kinds: dict[str, type[Step]] = {"split": Split, "item": Item, "gather": Gather}
    if name not in kinds:
        raise TaskError(f"A task has no step '{name}'. Export the workflow again.")
    return kinds[name](work)
