"""Checks of places: several names of one file or folder."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import combinations, product

from kedro_flyte.plan.checks.facts import Facts, error, warning
from kedro_flyte.plan.checks.uses import Uses
from kedro_flyte.plan.data.datasets import path_holder, route, type_name
from kedro_flyte.plan.data.places import above, normal
from kedro_flyte.plan.model import Travel
from kedro_flyte.plan.view import Finding, base_name

_CARRIED = (Travel.FILE, Travel.DIRECTORY)


def shared_places(facts: Facts) -> Iterator[Finding]:
    uses = Uses(facts.view)
    group_of = {node.name: label for label, nodes in facts.divided.groups.items() for node in nodes}
    for one, other in _overlapping(facts):
        is_saved = one in uses.maker or other in uses.maker
        if not is_saved or _differ(facts, one, other):
            continue
        clash = next(_clashes(facts, uses, group_of, one, other), None)
        if clash is not None:
            yield _clash(facts, one, other, clash)
        elif _is_told(facts, uses, one, other):
            yield warning(
                "KF121",
                f"The datasets {one}, {other} are one place, {_place(facts, one, other)}.",
                "Kedro sees no connection between the two names, and nothing brings what is saved "
                "under one of them to the other.",
                "Use one name, or transcoding (name@pandas, name@spark).",
                place=f"{one}, {other}",
            )


def _overlapping(facts: Facts) -> Iterator[tuple[str, str]]:
    """Yield the pairs of datasets that have data in common; the names of each in order."""
    by_place: dict[str, list[str]] = defaultdict(list)
    for name, way in sorted(facts.routes.items()):
        if way.place:
            by_place[way.place].append(name)
    found: set[tuple[str, str]] = set()
    for place, names in by_place.items():
        found |= set(combinations(names, 2))
        for folder in above(place):
            outer = (n for n in by_place.get(folder, ()) if _takes(facts, n, place))
            found |= {(min(pair), max(pair)) for pair in product(names, outer)}
    yield from sorted(found)


def _differ(facts: Facts, one: str, other: str) -> bool:
    """Whether two datasets are two tables of one file, each of which is saved by itself."""
    entries = [facts.entry_of(name) for name in (one, other)]
    configs = [entry.config or {} for entry in entries if entry is not None]
    tables = {str(c.get("key")) for c in configs if type_name(c) == "HDFDataset" and c.get("key")}
    return len(tables) == len((one, other))


def _takes(facts: Facts, folder: str, place: str) -> bool:
    """Whether a file in a folder is part of the dataset that the folder is."""
    entry = facts.entry_of(folder)
    holder = path_holder(entry.config) if entry and entry.config else None
    return holder is None or place.endswith(str(holder[1].get("filename_suffix") or ""))


def _clashes(
    facts: Facts, uses: Uses, group_of: Mapping[str, str], one: str, other: str
) -> Iterator[tuple[str, str, str, str]]:
    """Yield what is saved and read at one place so that the reader may get something else.

    Each is the dataset that is saved, its node, the dataset that is read, and its node.
    """
    for saved, read in ((one, other), (other, one)):
        maker = uses.maker.get(saved, "")
        is_local = facts.routes[saved].travel in _CARRIED
        leaves = saved in facts.travelling.crossing or saved in facts.travelling.results
        for reader in uses.readers[read] if maker else ():
            before = reader == maker or uses.runs_before(reader, maker)
            replaced = _is_replaced(facts, uses, saved, read)
            in_order = before or replaced or (not is_local and uses.runs_before(maker, reader))
            on_one_disk = is_local and not leaves and group_of[maker] == group_of[reader]
            if not (in_order or on_one_disk):
                yield saved, maker, read, reader


def _is_replaced(facts: Facts, uses: Uses, saved: str, read: str) -> bool:
    """Whether what is saved is gone before the other is saved, which is what its readers get."""
    later = uses.maker.get(read, "")
    files = {facts.routes[name].travel for name in (saved, read)} <= {Travel.FILE, Travel.REFERENCE}
    return bool(later) and files and uses.runs_before(uses.maker[saved], later)


def _clash(facts: Facts, one: str, other: str, clash: tuple[str, str, str, str]) -> Finding:
    saved, maker, read, reader = clash
    local = facts.routes[saved].travel in _CARRIED
    why = (
        "tasks share no disk: it would read what is shipped, and not what was saved"
        if local
        else "nothing says which of the two runs first"
    )
    return error(
        "KF121",
        f"The datasets {one}, {other} are one place, {_place(facts, one, other)}: node '{maker}' "
        f"saves '{saved}', and node '{reader}' reads '{read}'.",
        f"Kedro sees no connection between the two names, and {why}.",
        "Use one name for both, or transcoding (name@pandas, name@spark).",
        place=f"{one}, {other}",
    )


def _is_told(facts: Facts, uses: Uses, one: str, other: str) -> bool:
    """Whether two names of one place are worth a word: on disks, or where both are saved to it."""
    makers = [uses.maker[name] for name in (one, other) if name in uses.maker]
    if facts.routes[one].travel in _CARRIED:
        return True
    ordered = len(makers) == 2 and any(uses.runs_before(*p) for p in (makers, makers[::-1]))  # noqa: PLR2004
    return len(makers) == 2 and not ordered  # noqa: PLR2004


def _place(facts: Facts, one: str, other: str) -> str:
    """Return the place that two datasets share; of a folder and a file in it, both."""
    places = [facts.routes[name].location for name in (one, other)]
    return places[0] if normal(places[0]) == normal(places[1]) else " and ".join(places)


def transcoding(facts: Facts) -> Iterator[Finding]:
    """Yield an error where the entries of one dataset do not name one place."""
    places: dict[str, dict[str, str]] = defaultdict(dict)
    for entry, view in facts.view.datasets.items():
        way = route(view) if "@" in entry else None
        if way is not None and way.place:
            places[base_name(entry)][entry] = way.place
    made = {base_name(entry) for node in facts.view.nodes for entry in node.outputs}
    for name, of_entries in sorted(places.items()):
        if name in made and len(set(of_entries.values())) > 1:
            listed = ", ".join(f"'{e}' is {p}" for e, p in sorted(of_entries.items()))
            yield error(
                "KF160",
                f"The entries of dataset '{name}' name several places: {listed}.",
                "Kedro takes them for one dataset, and a task is handed one file.",
                "Give all of them the same path, or use two names.",
                place=name,
            )
