"""Which tier fits each node, by what runs have measured."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kedro_flyte.plan.model import Plan, Tier
from kedro_flyte.plan.settings.tiers import quantity, size
from kedro_flyte.record.read import NodeRun, RunRecord
from kedro_flyte.record.words import in_bytes

MARGIN = 0.25
_SHORT = 1.0  # seconds: the cores of less say nothing
_BUSY = 0.9  # of a core: more is a core in use


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """What a node needs, and the tier that fits.

    Attributes:
        node: Its name.
        runs: In how many records it is.
        peak_memory: The most of all runs, in bytes; None where none was measured.
        cores: The most that it has kept busy; 0 where it was too short to say.
        tier: The tier that its task has now.
        fitting: The smallest one that fits; empty where none does, or nothing is known.
        why: In words.
    """

    node: str
    runs: int
    peak_memory: int | None
    cores: float
    tier: str
    fitting: str
    why: str

    @property
    def is_to_change(self) -> bool:
        """Whether another tier than the present one fits."""
        return bool(self.fitting) and self.fitting != self.tier


def fits(
    plan: Plan, known: Mapping[str, Tier], records: Sequence[RunRecord], margin: float = MARGIN
) -> tuple[Fit, ...]:
    """Return what fits each node of a plan, in the plan's order.

    Args:
        plan: What the nodes have now.
        known: All tiers of the configuration by name.
        records: What has been measured.
        margin: Of memory, above the peak: 0.25 is a quarter more.
    """
    tier_of = {name: task.tier for task in plan.tasks for name in task.nodes}
    tiers = {tier.name: tier for tier in plan.tiers} | dict(known)
    measured: dict[str, list[NodeRun]] = defaultdict(list)
    for record in records:
        for node in record.nodes:
            measured[node.name].append(node)
    return tuple(
        _fit(name, measured[name], tiers[now], list(known.values()), margin)
        for name, now in tier_of.items()
    )


def _fit(name: str, runs: list[NodeRun], now: Tier, known: list[Tier], margin: float) -> Fit:
    peaks = [run.peak_memory for run in runs if run.peak_memory is not None]
    peak = max(peaks, default=None)
    cores = max((_cores(run) for run in runs), default=0.0)
    killed = any(run.state == "killed" for run in runs)
    fitting, why = "", "no run has measured it"
    if peak is not None:
        needed = peak * (1 + margin)
        if killed:
            needed = max(needed, quantity(now.memory) + 1)
        found = _smallest(now, known, needed, cores)
        fitting = found.name if found else ""
        why = _why(now, found, killed=killed, needed=needed, cores=cores)
    return Fit(
        node=name, runs=len(runs), peak_memory=peak, cores=cores,
        tier=now.name, fitting=fitting, why=why,
    )  # fmt: skip


def _cores(run: NodeRun) -> float:
    """Return how many cores a node has kept busy; 0 where it was too short to say."""
    return run.cpu_seconds / run.seconds if run.seconds >= _SHORT else 0.0


def _smallest(now: Tier, known: Iterable[Tier], memory: float, cores: float) -> Tier | None:
    """Return the smallest tier of the same devices and machines with so much memory and cores."""
    needed = max(1, math.floor(cores + 1 - _BUSY))
    alike = [one for one in known if _machines(one) == _machines(now)]
    enough = [
        one
        for one in alike
        if quantity(one.memory) >= memory
        and (not one.cpu or quantity(one.cpu) >= min(needed, quantity(now.cpu) or needed))
    ]
    return min(enough, key=size, default=None)


def _machines(tier: Tier) -> tuple[object, ...]:
    return tier.gpu, tier.gpu_kind, tier.node_selector, tier.tolerations


def _why(now: Tier, found: Tier | None, *, killed: bool, needed: float, cores: float) -> str:
    wants = f"{in_bytes(needed)} with the margin"
    if killed:
        wants = f"its process was killed in {now.memory or 'what it had'}"
    if found is None:
        return f"{wants}: no tier of these machines has so much"
    if found.name == now.name:
        return f"{wants}, and {_busy(cores)}"
    direction = "less" if size(found) < size(now) else "more"
    return f"{wants}, and {_busy(cores)}: {direction} than {now.name} has"


def _busy(cores: float) -> str:
    return f"{cores:.1f} cores busy" if cores else "too short to tell its cores"
