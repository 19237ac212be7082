"""Runs the nodes of a workflow in the order that their bindings and ids ask for.

Source: flytepropeller v1.16.8, pkg/controller/nodes. Knows nothing of processes.
"""

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from flyteidl.core.dynamic_job_pb2 import DynamicJobSpec
from flyteidl.core.literals_pb2 import Binding, Literal, LiteralMap
from flyteidl.core.workflow_pb2 import Node, WorkflowMetadata, WorkflowNode, WorkflowTemplate

from flyte_standin import literals
from flyte_standin.array_nodes import ArrayCall, run_items
from flyte_standin.attempts import NodeError, Produced, TaskCall, TaskRunner
from flyte_standin.bindings import holds, resolve_all, with_error
from flyte_standin.findings import CompileError
from flyte_standin.graph import START_NODE, cases
from flyte_standin.launch_plan_checks import given_inputs
from flyte_standin.package import Package
from flyte_standin.pods import Stop
from flyte_standin.schedule import Schedule
from flyte_standin.workflow_checks import check_workflow, interface_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where in an execution a node runs.

    Args:
        package: What its references refer to.
        path: The path of the node around it, "" at the top.
    """

    package: Package
    stop: Stop
    path: str = ""

    def below(self, node_id: str) -> "Place":
        """Return the place of the nodes inside a node of this place."""
        return replace(self, path=f"{self.path}/{node_id}".lstrip("/"))


@dataclass(kw_only=True)
class Memory:
    """Results of cached tasks, shared by the executions of one propeller."""

    results: dict[str, LiteralMap] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass(frozen=True, kw_only=True)
class NodeRunner:
    """Runs workflows and nodes of one execution.

    Args:
        hits: The paths of the nodes that took their result from the cache.
    """

    tasks: TaskRunner
    cache: Memory
    hits: list[str] = field(default_factory=list)

    def run_workflow(
        self, template: WorkflowTemplate, inputs: LiteralMap, place: Place
    ) -> LiteralMap:
        """Run a workflow to its outputs; on failure run its failure node, then fail.

        Raises:
            NodeError: A node failed; the first one to fail is told.
            AbortedError: It was stopped from outside.
        """
        outputs = {START_NODE: inputs}
        try:
            self._run_nodes(template, outputs, place)
            return _resolve(template.outputs, outputs, place.path)
        except NodeError as error:
            if template.HasField("failure_node"):
                self._run_failure_node(template.failure_node, outputs, place, error)
            raise

    def _run_failure_node(
        self, node: Node, outputs: Mapping[str, LiteralMap], place: Place, error: NodeError
    ) -> None:
        start = {START_NODE: outputs[START_NODE]}
        inner = place.below(node.id)
        inputs = with_error(_resolve(node.inputs, start, inner.path), node.id, str(error))
        self._run_target(node, inputs, start, inner)

    def _run_nodes(
        self, template: WorkflowTemplate, outputs: dict[str, LiteralMap], place: Place
    ) -> None:
        """Run every node when those before it have ended, and add their outputs."""
        immediately = WorkflowMetadata.OnFailurePolicy.FAIL_IMMEDIATELY
        fail_fast = template.metadata.on_failure == immediately
        place = replace(place, stop=Stop(place.stop))
        schedule = Schedule(template.nodes, outputs, place.stop, fail_fast=fail_fast)
        schedule.run(lambda node: self._run_node(node, outputs, place))

    def _run_node(self, node: Node, outputs: Mapping[str, LiteralMap], place: Place) -> LiteralMap:
        inner = place.below(node.id)
        inputs = _resolve(node.inputs, outputs, inner.path)
        return self._run_target(node, inputs, outputs, inner)

    def _run_target(
        self, node: Node, inputs: LiteralMap, outputs: Mapping[str, LiteralMap], place: Place
    ) -> LiteralMap:
        """Run what a node stands for; `place` is the node's own."""
        kind = node.WhichOneof("target")
        if kind == "task_node":
            name = node.task_node.reference_id.name
            task = place.package.tasks[name]
            call = TaskCall(task=task, node=node, path=place.path, inputs=inputs)
            return self._run_task(call, place)
        if kind == "workflow_node":
            return self._run_sub_workflow(node.workflow_node, inputs, place)
        if kind == "branch_node":
            return self._run_node(self._choose(node, inputs, place), outputs, place)
        if kind == "array_node":
            return self._run_array(node, inputs, place)
        raise NodeError(place.path, "NotImplemented", f"{kind} is not supported here")

    def _run_task(self, call: TaskCall, place: Place) -> LiteralMap:
        key = call.cache_key
        if key is None:
            return self._finish(self.tasks.run(call, place.stop), place)
        with self.cache.lock:
            known = self.cache.results.get(key)
        if known is not None:
            self.hits.append(call.path)
            return known
        result = self._finish(self.tasks.run(call, place.stop), place)
        with self.cache.lock:
            self.cache.results[key] = result
        return result

    def _finish(self, produced: Produced, place: Place) -> LiteralMap:
        """Run the nodes that a dynamic task asked for, if this was one."""
        if isinstance(produced, LiteralMap):
            return produced
        return self._run_dynamic(produced, place)

    def _run_dynamic(self, spec: DynamicJobSpec, place: Place) -> LiteralMap:
        template = WorkflowTemplate(nodes=spec.nodes, outputs=spec.outputs)
        template.id.name = place.path
        place = replace(place, package=place.package.with_dynamic(spec))
        # A dynamic task has no interface of its own here: its outputs are checked when they bind.
        findings = [
            finding
            for finding in check_workflow(template, place.package)
            if not finding.where.endswith("/end-node")
        ]
        if findings:
            error = CompileError(findings)
            raise NodeError(place.path, "DynamicWorkflowBuildFailed", str(error)) from error
        return self.run_workflow(template, LiteralMap(), place)

    def _run_sub_workflow(
        self, reference: WorkflowNode, inputs: LiteralMap, place: Place
    ) -> LiteralMap:
        given: dict[str, Literal] = {}
        name = reference.sub_workflow_ref.name
        if reference.HasField("launchplan_ref"):
            plan = place.package.launch_plans[reference.launchplan_ref.name]
            name, given = plan.spec.workflow_id.name, given_inputs(plan)
        template = place.package.find_workflow(name)
        if template is None:
            raise NodeError(place.path, "WorkflowReferenceNotFound", name)
        all_inputs = LiteralMap(literals={**given, **inputs.literals})
        return self.run_workflow(template, all_inputs, place)

    def _choose(self, node: Node, inputs: LiteralMap, place: Place) -> Node:
        for case in cases(node):
            if holds(case.condition, inputs):
                return case.then_node
        if_else = node.branch_node.if_else
        if if_else.WhichOneof("default") == "else_node":
            return if_else.else_node
        raise NodeError(place.path, "UserProvidedError", if_else.error.message)

    def _run_array(self, node: Node, inputs: LiteralMap, place: Place) -> LiteralMap:
        call = ArrayCall(node.array_node, inputs, place.path)
        place = replace(place, stop=Stop(place.stop))
        whole = self.tasks.write_inputs(place.path, inputs) if call.one_input_file else None

        def run_item(index: int) -> LiteralMap:
            item = place.below(str(index))
            if whole is None:
                return self._run_target(call.array.node, call.item_inputs(index), {}, item)
            task = place.package.tasks[call.array.node.task_node.reference_id.name]
            task_call = TaskCall(
                task=task,
                node=call.array.node,
                path=item.path,
                inputs=call.item_inputs(index),
                inputs_uri=whole,
                env=call.item_env(index),
            )
            return self._run_task(task_call, item)

        interface = interface_of(node, place.package)
        names = interface.outputs.variables if interface else ()
        return _collect(run_items(call, run_item, place.stop), names)


def _resolve(
    bindings: Iterable[Binding], outputs: Mapping[str, LiteralMap], path: str
) -> LiteralMap:
    try:
        return resolve_all(bindings, outputs)
    except LookupError as error:
        raise NodeError(path, "BindingResolutionFailure", str(error)) from error


def _collect(results: Iterable[LiteralMap | None], names: Iterable[str]) -> LiteralMap:
    """Make one list of each output; an item that failed gives None."""
    results = list(results)
    return LiteralMap(
        literals={
            name: literals.collection(
                result.literals[name] if result else literals.none() for result in results
            )
            for name in names
        }
    )
