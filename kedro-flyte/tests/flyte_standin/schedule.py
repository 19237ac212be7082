"""The order of the nodes of one template: which may start, and what a failure stops.

Knows nothing of what a node does.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from flyteidl.core.literals_pb2 import LiteralMap
from flyteidl.core.workflow_pb2 import Node

from flyte_standin.attempts import AbortedError, NodeError
from flyte_standin.graph import upstream
from flyte_standin.pods import Stop

_MAX_THREADS = 64


class Schedule:
    """Runs nodes, each once those before it have ended well.

    Args:
        outputs: What ended nodes gave; filled in as they end.
        stop: Asked when what still runs is to end.
        fail_fast: Whether the first failure stops the rest, or only what depends on it.
    """

    def __init__(
        self,
        nodes: Iterable[Node],
        outputs: dict[str, LiteralMap],
        stop: Stop,
        *,
        fail_fast: bool,
    ) -> None:
        self._waiting = {node.id: node for node in nodes}
        self._running: dict[Future[LiteralMap], str] = {}
        self._outputs = outputs
        self._stop = stop
        self._fail_fast = fail_fast
        self._failure: NodeError | None = None

    def run(self, run_node: Callable[[Node], LiteralMap]) -> None:
        """Run all that can run, and wait for all that was started.

        Raises:
            NodeError: The first failure.
            AbortedError: It was stopped from outside.
        """
        with ThreadPoolExecutor(max(1, min(len(self._waiting), _MAX_THREADS))) as threads:
            try:
                while self._start(threads, run_node) or self._running:
                    self._wait()
            except BaseException:
                self._stop.ask()
                raise
        if self._failure is not None:
            raise self._failure
        if self._stop.asked:
            raise AbortedError

    def _start(self, threads: ThreadPoolExecutor, run_node: Callable[[Node], LiteralMap]) -> bool:
        """Start what is ready, and tell whether anything was."""
        if self._stop.asked:
            return False
        ready = [node for node in self._waiting.values() if upstream(node) <= self._outputs.keys()]
        for node in ready:
            del self._waiting[node.id]
            self._running[threads.submit(run_node, node)] = node.id
        return bool(ready)

    def _wait(self) -> None:
        done, _ = wait(self._running, return_when=FIRST_COMPLETED)
        for future in done:
            node_id = self._running.pop(future)
            try:
                self._outputs[node_id] = future.result()
            except NodeError as error:
                self._failure = self._failure or error
                if self._fail_fast:
                    self._stop.ask()
            except AbortedError:
                self._stop.ask()
