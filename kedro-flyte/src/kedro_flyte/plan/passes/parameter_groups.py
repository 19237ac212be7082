"""Which inputs of nodes hold several parameters, and what each is called in the module."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from kedro_flyte.plan.model import Group, Kind, Parameter
from kedro_flyte.plan.names.identifiers import ANYTHING, LONGEST, hashed, typed
from kedro_flyte.plan.names.registry import Names
from kedro_flyte.plan.passes.scope import Scope
from kedro_flyte.plan.view import Keys, ProjectView, dotted, is_parameter

_ALL = "parameters"  # a name that no dataset and no parameter has


def parameter_groups(scope: Scope, found: Sequence[Parameter], names: Names) -> tuple[Group, ...]:
    """Return a group for each input of nodes that has several parameters in it.

    Args:
        scope: What is planned.
        found: The parameters, with their names.
        names: Gives the groups theirs.
    """
    view = scope.view
    alone = _deciders(view, found)
    under = _under(one for one in found if one.keys not in alone)
    within = {keys: under[keys] for keys in _named(scope)}
    several = {keys: leaves for keys, leaves in within.items() if len(leaves) > 1}
    ids = names.give(
        {keys: _spellings(keys, view.pipeline) for keys in several},
        lambda keys: hashed(dotted(keys), LONGEST, f"group {dotted(keys)}"),
    )
    return tuple(
        Group(id=ids[keys], keys=keys, leaves=tuple(leaves)) for keys, leaves in several.items()
    )


def _named(scope: Scope) -> list[Keys]:
    """Return the keys of all inputs of nodes that are parameters; none for all of them."""
    entries = dict.fromkeys(e for node in scope.view.nodes for e in node.inputs if is_parameter(e))
    known = {f"params:{path}": keys for path, keys in scope.paths.items()}
    known[_ALL] = ()
    return [known[entry] for entry in entries if entry in known]


def _under(found: Iterable[Parameter]) -> Mapping[Keys, list[str]]:
    """Return the ids of the parameters within each mapping of parameters, by its keys."""
    under: dict[Keys, list[str]] = defaultdict(list)
    for one in found:
        for end in range(len(one.keys)):
            under[one.keys[:end]].append(one.id)
    return under


def _deciders(view: ProjectView, found: Iterable[Parameter]) -> set[Keys]:
    """Return the floats that decide a branch: Flyte compares no value of several types."""
    paths = {node.choice.when.removeprefix("params:") for node in view.nodes if node.choice}
    return {one.keys for one in found if one.kind is Kind.FLOAT and one.path in paths}


def _spellings(keys: Keys, pipeline: str) -> tuple[str, ...]:
    """Return the names that a group may have: short for all parameters, or the pipeline's own."""
    path = typed(dotted(keys), ANYTHING) if keys else "all"
    long = f"{path}_{_ALL}"
    short = (_ALL,) if keys in ((), (pipeline,)) else ()
    return (*short, *((long,) if path and len(long) <= LONGEST else ()))
