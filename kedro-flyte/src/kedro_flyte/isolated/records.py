"""What passes between a run and the server of its processes: requests, outcomes, and lines of text.

Files and folders pass by path, parameters as the plan writes them.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from kedro_flyte.errors import TaskError


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One call of a task, and where it is to run.

    `folder` holds the code alone, `scratch` is the task's for whatever it writes; `plan` is the
    path of plan.json within the folder. `inputs` are as `written` gives them, `environment` are all
    variables of the process.
    """

    number: int
    plan: str
    digest: str
    task: str
    step: str
    flags: bool
    inputs: Mapping[str, Any]
    folder: str
    scratch: str
    environment: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a request: its results, or what failed; and what it took.

    `wall` and `cpu` are seconds, `peak` is bytes of memory, of the task and all that it started.
    """

    number: int
    results: tuple[Any, ...] = ()
    error: str = ""
    wall: float = 0.0
    cpu: float = 0.0
    peak: int = 0


def line(record: Request | Outcome) -> bytes:
    """Return a record as a line of text."""
    return json.dumps(asdict(record)).encode("ascii") + b"\n"


def request(text: bytes) -> Request:
    """Return the request that a line has."""
    return Request(**json.loads(text))


def outcome(text: bytes) -> Outcome:
    """Return the outcome that a line has."""
    found = json.loads(text)
    return Outcome(**{**found, "results": tuple(found["results"])})


def written(value: Any) -> Any:
    """Return a value as JSON has it.

    Raises:
        TaskError: It is neither plain, nor a file, nor a folder.
    """
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (list, tuple)):
        return [written(one) for one in value]
    for kind in ("FlyteFile", "FlyteDirectory"):
        if kind in {base.__name__ for base in type(value).__mro__}:
            return {kind: _place(value)}
    if hasattr(value, "message"):  # flytekit's record of what failed
        return {"message": str(value.message)}
    raise TaskError(f"A {type(value).__name__} cannot be given to a task in its own process.")


def _place(value: Any) -> str:
    """Return where a file or folder is: the address that it was given at, or its path."""
    remote = getattr(value, "remote_source", None)
    return str(remote or value.path)


def read(value: Any) -> Any:
    """Return what `written` has written; files and folders as flytekit has them."""
    if isinstance(value, list):
        return [read(one) for one in value]
    if not isinstance(value, dict):
        return value
    ((kind, what),) = value.items()
    if kind == "FlyteFile":
        from flytekit.types.file import FlyteFile

        return FlyteFile.from_source(what)
    if kind == "FlyteDirectory":
        from flytekit.types.directory import FlyteDirectory

        return FlyteDirectory.from_source(what)
    return what
