"""`each`: one Kedro node that maps a function over the items of a dataset.

The node's function is a partial of `run_each`, for the same reasons as a branch's, and
`run_each` is a generator function, since Kedro saves what one yields chunk by chunk. What a bare
function cannot know, such as whether an output takes chunks, the hook tells by an `Items` in place
of the collection.
"""

import functools
import hashlib
import logging
import math
import types
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kedro_flyte.control.demand import value_of
from kedro_flyte.control.signatures import NodeFunction, dressed, parameter_hints
from kedro_flyte.errors import ItemError

if TYPE_CHECKING:
    from kedro.pipeline.node import Node

_log = logging.getLogger(__name__)
_FUNCTIONS = (types.FunctionType, types.MethodType, functools.partial)
_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """What an `each` is made of. `several`: the function returns a value for each output."""

    func: Callable[..., Any]
    over: str
    outputs: tuple[str, ...]
    several: bool
    concurrency: int | None
    min_success_ratio: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What the function returned for an item: a value for each output, None where there is none."""

    key: Any
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Whether a collection is a list, and how many items it has."""

    is_list: bool
    size: int

    @classmethod
    def of(cls, data: Any) -> "Shape":
        """Return the shape of a collection."""
        return cls(is_list=not isinstance(data, Mapping), size=len(data))

    def partition(self, key: Any) -> str:
        """Return the name of a partition: of a list's item its index, in digits that sort."""
        return str(key).zfill(len(str(max(self.size - 1, 0)))) if self.is_list else str(key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """A collection, and what is to be done with it.

    `partitioned` tells which outputs are PartitionedDatasets, whose keys are texts; `stream`,
    whether to yield item by item; `results`, where they are there already, takes the place of
    calling the function. `shape` is that of the whole, where `data` is a part of it; then `pairs`
    asks for keys and values as they are, in outputs that are not partitioned.
    """

    data: Any
    partitioned: tuple[bool, ...] = ()
    stream: bool = False
    results: Iterable[Result] | None = None
    shape: "Shape | None" = None
    pairs: bool = False


def each(  # noqa: PLR0913 - as many words as it takes to say what runs, over what, and how
    func: Callable[..., Any],
    over: str,
    inputs: str | Sequence[str] | None = None,
    outputs: str | Sequence[str] = "",
    *,
    name: str | None = None,
    tags: str | Iterable[str] | None = None,
    concurrency: int | None = None,
    min_success_ratio: float = 1.0,
) -> "Node":
    """Return a node that calls `func(item, *inputs)` for each item of a dataset.

    Partitions are loaded one at a time; where all outputs are PartitionedDatasets, each result is
    saved before the next item is loaded. The results have the keys and the order of the items. An
    item for which the function returns None is left out.

    Args:
        func: Called with an item, and with the inputs.
        over: A PartitionedDataset, or a dataset or parameter that holds a list or a dict.
        inputs: Further datasets and parameters, the same for every item.
        outputs: One dataset, or several: then the function returns a value for each, None where an
            item has nothing for it.
        name: Name of the node.
        tags: Tags of the node.
        concurrency: How many items may run together, where an orchestrator runs them.
        min_success_ratio: The share of items that must succeed; a failed item is logged, and left
            out of the outputs.

    Raises:
        TypeError: The function does not take an item and the inputs, or is a node.
        ValueError: There is no output, or a number is out of range.
    """
    from kedro.pipeline.node import Node

    more = [inputs] if isinstance(inputs, str) else list(inputs or [])
    several = not isinstance(outputs, str)
    named = [outputs] if isinstance(outputs, str) else list(outputs)
    given = named if several else named[0]
    _check(func, list(filter(None, named)), concurrency, min_success_ratio)
    plain = Node(func, [over, *more], given)  # Kedro checks the arguments
    mapped = Mapped(
        func=func, over=over, outputs=tuple(named), several=several, concurrency=concurrency,
        min_success_ratio=min_success_ratio,
    )  # fmt: skip
    short = str(getattr(func, "__name__", type(func).__name__))
    hints = parameter_hints(plain)
    mapping = dressed(
        NodeFunction(run_each, mapped),
        short,
        func.__doc__,
        [(over, None), *((name, hints.get(name)) for name in more)],
    )
    digest = hashlib.sha256(repr((short, over, more, named)).encode()).hexdigest()[:8]
    return Node(mapping, [over, *more], given, name=name or f"each_{short}__{digest}", tags=tags)


def _check(func: Any, outputs: list[str], concurrency: int | None, ratio: float) -> None:
    if not callable(func) or (hasattr(func, "inputs") and hasattr(func, "outputs")):
        raise TypeError(
            f"`each` calls a function for every item, and {func} is none. To choose what happens "
            "to an item, decide in the function; a branch cannot run inside `each`."
        )
    if not outputs:
        raise ValueError(
            f"`each` of {getattr(func, '__name__', func)} has no outputs. Name a dataset that "
            "keeps what the function returns for every item."
        )
    if concurrency is not None and concurrency < 1:
        raise ValueError(f"concurrency={concurrency}: at least one item must run at a time.")
    if not 0 < ratio <= 1:
        raise ValueError(f"min_success_ratio={ratio} is not in (0, 1]: it is a share of the items.")


def mapping_of(func: Any) -> Mapped | None:
    """Return what the function of a node maps; None where it is no `each`."""
    is_each = isinstance(func, NodeFunction) and func.func is run_each
    return func.args[0] if is_each else None


def items_of(data: Any, name: str) -> list[tuple[Any, Callable[[], Any]]]:
    """Return the key of each item, and what loads it.

    Raises:
        TypeError: The data is no collection.
    """
    if isinstance(data, Mapping):
        return [(key, _loader(value)) for key, value in data.items()]
    if isinstance(data, (list, tuple)):
        return [(index, functools.partial(_same, value)) for index, value in enumerate(data)]
    raise TypeError(
        f"`each` maps over a PartitionedDataset, a list or a dict, and '{name}' is a "
        f"{type(data).__name__}. Let a node make a list or a dict of it."
    )


def _loader(value: Any) -> Callable[[], Any]:
    """Return what loads the value of a dict: itself, where it is a function, as of a partition."""
    return value if isinstance(value, _FUNCTIONS) else functools.partial(_same, value)


def _same(value: Any) -> Any:
    return value


def run_each(mapped: Mapped, over: Any, *others: Any) -> Iterator[Any]:
    """Yield the outputs: partition by partition where all of them take that, or else once."""
    task = over if isinstance(over, Items) else Items(data=value_of(over))
    results = task.results
    if results is None:
        results = _called(mapped, items_of(task.data, mapped.over), others)
    partitioned = task.partitioned or (False,) * len(mapped.outputs)
    shape = task.shape or Shape.of(task.data)
    sinks = [_sink(shape, partitioned=one, pairs=task.pairs) for one in partitioned]
    yielded = False
    for result in results:
        for sink, value in zip(sinks, result.values, strict=True):
            sink.add(result.key, value)
        if task.stream:
            yielded = True
            found = [sink.taken() for sink in sinks]
            yield found if mapped.several else found[0]
            for saved in found:  # Kedro keeps what was yielded for several outputs, 57 at a time
                saved.clear()
    if not yielded:
        yield _shaped(mapped, sinks)


def _called(
    mapped: Mapped, items: list[tuple[Any, Callable[[], Any]]], others: tuple[Any, ...]
) -> Iterator[Result]:
    """Yield the result of each item that does not fail.

    Raises:
        ItemError: An item failed, or the first that makes it too many.
    """
    may_fail = len(items) - math.ceil(len(items) * mapped.min_success_ratio)
    given = [value_of(other) for other in others] if items else []
    failed: list[str] = []
    for number, (key, load) in enumerate(items, start=1):
        try:
            values = _values(mapped, mapped.func(load(), *given))
        except Exception as error:  # noqa: PERF203 - an item's failure is the item's
            what = f"{key!r} ({type(error).__name__}: {error})"
            failed.append(what)
            if len(failed) > may_fail:
                raise _failure(mapped, failed, number, len(items)) from error
            _log.warning("Item %s of '%s' failed and is left out.", what, mapped.over)
        else:
            yield Result(key=key, values=values)


def _failure(mapped: Mapped, failed: list[str], number: int, size: int) -> ItemError:
    if mapped.min_success_ratio == 1 or size == 1:
        return ItemError(f"Item {failed[0]} of '{mapped.over}', number {number} of {size}, failed.")
    shown = "\n".join(f"  - {what}" for what in failed[:_SHOWN])
    more = f"\n  and {len(failed) - _SHOWN} more" if len(failed) > _SHOWN else ""
    return ItemError(
        f"{len(failed)} of the first {number} items of '{mapped.over}' failed; of all {size}, "
        f"{mapped.min_success_ratio:.0%} must succeed:\n{shown}{more}"
    )


def _values(mapped: Mapped, returned: Any) -> tuple[Any, ...]:
    """Return a value for each output.

    Raises:
        ValueError: The function returned another number of them.
    """
    if not mapped.several:
        return (returned,)
    if not isinstance(returned, (tuple, list)) or len(returned) != len(mapped.outputs):
        raise ValueError(
            f"it returned a {type(returned).__name__} and not a tuple of {len(mapped.outputs)}, "
            f"one for each of the outputs {', '.join(mapped.outputs)}"
        )
    return tuple(returned)


class _Sink:
    """What has been added to an output and not been yielded."""

    def __init__(self, empty: Any, put: Callable[[Any, Any, Any], None]) -> None:
        self._found, self._put = empty, put

    def add(self, key: Any, value: Any) -> None:
        """Take the value of an item."""
        if value is not None:
            self._put(self._found, key, value)

    def taken(self) -> Any:
        """Return what was added since the last time."""
        found, self._found = self._found, type(self._found)()
        return found


def _sink(shape: Shape, *, partitioned: bool, pairs: bool) -> _Sink:
    if partitioned:
        return _Sink({}, lambda found, key, value: found.update({shape.partition(key): value}))
    if pairs:
        return _Sink([], lambda found, key, value: found.append((key, value)))
    if shape.is_list:
        return _Sink([], lambda found, _, value: found.append(value))
    return _Sink({}, lambda found, key, value: found.update({key: value}))


def _shaped(mapped: Mapped, sinks: list[_Sink]) -> Any:
    found = [sink.taken() for sink in sinks]
    return found if mapped.several else found[0]
