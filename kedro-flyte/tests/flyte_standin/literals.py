"""Literals to Python values and back, and the attribute paths that promises may carry.

Knows nothing of tasks, workflows or where files are kept.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeAlias, cast

import msgpack
from flyteidl.core.literals_pb2 import (
    Binary,
    Blob,
    BlobMetadata,
    Literal,
    LiteralCollection,
    LiteralMap,
    Primitive,
    Scalar,
    StructuredDataset,
    StructuredDatasetMetadata,
    Union,
    Void,
)
from flyteidl.core.types_pb2 import LiteralType, PromiseAttribute, SimpleType
from google.protobuf.duration_pb2 import Duration
from google.protobuf.json_format import MessageToDict
from google.protobuf.timestamp_pb2 import Timestamp

from flyte_standin.literal_types import describe, kind_of

Value: TypeAlias = Any


def none() -> Literal:
    """Return the literal of None."""
    return Literal(scalar=Scalar(none_type=Void()))


def collection(literals: Iterable[Literal]) -> Literal:
    """Return the literal of a list."""
    return Literal(collection=LiteralCollection(literals=list(literals)))


def mapping(literals: Mapping[str, Literal]) -> Literal:
    """Return the literal of a dict with string keys."""
    return Literal(map=LiteralMap(literals=dict(literals)))


def packed(value: Value) -> Literal:
    """Return a value as flytekit sends dicts and dataclasses: msgpack bytes."""
    return Literal(scalar=Scalar(binary=Binary(value=msgpack.packb(value), tag="msgpack")))


def to_literal(value: Value, literal_type: LiteralType) -> Literal:
    """Convert a Python value to the literal that an input of this type takes.

    Files, directories and structured datasets are given by their URI.

    Raises:
        TypeError: The value does not fit the type.
    """
    make = _MAKERS.get(kind_of(literal_type))
    if make is None:
        raise TypeError(f"No Python value can be given for {describe(literal_type)}")
    return make(value, literal_type)


def _refuse(value: Value, literal_type: LiteralType) -> TypeError:
    return TypeError(f"{value!r} does not fit {describe(literal_type)}")


def _primitive(**field: Any) -> Literal:
    return Literal(scalar=Scalar(primitive=Primitive(**field)))


def _timestamp(value: datetime) -> Literal:
    moment = Timestamp()
    moment.FromDatetime(value)
    return _primitive(datetime=moment)


def _duration(value: timedelta) -> Literal:
    length = Duration()
    length.FromTimedelta(value)
    return _primitive(duration=length)


_SIMPLE: dict[int, tuple[type | tuple[type, ...], Callable[[Any], Literal]]] = {
    SimpleType.NONE: (type(None), lambda _: none()),
    SimpleType.INTEGER: (int, lambda value: _primitive(integer=value)),
    SimpleType.FLOAT: (float, lambda value: _primitive(float_value=value)),
    SimpleType.STRING: (str, lambda value: _primitive(string_value=value)),
    SimpleType.BOOLEAN: (bool, lambda value: _primitive(boolean=value)),
    SimpleType.DATETIME: (datetime, _timestamp),
    SimpleType.DURATION: (timedelta, _duration),
    SimpleType.STRUCT: ((dict, list), packed),
}


def _simple(value: Value, literal_type: LiteralType) -> Literal:
    accepted, make = _SIMPLE.get(literal_type.simple, ((), packed))
    wrong_bool = isinstance(value, bool) and literal_type.simple != SimpleType.BOOLEAN
    if wrong_bool or not isinstance(value, accepted):
        raise _refuse(value, literal_type)
    return make(value)


def _enum(value: Value, literal_type: LiteralType) -> Literal:
    if value not in literal_type.enum_type.values:
        raise _refuse(value, literal_type)
    return _primitive(string_value=value)


def _blob(value: Value, literal_type: LiteralType) -> Literal:
    if not isinstance(value, str):
        raise _refuse(value, literal_type)
    metadata = BlobMetadata(type=literal_type.blob)
    return Literal(scalar=Scalar(blob=Blob(metadata=metadata, uri=value)))


def _structured_dataset(value: Value, literal_type: LiteralType) -> Literal:
    if not isinstance(value, str):
        raise _refuse(value, literal_type)
    kind = literal_type.structured_dataset_type
    metadata = StructuredDatasetMetadata(structured_dataset_type=kind)
    dataset = StructuredDataset(uri=value, metadata=metadata)
    return Literal(scalar=Scalar(structured_dataset=dataset))


def _list(value: Value, literal_type: LiteralType) -> Literal:
    if not isinstance(value, list | tuple):
        raise _refuse(value, literal_type)
    return collection(to_literal(item, literal_type.collection_type) for item in value)


def _dict(value: Value, literal_type: LiteralType) -> Literal:
    if not isinstance(value, Mapping):
        raise _refuse(value, literal_type)
    inner = literal_type.map_value_type
    return mapping({key: to_literal(item, inner) for key, item in value.items()})


def _union(value: Value, literal_type: LiteralType) -> Literal:
    for variant in literal_type.union_type.variants:
        try:
            inner = to_literal(value, variant)
        except TypeError:
            continue
        return Literal(scalar=Scalar(union=Union(value=inner, type=variant)))
    raise _refuse(value, literal_type)


_MAKERS: dict[str, Callable[[Any, LiteralType], Literal]] = {
    "simple": _simple,
    "enum_type": _enum,
    "blob": _blob,
    "structured_dataset_type": _structured_dataset,
    "collection_type": _list,
    "map_value_type": _dict,
    "union_type": _union,
}


def to_value(literal: Literal) -> Value:
    """Convert a literal to a Python value; a file, directory or dataset becomes its URI."""
    kind = literal.WhichOneof("value")
    if kind == "collection":
        return [to_value(item) for item in literal.collection.literals]
    if kind == "map":
        return {key: to_value(item) for key, item in literal.map.literals.items()}
    return _scalar_value(literal.scalar)


def _scalar_value(scalar: Scalar) -> Value:
    kind = scalar.WhichOneof("value")
    if kind == "primitive":
        return primitive_value(scalar.primitive)
    readers: dict[str | None, Callable[[], Value]] = {
        "union": lambda: to_value(scalar.union.value),
        "binary": lambda: _unpack(scalar.binary),
        "generic": lambda: MessageToDict(scalar.generic),
        "blob": lambda: scalar.blob.uri,
        "structured_dataset": lambda: scalar.structured_dataset.uri,
        "error": lambda: scalar.error.message,
    }
    return readers.get(kind, lambda: None)()


def primitive_value(primitive: Primitive) -> Value:
    """Return the Python value of a primitive."""
    kind = str(primitive.WhichOneof("value"))
    value = getattr(primitive, kind)
    if kind == "datetime":
        return value.ToDatetime()
    return value.ToTimedelta() if kind == "duration" else value


def _unpack(binary: Binary) -> Value:
    if binary.tag != "msgpack":
        return binary.value
    return msgpack.unpackb(binary.value, strict_map_key=False)


def follow(literal: Literal, path: Sequence[PromiseAttribute]) -> Literal:
    """Return the part of a literal that an attribute path such as `.model[0]` names.

    Raises:
        LookupError: The literal has no such part.
    """
    for position, attribute in enumerate(path):
        kind = literal.WhichOneof("value")
        if kind == "collection":
            literal = literal.collection.literals[attribute.int_value]
        elif kind == "map":
            literal = _entry(literal.map, attribute.string_value)
        else:
            return _follow_value(_scalar_value(literal.scalar), path[position:])
    return literal


def _entry(literals: LiteralMap, name: str) -> Literal:
    if name not in literals.literals:
        raise KeyError(name)
    return literals.literals[name]


def _follow_value(value: Value, path: Sequence[PromiseAttribute]) -> Literal:
    for attribute in path:
        value = value[getattr(attribute, str(attribute.WhichOneof("value")))]
    if isinstance(value, bool):
        return _primitive(boolean=value)
    fields = {int: "integer", float: "float_value", str: "string_value"}
    field = fields.get(type(value))
    return packed(value) if field is None else _primitive(**{field: value})


def uris(literal: Literal) -> Iterator[str]:
    """Yield the URI of every file, directory and dataset in a literal."""
    kind = literal.WhichOneof("value")
    if kind == "collection":
        for item in literal.collection.literals:
            yield from uris(item)
    elif kind == "map":
        for item in literal.map.literals.values():
            yield from uris(item)
    else:
        yield from _scalar_uris(literal.scalar)


def _scalar_uris(scalar: Scalar) -> Iterator[str]:
    kind = scalar.WhichOneof("value")
    if kind == "union":
        yield from uris(scalar.union.value)
    elif kind in {"blob", "structured_dataset"}:
        yield cast("str", getattr(scalar, kind).uri)
