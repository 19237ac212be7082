"""Parameters in groups: what a task takes for one input of its nodes, and back to single ones.

A target that hands over a value for each input of a node asks `arguments` what those are. What a
task computes with is told by parameter, however it came.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from kedro_flyte.plan.model.data import Group
from kedro_flyte.plan.model.plan import Plan
from kedro_flyte.plan.model.task import Task


def arguments(plan: Plan, task: Task) -> tuple[str, ...]:
    """Return the ids of groups and of single parameters that hold all parameters of a task.

    A group is one that a node of the task names, and nothing in it is new to the task: what a task
    does not use must not be a part of its inputs, or it would be computed anew when that changes.
    """
    entries = {entry: None for name in task.nodes for entry in plan.node(name).inputs}
    named = [group for group in map(plan.group, entries) if group]
    chosen = _widest(group for group in named if set(group.leaves) <= set(task.parameters))
    within = {leaf for group in chosen for leaf in group.leaves}
    single = [leaf for leaf in task.parameters if leaf not in within]
    return (*(group.id for group in chosen), *single)


def _widest(groups: Iterable[Group]) -> list[Group]:
    """Return groups without those that are within another one."""
    found: list[Group] = []
    for group in sorted(groups, key=lambda one: -len(one.leaves)):
        if not any(set(group.leaves) <= set(wider.leaves) for wider in found):
            found.append(group)
    return found


def gathered(plan: Plan, entry: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a group, each under the name that it has within.

    Args:
        plan: The plan.
        entry: What nodes call the group: `params:model`.
        inputs: Values of the workflow by id, others among them.
    """
    group = next(group for group in plan.groups if group.entry == entry)
    known = {parameter.id: parameter for parameter in plan.parameters}
    return {group.key(known[leaf]): inputs[leaf] for leaf in group.leaves}


def apart(plan: Plan, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a task was handed, with parameters in the place of groups."""
    found = dict(inputs)
    known = {parameter.id: parameter for parameter in plan.parameters}
    for group in plan.groups:
        values = found.pop(group.id, {})
        names = {group.key(known[leaf]): leaf for leaf in group.leaves}
        found |= {names[name]: value for name, value in values.items() if name in names}
    return found
