"""Bindings and conditions to literals, once the nodes that they read have ended.

Source: flytepropeller v1.16.8, pkg/controller/nodes/resolve.go and branch/evaluator.go.
"""

import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from flyteidl.core.condition_pb2 import (
    BooleanExpression,
    ComparisonExpression,
    ConjunctionExpression,
    Operand,
)
from flyteidl.core.literals_pb2 import Binding, BindingData, Literal, LiteralMap, Scalar, Union
from flyteidl.core.types_pb2 import Error, LiteralType, OutputReference, SimpleType, TypeStructure

from flyte_standin import literals
from flyte_standin.graph import START_NODE

Outputs: TypeAlias = Mapping[str, LiteralMap]
"""What each node that has ended gave; the workflow's inputs are under "start-node"."""

_COMPARISONS: dict[int, Callable[[Any, Any], bool]] = {
    ComparisonExpression.EQ: operator.eq,
    ComparisonExpression.NEQ: operator.ne,
    ComparisonExpression.GT: operator.gt,
    ComparisonExpression.GTE: operator.ge,
    ComparisonExpression.LT: operator.lt,
    ComparisonExpression.LTE: operator.le,
}


def resolve_all(bindings: Iterable[Binding], outputs: Outputs) -> LiteralMap:
    """Return the literal of each binding.

    Raises:
        LookupError: A node gave no such output, or the output has no such part.
    """
    return LiteralMap(
        literals={binding.var: resolve(binding.binding, outputs) for binding in bindings}
    )


def resolve(data: BindingData, outputs: Outputs) -> Literal:
    """Return the literal of one binding."""
    kind = data.WhichOneof("value")
    if kind == "promise":
        return _resolve_promise(data.promise, outputs)
    if kind == "collection":
        return literals.collection(resolve(item, outputs) for item in data.collection.bindings)
    if kind == "map":
        bindings = data.map.bindings
        return literals.mapping({key: resolve(item, outputs) for key, item in bindings.items()})
    return Literal(scalar=data.scalar)


def _resolve_promise(promise: OutputReference, outputs: Outputs) -> Literal:
    given = outputs[promise.node_id or START_NODE].literals
    if promise.var not in given:
        raise KeyError(f"{promise.node_id}.{promise.var}")
    return literals.follow(given[promise.var], promise.attr_path)


def holds(expression: BooleanExpression, inputs: LiteralMap) -> bool:
    """Tell whether a condition holds for the inputs of its branch node."""
    if expression.WhichOneof("expr") == "conjunction":
        conjunction = expression.conjunction
        sides = (conjunction.left_expression, conjunction.right_expression)
        both = conjunction.operator == ConjunctionExpression.AND
        return (all if both else any)(holds(side, inputs) for side in sides)
    comparison = expression.comparison
    left, right = (
        _operand(side, inputs) for side in (comparison.left_value, comparison.right_value)
    )
    return _COMPARISONS[comparison.operator](left, right)


def _operand(operand: Operand, inputs: LiteralMap) -> Any:
    kind = operand.WhichOneof("val")
    if kind == "var":
        return literals.to_value(inputs.literals[operand.var])
    if kind == "scalar":
        return literals.to_value(Literal(scalar=operand.scalar))
    return literals.primitive_value(operand.primitive)


def with_error(inputs: LiteralMap, node_id: str, message: str) -> LiteralMap:
    """Fill in the input `err` of a failure node, if it has one: that name and no other."""
    if "err" not in inputs.literals:
        return inputs
    error = Literal(scalar=Scalar(error=Error(failed_node_id=node_id, message=message)))
    kind = LiteralType(simple=SimpleType.ERROR, structure=TypeStructure(tag="FlyteError"))
    filled = Literal(scalar=Scalar(union=Union(value=error, type=kind)))
    return LiteralMap(literals={**inputs.literals, "err": filled})
