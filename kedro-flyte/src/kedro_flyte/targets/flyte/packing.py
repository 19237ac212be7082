"""What flytekit packs: `--copy all`, from the first folder above a module that is no package."""

from collections.abc import Iterator
from pathlib import Path

from kedro_flyte.plan.capabilities import Carrier
from kedro_flyte.plan.view import Finding, Severity

CARRIER = Carrier(
    name="`--copy all`",
    takes="It takes what git does, but for what .dockerignore or .flyteignore names.",
    leak="is shipped by `--copy all`",
    remedy="Write `{folder}` into .flyteignore, or put the project under git with `{folder}/` in "
    "its .gitignore.",
    tool="flytekit",
    ignore_files=(".dockerignore", ".flyteignore"),
    patterns=("*.pyc", ".cache", ".cache/*", "__pycache__/*", "**/__pycache__/*"),
    takes_links=False,
    misses_quoted=True,  # flytekit takes such a name for another name
)


def climbed_over(root: Path) -> Iterator[Finding]:
    """Yield an error where flytekit would take the folder above the project for its root.

    It climbs from a module to the first folder without `__init__.py`, for the names of modules
    and for what it packs. No option changes that.
    """
    if (root / "__init__.py").exists():
        yield Finding(
            code="KF154",
            severity=Severity.ERROR,
            what=f"The project's own folder has an __init__.py: {root / '__init__.py'}.",
            why="flytekit takes the folder above for the root of the code: it would pack what lies "
            f"there, and name the tasks' modules '{root.name}.flows...', which no task can import.",
            todo="Remove the file. Kedro needs none there.",
            place="__init__.py",
        )


def unreachable(root: Path, exported: Path) -> Iterator[Finding]:
    """Yield an error where a module that an export writes would not ship."""
    from kedro_flyte.project.needed import missing
    from kedro_flyte.project.shipping import Shipping, place_of

    obstacle = Shipping(root, CARRIER).of_new(place_of(root, exported))
    if exported.is_relative_to(root) and obstacle is not None:
        yield missing(place_of(root, exported), obstacle)
