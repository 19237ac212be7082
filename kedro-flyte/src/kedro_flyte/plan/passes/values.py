"""The names of what the workflow takes and hands around: datasets and parameters."""

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from kedro_flyte.plan.model import Kind, Parameter
from kedro_flyte.plan.names.identifiers import (
    DATASETS,
    LONGEST,
    LONGEST_INPUT,
    PARAMETERS,
    hashed,
    identifier,
    typed,
)
from kedro_flyte.plan.names.registry import Names
from kedro_flyte.plan.passes.travel import Flow
from kedro_flyte.plan.view import Keys, dotted

DATASET, PARAMETER = "", "params:"
Value: TypeAlias = tuple[str, Keys]


def value_names(found: Iterable[Parameter], flow: Flow, pipeline: str) -> dict[Value, str]:
    """Return the ids of datasets and parameters, each by its kind and its keys.

    What a person types is named first: sources and parameters. Other datasets take what is left.
    """
    wanted: dict[Value, tuple[str, ...]]
    wanted = {(DATASET, (name,)): (typed(name, DATASETS),) for name in flow.sources}
    flags: set[str] = set()
    for one in found:
        spelled = _spellings(one, pipeline)
        wanted[PARAMETER, one.keys] = spelled
        # `pyflyte run` takes --no_x where x is a bool.
        flags |= {f"no_{name}" for name in spelled} if one.kind is Kind.BOOLEAN else set()
    names = Names(flags)
    inputs = names.give(_without_empty(wanted), lambda value: _marked(value, LONGEST_INPUT).lower())
    others = [(DATASET, (name,)) for name in flow.datasets if name not in flow.sources]
    plain = {value: (identifier(dotted(value[1]), DATASETS),) for value in others}
    return inputs | names.give(plain, lambda value: _marked(value, LONGEST))


def _spellings(one: Parameter, pipeline: str) -> tuple[str, ...]:
    """Return the names of a parameter: without the group of its pipeline, and whole."""
    own = one.keys[1:] if len(one.keys) > 1 and one.keys[0] == pipeline else one.keys
    return tuple(dict.fromkeys(typed(dotted(keys), PARAMETERS) for keys in (own, one.keys)))


def _without_empty(wanted: Mapping[Value, tuple[str, ...]]) -> dict[Value, tuple[str, ...]]:
    return {value: tuple(filter(None, names)) for value, names in wanted.items()}


def _marked(value: Value, longest: int) -> str:
    """Return a name with a hash, in which a dataset and a parameter of one name differ."""
    kind, keys = value
    path = dotted(keys)
    return hashed(path, longest, f"{kind}{path} ")
