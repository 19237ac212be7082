"""Which parameters are inputs of the workflow, under which names, and which tasks take them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from kedro_flyte.plan.data import parameters
from kedro_flyte.plan.data.pending import is_pending
from kedro_flyte.plan.model import Kind, Parameter
from kedro_flyte.plan.passes.travel import Flow, flow_of
from kedro_flyte.plan.passes.values import DATASET, PARAMETER, value_names
from kedro_flyte.plan.view import Keys, NodeView, ProjectView, dotted


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Parameters as inputs, the ids that each group takes, and the ids of all datasets by name."""

    all: tuple[Parameter, ...]
    datasets: Mapping[str, str]
    of_group: Mapping[str, tuple[str, ...]]

    @property
    def ids(self) -> set[str]:
        """The ids of all datasets and parameters: what variables of the module are called."""
        return {*self.datasets.values(), *(one.id for one in self.all)}


def taken_and_given(
    view: ProjectView, groups: Mapping[str, list[NodeView]], *, keep_all: bool
) -> tuple[Flow, Inputs]:
    """Return how datasets flow, and the inputs, all with the names that the module has for them.

    `keep_all` makes all that the catalog stores a result.
    """
    flow = flow_of(view, groups, keep_all=keep_all)
    inputs = _inputs(view, groups, flow)
    return flow.named(inputs.datasets), inputs


def _inputs(view: ProjectView, groups: Mapping[str, list[NodeView]], flow: Flow) -> Inputs:
    """Return the inputs for the parameters that the nodes use, and for runtime parameters."""
    used: dict[Keys, set[str]] = defaultdict(set)
    leaves: dict[Keys, Any] = {}
    by_all = parameters.named(view.parameters, _entries(view.nodes))
    for label, nodes in groups.items():
        own = parameters.used(view.parameters, _entries(nodes), by_all)
        leaves |= own
        for keys in own:
            used[keys].add(label)
    found: dict[Keys, Parameter] = {}
    for keys in used:
        made = parameters.parameter(keys, leaves[keys])
        if made is not None:
            found[keys] = made
    for name, value in view.runtime_parameters.items():
        keys = tuple(name.split("."))
        made = parameters.parameter(keys, value)
        if made is not None:
            found[keys] = _required(made) if name in view.required_parameters else made
            used[keys] = set(groups)
    given = {dotted(keys) for keys, _ in parameters.leaves(view.given_parameters)}
    found = {keys: replace(one, given=one.path in given) for keys, one in found.items()}
    found = {keys: _made_in_task(one, view) for keys, one in found.items() if shown(view, keys)}
    ids = value_names(found.values(), flow, view.pipeline)
    named = {keys: replace(one, id=ids[PARAMETER, keys]) for keys, one in found.items()}
    return Inputs(
        all=tuple(named.values()),
        datasets={name: ids[DATASET, (name,)] for name in flow.datasets},
        of_group={
            label: tuple(named[keys].id for keys in found if label in used[keys])
            for label in groups
        },
    )


def shown(view: ProjectView, keys: Keys) -> bool:
    """Whether a value may be given at a launch, which all who see the execution can read."""
    return not any(made.is_secret and made.reaches(keys) for made in view.made_parameters)


def _made_in_task(one: Parameter, view: ProjectView) -> Parameter:
    """Return a parameter without its value of now, where every reading makes it anew."""
    made = any(made.reaches(one.keys) for made in view.made_parameters)
    if is_pending(one.default) and not one.required:
        return replace(one, kind=Kind.JSON, default=None, read_in_task=True)
    computed = one.keys in _runtime(view) and one.default is None and not one.required
    unseen = (made or computed) and not one.given
    return replace(one, default=None, read_in_task=True) if unseen else one


def _runtime(view: ProjectView) -> set[Keys]:
    return {tuple(name.split(".")) for name in view.runtime_parameters}


def _required(made: Parameter) -> Parameter:
    return replace(made, default=None, required=True)


def _entries(nodes: Iterable[NodeView]) -> list[str]:
    return list(dict.fromkeys(entry for node in nodes for entry in node.inputs))
