"""How the nodes of one workflow template hang together.

Pure questions about flyteidl messages. Knows nothing of packages, types or runs.
"""

from collections.abc import Iterator

from flyteidl.core.literals_pb2 import BindingData
from flyteidl.core.types_pb2 import OutputReference
from flyteidl.core.workflow_pb2 import IfBlock, Node, WorkflowTemplate

START_NODE = "start-node"
END_NODE = "end-node"


def promises(binding: BindingData) -> Iterator[OutputReference]:
    """Yield every output of another node that a binding reads."""
    kind = binding.WhichOneof("value")
    if kind == "promise":
        yield binding.promise
    elif kind == "collection":
        for inner in binding.collection.bindings:
            yield from promises(inner)
    elif kind == "map":
        for inner in binding.map.bindings.values():
            yield from promises(inner)


def cases(node: Node) -> list[IfBlock]:
    """Return the conditions of a branch node in the order in which they are tried."""
    if_else = node.branch_node.if_else
    return [if_else.case, *if_else.other] if if_else.HasField("case") else [*if_else.other]


def branches(node: Node) -> list[Node]:
    """Return the nodes that a branch node chooses from; none for any other node."""
    if node.WhichOneof("target") != "branch_node":
        return []
    if_else = node.branch_node.if_else
    chosen = [case.then_node for case in cases(node)]
    return [*chosen, if_else.else_node] if if_else.HasField("else_node") else chosen


def upstream(node: Node) -> set[str]:
    """Return the ids of the nodes that must end before this one starts."""
    bound = {promise.node_id for binding in node.inputs for promise in promises(binding.binding)}
    inner: set[str] = set().union(*(upstream(branch) for branch in branches(node)))
    return (bound | inner | set(node.upstream_node_ids)) - {"", START_NODE}


def all_nodes(template: WorkflowTemplate) -> Iterator[Node]:
    """Yield every node of a template with those inside branches and the failure node."""
    failure = [template.failure_node] if template.HasField("failure_node") else []
    for node in [*template.nodes, *failure]:
        yield from _with_branches(node)


def _with_branches(node: Node) -> Iterator[Node]:
    yield node
    for branch in branches(node):
        yield from _with_branches(branch)
