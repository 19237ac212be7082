"""Which literal types may be bound to which: the casting rules of Flyte's compiler.

Source: flytepropeller v1.16.8, pkg/compiler/validators/typing.go and utils.go. One rule is
stricter here: a file is not a directory, although the compiler looks at the format alone.
"""

from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from typing import Any, cast

from flyteidl.core.literals_pb2 import Literal, Primitive, Scalar
from flyteidl.core.types_pb2 import (
    BlobType,
    LiteralType,
    SimpleType,
    StructuredDatasetType,
    UnionType,
)
from google.protobuf.json_format import MessageToDict

_SIMPLE_OF_PRIMITIVE = {
    "integer": SimpleType.INTEGER,
    "float_value": SimpleType.FLOAT,
    "string_value": SimpleType.STRING,
    "boolean": SimpleType.BOOLEAN,
    "datetime": SimpleType.DATETIME,
    "duration": SimpleType.DURATION,
}
NONE = LiteralType(simple=SimpleType.NONE)


def kind_of(literal_type: LiteralType) -> str:
    """Return the name of the field that is set, such as "simple" or "blob", or ""."""
    return cast("str | None", literal_type.WhichOneof("type")) or ""


def is_none(literal_type: LiteralType) -> bool:
    """Tell whether this is the type of None."""
    return kind_of(literal_type) == "simple" and literal_type.simple == SimpleType.NONE


def is_optional(literal_type: LiteralType) -> bool:
    """Tell whether an input of this type may be left unbound."""
    return any(is_none(variant) for variant in literal_type.union_type.variants)


def castable(upstream: LiteralType, downstream: LiteralType) -> bool:
    """Tell whether a value of type `upstream` may be bound to an input of type `downstream`."""
    variants = upstream.union_type.variants
    if len(variants) == 1 and castable(variants[0], downstream):
        return True
    rule = _RULES.get(kind_of(downstream), _same)
    return rule(upstream, downstream)


def _same(upstream: LiteralType, downstream: LiteralType) -> bool:
    if {kind_of(upstream), kind_of(downstream)} == {"enum_type", "simple"}:
        return SimpleType.STRING in (upstream.simple, downstream.simple)
    if upstream.structure.tag and upstream.structure.tag != downstream.structure.tag:
        return False
    if upstream.simple == downstream.simple == SimpleType.STRUCT:
        return _same_schema(upstream, downstream)
    return bool(_bare(upstream) == _bare(downstream))


def _bare(literal_type: LiteralType) -> LiteralType:
    bare = LiteralType()
    bare.CopyFrom(literal_type)
    for field in ("structure", "metadata", "annotation"):
        bare.ClearField(field)
    return bare


def _same_schema(upstream: LiteralType, downstream: LiteralType) -> bool:
    """Compare the JSON schemas of two dataclasses, if both are known: a wider one may be bound."""
    if not (upstream.HasField("metadata") and downstream.HasField("metadata")):
        return True
    have: Mapping[str, Any] = MessageToDict(upstream.metadata)
    want: Mapping[str, Any] = MessageToDict(downstream.metadata)
    fields: list[dict[str, Any]] = [schema.get("properties", {}) for schema in (want, have)]
    return have == want or fields[0].items() <= fields[1].items()


def _blob(upstream: LiteralType, downstream: LiteralType) -> bool:
    if kind_of(upstream) != "blob":
        return False
    have, want = upstream.blob, downstream.blob
    same_format = not have.format or not want.format or have.format == want.format
    return bool(same_format and have.dimensionality == want.dimensionality)


def _collection(upstream: LiteralType, downstream: LiteralType) -> bool:
    return kind_of(upstream) == "collection_type" and _element(
        upstream.collection_type, downstream.collection_type
    )


def _map(upstream: LiteralType, downstream: LiteralType) -> bool:
    return kind_of(upstream) == "map_value_type" and _element(
        upstream.map_value_type, downstream.map_value_type
    )


def _element(upstream: LiteralType, downstream: LiteralType) -> bool:
    return is_none(upstream) or castable(upstream, downstream)


def _union(upstream: LiteralType, downstream: LiteralType) -> bool:
    """Accept a union whose variants all fit, or a type that fits exactly one variant."""
    variants = downstream.union_type.variants
    if kind_of(upstream) == "union_type":
        return all(
            any(castable(have, want) for want in variants) for have in upstream.union_type.variants
        )
    return sum(castable(upstream, variant) for variant in variants) == 1


def _structured_dataset(upstream: LiteralType, downstream: LiteralType) -> bool:
    if is_none(upstream):
        return True
    if kind_of(upstream) != "structured_dataset_type":
        return False
    have, want = upstream.structured_dataset_type, downstream.structured_dataset_type
    same_format = have.format.lower() == want.format.lower()
    return (not have.format or not want.format or same_format) and _columns(have, want)


def _columns(have: StructuredDatasetType, want: StructuredDatasetType) -> bool:
    types = {column.name: column.literal_type for column in have.columns}
    return not types or all(
        column.name in types and castable(types[column.name], column.literal_type)
        for column in want.columns
    )


_RULES: dict[str, Callable[[LiteralType, LiteralType], bool]] = {
    "blob": _blob,
    "collection_type": _collection,
    "map_value_type": _map,
    "union_type": _union,
    "structured_dataset_type": _structured_dataset,
}


def type_of(literal: Literal) -> LiteralType:
    """Return the type that a literal shows; elements of several types make a union."""
    kind = literal.WhichOneof("value")
    if kind == "collection":
        return LiteralType(collection_type=_common(literal.collection.literals))
    if kind == "map":
        return LiteralType(map_value_type=_common(literal.map.literals.values()))
    return type_of_scalar(literal.scalar)


def _common(literals: Iterable[Literal]) -> LiteralType:
    types = {t.SerializeToString(deterministic=True): t for t in map(type_of, literals)}
    if not types:
        return NONE
    if len(types) == 1:
        return next(iter(types.values()))
    return LiteralType(union_type=UnionType(variants=types.values()))


def type_of_primitive(primitive: Primitive) -> LiteralType:
    """Return the simple type of a primitive."""
    return LiteralType(simple=_SIMPLE_OF_PRIMITIVE[str(primitive.WhichOneof("value"))])


def type_of_scalar(scalar: Scalar) -> LiteralType:
    """Return the type of a scalar; one without a value has the type of None."""
    kind = str(scalar.WhichOneof("value"))
    if kind == "primitive":
        return type_of_primitive(scalar.primitive)
    if kind == "blob":
        return LiteralType(blob=scalar.blob.metadata.type)
    if kind == "structured_dataset":
        metadata = scalar.structured_dataset.metadata
        return LiteralType(structured_dataset_type=metadata.structured_dataset_type)
    if kind == "union":
        return LiteralType(union_type=UnionType(variants=[scalar.union.type]))
    if kind == "binary" and scalar.binary.tag != "msgpack":
        return LiteralType(simple=SimpleType.BINARY)
    simple = {"binary": SimpleType.STRUCT, "generic": SimpleType.STRUCT, "error": SimpleType.ERROR}
    return LiteralType(simple=simple.get(kind, SimpleType.NONE))


def describe(literal_type: LiteralType) -> str:
    """Say in a few words what type this is, such as "integer", "csv file" or "[string]"."""
    kind = kind_of(literal_type)
    words: dict[str, Callable[[], str]] = {
        "simple": lambda: SimpleType.Name(literal_type.simple).lower(),
        "blob": lambda: _describe_blob(literal_type.blob),
        "collection_type": lambda: f"[{describe(literal_type.collection_type)}]",
        "map_value_type": lambda: f"{{string: {describe(literal_type.map_value_type)}}}",
        "union_type": lambda: " | ".join(map(describe, literal_type.union_type.variants)),
    }
    return words.get(kind, lambda: kind or "no type")()


def _describe_blob(blob: BlobType) -> str:
    what = "directory" if blob.dimensionality == BlobType.MULTIPART else "file"
    return " ".join(chain(filter(None, [blob.format]), [what]))
