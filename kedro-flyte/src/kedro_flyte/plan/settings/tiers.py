"""Tiers as they are known, and the variants that nodes with resources of their own make of them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from kedro_flyte.plan.capabilities import Capabilities
from kedro_flyte.plan.model import Tier, Toleration
from kedro_flyte.plan.settings.config import DEFAULT_TIERS, FlyteConfig, ResourcesConfig, TierConfig

_UNITS = {"k": 1e3, "m": 1e-3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15}
_BINARY = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40, "Pi": 2**50}
RESOURCES = tuple(ResourcesConfig.model_fields)


def tier_configs(config: FlyteConfig) -> dict[str, TierConfig]:
    """Return the known tiers by name: the built-in ones, replaced and added to by the file."""
    return {**DEFAULT_TIERS, **config.tiers}


def tiers(config: FlyteConfig, can: Capabilities | None = None) -> dict[str, Tier]:
    """Return the known tiers by name, as the plan has them; a platform may call them otherwise."""
    named = _names(config, can) if can is not None else {}
    known = tier_configs(config).items()
    return {name: _tier(name, found, named.get(name, "")) for name, found in known}


def _names(config: FlyteConfig, can: Capabilities) -> dict[str, str]:
    """Return what a platform calls the tiers: what the file says, and of others what it itself."""
    told = {name: getattr(tier, can.name, "") for name, tier in config.tiers.items()}
    return {**(can.tier_names or {}), **told}


def _tier(name: str, config: TierConfig, named: str) -> Tier:
    return Tier(
        name=name,
        named=named,
        **{key: getattr(config, key) for key in (*RESOURCES, "pod_template")},
        node_selector=tuple(sorted(config.node_selector.items())),
        tolerations=tuple(Toleration(**t.model_dump()) for t in config.tolerations),
    )


def variant(tier: Tier, wishes: Sequence[Mapping[str, str]], others: Sequence[Tier]) -> Tier:
    """Return a tier with the resources that nodes of a task ask for in place of its own.

    Args:
        tier: The tier of the task, the largest of its nodes'.
        wishes: What each node asks for; empty for one that is content with its tier.
        others: The tier of each of these nodes, in the same order.
    """
    changed = {}
    for key in RESOURCES:
        if any(key in wish for wish in wishes):
            values = [w.get(key, getattr(t, key)) for w, t in zip(wishes, others, strict=True)]
            changed[key] = max(values, key=quantity)
    changed = {key: value for key, value in changed.items() if value != getattr(tier, key)}
    if not changed:
        return tier
    name = ",".join(f"{key}={value}" for key, value in changed.items())
    return replace(tier, name=f"{tier.name}+{name}", **changed)


def size(tier: Tier) -> tuple[float, float, float]:
    """Return what orders tiers: GPUs, bytes of memory, cores."""
    return quantity(tier.gpu), quantity(tier.memory), quantity(tier.cpu)


def quantity(text: str) -> float:
    """Return a Kubernetes quantity as a number: `500m` is 0.5, `1Ki` is 1024, nothing is 0."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([A-Za-z]*)", text)
    if not match:
        return 0.0
    return float(match[1]) * {**_UNITS, **_BINARY, "": 1.0}.get(match[2], 1.0)
