"""Rules of tiers for nodes, put into the text of flyte.yml: all else stays, with its comments."""

import re
from collections.abc import Mapping
from typing import Any

import yaml
from kedro_flyte.errors import ConfigError

_SECTION = re.compile(r"^nodes:[ \t]*(?:#.*)?$", re.MULTILINE)


def with_tiers(text: str, tiers: Mapping[str, str]) -> str:
    """Return the text of a flyte.yml with a rule for each node.

    Args:
        text: What the file says; empty where there is none.
        tiers: The tier of each node, by its name.

    Raises:
        ConfigError: A node has a rule already, or the rules of nodes are not one a line.
    """
    before = _parsed(text)
    own = before.get("nodes") or {}
    taken = sorted(set(tiers) & set(own))
    if taken:
        raise ConfigError(
            f"flyte.yml has rules for {', '.join(taken)} already, so nothing was written. Put the "
            "tiers into them by hand:\n" + "\n".join(_lines({n: tiers[n] for n in taken}, "  "))
        )
    changed = _changed(text, tiers)
    wanted = {**own, **{name: {"tier": tier} for name, tier in tiers.items()}}
    if _parsed(changed) != {**before, "nodes": wanted}:
        raise ConfigError(
            "flyte.yml's rules under 'nodes' are not one a line, so nothing was written. Put these "
            "into it by hand:\nnodes:\n" + "\n".join(_lines(tiers, "  "))
        )
    return changed


def _parsed(text: str) -> dict[str, Any]:
    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError:
        return {}
    return found if isinstance(found, dict) else {}


def _changed(text: str, tiers: Mapping[str, str]) -> str:
    section = _SECTION.search(text)
    if section is None:
        apart = "\n" if text.strip() else ""
        ended = text if not text or text.endswith("\n") else f"{text}\n"
        return "\n".join([f"{ended}{apart}nodes:", *_lines(tiers, "  "), ""])
    after = text[section.end() :]
    first = re.search(r"^([ \t]+)\S", after, re.MULTILINE)
    lines = _lines(tiers, first[1] if first else "  ")
    return "\n".join([text[: section.end()], *lines]) + after


def _lines(tiers: Mapping[str, str], margin: str) -> list[str]:
    return [f"{margin}{_scalar(name)}: {{ tier: {_scalar(tier)} }}" for name, tier in tiers.items()]


def _scalar(name: str) -> str:
    """Return a name as YAML reads it back."""
    plain = re.fullmatch(r"[A-Za-z_][\w.-]*", name) and yaml.safe_load(name) == name
    return name if plain else '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
