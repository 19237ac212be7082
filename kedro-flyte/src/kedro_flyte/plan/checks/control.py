"""Checks of the control flow: which branches and maps are run by a task."""

from collections.abc import Iterator

from kedro_flyte.plan.checks.facts import Facts, info
from kedro_flyte.plan.view import Finding


def run_inside(facts: Facts) -> Iterator[Finding]:
    for task in facts.equipped.tasks:
        if task.control and task.conditional is None and task.map_over is None:
            yield info(
                "KF150",
                f"Task '{task.id}' {task.control}.",
                facts.can.stays_inside,
                "Leave it so where the work is small; the results are the same.",
                place=task.id,
            )
