"""What each node asks for: tier, environment, retries ..., by name before tag before namespace."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from kedro_flyte.plan.model import Environment, Tier
from kedro_flyte.plan.settings.config import (
    DEFAULT_TIER,
    AttemptsConfig,
    CacheConfig,
    FlyteConfig,
    TaskConfig,
    TierConfig,
)
from kedro_flyte.plan.settings.tiers import RESOURCES, size, tier_configs, tiers
from kedro_flyte.plan.view import NodeView

T = TypeVar("T")

TIER_TAG = "tier."
ENVIRONMENT_TAG = "env."
BY_CODE = "<code>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What a node, or all nodes of a task, ask for; `tiers` and `environments` in order of need.

    `cache` is empty for none, `BY_CODE`, or the versions that flyte.yml names. `resources` are
    those that a node asks for in place of its tier's.
    """

    tier: str
    tier_reason: str
    environment: str
    retries: int
    timeout: int | None
    cache: str
    interruptible: bool
    tiers: tuple[str, ...]
    environments: tuple[str, ...]
    resources: Mapping[str, str]
    secrets: tuple[str, ...]


def environments(config: FlyteConfig) -> dict[str, Environment]:
    """Return the known environments by name; `default` is always one."""
    found = {name: Environment(name=name, image=e.image) for name, e in config.environments.items()}
    return {"default": Environment(name="default"), **found}


def demand(node: NodeView, config: FlyteConfig) -> Demand:
    """Return what one node asks for."""
    rules = list(_rules(node, config))
    asked = list(_tiers_asked(node, rules))
    chosen = asked[0] if asked else (DEFAULT_TIER, "default")
    if len(asked) > 1:
        chosen = _largest(asked, tiers(config))
    wanted = _environments_asked(node, rules) or ["default"]
    tier_rule = tier_configs(config).get(chosen[0], TierConfig())
    levels: list[AttemptsConfig] = [*(rule for _, rule in rules[:-1]), tier_rule, config.default]
    cache = next((level.cache for level in levels if level.cache is not None), None)
    return Demand(
        tier=chosen[0],
        tier_reason=chosen[1],
        environment=wanted[0],
        retries=_first(level.retries for level in levels) or 0,
        timeout=_first(level.timeout for level in levels),
        cache=_cache(cache),
        interruptible=_first(level.interruptible for level in levels) or False,
        tiers=tuple(tier for tier, _ in asked),
        environments=tuple(wanted),
        resources=_resources(rule for _, rule in rules),
        secrets=tuple(dict.fromkeys(name for _, rule in rules for name in rule.secrets)),
    )


def _cache(found: bool | CacheConfig | None) -> str:
    if isinstance(found, CacheConfig):
        return found.version
    return BY_CODE if found else ""


def _resources(rules: Iterable[TaskConfig]) -> dict[str, str]:
    """Return each resource as the strongest rule that names it has it."""
    found: dict[str, str] = {}
    for rule in rules:
        for key in RESOURCES:
            value = getattr(rule.resources, key)
            if value:
                found.setdefault(key, value)
    return found


def together(demands: list[Demand], known: Mapping[str, Tier]) -> Demand:
    """Return what a task of several nodes asks for: the largest tier, the longest of the rest."""
    tier, reason = _largest([(d.tier, d.tier_reason) for d in demands], known)
    timeouts = [d.timeout for d in demands if d.timeout is not None]
    versions = sorted({d.cache for d in demands})
    named = [name for d in demands for name in d.environments if name != "default"]
    environment = named[0] if named else "default"
    return Demand(
        tier=tier,
        tier_reason=reason,
        environment=environment,
        retries=max(d.retries for d in demands),
        timeout=sum(timeouts) if len(timeouts) == len(demands) else None,
        cache="-".join(versions) if all(versions) else "",
        interruptible=all(d.interruptible for d in demands),
        tiers=tuple(dict.fromkeys(d.tier for d in demands)),
        environments=tuple(dict.fromkeys(named)) or ("default",),
        resources={},
        secrets=tuple(dict.fromkeys(name for d in demands for name in d.secrets)),
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


def _environments_asked(node: NodeView, rules: list[tuple[str, TaskConfig]]) -> list[str]:
    """Return the environments of the strongest level that names any: all of them, to be refused."""
    named = [(rule.environment, where) for where, rule in rules if rule.environment]
    if named and named[0][1].startswith("node"):
        return [named[0][0]]
    prefix = ENVIRONMENT_TAG
    tags = [tag.removeprefix(prefix) for tag in sorted(node.tags) if tag.startswith(prefix)]
    tags += [name for name, where in named if where.startswith("tag")]
    return list(dict.fromkeys(tags)) or [name for name, _ in named][:1]


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
