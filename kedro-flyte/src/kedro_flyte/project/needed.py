"""What no task can start without, and a finding for each part of it that does not ship."""

import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from kedro.framework.project import settings
from kedro_flyte.plan.view import Finding, Obstacle, Severity
from kedro_flyte.project.configuration import default_env
from kedro_flyte.project.shipping import Shipped, Shipping, place_of


def needed(root: Path, shipping: Shipping, source: Path, folders: Iterable[Path]) -> list[Finding]:
    """Return findings for what does not ship of the code that is loaded, and of configuration.

    Args:
        root: The project's folder.
        shipping: What ships of it.
        source: The folder of its source code.
        folders: Those of the configuration that the plan is made from.
    """
    places = [place_of(root, path) for path in (root / "pyproject.toml", *folders)]
    modules = sorted({place_of(root, path) for path in _loaded(source)})
    found = shipping.of([*places, *modules])
    gone = [place for place in places if not found[place].files]
    local = place_of(root, root / settings.CONF_SOURCE / default_env())
    return [
        *(
            _local(place, found[place]) if place == local else missing(place, found[place].obstacle)
            for place in gone
        ),
        *_code({place: found[place] for place in modules}),
    ]


def environments(root: Path, shipping: Shipping) -> Iterator[Finding]:
    """Yield a warning for each virtual environment in the project's folder that ships."""
    marks = [place_of(root, path) for path in sorted(root.glob("*/pyvenv.cfg"))]
    for mark, found in shipping.of(marks).items():
        if found.files:
            name = mark.split("/", 1)[0]
            yield Finding(
                code="KF155",
                severity=Severity.WARNING,
                what=f"{name}, a virtual environment, is shipped with the code.",
                why="Nothing leaves it out, and all of its libraries are packed at each launch.",
                todo=f"Write `{name}` into .flyteignore, and into .gitignore where there is git.",
                place=name,
            )


def _loaded(source: Path) -> Iterator[Path]:
    """Yield the files of modules that lie in the project's source folder, and are loaded."""
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if file and Path(file).is_relative_to(source) and Path(file).suffix == ".py":
            yield Path(file)


def _code(found: dict[str, Shipped]) -> Iterator[Finding]:
    """Yield a finding for each line of an ignore file, which may name a folder of many modules."""
    gone: dict[Obstacle | None, list[str]] = defaultdict(list)
    for name, one in found.items():
        if not one.files:
            gone[one.obstacle].append(name)
    for obstacle, names in gone.items():
        folder = os.path.commonpath(names)
        all_of_it = sum(name.startswith(f"{folder}/") for name in found) == len(names)
        for name in [folder] if all_of_it else names:
            yield missing(name, obstacle)


def missing(place: str, obstacle: Obstacle | None) -> Finding:
    """Return an error for what no task can start without."""
    return Finding(
        code="KF152",
        severity=Severity.ERROR,
        what=f"{place} does not come to the tasks: {obstacle or 'there is no file in it'}.",
        why="No task can start without it.",
        todo=f"{obstacle.remedy(place)}." if obstacle else "Put a file into it.",
        place=place,
    )


def _local(place: str, found: Shipped) -> Finding:
    return Finding(
        code="KF152",
        severity=Severity.WARNING,
        what=f"{place} does not come to the tasks: {found.obstacle or 'there is no file in it'}.",
        why="It is for one machine. Here the plan holds; a task elsewhere cannot start.",
        todo="Leave out --env, or name an environment that is shipped.",
        place=place,
    )
