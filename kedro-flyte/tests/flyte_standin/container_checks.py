"""Checks of a container: what it runs, and what it asks for.

Source: flytepropeller v1.16.8, pkg/compiler/validators, and FlyteAdmin's task_validator.go.
"""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from flyteidl.core.tasks_pb2 import Container, Resources

from flyte_standin.findings import CodeAndMessage

POD_NAME = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_QUANTITY = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))([a-zA-Z]*)")
_UNITS = {"": 0, "n": -9, "u": -6, "m": -3, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = ("Ki", "Mi", "Gi", "Ti", "Pi", "Ei")


def check_container(container: Container) -> Iterator[CodeAndMessage]:
    """Yield what the compiler refuses in a container."""
    if not container.image:
        yield "ValueRequired", "the container has no image"
    if not container.command and not container.args:
        yield "ValueRequired", "the container has no command"
    asked = dict(_quantities(container.resources.requests))
    most = dict(_quantities(container.resources.limits))
    for name, text in (*asked.items(), *most.items()):
        value = _value(text)
        kind = Resources.ResourceName.Name(name)
        if value is None:
            yield "UnrecognizedValue", f"{kind} is {text!r}, which is no quantity"
        elif kind == "GPU" and value != int(value):
            yield "InvalidValue", f"{kind} is {text!r}, and a device is not shared"
    for name in asked.keys() & most.keys():
        wanted, limit = _value(asked[name]), _value(most[name])
        if wanted is not None and limit is not None and wanted > limit:
            kind = Resources.ResourceName.Name(name)
            yield "InvalidValue", f"{kind}: {asked[name]} is more than the limit, {most[name]}"


def _quantities(entries: Iterable[Resources.ResourceEntry]) -> Iterator[tuple[int, str]]:
    for entry in entries:
        yield entry.name, entry.value


def _value(text: str) -> Decimal | None:
    """Return a quantity of Kubernetes as a number, None where it is none."""
    found = _QUANTITY.fullmatch(text)
    if found is None:
        return None
    number, unit = Decimal(found[1]), found[2]
    if unit in _BINARY:
        return number * Decimal(1024) ** (1 + _BINARY.index(unit))
    return number * Decimal(10) ** _UNITS[unit] if unit in _UNITS else None
