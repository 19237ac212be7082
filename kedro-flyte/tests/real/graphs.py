"""Workflows written by hand, of tasks that all read a list of numbers and make a number."""

from collections.abc import Iterable, Iterator, Mapping

from flyteidl.admin.launch_plan_pb2 import LaunchPlan
from flyteidl.admin.task_pb2 import TaskSpec
from flyteidl.admin.workflow_pb2 import WorkflowSpec
from flyteidl.core.identifier_pb2 import Identifier, ResourceType
from flyteidl.core.interface_pb2 import TypedInterface, Variable, VariableMap
from flyteidl.core.literals_pb2 import Binding, BindingData, BindingDataCollection
from flyteidl.core.tasks_pb2 import RuntimeMetadata, TaskMetadata, TaskTemplate
from flyteidl.core.types_pb2 import LiteralType, OutputReference, SimpleType
from flyteidl.core.workflow_pb2 import Node, TaskNode, WorkflowTemplate

NUMBER = LiteralType(simple=SimpleType.INTEGER)
NUMBERS = LiteralType(collection_type=NUMBER)


def task(
    name: str = "total", taken: LiteralType | None = NUMBERS, made: LiteralType = NUMBER
) -> TaskSpec:
    """Return a task with the input `x`, if it takes something, and the output `o0`."""
    template = TaskTemplate(
        id=Identifier(resource_type=ResourceType.TASK, name=name),
        type="python-task",
        metadata=TaskMetadata(runtime=RuntimeMetadata(version="1")),
        interface=_interface({"x": taken} if taken else {}, {"o0": made}),
    )
    template.container.image = "registry/image:1"
    template.container.args.append("run")
    return TaskSpec(template=template)


def workflow(name: str, nodes: Iterable[Node]) -> WorkflowSpec:
    """Return a workflow without inputs and outputs."""
    identity = Identifier(resource_type=ResourceType.WORKFLOW, name=name)
    template = WorkflowTemplate(id=identity, interface=_interface({}, {}), nodes=nodes)
    return WorkflowSpec(template=template)


def launch_plan(name: str, of: str) -> LaunchPlan:
    """Return a launch plan."""
    plan = LaunchPlan(id=Identifier(resource_type=ResourceType.LAUNCH_PLAN, name=name))
    plan.spec.workflow_id.CopyFrom(Identifier(resource_type=ResourceType.WORKFLOW, name=of))
    return plan


def node(name: str, *reads: str, runs: str = "total", listed: bool = True) -> Node:
    """Return a node that reads what others make: as a list, or the only one as it is."""
    given = [BindingData(promise=OutputReference(node_id=other, var="o0")) for other in reads]
    listing = BindingData(collection=BindingDataCollection(bindings=given))
    bindings = (
        [Binding(var="x", binding=listing if listed else given[0])] if given or listed else []
    )
    reference = Identifier(resource_type=ResourceType.TASK, name=runs)
    return Node(id=name, inputs=bindings, task_node=TaskNode(reference_id=reference))


def graph(name: str, reads: Mapping[str, Iterable[str]]) -> WorkflowSpec:
    """Return a workflow of these nodes, each with the nodes that it reads."""
    return workflow(name, [node(one, *others) for one, others in reads.items()])


def dense(count: int) -> dict[str, list[str]]:
    """Return nodes of which each reads all earlier ones: twice the paths with every node."""
    return {f"n{i}": [f"n{j}" for j in range(i)] for i in range(count)}


def layers(count: int, width: int) -> dict[str, list[str]]:
    """Return layers of nodes of which each reads the whole layer before."""

    def row(layer: int) -> Iterator[str]:
        return (f"n{layer}-{i}" for i in range(width))

    return {one: list(row(i - 1)) if i else [] for i in range(count) for one in row(i)}


def visits(reads: Mapping[str, Iterable[str]]) -> int:
    """Return how often a search that forgets what it has finished enters a node.

    That is the number of paths from the start to any node, the end among them, counted in a time
    that grows with the edges: nodes are given in an order in which they can run.
    """
    paths: dict[str, int] = {}
    for one, others in reads.items():
        paths[one] = sum(paths[other] for other in others) or 1
    read = {other for others in reads.values() for other in others}
    return 1 + sum(paths.values()) + sum(count for one, count in paths.items() if one not in read)


def _interface(taken: Mapping[str, LiteralType], made: Mapping[str, LiteralType]) -> TypedInterface:
    def variables(types: Mapping[str, LiteralType]) -> VariableMap:
        return VariableMap(variables={name: Variable(type=kind) for name, kind in types.items()})

    return TypedInterface(inputs=variables(taken), outputs=variables(made))
