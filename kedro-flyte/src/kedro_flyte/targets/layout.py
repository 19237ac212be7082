"""Nested calls as source, laid out as `ruff format` would lay them out.

An expression is its text, or a head, the expressions in its brackets, and a tail. What does not fit
into a line is written one item a line, with a comma after the last.
"""

from collections.abc import Sequence
from typing import NamedTuple

from kedro_flyte.targets.source import WIDTH


class Call(NamedTuple):
    """`head item, item tail`, such as `Input(`, its arguments, and `)`."""

    head: str
    items: Sequence["str | Call"]
    tail: str = ")"


def flat(expression: "str | Call") -> str:
    """Return an expression in one line."""
    if isinstance(expression, str):
        return expression
    return f"{expression.head}{', '.join(map(flat, expression.items))}{expression.tail}"


def laid_out(expression: "str | Call", indent: int = 0, end: str = "") -> list[str]:
    """Return the lines of an expression; `end` comes after its last character."""
    margin, short = " " * indent, f"{flat(expression)}{end}"
    if isinstance(expression, str) or indent + len(short) <= WIDTH or not expression.items:
        return [f"{margin}{short}"]
    return broken(expression, indent, end)


def broken(call: Call, indent: int = 0, end: str = "") -> list[str]:
    """Return the lines of a call, one item a line."""
    margin = " " * indent
    inner = [line for item in call.items for line in laid_out(item, indent + 4, ",")]
    return [f"{margin}{call.head}", *inner, f"{margin}{call.tail}{end}"]
