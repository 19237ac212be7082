"""How a failed node is told: its name, its own traceback, the frameworks' frames, its name again.

A reader of a log sees its end first, and a platform shows the beginning of a message.
"""

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kedro_flyte.errors import ItemError, in_words, legible

_NODE_MODULE = ("kedro", "pipeline", "node.py")
_LONGEST_LOGGED = 10_000  # characters
_LONGEST_LINE = 500
_FRAMEWORKS = ("kedro", "kedro_flyte", "flytekit", "pluggy")


def explain(error: BaseException, node: str, pipeline: str) -> str:
    """Return the text of a failure.

    Args:
        error: What was raised.
        node: The node that failed; empty where none had begun.
        pipeline: Its pipeline.
    """
    what = in_words(error)
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
        lines += ["", f"Caused by {in_words(cause)}"]
    lines += ["", "Through the frameworks:"]
    lines += [f"  {_short(frame)}" for frame in frames if frame not in own]
    lines += ["", head.splitlines()[0][:_LONGEST_LINE]]
    return "\n".join(lines)


@contextmanager
def legible_log() -> Iterator[None]:
    """Let Kedro log a node's failure at a legible length: to colour megabytes takes minutes.

    The task's own error says more of it.
    """
    logger = logging.getLogger("kedro.pipeline.node")
    logger.addFilter(_shortened)
    try:
        yield
    finally:
        logger.removeFilter(_shortened)


def _shortened(record: logging.LogRecord) -> bool:
    text = record.getMessage()
    if len(text) > _LONGEST_LOGGED:
        record.msg, record.args = legible(text, _LONGEST_LOGGED), ()
    return True


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
