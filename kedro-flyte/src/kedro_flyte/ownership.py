"""What an export may write: its own files, in folders that hide no library.

An export replaces what an earlier export of the same pipeline, environment and project has written,
and nothing else: no file that a person has written, and no export of something else.
"""

import json
import sys
from collections.abc import Collection, Mapping
from pathlib import Path

from kedro_flyte.errors import ExportError
from kedro_flyte.plan.model import Plan

# First words of what every exported module says of itself.
MARK = "Written by `kedro flyte export"
_OWN = frozenset({"kedro", "kedro_flyte"})


def require_own(
    files: Mapping[Path, str], plan: Plan, root: Path, libraries: Collection[str]
) -> None:
    """Refuse an export that would replace or hide what is not its own.

    `libraries` are packages that exported modules import.

    Raises:
        ExportError: A file is somebody else's, or a folder is called as a library.
    """
    for path in files:
        if path.name == "__init__.py":
            _require_name(path.parent, _OWN.union(libraries), plan, root)
    for path, text in files.items():
        if text and path.exists():
            _require_file(path, plan)


def _require_name(folder: Path, taken: Collection[str], plan: Plan, root: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise ExportError(
            f"{folder} is a file, and an export needs a folder there. Choose another folder "
            "with --output."
        )
    if folder.is_relative_to(root) and (why := _unfit(folder, taken, plan, root)):
        raise ExportError(
            f"The folder '{folder.relative_to(root)}' cannot hold exported modules: {why}. "
            "Choose another folder with --output."
        )


def _unfit(folder: Path, taken: Collection[str], plan: Plan, root: Path) -> str:
    """Return why no module can be imported from a folder, or another one no more."""
    name = folder.name
    if "." in name:
        return "a name with a dot cannot be imported"
    is_new = folder.parent == root and not (folder / "__init__.py").exists()
    known = sys.stdlib_module_names | {plan.package} if is_new else frozenset()
    hides = name in taken or name in known
    return f"it would hide the library '{name}'" if hides else ""


def _require_file(path: Path, plan: Plan) -> None:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        text = ""
    found = _written_for(text) if path.suffix == ".json" else _marked(text)
    mine = (plan.package, plan.pipeline, plan.env, plan.target)
    if found is None:
        raise ExportError(
            f"{path} was not written by `kedro flyte export`, which would replace it. Move it "
            "away, or choose another folder with --output."
        )
    if found and found != mine:
        raise ExportError(
            f"{path} is the export of {_described(found)}, and would be replaced by that of "
            f"{_described(mine)}. Remove it if it is no longer needed, or choose another folder "
            "with --output."
        )


def _marked(text: str) -> tuple[str | None, ...] | None:
    """Return nothing known of a module but that it was exported; None where it was not."""
    return () if MARK in text else None


def _written_for(text: str) -> tuple[str | None, ...] | None:
    """Return the package, pipeline, environment and target of a plan; None where it is none.

    Of a plan that a merge has left with both versions nothing is known but that it is one.
    """
    try:
        plan = json.loads(text)
    except ValueError:
        return () if '\n "schema_version": ' in text else None
    if not isinstance(plan, dict) or "schema_version" not in plan:
        return None
    return (plan.get("package"), plan.get("pipeline"), plan.get("env"), plan.get("target", "flyte"))


def _described(what: tuple[str | None, ...]) -> str:
    package, pipeline, env, target = what
    where = f" in environment '{env}'" if env else ""
    return f"pipeline '{pipeline}' of {package}{where} for {target}"
