"""Checks of one workflow template: ids, references, bindings, branches, order.

Source: flytepropeller v1.16.8, pkg/compiler; the form of node ids is what Kubernetes labels take.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from flyteidl.core.condition_pb2 import BooleanExpression, Operand
from flyteidl.core.interface_pb2 import TypedInterface, VariableMap
from flyteidl.core.types_pb2 import LiteralType
from flyteidl.core.workflow_pb2 import Node, WorkflowNode, WorkflowTemplate

from flyte_standin.binding_checks import Scope, Types, check_bindings, type_at
from flyte_standin.findings import CodeAndMessage, Finding
from flyte_standin.graph import END_NODE, START_NODE, all_nodes, branches, cases, upstream
from flyte_standin.literal_types import castable, describe, kind_of, type_of_primitive
from flyte_standin.package import Package

MAX_NODE_ID = 63
_NODE_ID = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")


def check_workflow(template: WorkflowTemplate, package: Package) -> Iterator[Finding]:
    """Yield everything that the compiler refuses in this template, its sub-workflows aside."""
    name = template.id.name
    scope = _scope(template, package)
    for code, message in _check_whole(template):
        yield Finding(code, name, message)
    for node in all_nodes(template):
        for code, message in _check_node(node, package, scope):
            yield Finding(code, f"{name}/{node.id}", message)
    outputs = types_of(template.interface.outputs)
    for code, message in check_bindings(template.outputs, outputs, scope):
        yield Finding(code, f"{name}/{END_NODE}", message)


def types_of(variables: VariableMap) -> dict[str, LiteralType]:
    """Return the type of each variable."""
    return {name: variable.type for name, variable in variables.variables.items()}


def _scope(template: WorkflowTemplate, package: Package) -> Scope:
    inputs = types_of(template.interface.inputs)
    outputs = {node.id: _outputs(node, package) for node in template.nodes}
    return {**outputs, START_NODE: inputs, "": inputs}


def _check_whole(template: WorkflowTemplate) -> Iterator[CodeAndMessage]:
    if not template.nodes:
        yield "NoNodesFound", "the workflow has no node"
    for node_id, times in Counter(node.id for node in template.nodes).items():
        if times > 1:
            yield "DuplicateId", f"{times} nodes have the id {node_id!r}"
    graph = {node.id: upstream(node) for node in template.nodes}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        yield "CycleDetected", " > ".join(error.args[1])


def _check_node(node: Node, package: Package, scope: Scope) -> Iterator[CodeAndMessage]:
    yield from _check_id(node.id)
    for node_id in sorted(set(node.upstream_node_ids) - set(scope)):
        yield "UnknownUpstream", f"waits for node {node_id!r}, which does not exist"
    if node.WhichOneof("target") == "branch_node":
        yield from _check_branch(node, package, scope)
        return
    interface = interface_of(node, package)
    if interface is None:
        yield _missing(node)
    else:
        yield from check_bindings(node.inputs, types_of(interface.inputs), scope)


def _check_id(node_id: str) -> Iterator[CodeAndMessage]:
    if node_id in {START_NODE, END_NODE}:
        yield "ReservedId", f"{node_id!r} is Flyte's own"
    if len(node_id) > MAX_NODE_ID or not _NODE_ID.fullmatch(node_id):
        yield (
            "InvalidId",
            f"{node_id!r} is not up to {MAX_NODE_ID} small letters, digits and inner dashes",
        )


def _missing(node: Node) -> CodeAndMessage:
    if node.WhichOneof("target") in {"task_node", "array_node"}:
        task = node.array_node.node.task_node if node.HasField("array_node") else node.task_node
        return "TaskReferenceNotFound", f"there is no task {task.reference_id.name!r}"
    reference = node.workflow_node
    name = reference.sub_workflow_ref.name or reference.launchplan_ref.name
    return "WorkflowReferenceNotFound", f"there is no workflow or launch plan {name!r}"


def interface_of(node: Node, package: Package) -> TypedInterface | None:
    """Return what a node takes and gives; None if it refers to something unknown."""
    kind = node.WhichOneof("target")
    if kind == "task_node":
        task = package.tasks.get(node.task_node.reference_id.name)
        return task.interface if task else None
    if kind == "array_node":
        return interface_of(node.array_node.node, package)
    if kind == "workflow_node":
        return _workflow_interface(node, node.workflow_node, package)
    return TypedInterface()


def _workflow_interface(
    node: Node, reference: WorkflowNode, package: Package
) -> TypedInterface | None:
    if reference.HasField("sub_workflow_ref"):
        template = package.find_workflow(reference.sub_workflow_ref.name)
        return template.interface if template else None
    plan = package.launch_plans.get(reference.launchplan_ref.name)
    template = package.find_workflow(plan.spec.workflow_id.name) if plan else None
    if plan is None or template is None:
        return None
    given = {binding.var for binding in node.inputs}
    filled = {*plan.spec.default_inputs.parameters, *plan.spec.fixed_inputs.literals} - given
    interface = TypedInterface()
    interface.CopyFrom(template.interface)
    for name in filled:
        interface.inputs.variables.pop(name, None)
    return interface


def _outputs(node: Node, package: Package) -> dict[str, LiteralType]:
    """Return the output types of a node; a branch gives what all its nodes give."""
    if node.WhichOneof("target") != "branch_node":
        interface = interface_of(node, package)
        return types_of(interface.outputs) if interface else {}
    inner = [_outputs(branch, package) for branch in branches(node)]
    shared = set.intersection(*map(set, inner)) if inner else set()
    return {name: inner[0][name] for name in shared}


def _check_branch(node: Node, package: Package, scope: Scope) -> Iterator[CodeAndMessage]:
    if node.branch_node.if_else.WhichOneof("default") is None:
        yield "BranchNodeHasNoDefault", "no branch is taken when no condition holds"
    yield from _check_branch_outputs(node, package)
    bound = {binding.var: binding.binding for binding in node.inputs}
    taken: dict[str, LiteralType] = {}
    for name, data in bound.items():
        source: Mapping[str, LiteralType] = scope.get(data.promise.node_id, {})
        if data.promise.var in source:
            taken[name] = type_at(source[data.promise.var], data.promise.attr_path)
        else:
            yield "ParameterNotBound", f"{name!r} reads {data.promise.node_id}.{data.promise.var}"
    for case in cases(node):
        yield from _check_condition(case.condition, taken)


def _check_branch_outputs(node: Node, package: Package) -> Iterator[CodeAndMessage]:
    first, *others = (_outputs(branch, package) for branch in branches(node))
    for other in others:
        for name in sorted(first.keys() & other.keys()):
            if not castable(first[name], other[name]):
                yield (
                    "MismatchingTypes",
                    f"{name!r} is {describe(first[name])} or {describe(other[name])}",
                )


def _check_condition(expression: BooleanExpression, taken: Types) -> Iterator[CodeAndMessage]:
    kind = expression.WhichOneof("expr")
    if kind == "conjunction":
        yield from _check_condition(expression.conjunction.left_expression, taken)
        yield from _check_condition(expression.conjunction.right_expression, taken)
    elif kind == "comparison":
        left = _operand_type(expression.comparison.left_value, taken)
        right = _operand_type(expression.comparison.right_value, taken)
        yield from _check_operands(left, right)
    else:
        yield "BranchNodeHasNoCondition", "a branch has no condition"


def _check_operands(
    left: LiteralType | None, right: LiteralType | None
) -> Iterator[CodeAndMessage]:
    if left is None or right is None:
        yield "ValueRequired", "a condition reads a variable that is not bound"
    elif kind_of(left) != "simple" or left.simple != right.simple:
        yield "MismatchingTypes", f"compares {describe(left)} with {describe(right)}"


def _operand_type(operand: Operand, taken: Types) -> LiteralType | None:
    if operand.WhichOneof("val") == "primitive":
        return type_of_primitive(operand.primitive)
    return taken.get(operand.var)
