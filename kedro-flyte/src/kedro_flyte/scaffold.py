"""The files that `kedro flyte init` writes into a project."""

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from kedro_flyte.plan.config import json_schema


def scaffold(root: Path, base: Path, *, force: bool) -> Iterator[tuple[Path, bool]]:
    """Write each file unless it is there; yield its path, and whether it was written.

    Args:
        root: The project's folder.
        base: The folder of its configuration that flyte.yml belongs into.
        force: Replace files that are there.
    """
    texts = files("kedro_flyte") / "templates"
    places = {
        "flyte.yml": base / "flyte.yml",
        "Dockerfile": root / "Dockerfile",
        "dockerignore": root / ".dockerignore",
    }
    for name, path in places.items():
        yield _write(path, (texts / name).read_text(encoding="utf-8"), force=force)
    yield _write(base.parent / "flyte.schema.json", json_schema(), force=force)


def _write(path: Path, text: str, *, force: bool) -> tuple[Path, bool]:
    if path.exists() and not force:
        return path, False
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_text(text, encoding="utf-8", newline="\n")
    temporary.replace(path)
    return path, True
