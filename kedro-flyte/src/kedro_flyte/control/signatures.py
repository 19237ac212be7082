"""What the functions that control-flow nodes are made of look like, to Kedro and to people.

Kedro reads annotations of a node's function to make pydantic models and dataclasses of parameters,
so the annotations of the functions within must be found on the one without.
"""

import functools
import inspect
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, get_type_hints

if TYPE_CHECKING:
    from kedro.pipeline.node import Node


class NodeFunction(functools.partial[Any]):
    """A partial that keeps its attributes when it goes to another process.

    multiprocessing pickles a plain partial without them.
    """


def dressed(
    func: NodeFunction, name: str, doc: str | None, hints: Sequence[tuple[str, Any]]
) -> NodeFunction:
    """Return a function with a name, a docstring, and a signature of one argument an input.

    Args:
        func: Attributes are set on it.
        name: Its name.
        doc: Its docstring.
        hints: The entry of each input, and its annotation or None.
    """
    arguments = {f"input_{at}": hint for at, (_, hint) in enumerate(hints)}
    own: Any = func
    own.__name__, own.__doc__ = name, doc
    own.__annotations__ = {key: hint for key, hint in arguments.items() if hint is not None}
    own.__signature__ = inspect.Signature(
        [inspect.Parameter(key, inspect.Parameter.POSITIONAL_ONLY) for key in arguments]
    )
    return func


def parameter_hints(node: "Node") -> Mapping[str, Any]:
    """Return the annotations of a node's parameters, by entry; none where they cannot be read."""
    try:
        names = list(inspect.signature(node.func).parameters)
        hints = get_type_hints(node.func)
    except (NameError, TypeError, ValueError, AttributeError):
        return {}
    found = dict(zip(node.inputs, names, strict=False))
    return {
        entry: hints[name]
        for entry, name in found.items()
        if entry.startswith("params:") and name in hints
    }
