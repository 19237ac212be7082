"""The executions of a stand-in FlyteAdmin: each runs with propeller, in a thread.

Answers the requests of AdminService that concern executions. Knows nothing of registering.
"""

import re
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn, TypeAlias

import grpc
from flyteidl.admin import execution_pb2, node_execution_pb2
from flyteidl.core.execution_pb2 import ExecutionError, NodeExecution, WorkflowExecution
from flyteidl.core.identifier_pb2 import NodeExecutionIdentifier, WorkflowExecutionIdentifier
from flyteidl.core.literals_pb2 import LiteralMap

from flyte_standin.pods import Stop
from flyte_standin.propeller import Execution
from flyte_standin.rpc import Methods, RefusedError

_NAME = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")

Start: TypeAlias = Callable[[], Execution]


@dataclass(kw_only=True)
class _Running:
    """One execution, and what became of it once it has ended."""

    message: execution_pb2.Execution
    inputs: LiteralMap
    stop: Stop = field(default_factory=Stop)
    result: Execution | None = None
    thread: threading.Thread | None = None


@dataclass(kw_only=True)
class Executions:
    """All executions by name.

    Args:
        prepare: Turns a request into its complete inputs and a function that runs it, and refuses
            what cannot run.
    """

    prepare: Callable[[execution_pb2.ExecutionCreateRequest, str, Stop], tuple[LiteralMap, Start]]
    by_name: dict[str, _Running] = field(default_factory=dict)

    @property
    def methods(self) -> Methods:
        """The methods of AdminService that are answered here."""
        return {
            "CreateExecution": self._create,
            "GetExecution": self._get,
            "GetExecutionData": self._get_data,
            "ListExecutions": self._list,
            "ListNodeExecutions": self._list_nodes,
            "GetNodeExecutionData": _refuse_node_data,
            "TerminateExecution": self._terminate,
        }

    def wait(self, name: str, timeout: float = 120.0) -> Execution:
        """Wait until an execution has ended and return what became of it.

        Raises:
            TimeoutError: It has not ended after `timeout` seconds.
        """
        running = self._find(name)
        if running.thread is not None:
            running.thread.join(timeout)
        if running.result is None:
            raise TimeoutError(f"Execution {name} has not ended well after {timeout} s")
        return running.result

    def stop(self) -> None:
        """End all that still runs, and wait for it."""
        for running in self.by_name.values():
            running.stop.ask()
        for running in self.by_name.values():
            if running.thread is not None:
                running.thread.join()

    def _find(self, name: str) -> _Running:
        if name not in self.by_name:
            raise RefusedError(grpc.StatusCode.NOT_FOUND, f"there is no execution {name!r}")
        return self.by_name[name]

    def _create(
        self, request: execution_pb2.ExecutionCreateRequest
    ) -> execution_pb2.ExecutionCreateResponse:
        name = request.name or f"f{uuid.uuid4().hex[:19]}"
        self._require_new(name)
        stop = Stop()
        inputs, start = self.prepare(request, name, stop)
        identifier = WorkflowExecutionIdentifier(
            project=request.project, domain=request.domain, name=name
        )
        message = execution_pb2.Execution(id=identifier, spec=request.spec)
        message.closure.phase = WorkflowExecution.RUNNING
        message.closure.created_at.GetCurrentTime()
        message.closure.started_at.GetCurrentTime()
        message.closure.computed_inputs.CopyFrom(inputs)
        running = _Running(message=message, inputs=inputs, stop=stop)
        running.thread = threading.Thread(target=_run, args=(running, start), name=name)
        self.by_name[name] = running
        running.thread.start()
        return execution_pb2.ExecutionCreateResponse(id=identifier)

    def _require_new(self, name: str) -> None:
        if name in self.by_name:
            message = f"execution {name!r} already exists"
            raise RefusedError(grpc.StatusCode.ALREADY_EXISTS, message)
        if not _NAME.fullmatch(name):
            message = f"{name!r} is not up to 63 small letters, digits and inner dashes"
            raise RefusedError(grpc.StatusCode.INVALID_ARGUMENT, message)

    def _get(self, request: execution_pb2.WorkflowExecutionGetRequest) -> execution_pb2.Execution:
        return self._find(request.id.name).message

    def _get_data(
        self, request: execution_pb2.WorkflowExecutionGetDataRequest
    ) -> execution_pb2.WorkflowExecutionGetDataResponse:
        running = self._find(request.id.name)
        outputs = running.result.outputs if running.result else None
        return execution_pb2.WorkflowExecutionGetDataResponse(
            full_inputs=running.inputs, full_outputs=outputs
        )

    def _list(self, _: Any) -> execution_pb2.ExecutionList:
        found = [running.message for running in self.by_name.values()]
        return execution_pb2.ExecutionList(executions=found)

    def _list_nodes(
        self, request: node_execution_pb2.NodeExecutionListRequest
    ) -> node_execution_pb2.NodeExecutionList:
        """Return the nodes at the top that have run pods, once the execution has ended."""
        running = self._find(request.workflow_execution_id.name)
        result = running.result
        failed = result.error.node.partition("/")[0] if result and result.error else None
        names = dict.fromkeys(node.partition("/")[0] for node in result.order()) if result else {}
        phases: Mapping[bool, Any] = {True: NodeExecution.FAILED, False: NodeExecution.SUCCEEDED}
        nodes = [
            node_execution_pb2.NodeExecution(
                id=NodeExecutionIdentifier(node_id=name, execution_id=running.message.id),
                closure=node_execution_pb2.NodeExecutionClosure(phase=phases[name == failed]),
                metadata=node_execution_pb2.NodeExecutionMetaData(spec_node_id=name),
            )
            for name in names
        ]
        return node_execution_pb2.NodeExecutionList(node_executions=nodes)

    def _terminate(
        self, request: execution_pb2.ExecutionTerminateRequest
    ) -> execution_pb2.ExecutionTerminateResponse:
        self._find(request.id.name).stop.ask()
        return execution_pb2.ExecutionTerminateResponse()


def _refuse_node_data(_: Any) -> NoReturn:
    """Say that what a node read and wrote is not kept, which clients take for an answer."""
    raise RefusedError(grpc.StatusCode.NOT_FOUND, "the data of single nodes is not kept")


def _run(running: _Running, start: Start) -> None:
    """Run an execution; whatever goes wrong, a client that waits for it sees an end."""
    ended = execution_pb2.ExecutionClosure()
    ended.CopyFrom(running.message.closure)
    ended.phase = WorkflowExecution.FAILED
    try:
        result = start()
        running.result = result
        if result.error is None:
            ended.phase = WorkflowExecution.SUCCEEDED
        else:
            _set_error(ended, result.error.code, str(result.error))
    except Exception as error:
        _set_error(ended, "System", repr(error))
        raise
    finally:
        ended.updated_at.GetCurrentTime()
        ended.duration.FromNanoseconds(
            ended.updated_at.ToNanoseconds() - ended.started_at.ToNanoseconds()
        )
        running.message.closure.CopyFrom(ended)


def _set_error(closure: execution_pb2.ExecutionClosure, code: str, message: str) -> None:
    error = ExecutionError(code=code, message=message, kind=ExecutionError.USER)
    closure.error.CopyFrom(error)
