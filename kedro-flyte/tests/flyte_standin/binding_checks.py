"""Checks of bindings: does what is bound exist, and does its type fit?

Source: flytepropeller v1.16.8, pkg/compiler/validators/bindings.go.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from flyteidl.core.literals_pb2 import Binding, BindingData, Literal, Scalar
from flyteidl.core.types_pb2 import LiteralType, OutputReference, PromiseAttribute

from flyte_standin import literals
from flyte_standin.findings import CodeAndMessage
from flyte_standin.literal_types import castable, describe, is_optional, kind_of, type_of_scalar

Types: TypeAlias = Mapping[str, LiteralType]
Scope: TypeAlias = Mapping[str, Types]
"""The output types of each node; what the workflow takes is under "start-node" and ""."""


def check_bindings(
    bindings: Iterable[Binding], expected: Types, scope: Scope
) -> Iterator[CodeAndMessage]:
    """Check that every input is bound once, to something that exists and fits."""
    bindings = list(bindings)
    bound = Counter(binding.var for binding in bindings)
    for name, times in bound.items():
        if times > 1:
            yield "ParameterBoundMoreThanOnce", f"{name!r} is bound {times} times"
    for name, literal_type in expected.items():
        if name not in bound and not is_optional(literal_type):
            yield "ParameterNotBound", f"{name!r} is not bound"
    for binding in bindings:
        if binding.var not in expected:
            yield "VariableNameNotFound", f"there is no {binding.var!r} to bind"
            continue
        for code, message in check_binding(binding.binding, expected[binding.var], scope):
            yield code, f"{binding.var!r} {message}"


def check_binding(
    data: BindingData, expected: LiteralType, scope: Scope
) -> Iterator[CodeAndMessage]:
    """Check one binding against the type that its input has."""
    kind = data.WhichOneof("value")
    if kind == "promise":
        yield from _check_promise(data.promise, expected, scope)
    elif kind == "scalar":
        yield from _check_scalar(data.scalar, expected)
    elif kind_of(expected) == "union_type":
        yield from _check_variants(data, expected, scope)
    elif kind == "collection" and kind_of(expected) == "collection_type":
        for inner in data.collection.bindings:
            yield from check_binding(inner, expected.collection_type, scope)
    elif kind == "map" and kind_of(expected) == "map_value_type":
        for inner in data.map.bindings.values():
            yield from check_binding(inner, expected.map_value_type, scope)
    else:
        yield "MismatchingBindings", f"is bound to {kind or 'nothing'}, not {describe(expected)}"


def _check_variants(
    data: BindingData, expected: LiteralType, scope: Scope
) -> Iterator[CodeAndMessage]:
    variants = expected.union_type.variants
    fitting = sum(not any(check_binding(data, variant, scope)) for variant in variants)
    if fitting > 1:
        yield "AmbiguousBindingUnionValue", f"fits {fitting} variants of {describe(expected)}"
    if not fitting:
        yield "IncompatibleBindingUnionValue", f"fits no variant of {describe(expected)}"


def _check_scalar(scalar: Scalar, expected: LiteralType) -> Iterator[CodeAndMessage]:
    actual = type_of_scalar(scalar)
    if not castable(actual, expected):
        yield "MismatchingTypes", f"is {describe(actual)}, not {describe(expected)}"
    value = scalar.primitive.string_value
    if kind_of(expected) == "enum_type" and value not in expected.enum_type.values:
        yield "IllegalEnumValue", f"is {value!r}, not one of {list(expected.enum_type.values)}"
    yield from check_local_paths(Literal(scalar=scalar))


def check_local_paths(literal: Literal) -> Iterator[CodeAndMessage]:
    """Refuse files that only the machine which wrote the package can see."""
    for uri in literals.uris(literal):
        if uri.startswith("file://") or "://" not in uri:
            yield "LocalPath", f"holds {uri!r}, a path that no task can read"


def _check_promise(
    promise: OutputReference, expected: LiteralType, scope: Scope
) -> Iterator[CodeAndMessage]:
    if promise.node_id not in scope:
        yield "NodeReferenceNotFound", f"reads node {promise.node_id!r}, which does not exist"
    elif promise.var not in scope[promise.node_id]:
        yield "VariableNameNotFound", f"reads {promise.node_id}.{promise.var}, which does not exist"
    else:
        yield from _check_source(promise, expected, scope)


def _check_source(
    promise: OutputReference, expected: LiteralType, scope: Scope
) -> Iterator[CodeAndMessage]:
    name = f"{promise.node_id}.{promise.var}"
    try:
        actual = type_at(scope[promise.node_id][promise.var], promise.attr_path)
    except KeyError as error:
        yield "FieldNotFound", f"reads {name}, which has no field {error}"
        return
    if not castable(actual, expected):
        yield "MismatchingTypes", f"reads {name}: {describe(actual)}, not {describe(expected)}"


def type_at(literal_type: LiteralType, path: Iterable[PromiseAttribute]) -> LiteralType:
    """Return the type of the part that an attribute path names.

    Raises:
        KeyError: A dataclass has no such field.
    """
    for attribute in path:
        kind = kind_of(literal_type)
        fields = literal_type.structure.dataclass_type
        if kind == "collection_type":
            literal_type = literal_type.collection_type
        elif kind == "map_value_type":
            literal_type = literal_type.map_value_type
        elif fields:
            literal_type = dict(fields)[attribute.string_value]
    return literal_type
