"""What the text of the configuration tells and its values do not: where runtime parameters
stand. Files are read as they are; nothing is resolved.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from kedro_flyte.plan.view import Scalar
from kedro_flyte.project.unresolved import files

_RUNTIME = re.compile(
    r"\$\{\s*runtime_params\s*:\s*([\w.-]+)\s*(?:,\s*((?:[^{}$]|\$\{[^{}]*\})*))?\}"
)
_RESOLVER = re.compile(r"\$\{\s*([\w.-]+)\s*:")
_FILES = ("catalog", "parameters", "flyte", "credentials")


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """What has been found: runtime parameters with their defaults, and those without.

    `resolvers` are the names of all resolvers that are used.
    """

    runtime_parameters: Mapping[str, Scalar]
    required: frozenset[str]
    resolvers: frozenset[str] = frozenset()

    @property
    def all_names(self) -> frozenset[str]:
        """All runtime parameters."""
        return frozenset(self.runtime_parameters) | self.required

    @property
    def placeholders(self) -> dict[str, Scalar]:
        """Something to resolve the configuration with, for those that have no default."""
        return {name: name for name in self.required}


def scan(folders: Iterable[Path]) -> Texts:
    """Read the text of all catalogs, parameters, credentials and flyte.yml in the folders."""
    defaults: dict[str, Scalar] = {}
    required: set[str] = set()
    resolvers: set[str] = set()
    for path in files(folders, _FILES):
        text = path.read_text(encoding="utf-8", errors="replace")
        resolvers |= set(_RESOLVER.findall(text))
        for name, default in _RUNTIME.findall(text):
            if default.strip():
                defaults.setdefault(name, _literal(default))
            else:
                required.add(name)
    for name in required:
        defaults[name] = None
    return Texts(
        runtime_parameters=dict(sorted(defaults.items())),
        required=frozenset(required),
        resolvers=frozenset(resolvers),
    )


def members(path: Path) -> dict[str, Any]:
    """Return the unresolved content of a file; nothing where it is no mapping."""
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8", errors="replace"))
    except (yaml.YAMLError, ValueError, RecursionError):  # told when Kedro reads it
        return {}
    return {str(name): value for name, value in found.items()} if isinstance(found, dict) else {}


def _literal(default: str) -> Scalar:
    """Return the default of a runtime parameter; None where it is computed."""
    if "${" in default:
        return None
    value = yaml.safe_load(default)
    return value if isinstance(value, (int, float, bool, str)) else str(default).strip()
