"""Checks of what Flyte's back end refuses, or cannot bear: its limits are no part of the client."""

from collections.abc import Iterator

from kedro_flyte.plan.checks.facts import Facts, info
from kedro_flyte.plan.resources import quantity, tiers
from kedro_flyte.plan.rules import together
from kedro_flyte.plan.view import Finding

# FlyteAdmin's own limits of a task, where the installation sets none; flyte-core's chart has them.
CPU_LIMIT = "2"
MEMORY_LIMIT = "1Gi"


def tier_limits(facts: Facts) -> Iterator[Finding]:
    """Tell the tiers that an installation with FlyteAdmin's own limits refuses."""
    if facts.is_domino:
        return
    known = tiers(facts.config)
    demands = [[facts.asked[node.name] for node in nodes] for nodes in facts.groups.values()]
    used = {together(found, known).tier for found in demands}
    for name in sorted(used & known.keys()):
        cpu, memory = known[name].cpu, known[name].memory
        if quantity(cpu) > quantity(CPU_LIMIT) or quantity(memory) > quantity(MEMORY_LIMIT):
            yield info(
                "KF173",
                f"Tier '{name}' asks for cpu {cpu or '-'} and memory {memory or '-'}.",
                f"Where an installation sets no limits, FlyteAdmin takes cpu {CPU_LIMIT} and "
                f"memory {MEMORY_LIMIT} a task, and refuses to register one that asks for more.",
                "Ask who runs Flyte for limits (task_resources.limits) that hold this tier.",
                place=name,
            )
