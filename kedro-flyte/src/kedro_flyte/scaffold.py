"""The files that `kedro flyte init` writes into a project."""

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from kedro_flyte.plan.config import json_schema

_PLACES = {
    "flyte.yml": "conf/base/flyte.yml",
    "Dockerfile": "Dockerfile",
    "dockerignore": ".dockerignore",
}


def scaffold(root: Path, *, force: bool) -> Iterator[tuple[Path, bool]]:
    """Write each file unless it is there; yield its path, and whether it was written."""
    texts = files("kedro_flyte") / "templates"
    for name, place in _PLACES.items():
        yield _write(root / place, (texts / name).read_text(encoding="utf-8"), force=force)
    yield _write(root / "conf/flyte.schema.json", json_schema(), force=force)


def _write(path: Path, text: str, *, force: bool) -> tuple[Path, bool]:
    if path.exists() and not force:
        return path, False
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_text(text, encoding="utf-8", newline="\n")
    temporary.replace(path)
    return path, True
