"""What decides a branch: a truth value, or a comparison with a constant. No Kedro in here."""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

IS_TRUE = "is true"
_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt,
    "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A condition on one value: that it is true, or how it compares to a number or a text."""

    operator: str = IS_TRUE
    value: int | float | str | bool = True

    def __post_init__(self) -> None:
        """Check the operator and the constant.

        Raises:
            ValueError: The operator is not known, or the constant is no number and no text.
        """
        if self.operator == IS_TRUE:
            return
        if self.operator not in _COMPARISONS:
            raise ValueError(
                f"'{self.operator}' is no comparison. Known are: {' '.join(_COMPARISONS)}."
            )
        if isinstance(self.value, bool) or not isinstance(self.value, (int, float, str)):
            raise ValueError(  # noqa: TRY004 - as for all else that a condition cannot be
                f"A condition compares to a number or a text, not to {self.value!r}. For a truth "
                "value name the dataset or parameter alone."
            )

    def holds(self, data: Any, name: str) -> bool:
        """Whether data meets the condition; `name` is what errors call it.

        Raises:
            TypeError: The data is of a type that the condition says nothing of.
        """
        value = _plain(data)
        if self.operator == IS_TRUE:
            if not isinstance(value, bool):
                raise TypeError(
                    f"'{name}' decides a branch and is {_kind(data)}, not a bool. Compare it, as "
                    f"in when=('{name}', '>=', 0.9), or let a node make a bool of it."
                )
            return value
        both_text = isinstance(value, str) and isinstance(self.value, str)
        if not both_text and not (_is_number(value) and _is_number(self.value)):
            raise TypeError(
                f"'{name}' {self.operator} {self.value!r} decides a branch, and '{name}' is "
                f"{_kind(data)}. A number compares to a number and a text to a text; let a node "
                "pick the one to compare."
            )
        return bool(_COMPARISONS[self.operator](value, self.value))

    def text(self, name: str) -> str:
        """Return the condition for people: `auc >= 0.9`."""
        if self.operator == IS_TRUE:
            return name
        shown = f'"{self.value}"' if isinstance(self.value, str) else repr(self.value)
        return f"{name} {self.operator} {shown}"


def _plain(data: Any) -> Any:
    """Return a scalar of numpy and its like as Python's own."""
    is_scalar = getattr(data, "shape", None) == () and hasattr(data, "item")
    return data.item() if is_scalar else data


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _kind(data: Any) -> str:
    name = type(data).__name__
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"
