"""Checks of data that a task keeps for itself: a database on its disk, or in its memory."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kedro_flyte.plan.checks.facts import Facts, error, warning
from kedro_flyte.plan.checks.uses import Uses
from kedro_flyte.plan.data.datasets import credential_names, is_query
from kedro_flyte.plan.data.own_data import more_data
from kedro_flyte.plan.data.places import normal
from kedro_flyte.plan.model import Travel
from kedro_flyte.plan.view import OF_HOOK, Finding, base_name


@dataclass(frozen=True, slots=True, kw_only=True)
class _Own:
    """A place that each task has for itself: what to say of it, and what it is the same as."""

    told: str
    same: tuple[str, str]
    shipped: bool | None


def own_data(facts: Facts) -> Iterator[Finding]:
    """Yield findings for databases and the like on the disk or in the memory of a task."""
    uses = Uses(facts.view)
    group_of = {node.name: label for label, nodes in facts.divided.groups.items() for node in nodes}
    own = {name: found for name in sorted(facts.routes) if (found := list(_own(facts, name)))}
    for name, found in own.items():
        readers = {group_of[reader] for reader in uses.readers[name]}
        made_by = [
            other
            for other in own
            if other in uses.maker
            and {one.same for one in own[other]} & {one.same for one in found}
            and readers - {group_of[uses.maker[other]]}
        ]
        is_made = name in uses.maker
        if name in facts.travelling.crossing or made_by:
            yield _apart(name, found[0].told, [other for other in made_by if other != name])
        elif is_made and (not readers or facts.config.results == "kept"):
            yield _gone(error if not readers else warning, name, found[0].told)
        elif not is_made and found[0].shipped is False:
            yield _missing(facts, name, found[0].told)


def _apart(name: str, told: str, saved: list[str]) -> Finding:
    also = f", where {', '.join(saved)} is saved, too" if saved else ""
    return error(
        "KF114",
        f"Dataset '{name}' keeps data {told}{also}.",
        "Tasks share neither disk nor memory, and a dataset of this type cannot be handed over.",
        "Use a database on a server, a remote path, or a type with a 'filepath', or run its nodes "
        "in one task.",
        place=name,
    )


def _gone(level: Callable[..., Finding], name: str, told: str) -> Finding:
    return level(
        "KF114",
        f"Dataset '{name}' keeps data {told}.",
        "It goes when the task ends, so nobody gets what was saved.",
        "Use a database on a server, a remote path, or a type with a 'filepath'.",
        place=name,
    )


def _missing(facts: Facts, name: str, told: str) -> Finding:
    return warning(
        "KF114",
        f"Dataset '{name}' reads data {told}, and the file does not come along with "
        f"{facts.can.carrier.name}.",
        "Tasks run elsewhere.",
        "Let it ship, under a path relative to the project, or use a database on a server.",
        place=name,
    )


def _own(facts: Facts, name: str) -> Iterator[_Own]:
    """Yield the places of a dataset that are a task's own, as its entry or credentials say."""
    entry = facts.entry_of(name)
    way = facts.routes[name]
    if entry is None or not entry.config:
        return
    if way.travel is not Travel.IN_PLACE and not is_query(entry.config):
        return
    for one in way.own:
        hidden = "credentials" in one.key.split(".")
        at = f"at '{one.path}'" if one.path and not hidden else f"where '{one.key}' says"
        told = f"{at}, {_where(in_memory=one.in_memory)}"
        same = ("memory", "") if one.in_memory else ("file", normal(one.path or f"?{name}"))
        missing = entry.shipped is False or not entry.exists
        yield _Own(told=told, same=same, shipped=None if one.in_memory else not missing)
    for named in credential_names(entry.config):
        for data in facts.view.credential_data.get(named, ()):
            told = f"where '{data.key}' of the credentials '{named}' says, "
            yield _Own(
                told=told + _where(in_memory=data.in_memory),
                same=("credentials", named),
                shipped=None if data.in_memory else data.shipped,
            )


def _where(*, in_memory: bool) -> str:
    return "in the memory of its task" if in_memory else "on the disk of its task"


def more_places(facts: Facts) -> Iterator[Finding]:
    """Yield warnings for second paths of datasets of which the first one is handed over."""
    for name in facts.travelling.crossing:
        entry = facts.entry_of(name)
        carried = facts.routes[name].travel in (Travel.FILE, Travel.DIRECTORY)
        for one in more_data(entry.config) if carried and entry and entry.config else ():
            yield warning(
                "KF161",
                f"Dataset '{name}' names a second path, '{one.key}' ({one.path or 'in memory'}).",
                "What is saved there stays on the disk of its task: a reader in another task is "
                "handed what lies at the first path, or beside it.",
                "Let the type derive the second path from the first, or allow this where it is "
                "only read and ships.",
                place=name,
            )


def appended(facts: Facts) -> Iterator[Finding]:
    """Yield warnings for files that grow from run to run under `kedro run`."""
    saved = {entry for node in facts.view.nodes for entry in node.outputs}
    for entry, view in facts.view.datasets.items():
        way = facts.routes.get(base_name(entry))
        local = way is not None and way.travel in (Travel.FILE, Travel.DIRECTORY)
        if entry in saved and local and view.config and _appends(view.config):
            yield warning(
                "KF162",
                f"Dataset '{entry}' is saved by adding to what is there.",
                "Each execution starts with nothing there, and hands over what it has added alone.",
                "Read what was there as a dataset of its own, and save the whole.",
                place=base_name(entry),
            )


def _appends(config: Mapping[str, Any]) -> bool:
    arguments = config.get("save_args") or {}
    opened = (config.get("fs_args") or {}).get("open_args_save") or {}
    modes = [part.get("mode") for part in (arguments, opened) if isinstance(part, Mapping)]
    return any(str(mode).startswith("a") for mode in modes if mode)


def of_hooks(facts: Facts) -> Iterator[Finding]:
    """Yield errors for datasets of hooks between tasks: nothing is known of where they are."""
    for name in facts.travelling.crossing:
        entry = facts.entry_of(name)
        if entry is not None and entry.config and entry.config.get("type") == OF_HOOK:
            yield error(
                "KF163",
                f"Dataset '{name}', which passes between tasks, is put into the catalog by a hook.",
                "Each task makes its own, and the plan cannot know whether they share anything.",
                f"Write '{name}' into the catalog, or run its nodes in one task; allow this where "
                "it is in a store that all tasks reach.",
                place=name,
            )


def in_memory_stores(facts: Facts) -> Iterator[Finding]:
    """Yield warnings for results and handovers in a store that each process has for itself."""
    for name in dict.fromkeys((*facts.travelling.crossing, *facts.travelling.results)):
        if facts.routes[name].place.startswith("memory://"):
            yield warning(
                "KF164",
                f"Dataset '{name}' is at {facts.routes[name].location}, in the memory of its task.",
                "It is gone when the task ends, and no other task finds it.",
                "Use a path of the disk, which is handed over, or of a store that all tasks reach.",
                place=name,
            )
