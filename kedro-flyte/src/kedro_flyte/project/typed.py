"""Parameters that are defaults of the class of another one, which is asked of Kedro itself."""

from collections.abc import Mapping
from typing import Any

from kedro.framework.context import KedroContext
from kedro.pipeline import Pipeline
from kedro_flyte.plan.data import parameters

_PREFIX = "params:"


def typed_parameters(
    context: KedroContext, pipeline: Pipeline, values: Mapping[str, Any]
) -> frozenset[str]:
    """Return the names of parameters that no file has, and the class of an annotation does.

    Kedro makes the objects only where a node asks for what the files do not have.
    """
    asked = {e.removeprefix(_PREFIX) for e in pipeline.inputs() if e.startswith(_PREFIX)}
    missing = asked - set(parameters.paths(values))
    tops = {name for name in values if any(path.startswith(f"{name}.") for path in missing)}
    if not tops:
        return frozenset()
    found = {name for key in tops for name in _names(str(key), context.params.get(key))}
    return frozenset(missing & found)


def _names(name: str, value: Any) -> set[str]:
    """Return what Kedro calls a value and those in it."""
    found = {name}
    for key, nested in _members(value).items():
        found |= _names(f"{name}.{key}", nested)
    return found


def _members(value: Any) -> Mapping[Any, Any]:
    if isinstance(value, dict):
        return value
    try:
        from kedro.validation.utils import get_typed_fields
    except ImportError:  # of a Kedro that makes no objects of parameters
        return {}
    return get_typed_fields(value) or {}
