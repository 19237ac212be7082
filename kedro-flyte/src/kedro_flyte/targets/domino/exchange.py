"""The folders through which a job of a flow is given its inputs and gives its outputs.

What is in them, and how values are written, are the rules of Flyte's copilot: a file for each
value, named after it and nothing else, text for simple values.
"""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kedro_flyte.errors import TaskError
from kedro_flyte.plan.model import Kind, Parameter

ROOT = "KEDRO_FLYTE_WORKFLOW"  # the folder of both, where it is not Domino's own
LONGEST_TEXT = 1024
LONGEST_ERROR = 2**20
ERROR = "_ERROR"
_COPILOTS = ("inputs.pb", "inputs.json")  # all inputs at once, beside them
_TRUE = ("1", "t", "true")
_FALSE = ("0", "f", "false")


def folders() -> tuple[Path, Path]:
    """Return the folders of a flow's job: inputs and outputs."""
    root = Path(os.environ.get(ROOT, "/workflow"))
    return root / "inputs", root / "outputs"


def find(folder: Path, name: str) -> Path | None:
    """Return the file of a value: the one of this name, or else the only one with a suffix more.

    Raises:
        TaskError: Several have the name with a suffix.
    """
    exact = folder / name
    if exact.exists():
        return exact
    others = (path for path in folder.glob("*") if path.name not in _COPILOTS)
    found = sorted(path for path in others if path.name.startswith(f"{name}."))
    if len(found) > 1:
        raise TaskError(
            f"Which of {', '.join(path.name for path in found)} in {folder} is '{name}'? Leave one."
        )
    return found[0] if found else None


def read_text(path: Path) -> str:
    """Return a text as it was written."""
    return path.read_bytes().decode("utf-8")


def parse(parameter: Parameter, text: str) -> Any:
    """Return the value of a parameter, as the plan writes it.

    Raises:
        TaskError: The text does not fit the parameter's kind.
    """
    may_lack = parameter.kind is Kind.JSON or parameter.read_in_task
    if may_lack and text == "null" and not parameter.required:
        return parameter.default if parameter.default is None else text
    if parameter.kind not in _PARSERS:
        return text
    try:
        return _PARSERS[parameter.kind](text)
    except ValueError:
        raise TaskError(
            f"Parameter '{parameter.path}' is to be {parameter.kind.value}, and it is {text!r}."
        ) from None


def _boolean(text: str) -> bool:
    word = text.strip().lower()
    if word not in _TRUE + _FALSE:
        raise ValueError(text)
    return word in _TRUE


def _number(text: str) -> int | float:
    try:
        return int(text)
    except ValueError:
        return float(text)


_PARSERS: dict[Kind, Callable[[str], Any]] = {
    Kind.BOOLEAN: _boolean,
    Kind.INTEGER: _number,
    Kind.FLOAT: float,
}


def write_output(folder: Path, name: str, value: Path | str) -> None:
    """Write an output: a file is moved there, a text is written.

    Raises:
        TaskError: The text is longer than the platform takes, or a folder is in the way.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / name).is_dir():
        raise TaskError(
            f"Output '{name}' cannot be written: {folder / name} is a folder. Name another folder "
            "for outputs, or move it away."
        )
    if isinstance(value, Path):
        shutil.move(value, folder / name)
        return
    content = value.encode("utf-8")
    if len(content) > LONGEST_TEXT:
        raise TaskError(
            f"Output '{name}' has {len(content)} bytes of text, and the platform takes "
            f"{LONGEST_TEXT}: {value[:80]} ... Use a shorter path for the dataset."
        )
    (folder / name).write_bytes(content)


def write_error(folder: Path, message: str) -> None:
    """Write what the platform is to show as the reason of the failure."""
    folder.mkdir(parents=True, exist_ok=True)
    content = message.encode("utf-8")[:LONGEST_ERROR]
    (folder / ERROR).write_bytes(content.decode("utf-8", "ignore").encode("utf-8"))
