"""How a failed node is told: its name, then its own traceback, then the frameworks' frames."""

import traceback
from pathlib import Path

from kedro_flyte.errors import ItemError

_NODE_MODULE = ("kedro", "pipeline", "node.py")
_FRAMEWORKS = ("kedro", "kedro_flyte", "flytekit", "pluggy")


def explain(error: BaseException, node: str, pipeline: str) -> str:
    """Return the text of a failure.

    Args:
        error: What was raised.
        node: The node that failed; empty where none had begun.
        pipeline: Its pipeline.
    """
    what = f"{type(error).__name__}: {error}"
    where = f"Kedro node '{node}'" if node else "The task"
    head = f"{where} of pipeline '{pipeline}' failed: {what}"
    inner = error.__cause__ if isinstance(error, ItemError) and error.__cause__ else error
    frames = traceback.extract_tb(inner.__traceback__)
    own = _own(frames)
    lines = [head]
    if own:
        lines += ["", "In the project's code (most recent call last):"]
        lines += [line.rstrip("\n") for line in traceback.format_list(own)]
        lines += [what]
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        lines += ["", f"Caused by {type(cause).__name__}: {cause}"]
    lines += ["", "Through the frameworks:"]
    lines += [f"  {_short(frame)}" for frame in frames if frame not in own]
    return "\n".join(lines)


def _own(
    frames: list[traceback.FrameSummary] | traceback.StackSummary,
) -> list[traceback.FrameSummary]:
    """Return the frames below Kedro's call of the node; else those outside the frameworks."""
    called = [i for i, f in enumerate(frames) if Path(f.filename).parts[-3:] == _NODE_MODULE]
    if called:
        return list(frames[called[-1] + 1 :])
    return [f for f in frames if not set(_FRAMEWORKS) & set(Path(f.filename).parts)]


def _short(frame: traceback.FrameSummary) -> str:
    return f"{'/'.join(Path(frame.filename).parts[-3:])}:{frame.lineno} in {frame.name}"
