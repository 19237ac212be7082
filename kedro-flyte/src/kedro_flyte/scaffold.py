"""The files that `kedro flyte init` writes into a project."""

import sys
from collections.abc import Collection, Iterator
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path


def scaffold(
    root: Path, base: Path, schema: str, replaced: Collection[str] = ()
) -> Iterator[tuple[Path, bool]]:
    """Write each file unless it is there; yield its path, and whether it was written.

    The schema is ours and of this release, so it is always written.

    Args:
        root: The project's folder.
        base: The folder of its configuration that flyte.yml belongs into.
        schema: The text of the schema of flyte.yml.
        replaced: Names of files that are written in any case.
    """
    texts = files("kedro_flyte") / "templates"
    places = {
        "flyte.yml": base / "flyte.yml",
        "Dockerfile": root / "Dockerfile",
        ".dockerignore": root / ".dockerignore",
    }
    for name, path in places.items():
        text = (texts / name.lstrip(".")).read_text(encoding="utf-8")
        text = _of_here(text) if name == "Dockerfile" else text
        yield path, _write(path, text, replace=name in replaced)
    place = base.parent / "flyte.schema.json"
    yield place, _write(place, schema, replace=True)


def _of_here(text: str) -> str:
    """Return a text with the versions that the project runs with: tasks get the same."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    return text.replace("{python}", python).replace("{version}", version("kedro-flyte"))


def _write(path: Path, text: str, *, replace: bool) -> bool:
    if path.exists() and not replace:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_text(text, encoding="utf-8", newline="\n")
    temporary.replace(path)
    return True
