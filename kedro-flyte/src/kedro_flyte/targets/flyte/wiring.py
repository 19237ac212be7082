"""What stands in a workflow for what its calls give.

Outputs whose names fit into a line are unpacked: `model, holdout = train(rows)`. Others stay with
the task that gives them: `train_outputs.model`; `*train_outputs` are all of them in their order.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kedro_flyte.plan.model import Plan
from kedro_flyte.targets.source import WIDTH


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a call gives.

    Args:
        by: The function.
        names: Of its outputs, in their order.
        unpacked: The same, as they are unpacked: `_` for what nothing reads.
    """

    by: str
    names: tuple[str, ...]
    unpacked: tuple[str, ...]

    def fits(self) -> bool:
        """Whether the outputs are unpacked; one alone always is."""
        head = f"    {', '.join(self.unpacked)} = {self.by}("
        return len(self.names) == 1 or len(head) <= WIDTH


@dataclass(frozen=True, slots=True, kw_only=True)
class Wiring:
    """What stays with its task: by variable, the names of the outputs; and who holds each name."""

    variables: dict[str, str]
    packed: dict[str, tuple[str, ...]]
    holders: dict[str, str]

    def targets(self, by: str, unpacked: Sequence[str]) -> list[str]:
        """Return what a call is assigned to."""
        return [self.variables[by]] if by in self.variables else list(unpacked)

    def word(self, name: str) -> str:
        """Return what stands for a dataset, a flag or a parameter."""
        return f"{self.holders[name]}.{name}" if name in self.holders else name

    def words(self, names: Sequence[str]) -> list[str]:
        """Return what stands for each of these, with a star for all outputs of a task."""
        found, rest = [], tuple(names)
        while rest:
            variable = self.holders.get(rest[0], "")
            own = self.packed.get(variable, ())
            is_whole = bool(own) and rest[: len(own)] == own
            found.append(f"*{variable}" if is_whole else self.word(rest[0]))
            rest = rest[len(own) if is_whole else 1 :]
        return found

    def members(self, names: Sequence[str]) -> list[str]:
        """Return the same for a class of outputs, where mypy takes nothing after a star."""
        words = self.words(names)
        last = [word.startswith("*") for word in words]
        return words if sorted(last) == last else [self.word(name) for name in names]


def wiring(plan: Plan, calls: Iterable[Given]) -> Wiring:
    """Return how a workflow names what these calls give."""
    taken = {one.id for one in plan.datasets} | {one.id for one in plan.parameters}
    taken |= {one.id for one in plan.tasks} | {one.id for one in plan.groups}
    taken |= {flag.id for task in plan.tasks for flag in task.flags}
    kept = [one for one in calls if not one.fits()]
    variables = {one.by: _free(f"{one.by.removesuffix('_task')}_outputs", taken) for one in kept}
    packed = {variables[one.by]: one.names for one in kept}
    holders = {name: variable for variable, names in packed.items() for name in names}
    return Wiring(variables=variables, packed=packed, holders=holders)


def _free(name: str, taken: set[str]) -> str:
    """Return a name that nothing has yet, and take it."""
    while name in taken:
        name += "_"
    taken.add(name)
    return name
