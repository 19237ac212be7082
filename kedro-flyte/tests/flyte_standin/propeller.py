"""Runs a packaged workflow the way Flyte's propeller does, with processes for pods.

The door to running. What a node, a task or a pod is, the modules below know.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flyteidl.core.literals_pb2 import Literal, LiteralMap
from flyteidl.core.types_pb2 import LiteralType
from flyteidl.core.workflow_pb2 import WorkflowTemplate

from flyte_standin import literals
from flyte_standin.attempts import AbortedError, ExecutionId, NodeError, TaskRunner
from flyte_standin.compiler import require_valid
from flyte_standin.launch_plan_checks import given_inputs
from flyte_standin.literal_types import is_optional, kind_of
from flyte_standin.machines import Machine, Processes
from flyte_standin.nodes import Memory, NodeRunner, Place
from flyte_standin.package import Package
from flyte_standin.pods import Fault, Kubelet, PodRun, Stop
from flyte_standin.storage import Storage, upload
from flyte_standin.workflow_checks import types_of


@dataclass(frozen=True, kw_only=True)
class Execution:
    """What became of one run of a workflow.

    Args:
        id: The name that tasks see as FLYTE_INTERNAL_EXECUTION_ID.
        error: The first failure, None if there was none.
        pods: Every attempt, in the order in which they ended.
        cache_hits: The paths of the nodes that took their result from the cache.
    """

    id: str
    error: NodeError | None
    outputs: LiteralMap
    pods: tuple[PodRun, ...]
    cache_hits: tuple[str, ...]
    storage: Storage

    @property
    def succeeded(self) -> bool:
        """Whether no node failed (or only such as may)."""
        return self.error is None

    def order(self) -> list[str]:
        """Return the node paths of all pods in the order in which they started."""
        return [pod.node for pod in sorted(self.pods, key=lambda pod: pod.started)]

    def attempts(self, node: str) -> list[PodRun]:
        """Return the pods of one node in order."""
        found = [pod for pod in self.pods if pod.node == node]
        return sorted(found, key=lambda pod: pod.attempt)

    def output_value(self, name: str) -> Any:
        """Return an output as a Python value; a file, directory or dataset is its URI."""
        return literals.to_value(self._output(name))

    def output_path(self, name: str) -> str:
        """Return the URI of an output that is a file, directory or dataset.

        Raises:
            ValueError: It is none, or a list of them.
        """
        found = list(literals.uris(self._output(name)))
        if len(found) != 1:
            raise ValueError(f"Output {name!r} is {len(found)} files, not one")
        return found[0]

    def output_bytes(self, name: str) -> bytes:
        """Return the content of an output that is a file.

        Raises:
            FileNotFoundError: The output names a file that is not in the store.
        """
        path = self.output_path(name)
        content = self.storage.get(path)
        if content is None:
            raise FileNotFoundError(path)
        return content

    def _output(self, name: str) -> Literal:
        if name not in self.outputs.literals:
            raise KeyError(f"{name!r} is no output: {sorted(self.outputs.literals)}; {self.error}")
        return self.outputs.literals[name]


@dataclass(frozen=True, kw_only=True)
class Propeller:
    """Runs workflows; the cache lives as long as this object.

    Args:
        storage: Where inputs, outputs and files go.
        folder: Where pods have their folders while they run.
        workdir: The image's working directory, for packages that ship no code: each pod gets a
            copy. None is an empty one.
        machine: What a pod is; None is a process with a copy of `workdir`.
        pod_env: Variables that the image or cluster sets in every pod; nothing else is inherited.
        max_parallelism: How many pods run at a time.
        faults: Pods to kill, by node path and attempt (from 0).
        secrets: By group and key; a task sees those that it asks for.
    """

    storage: Storage
    folder: Path
    workdir: Path | None = None
    machine: Machine | None = None
    pod_env: Mapping[str, str] = field(default_factory=dict)
    max_parallelism: int = 2
    faults: Mapping[tuple[str, int], Fault] = field(default_factory=dict)
    secrets: Mapping[tuple[str, str], str] = field(default_factory=dict)
    project: str = "flytesnacks"
    domain: str = "development"
    cache: Memory = field(default_factory=Memory)

    def run(
        self,
        package: Package,
        workflow: str,
        inputs: Mapping[str, Any] | None = None,
        *,
        execution_id: str | None = None,
    ) -> Execution:
        """Run a workflow, or a launch plan, by its name.

        Args:
            inputs: Python values over the launch plan's own. A file or directory is given as a
                URI, or as the path of a local one, which is uploaded.

        Raises:
            CompileError: Flyte would refuse the package.
            KeyError: There is no such workflow or launch plan.
            TypeError: An input is unknown, missing or of the wrong type.
        """
        require_valid(package)
        template, given = _find(package, workflow)
        types = types_of(template.interface.inputs)
        name = execution_id or f"f{uuid.uuid4().hex[:19]}"
        values = {
            key: self._to_literal(value, _type_of_input(types, key), name)
            for key, value in (inputs or {}).items()
        }
        literal_map = LiteralMap(literals={**given, **values})
        return self.launch(package, template, literal_map, execution_id=name)

    def launch(
        self,
        package: Package,
        template: WorkflowTemplate,
        inputs: LiteralMap,
        *,
        execution_id: str,
        stop: Stop | None = None,
    ) -> Execution:
        """Run a workflow with literals for its inputs.

        Args:
            stop: Asked from another thread, it ends the execution as failed.
        """
        _require_inputs(template, inputs)
        kubelet = Kubelet(
            folder=self.folder / execution_id,
            machine=self.machine or Processes(image=self.workdir),
            env=self.pod_env,
            slots=self.max_parallelism,
            faults=self.faults,
        )
        nodes = NodeRunner(tasks=self._tasks(package, execution_id, kubelet), cache=self.cache)
        place = Place(package=package, stop=stop or Stop())
        outputs, failure = LiteralMap(), None
        try:
            outputs = nodes.run_workflow(template, inputs, place)
        except NodeError as error:
            failure = error
        except AbortedError:
            failure = NodeError("", "Aborted", "the execution was terminated")
        return Execution(
            id=execution_id,
            error=failure,
            outputs=outputs,
            pods=tuple(kubelet.runs),
            cache_hits=tuple(nodes.hits),
            storage=self.storage,
        )

    def _tasks(self, package: Package, execution_id: str, kubelet: Kubelet) -> TaskRunner:
        code_uri = self.storage.uri("code", execution_id, "fast.tar.gz")
        if package.code is not None:
            self.storage.put(code_uri, package.code)
        execution = ExecutionId(name=execution_id, project=self.project, domain=self.domain)
        return TaskRunner(
            execution=execution,
            storage=self.storage,
            kubelet=kubelet,
            code_uri=code_uri,
            secrets=self.secrets,
        )

    def _to_literal(self, value: Any, literal_type: LiteralType, name: str) -> Literal:
        is_path = isinstance(value, Path) or (isinstance(value, str) and _takes_file(literal_type))
        if is_path and "://" not in str(value) and Path(value).exists():
            value = upload(self.storage, Path(value), "uploads", name)
        return literals.to_literal(value, literal_type)


def _takes_file(literal_type: LiteralType) -> bool:
    variants = [literal_type, *literal_type.union_type.variants]
    return any(kind_of(variant) in {"blob", "structured_dataset_type"} for variant in variants)


def _find(package: Package, name: str) -> tuple[WorkflowTemplate, dict[str, Literal]]:
    plan = package.launch_plans.get(name)
    workflow = package.workflows.get(plan.spec.workflow_id.name if plan else name)
    if workflow is None:
        known = sorted({*package.workflows, *package.launch_plans})
        raise KeyError(f"There is no workflow or launch plan {name!r}, but {known}")
    return workflow, given_inputs(plan) if plan else {}


def _type_of_input(types: Mapping[str, LiteralType], name: str) -> LiteralType:
    if name not in types:
        raise TypeError(f"{name!r} is no input of the workflow, which takes {sorted(types)}")
    return types[name]


def _require_inputs(template: WorkflowTemplate, inputs: LiteralMap) -> None:
    types = types_of(template.interface.inputs)
    missing = [name for name in types if name not in inputs.literals]
    required = [name for name in missing if not is_optional(types[name])]
    if required:
        raise TypeError(f"{template.id.name} needs values for {sorted(required)}")
