"""The items of an array node: how many there are, what each takes, how many may fail.

Source: flytepropeller v1.16.8, pkg/controller/nodes/array.
"""

import math
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass

from flyteidl.core.literals_pb2 import LiteralMap
from flyteidl.core.workflow_pb2 import ArrayNode

from flyte_standin.attempts import NodeError
from flyte_standin.pods import Stop

_MAX_THREADS = 64


@dataclass(frozen=True, slots=True)
class ArrayCall:
    """One array node with its inputs.

    Raises:
        NodeError: The lists that it maps over have different lengths, or there is none.
    """

    array: ArrayNode
    inputs: LiteralMap
    path: str

    @property
    def one_input_file(self) -> bool:
        """Whether every item reads the whole inputs and picks its own part."""
        return bool(self.array.data_mode == ArrayNode.DataMode.SINGLE_INPUT_FILE)

    @property
    def size(self) -> int:
        """The number of items."""
        sizes = {
            len(literal.collection.literals)
            for name, literal in self.inputs.literals.items()
            if self._is_mapped(name)
        }
        if len(sizes) != 1:
            message = f"the mapped inputs have the lengths {sorted(sizes)}"
            raise NodeError(self.path, "InvalidArrayLength", message)
        return sizes.pop()

    def _is_mapped(self, name: str) -> bool:
        is_list = self.inputs.literals[name].HasField("collection")
        return is_list and name not in self.array.bound_inputs

    @property
    def parallelism(self) -> int:
        """How many items may run together, as far as the execution allows it."""
        return min(self.array.parallelism or _MAX_THREADS, _MAX_THREADS)

    @property
    def may_fail(self) -> int:
        """How many items may fail before the node fails."""
        if self.array.WhichOneof("success_criteria") == "min_successes":
            return self.size - int(self.array.min_successes)
        ratio = self.array.min_success_ratio or 1.0
        return self.size - math.ceil(self.size * ratio)

    def item_inputs(self, index: int) -> LiteralMap:
        """Return what one item takes."""
        return LiteralMap(
            literals={
                name: literal.collection.literals[index] if self._is_mapped(name) else literal
                for name, literal in self.inputs.literals.items()
            }
        )

    def item_env(self, index: int) -> dict[str, str]:
        """Return the variables that tell a pod which item is its own."""
        return {
            "BATCH_JOB_ARRAY_INDEX_VAR_NAME": "FLYTE_K8S_ARRAY_INDEX",
            "FLYTE_K8S_ARRAY_INDEX": str(index),
        }


def run_items(
    call: ArrayCall, run_item: Callable[[int], LiteralMap], stop: Stop
) -> list[LiteralMap | None]:
    """Run every item; None stands for one that failed though the node did not.

    Raises:
        NodeError: More items failed than may fail; the others are stopped.
        AbortedError: It was stopped from outside.
    """
    size, may_fail = call.size, call.may_fail
    with ThreadPoolExecutor(call.parallelism) as threads:
        items = [threads.submit(run_item, index) for index in range(size)]
        try:
            failures = _failures(items, may_fail)
        except BaseException:
            stop.ask()
            for item in items:
                item.cancel()
            raise
    return [None if index in failures else item.result() for index, item in enumerate(items)]


def _failures(items: list[Future[LiteralMap]], may_fail: int) -> set[int]:
    indexes = {item: index for index, item in enumerate(items)}
    failed: set[int] = set()
    for item in as_completed(items):
        error = item.exception()
        if isinstance(error, NodeError) and len(failed) < may_fail:
            failed.add(indexes[item])
        elif error is not None:
            raise error
    return failed
