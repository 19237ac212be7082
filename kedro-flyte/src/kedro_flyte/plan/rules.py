"""What each node asks for: tier, environment, retries ..., by name before tag before namespace."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from kedro_flyte.plan.config import DEFAULT_TIER, DEFAULT_TIERS, FlyteConfig, TaskConfig
from kedro_flyte.plan.model import Environment, Tier
from kedro_flyte.plan.view import NodeView

T = TypeVar("T")

TIER_TAG = "tier."
ENVIRONMENT_TAG = "env."
_UNITS = {"k": 1e3, "m": 1e-3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15}
_BINARY = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40, "Pi": 2**50}


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What a node, or all nodes of a task, ask for; `tiers` and `environments` in order of need."""

    tier: str
    tier_reason: str
    environment: str
    retries: int
    timeout: int | None
    cache_version: str
    interruptible: bool
    tiers: tuple[str, ...]
    environments: tuple[str, ...]


def tiers(config: FlyteConfig) -> dict[str, Tier]:
    """Return the known tiers by name: the built-in ones, replaced and added to by the file."""
    known = {**DEFAULT_TIERS, **config.tiers}
    return {name: Tier(name=name, **tier.model_dump()) for name, tier in known.items()}


def environments(config: FlyteConfig) -> dict[str, Environment]:
    """Return the known environments by name; `default` is always one."""
    found = {name: Environment(name=name, image=e.image) for name, e in config.environments.items()}
    return {"default": Environment(name="default"), **found}


def size(tier: Tier) -> tuple[float, float, float]:
    """Return what orders tiers: GPUs, bytes of memory, cores."""
    return quantity(tier.gpu), quantity(tier.memory), quantity(tier.cpu)


def quantity(text: str) -> float:
    """Return a Kubernetes quantity as a number: `500m` is 0.5, `1Ki` is 1024, nothing is 0."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([A-Za-z]*)", text)
    if not match:
        return 0.0
    return float(match[1]) * {**_UNITS, **_BINARY, "": 1.0}.get(match[2], 1.0)


def demand(node: NodeView, config: FlyteConfig) -> Demand:
    """Return what one node asks for."""
    rules = list(_rules(node, config))
    asked = list(_tiers_asked(node, rules))
    known = tiers(config)
    named = [e for e in (rule.environment for _, rule in rules) if e]
    chosen = _largest(asked, known) if asked else (DEFAULT_TIER, "default")
    wanted = _environments_asked(node, config) or named or ["default"]
    return Demand(
        tier=chosen[0],
        tier_reason=chosen[1],
        environment=wanted[0],
        retries=_first(rule.retries for _, rule in rules) or 0,
        timeout=_first(rule.timeout for _, rule in rules),
        cache_version=_first(r.cache.version if r.cache else None for _, r in rules) or "",
        interruptible=_first(rule.interruptible for _, rule in rules) or False,
        tiers=tuple(tier for tier, _ in asked),
        environments=tuple(wanted),
    )


def together(demands: list[Demand], known: Mapping[str, Tier]) -> Demand:
    """Return what a task of several nodes asks for: the largest tier, the longest of the rest."""
    tier, reason = _largest([(d.tier, d.tier_reason) for d in demands], known)
    timeouts = [d.timeout for d in demands if d.timeout is not None]
    versions = sorted({d.cache_version for d in demands})
    named = [d.environment for d in demands if d.environment != "default"]
    environment = named[0] if named else "default"
    return Demand(
        tier=tier,
        tier_reason=reason,
        environment=environment,
        retries=max(d.retries for d in demands),
        timeout=sum(timeouts) if len(timeouts) == len(demands) else None,
        cache_version="-".join(versions) if all(versions) else "",
        interruptible=all(d.interruptible for d in demands),
        tiers=tuple(dict.fromkeys(d.tier for d in demands)),
        environments=tuple(dict.fromkeys(named)) or ("default",),
    )


def _rules(node: NodeView, config: FlyteConfig) -> Iterable[tuple[str, TaskConfig]]:
    """Yield the rules that hold for a node, the strongest first, each with where it stands."""
    if node.name in config.nodes:
        yield "node in flyte.yml", config.nodes[node.name]
    for tag in sorted(node.tags & config.tags.keys()):
        yield f"tag '{tag}' in flyte.yml", config.tags[tag]
    parts = (node.namespace or "").split(".")
    for depth in range(len(parts), 0, -1):
        namespace = ".".join(parts[:depth])
        if namespace in config.namespaces:
            yield f"namespace '{namespace}' in flyte.yml", config.namespaces[namespace]
    yield "default in flyte.yml", config.default


def _tiers_asked(node: NodeView, rules: list[tuple[str, TaskConfig]]) -> Iterable[tuple[str, str]]:
    """Yield tiers of the strongest level that names any: node, then tags, then the wider rules."""
    named = [(rule.tier, where) for where, rule in rules if rule.tier]
    if named and named[0][1].startswith("node"):
        return [(named[0][0], named[0][1])]
    tags = [
        (tag.removeprefix(TIER_TAG), f"tag '{tag}'")
        for tag in sorted(node.tags)
        if tag.startswith(TIER_TAG)
    ]
    tags += [(tier, where) for tier, where in named if where.startswith("tag")]
    return tags or [(tier, where) for tier, where in named][:1]


def _environments_asked(node: NodeView, config: FlyteConfig) -> list[str]:
    own = config.nodes[node.name].environment if node.name in config.nodes else None
    if own:
        return [own]
    prefix = ENVIRONMENT_TAG
    return [tag.removeprefix(prefix) for tag in sorted(node.tags) if tag.startswith(prefix)]


def _largest(asked: list[tuple[str, str]], known: Mapping[str, Tier]) -> tuple[str, str]:
    order = list(known)

    def rank(item: tuple[str, str]) -> tuple[bool, tuple[float, float, float], int]:
        name = item[0]
        if name not in known:
            return False, (0.0, 0.0, 0.0), 0
        return True, size(known[name]), order.index(name)

    return max(asked, key=rank)


def _first(values: Iterable[T | None]) -> T | None:
    return next((value for value in values if value is not None), None)
