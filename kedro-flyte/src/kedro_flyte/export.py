"""The files of an export: what is in them, whether those on disk are the same, and writing them."""

import difflib
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from kedro_flyte.plan.model import Plan
from kedro_flyte.plan.serialization import to_json
from kedro_flyte.target import Export, Target


def exported(
    plan: Plan, target: Target, folder: Path, root: Path | None = None, within: str = ""
) -> dict[Path, str]:
    """Return the text of every file of an export, by path.

    The findings stay out of `plan.json`: some depend on the machine, and the file does not.

    Args:
        plan: What is exported.
        target: What it is exported for.
        folder: Where exports go.
        root: The project's folder; None where there is none.
        within: The folder of the root in its repository.

    Raises:
        UnsupportedError: The target cannot say what the plan asks for.
    """
    module = module_of(plan, target, folder)
    place = Export(folder=folder, module=module, root=root, within=within)
    placed = target.placed(replace(plan, findings=()), place)
    return {
        **{package / "__init__.py": "" for package in _packages(module.parent, folder, root)},
        module: target.render(placed),
        module.with_suffix(".plan.json"): to_json(placed),
    }


def module_of(plan: Plan, target: Target, folder: Path) -> Path:
    """Return the path of an export's module."""
    return folder / target.folder / f"{plan.identity}.py"


def _packages(place: Path, folder: Path, root: Path | None) -> list[Path]:
    """Return the folders that are to be packages: all between the project's root and a module.

    flytekit takes the first folder above a module that is none for the root of the code.
    """
    above = [place, *place.parents]
    if root is None or root not in above:
        return list(dict.fromkeys([folder, place]))
    return above[: above.index(root)][::-1]


def out_of_date(files: Mapping[Path, str]) -> str:
    """Return a diff from the files on disk to those that an export would write; empty if equal."""
    lines: list[str] = []
    for path, text in files.items():
        old = path.read_text(encoding="utf-8") if path.exists() else None
        if old is None and not text:
            lines.append(f"{path} is missing\n")
        elif old != text and (text or old is None):
            lines += difflib.unified_diff(
                (old or "").splitlines(keepends=True),
                text.splitlines(keepends=True),
                f"{path} (on disk)",
                f"{path} (exported)",
            )
    return "".join(lines)


def write(files: Mapping[Path, str]) -> None:
    """Write the files, each to a temporary name first; an `__init__.py` that is there stays."""
    for path, text in files.items():
        if path.name == "__init__.py" and path.exists():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.part")
        temporary.write_text(text, encoding="utf-8", newline="\n")
        _outdate(path, temporary)
        temporary.replace(path)


def _outdate(old: Path, new: Path) -> None:
    """Let Python see that a module is another one, also within a second: it looks at whole ones.

    Else it would go on with what it has compiled of a file of the same length.
    """
    if not old.exists() or old.read_bytes() == new.read_bytes():
        return
    before = old.stat().st_mtime
    if int(before) >= int(new.stat().st_mtime):
        os.utime(new, (before + 1, before + 1))
