"""The records of a project, by the ids of runs or by their pipeline."""

from collections.abc import Sequence
from pathlib import Path

from kedro_flyte.errors import ProjectError, nearest
from kedro_flyte.record.lines import files
from kedro_flyte.record.read import RunRecord, read


def records_of(root: Path, pipeline: str, ids: Sequence[str] = ()) -> list[RunRecord]:
    """Return the records of a pipeline's runs, or of those with some ids.

    Raises:
        ProjectError: There is none, or none with an id.
    """
    paths = files(root)
    unknown = sorted(set(ids) - {path.stem for path in paths})
    if unknown:
        near = nearest(unknown[0], (path.stem for path in paths))
        raise ProjectError(f"There is no record of run '{unknown[0]}'.{near}")
    wanted = (path for path in paths if not ids or path.stem in ids)
    found = [record for path in wanted if (record := _readable(path)) is not None]
    own = [one for one in found if ids or pipeline in one.pipeline.split(", ")]
    if not own:
        raise ProjectError(
            f"No run of pipeline '{pipeline}' has been recorded. Run it first: `kedro run` or "
            "`kedro flyte run`, on a machine with memory enough."
        )
    return own


def recorded(root: Path, run_id: str | None) -> RunRecord:
    """Return the record of a run; the last one, if none is named.

    Raises:
        ProjectError: There is none.
    """
    paths = files(root)
    if run_id is not None:
        return records_of(root, "", [run_id])[0]
    found = (record for path in reversed(paths) if (record := _readable(path)) is not None)
    record = next(found, None)
    if record is None:
        raise ProjectError("No run has been recorded. Run first: `kedro run`, `kedro flyte run`.")
    return record


def _readable(path: Path) -> RunRecord | None:
    try:
        return read(path)
    except (KeyError, TypeError, ValueError):  # cut, or not ours
        return None
