"""The file of a record: lines of JSON that several processes add to."""

import json
import os
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from kedro_flyte.errors import in_words, legible

PLACE = "KEDRO_FLYTE_RECORD"  # the file that a run's processes add to; `off` for no record
OFF = "off"
_LONGEST = 20_000  # characters of an error's text, and of its traceback
_FOLDER = Path(".kedro-flyte", "runs")


def new_id() -> str:
    """Return the id of a run that has none of Kedro: the present moment."""
    return f"{datetime.now(tz=timezone.utc).strftime('%Y-%m-%dT%H.%M.%S.%f')[:-3]}Z"


def place() -> Path | None:
    """Return the file that this process adds to; None for no record."""
    told = os.environ.get(PLACE)
    return Path(told) if told and told != OFF else None


@contextmanager
def as_part() -> Iterator[None]:
    """Let what runs meanwhile be no run of its own: it adds to a record, if to any."""
    told = os.environ.get(PLACE)
    os.environ[PLACE] = told or OFF
    try:
        yield
    finally:
        if told is None:
            del os.environ[PLACE]


def begin(root: Path, run_id: str, **words: Any) -> Path | None:
    """Return the file of a new run, which says whose it is; None where it cannot be written.

    Args:
        root: The project's folder.
        run_id: What the run is called.
        words: Of what it is a run, its pipeline, environment and nodes.
    """
    try:
        path = _new_file(root, run_id)
    except OSError:
        return None
    add(path, run="begins", id=run_id, **words)
    return path


def _new_file(root: Path, run_id: str) -> Path:
    """Return the file of a new run; its folder keeps itself out of git, and so out of images."""
    folder = root / _FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    ignored = folder.parent / ".gitignore"
    if not ignored.exists():
        ignored.write_text("*\n", encoding="utf-8")
    return folder / f"{run_id.replace(':', '.')}.jsonl"


def files(root: Path) -> list[Path]:
    """Return the files of all runs of a project, the oldest first."""
    return sorted((root / _FOLDER).glob("*.jsonl"), key=lambda path: path.stat().st_mtime_ns)


def add(path: Path, **words: Any) -> None:
    """Add a line, with the time and the process, in one write.

    A record is worth less than its run: where there is no place for it, it is left out.
    """
    line = json.dumps({"time": time.time(), "process": os.getpid(), **words}, default=str)
    try:
        file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(file, f"{line}\n".encode("utf-8", "backslashreplace"))
        finally:
            os.close(file)
    except OSError:
        return


def of_error(error: BaseException) -> dict[str, str]:
    """Return what a line says of an error."""
    whole = "".join(traceback.format_exception(error))
    return {"error": legible(in_words(error), _LONGEST), "traceback": legible(whole, _LONGEST)}


def said(path: Path) -> list[dict[str, Any]]:
    """Return what the lines of a file say; one that was cut off in the middle says nothing."""
    lines = map(_parsed, path.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line is not None]


def _parsed(line: str) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) and "time" in found else None
