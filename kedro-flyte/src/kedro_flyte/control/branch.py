"""`branch`: one Kedro node that runs one of two.

The node's function is a partial of `run_branch`, since it must be pickled, and since
Kedro copies a node as a plain `Node`: what it is made of is known by its function alone. Names of
inputs change with namespaces and their positions do not, so the function goes by positions.
"""

import inspect
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kedro_flyte.control.demand import value_of
from kedro_flyte.control.each import Items, mapping_of
from kedro_flyte.control.signatures import NodeFunction, dressed, parameter_hints
from kedro_flyte.plan.conditions import Condition

if TYPE_CHECKING:
    from kedro.pipeline.node import Node

When = str | tuple[str, str, int | float | str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The first input as it came, and what the function cannot know.

    `then` is a choice that has been made elsewhere; `partitioned` tells which outputs are
    PartitionedDatasets.
    """

    argument: Any
    then: bool | None = None
    partitioned: tuple[bool, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a branch is made of; `entries` are the node's inputs, the condition's first."""

    condition: Condition
    then: "Node"
    otherwise: "Node"
    entries: tuple[str, ...]
    outputs: tuple[str, ...]

    def positions(self, alternative: "Node") -> tuple[int, ...]:
        """Return where the inputs of an alternative are among the node's."""
        return tuple(self.entries.index(name) for name in alternative.inputs)


def branch(
    when: When,
    then: "Node",
    otherwise: "Node",
    *,
    name: str | None = None,
    tags: str | Iterable[str] | None = None,
) -> "Node":
    """Return a node that runs `then` or `otherwise`, and reads the inputs of that one alone.

    Args:
        when: A dataset or parameter (`"params:retrain"`) that holds a bool; or one that holds a
            number or text, and what it is compared to: `("auc", ">=", 0.9)`.
        then: The node to run where the condition holds.
        otherwise: The node to run where it does not; it has the same outputs.
        name: Name of the node; by default "<then>_or_<otherwise>".
        tags: Tags of the node, in addition to those of the two.

    Raises:
        ValueError: The two have different outputs, or the condition cannot be.
    """
    from kedro.pipeline.node import Node

    entry, condition = _condition(when)
    for one in (then, otherwise):
        _check(one)
    if set(then.outputs) != set(otherwise.outputs):
        raise ValueError(
            f"The alternatives of a branch must have the same outputs: '{then.name}' has "
            f"{then.outputs}, '{otherwise.name}' has {otherwise.outputs}."
        )
    entries = tuple(dict.fromkeys([entry, *then.inputs, *otherwise.inputs]))
    outputs = list(then.outputs)
    choice = Choice(
        condition=condition, then=then, otherwise=otherwise, entries=entries, outputs=tuple(outputs)
    )
    hints = {**parameter_hints(otherwise), **parameter_hints(then)}
    func = dressed(
        NodeFunction(run_branch, choice),
        f"{_short(then)}_or_{_short(otherwise)}",
        f"Run '{then.name}' where {condition.text(entry)}, else '{otherwise.name}'.",
        [(name, hints.get(name)) for name in entries],
    )
    own = {tags} if isinstance(tags, str) else set(tags or ())
    return Node(
        func,
        list(entries),
        outputs,
        name=name or f"{then.name}_or_{otherwise.name}",
        tags=own | then.tags | otherwise.tags,
    )


def _condition(when: When) -> tuple[str, Condition]:
    if isinstance(when, str):
        return when, Condition()
    if not isinstance(when, tuple) or len(when) != 3:  # noqa: PLR2004 - name, operator, constant
        raise ValueError(
            f"when={when!r} is no condition. Name a dataset or parameter, or compare one: "
            '("auc", ">=", 0.9).'
        )
    entry, sign, value = when
    return entry, Condition(operator=sign, value=value)


def _check(one: "Node") -> None:
    if not hasattr(one, "func") or not hasattr(one, "outputs"):
        raise TypeError(f"The alternatives of a branch are Kedro nodes, not {one!r}.")
    if not one.outputs:
        raise ValueError(
            f"'{one.name}' is an alternative of a branch and has no outputs, so nothing could "
            "depend on the branch. Give both alternatives one output."
        )
    if one.confirms:
        raise ValueError(
            f"'{one.name}' is an alternative of a branch and confirms {one.confirms}. Confirm it "
            "in a node of its own."
        )
    if inspect.isgeneratorfunction(one.func) and mapping_of(one.func) is None:
        raise ValueError(
            f"'{one.name}' is an alternative of a branch and a generator. Let it return its "
            "result, or use `each`."
        )


def _short(node: "Node") -> str:
    return str(getattr(node.func, "__name__", type(node.func).__name__))


def choice_of(func: Any) -> Choice | None:
    """Return what the function of a node chooses from; None where it is no branch."""
    is_branch = isinstance(func, NodeFunction) and func.func is run_branch
    return func.args[0] if is_branch else None


def run_branch(choice: Choice, *arguments: Any) -> Any:
    """Decide, and run one of the alternatives with its inputs.

    Returns:
        The outputs in the order of the node's: always a list, as Kedro wants it of such a node.
    """
    first, *others = arguments
    told = first if isinstance(first, Told) else Told(argument=first)
    argument, decided = told.argument, told.then
    if decided is None:
        argument = value_of(argument)
        decided = choice.condition.holds(argument, choice.entries[0])
    chosen = choice.then if decided else choice.otherwise
    given = [argument, *others]
    keep = choice_of(chosen.func) is not None  # a branch within loads its own
    inputs = {
        name: given[at] if keep else value_of(given[at])
        for name, at in zip(chosen.inputs, choice.positions(chosen), strict=True)
    }
    if mapping_of(chosen.func) is not None:
        return _mapped(choice, chosen, inputs, told)
    found = chosen.run(inputs)
    return [found[name] for name in choice.outputs]


def _mapped(choice: Choice, chosen: "Node", inputs: dict[str, Any], told: Told) -> list[Any]:
    """Run an `each`: nothing streams it here, so it yields once, and all that it has made."""
    over = chosen.inputs[0]
    known = dict(zip(choice.outputs, told.partitioned, strict=False))
    partitioned = tuple(known.get(name, False) for name in chosen.outputs)
    found = chosen.run({**inputs, over: Items(data=inputs[over], partitioned=partitioned)})
    return [next(iter(found[name])) for name in choice.outputs]
