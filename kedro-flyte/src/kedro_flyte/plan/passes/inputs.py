"""Then: which parameters are inputs of the workflow, and which groups take them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from kedro_flyte.plan.data import parameters
from kedro_flyte.plan.data.pending import is_pending
from kedro_flyte.plan.model import Kind, Parameter
from kedro_flyte.plan.passes.scope import Scope
from kedro_flyte.plan.passes.sub_workflows import Divided
from kedro_flyte.plan.view import Keys, NodeView, ProjectView, dotted


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Parameters as inputs, without a name in the module; `takers` are the groups, by the keys."""

    parameters: tuple[Parameter, ...]
    takers: Mapping[Keys, set[str]]


def inputs_of(scope: Scope, divided: Divided) -> Inputs:
    """Return the inputs for the parameters that the nodes use, and for runtime parameters."""
    view, lists = scope.view, scope.can.structured_inputs
    used: dict[Keys, set[str]] = defaultdict(set)
    leaves: dict[Keys, Any] = {}
    by_all = parameters.named(scope.paths, _entries(view.nodes))
    for label, nodes in divided.groups.items():
        own = parameters.used(view.parameters, scope.paths, _entries(nodes), by_all)
        leaves |= own
        for keys in own:
            used[keys].add(label)
    found: dict[Keys, Parameter] = {}
    for keys in used:
        made = parameters.parameter(keys, leaves[keys], lists=lists)
        if made is not None:
            found[keys] = made
    for name, value in view.runtime_parameters.items():
        keys = tuple(name.split("."))
        made = parameters.parameter(keys, value, lists=lists)
        if made is not None:
            found[keys] = _required(made) if name in view.required_parameters else made
            used[keys] = set(divided.groups)
    given = {dotted(keys) for keys, _ in parameters.leaves(view.given_parameters)}
    found = {keys: replace(one, given=one.path in given) for keys, one in found.items()}
    found = {keys: _made_in_task(one, view) for keys, one in found.items() if shown(view, keys)}
    return Inputs(parameters=tuple(found.values()), takers=used)


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
