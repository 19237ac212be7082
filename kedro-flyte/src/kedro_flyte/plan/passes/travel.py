"""Then: how data travels between groups, into the workflow and out of it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from kedro_flyte.plan.data.datasets import Route, route
from kedro_flyte.plan.model import Dataset, Travel
from kedro_flyte.plan.passes.groups import Groups
from kedro_flyte.plan.passes.scope import Scope
from kedro_flyte.plan.passes.sub_workflows import Divided
from kedro_flyte.plan.view import DatasetView, ProjectView, base_name, is_parameter


@dataclass(frozen=True, slots=True, kw_only=True)
class Travelling:
    """Where datasets come from and go to.

    `routes` has all of them; `datasets` those that enter, leave or cross groups, without a name in
    the module. `inputs` and `outputs` are what each group takes and gives, by its label.
    """

    routes: Mapping[str, Route]
    datasets: Mapping[str, Dataset]
    sources: tuple[str, ...]
    results: tuple[str, ...]
    crossing: tuple[str, ...]
    inputs: Mapping[str, list[str]]
    outputs: Mapping[str, list[str]]


def travelling(scope: Scope, divided: Divided) -> Travelling:
    """Return how datasets travel; where all is kept, what the catalog stores is a result."""
    view, keep_all = scope.view, scope.config.results == "kept"
    made, read, entries = _uses(divided.groups)
    routes = {name: route(_view_of(view, made, entries[name])) for name in entries}
    crossing = tuple(name for name in made if read[name] - {made[name]})
    sources = tuple(
        name
        for name in read
        if name not in made and routes[name].travel in (Travel.FILE, Travel.DIRECTORY)
    )
    results = tuple(n for n in made if _is_result(n, routes[n], read, keep_all=keep_all))
    shown = dict.fromkeys((*sources, *crossing, *results))
    outputs: dict[str, list[str]] = defaultdict(list)
    for name in made:  # in the order in which the nodes give them
        if name in crossing or name in results:
            outputs[made[name]].append(name)
    inputs: dict[str, list[str]] = defaultdict(list)
    for name in sorted((*sources, *crossing)):
        for label in read[name] - {made.get(name, "")}:
            inputs[label].append(name)
    return Travelling(
        routes=routes,
        datasets={name: _dataset(view, name, entries[name], routes[name]) for name in shown},
        sources=sources,
        results=results,
        crossing=crossing,
        inputs=inputs,
        outputs=outputs,
    )


def _uses(
    groups: Groups,
) -> tuple[dict[str, str], dict[str, set[str]], dict[str, list[str]]]:
    """Return for each dataset the group that makes it, those that read it, and its entries."""
    made: dict[str, str] = {}
    read: dict[str, set[str]] = defaultdict(set)
    entries: dict[str, list[str]] = defaultdict(list)
    for label, nodes in groups.items():
        for node in nodes:
            for entry in node.outputs:
                made[base_name(entry)] = label
                entries[base_name(entry)].insert(0, entry)
            for entry in (*node.inputs, *node.confirms):
                if not is_parameter(entry):
                    read[base_name(entry)].add(label)
                    entries[base_name(entry)].append(entry)
    return made, read, {name: list(dict.fromkeys(found)) for name, found in entries.items()}


def _view_of(view: ProjectView, made: Mapping[str, str], entries: list[str]) -> DatasetView:
    """Return the entry that decides: the one that is saved to, or else the first with a config."""
    views = [view.datasets.get(entry, DatasetView(name=entry, config=None)) for entry in entries]
    if base_name(entries[0]) in made:
        return views[0]
    return next((found for found in views if found.config is not None), views[0])


def _is_result(name: str, way: Route, read: Mapping[str, set[str]], *, keep_all: bool) -> bool:
    if way.travel is Travel.IN_PLACE:
        return False
    is_final = not read.get(name)
    return is_final or (keep_all and way.travel is not Travel.PICKLE)


def _dataset(view: ProjectView, name: str, entries: list[str], way: Route) -> Dataset:
    return Dataset(
        name=name,
        id="",
        travel=way.travel,
        reason=way.reason,
        entries=tuple(entries),
        declared=any(e in view.datasets and view.datasets[e].config is not None for e in entries),
        format=way.format,
        location=way.location,
        versioned=way.versioned,
    )
