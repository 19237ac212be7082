"""Runs one task: its inputs, its pods attempt by attempt, and what they leave in storage.

Source: flytekit/bin/entrypoint.py for the files, flytepropeller/pkg/controller/nodes/executor.go
for what is retried. Knows nothing of graphs.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from flyteidl.core.dynamic_job_pb2 import DynamicJobSpec
from flyteidl.core.errors_pb2 import ContainerError, ErrorDocument
from flyteidl.core.literals_pb2 import Literal, LiteralMap
from flyteidl.core.tasks_pb2 import TaskTemplate
from flyteidl.core.workflow_pb2 import Node
from google.protobuf.duration_pb2 import Duration

from flyte_standin.containers import command_of, secret_env
from flyte_standin.pods import Kubelet, Pod, PodRun, Stop
from flyte_standin.storage import Storage

Produced: TypeAlias = LiteralMap | DynamicJobSpec


class NodeError(Exception):
    """A node has failed.

    Args:
        node: The path of the node.
        recoverable: Whether another attempt may help.
    """

    def __init__(self, node: str, code: str, message: str, *, recoverable: bool = False) -> None:
        super().__init__(f"{node}: {code}: {message}")
        self.node = node
        self.code = code
        self.message = message
        self.recoverable = recoverable


class AbortedError(Exception):
    """A node was ended because another one had failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionId:
    """What identifies an execution."""

    name: str
    project: str
    domain: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCall:
    """One task at one node.

    Args:
        path: The path of the node in the execution.
        inputs: What the cache compares; for an item of a map task its own inputs.
        inputs_uri: Where the inputs already are; None: they are written for this call.
        env: Further variables, such as the index of a map task's item.
    """

    task: TaskTemplate
    node: Node
    path: str
    inputs: LiteralMap
    inputs_uri: str | None = None
    env: Mapping[str, str] = field(default_factory=dict)

    @property
    def attempts(self) -> int:
        """How often the task may be tried: the node's retries, else the task's."""
        retries = self.node.metadata.retries.retries or self.task.metadata.retries.retries
        return int(retries) + 1

    @property
    def timeout(self) -> float | None:
        """Seconds that one attempt may take: the node's timeout, else the task's."""
        seconds = _seconds(self.node.metadata.timeout) or _seconds(self.task.metadata.timeout)
        return seconds or None

    @property
    def cache_key(self) -> str | None:
        """The same for calls that give the same result; None if the task is not cached."""
        node, task = self.node.metadata, self.task.metadata
        own = node.WhichOneof("cacheable_value") is not None
        if not (node.cacheable if own else task.discoverable):
            return None
        version = node.cache_version or task.discovery_version
        ignored = set(task.cache_ignore_input_vars)
        digest = hashlib.sha256(f"{self.task.id.name}\n{version}".encode())
        for name in sorted(set(self.inputs.literals) - ignored):
            digest.update(f"\n{name}=".encode() + _identity(self.inputs.literals[name]))
        return digest.hexdigest()


def _seconds(duration: Duration) -> float:
    return float(duration.ToTimedelta().total_seconds())


def _identity(literal: Literal) -> bytes:
    """Return the hash that the task gave to a value, else the value itself."""
    if literal.hash:
        return str(literal.hash).encode()
    return bytes(literal.SerializeToString(deterministic=True))


@dataclass(frozen=True, kw_only=True)
class TaskRunner:
    """Runs the tasks of one execution.

    Args:
        code_uri: Where the code archive of a package is, if it has one.
        secrets: By group and key.
    """

    execution: ExecutionId
    storage: Storage
    kubelet: Kubelet
    code_uri: str
    secrets: Mapping[tuple[str, str], str]

    def run(self, call: TaskCall, stop: Stop) -> Produced:
        """Try the task until it succeeds, fails for good, or has no attempts left.

        Raises:
            NodeError: It failed.
            AbortedError: It was stopped.
        """
        for attempt in range(call.attempts):
            try:
                return self._attempt(call, attempt, stop)
            except NodeError as error:
                if not error.recoverable:
                    raise
                last = error
        done = f"[{call.attempts}/{call.attempts}] currentAttempt done. Last Error: {last.message}"
        raise NodeError(call.path, f"RetriesExhausted|{last.code}", done) from last

    def write_inputs(self, path: str, inputs: LiteralMap) -> str:
        """Put the inputs of a node where its pods read them, and return their URI."""
        uri = self.storage.uri(*self._data(path), "inputs.pb")
        self.storage.put(uri, inputs.SerializeToString())
        return uri

    def _attempt(self, call: TaskCall, attempt: int, stop: Stop) -> Produced:
        output_prefix = self.storage.uri(*self._data(call.path), str(attempt))
        pod = self._pod(call, attempt, output_prefix)
        try:
            run = self.kubelet.run(pod, stop)
        except OSError as error:
            raise NodeError(call.path, "StartError", str(error), recoverable=True) from error
        if run is None or run.ended_by == "abort":
            raise AbortedError(call.path)
        return self._result(call, run, output_prefix)

    def _pod(self, call: TaskCall, attempt: int, output_prefix: str) -> Pod:
        inputs_uri = call.inputs_uri or self.write_inputs(call.path, call.inputs)
        variables = {
            "input": inputs_uri,
            "inputprefix": inputs_uri.rpartition("/")[0],
            "outputprefix": output_prefix,
            "rawoutputdataprefix": self._raw(call.path, attempt),
            "checkpointoutputprefix": f"{self._raw(call.path, attempt)}/_flytecheckpoints",
            "prevcheckpointprefix": self._previous_checkpoint(call.path, attempt),
            "perretryuniquekey": f"{call.path.replace('/', '-')}-{attempt}",
            "remote_package_path": self.code_uri,
            "dest_dir": ".",
        }
        try:
            command = command_of(call.task, variables)
            secrets = secret_env(call.task.security_context.secrets, self.secrets)
        except LookupError as error:
            raise NodeError(call.path, "BadTaskSpecification", str(error)) from error
        return Pod(
            node=call.path,
            task=call.task.id.name,
            attempt=attempt,
            command=command,
            env={**self.storage.pod_env, **self._env(call.task, attempt), **secrets, **call.env},
            timeout=call.timeout,
        )

    def _data(self, path: str) -> list[str]:
        execution = self.execution
        where = f"{execution.project}-{execution.domain}-{execution.name}"
        return ["metadata", "propeller", where, *path.split("/"), "data"]

    def _raw(self, path: str, attempt: int) -> str:
        name = f"{self.execution.name}-{path.replace('/', '-')}-{attempt}"
        return self.storage.uri("data", self.execution.name[-2:], name)

    def _previous_checkpoint(self, path: str, attempt: int) -> str:
        return f"{self._raw(path, attempt - 1)}/_flytecheckpoints" if attempt else '""'

    def _env(self, task: TaskTemplate, attempt: int) -> dict[str, str]:
        execution = self.execution
        version = task.id.version or "none"
        return {
            "FLYTE_INTERNAL_EXECUTION_ID": execution.name,
            "FLYTE_INTERNAL_EXECUTION_PROJECT": execution.project,
            "FLYTE_INTERNAL_EXECUTION_DOMAIN": execution.domain,
            "FLYTE_ATTEMPT_NUMBER": str(attempt),
            **{
                f"FLYTE_INTERNAL_{prefix}{name}": value
                for prefix in ("", "TASK_")
                for name, value in {
                    "PROJECT": execution.project,
                    "DOMAIN": execution.domain,
                    "NAME": task.id.name,
                    "VERSION": version,
                }.items()
            },
        }

    def _result(self, call: TaskCall, run: PodRun, output_prefix: str) -> Produced:
        """Read what a pod left; an error document counts more than outputs and exit code."""
        if run.ended_by == "timeout":
            message = f"task execution timeout [{call.timeout} s] expired"
            raise NodeError(call.path, "TimeoutExpired", message, recoverable=True)
        document = self.storage.get(f"{output_prefix}/error.pb")
        if document is not None:
            error = ErrorDocument.FromString(document).error
            recoverable = error.kind == ContainerError.RECOVERABLE
            raise NodeError(call.path, error.code, error.message, recoverable=recoverable)
        if run.exit_code:
            message = f"the pod ended with exit code {run.exit_code}:\n{run.log}"
            raise NodeError(call.path, "Interrupted", message, recoverable=True)
        return self._outputs(call, output_prefix)

    def _outputs(self, call: TaskCall, output_prefix: str) -> Produced:
        futures = self.storage.get(f"{output_prefix}/futures.pb")
        if futures is not None:
            return DynamicJobSpec.FromString(futures)
        outputs = self.storage.get(f"{output_prefix}/outputs.pb")
        if outputs is not None:
            return LiteralMap.FromString(outputs)
        if call.task.interface.outputs.variables:
            message = "Outputs not generated by task execution"
            raise NodeError(call.path, "OutputsNotFound", message, recoverable=True)
        return LiteralMap()
