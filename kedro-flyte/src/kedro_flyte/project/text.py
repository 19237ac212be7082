"""What the text of the configuration tells and its values do not: where runtime parameters and
secrets stand. Files are read as they are; nothing is resolved.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from kedro_flyte.plan.view import Scalar, SecretView

_RUNTIME = re.compile(
    r"\$\{\s*runtime_params\s*:\s*([\w.-]+)\s*(?:,\s*((?:[^{}$]|\$\{[^{}]*\})*))?\}"
)
_SECRET_KEY = re.compile(
    r"""^\s*["']?([\w.-]*?(?:^|[_.\s"'-]|\b)(?:password|passwd|secret|token|api_?key|access_?key|"""
    r"""account_?key|private_?key|client_secret|connection_string))["']?\s*:\s*(\S.*?)\s*$""",
    re.IGNORECASE,
)
_URL_WITH_PASSWORD = re.compile(
    r"^\s*([\w.-]+)\s*:.*\b[a-z][\w+.-]*://[^\s/:@$]+:[^\s/@${}]+@", re.I
)
_FILES = ("catalog", "parameters", "flyte", "credentials")


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """What has been found: runtime parameters with their defaults, those without, and secrets."""

    runtime_parameters: Mapping[str, Scalar]
    required: frozenset[str]
    secrets: tuple[SecretView, ...]

    @property
    def all_names(self) -> frozenset[str]:
        """All runtime parameters."""
        return frozenset(self.runtime_parameters) | self.required

    @property
    def placeholders(self) -> dict[str, Scalar]:
        """Something to resolve the configuration with, for those that have no default."""
        return {name: name for name in self.required}


def scan(root: Path, folders: Iterable[Path]) -> Texts:
    """Read the text of all catalogs, parameters, credentials and flyte.yml in the folders."""
    defaults: dict[str, Scalar] = {}
    required: set[str] = set()
    secrets: list[SecretView] = []
    for path in files(folders, _FILES):
        text = path.read_text(encoding="utf-8", errors="replace")
        for name, default in _RUNTIME.findall(text):
            if default.strip():
                defaults.setdefault(name, _literal(default))
            else:
                required.add(name)
        secrets += _secrets(path.relative_to(root).as_posix(), text)
    for name in required:
        defaults[name] = None
    return Texts(
        runtime_parameters=dict(sorted(defaults.items())),
        required=frozenset(required),
        secrets=tuple(secrets),
    )


def files(folders: Iterable[Path], names: tuple[str, ...]) -> Iterator[Path]:
    """Yield the files of a kind of configuration: one of its names begins theirs or a folder's."""
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            relative = path.relative_to(folder)
            named = any(part.startswith(names) for part in relative.parts)
            if named and path.suffix in (".yml", ".yaml", ".json") and path.is_file():
                yield path


def members(path: Path) -> dict[str, Any]:
    """Return the unresolved content of a file; nothing where it is no mapping."""
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8", errors="replace"))
    except yaml.YAMLError:
        return {}
    return {str(name): value for name, value in found.items()} if isinstance(found, dict) else {}


def _literal(default: str) -> Scalar:
    """Return the default of a runtime parameter; None where it is computed."""
    if "${" in default:
        return None
    value = yaml.safe_load(default)
    return value if isinstance(value, (int, float, bool, str)) else str(default).strip()


def _secrets(file: str, text: str) -> Iterator[SecretView]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.lstrip().startswith("#"):
            continue
        match = _SECRET_KEY.match(line)
        if (match and _is_literal(match[2])) or _URL_WITH_PASSWORD.match(line):
            key = match[1] if match else line.split(":", 1)[0]
            yield SecretView(file=file, line=number, key=key.strip(" \"'"))


def _is_literal(value: str) -> bool:
    """Whether a value is text that stands in the file, and not a number, a reference or nothing."""
    value = value.split(" #", 1)[0].strip().strip("\"'")
    if not value or value.startswith(("${", "&", "*", "|", ">", "{", "[")):
        return False
    return not re.fullmatch(r"null|~|true|false|none|[-+]?[\d.]+(e[-+]?\d+)?", value, re.IGNORECASE)
