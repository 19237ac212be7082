"""The targets that are registered, by name; the record of one is imported when it is asked for.

A target of this package has a line below. One of another distribution is an entry point of the
group `kedro_flyte.targets`, whose value is its record.
"""

from collections.abc import Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING

from kedro_flyte.errors import UnsupportedError, nearest

if TYPE_CHECKING:
    from kedro_flyte.plan.settings.config import FlyteConfig
    from kedro_flyte.target import Target

GROUP = "kedro_flyte.targets"
DEFAULT = "flyte"
_OWN = (
    EntryPoint("flyte", "kedro_flyte.targets.flyte.target:TARGET", GROUP),
    EntryPoint("domino", "kedro_flyte.targets.domino.target:TARGET", GROUP),
)


@cache
def registered() -> Mapping[str, EntryPoint]:
    """Return where the records are, by the names of their targets."""
    return {one.name: one for one in (*_OWN, *entry_points(group=GROUP))}


def load(name: str) -> "Target":
    """Return the record of a target.

    Raises:
        UnsupportedError: No target is called so, or what is registered is no record of this name.
    """
    known = registered()
    if name not in known:
        raise UnsupportedError(
            f"There is no target '{name}'.{nearest(name, known)} Known: {', '.join(known)}."
        )
    return _loaded(known[name])


def libraries() -> frozenset[str]:
    """Return the packages that modules of any target import."""
    return frozenset().union(*(load(name).libraries for name in registered()))


@cache
def flyte_yml() -> "type[FlyteConfig]":
    """Return the model of flyte.yml, with what each target lets it say."""
    from kedro_flyte.plan.settings.sections import with_targets

    platforms = [load(name).platform for name in registered()]
    sections = {one.can.name: one.settings for one in platforms if one.settings is not None}
    named = [one.can for one in platforms if one.can.tier_names is not None]
    return with_targets(sections, {can.name: can.title for can in named})


@cache
def _loaded(place: EntryPoint) -> "Target":
    from kedro_flyte.target import Target

    try:
        found = place.load()
    except (ImportError, AttributeError) as error:
        raise UnsupportedError(
            f"The target '{place.name}' is registered as {place.value}, which cannot be imported: "
            f"{error}. Install its distribution again, or remove it."
        ) from error
    if not isinstance(found, Target) or found.name != place.name:
        raise UnsupportedError(
            f"{place.value}, which is registered as the target '{place.name}', is not the record "
            "of one. Its entry point is to name a Target of this name."
        )
    return found
