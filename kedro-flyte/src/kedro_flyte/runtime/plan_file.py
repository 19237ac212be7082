"""The file of a plan, as a generated module names it: its path, and the digest of what it says."""

from dataclasses import dataclass
from pathlib import Path

from kedro_flyte.errors import TaskError
from kedro_flyte.plan.model import Plan
from kedro_flyte.plan.serialization import from_json


@dataclass(frozen=True, slots=True)
class PlanFile:
    """Path of `plan.json`, and the digest that its module was written with; empty: any is taken."""

    path: Path
    digest: str = ""


def read_plan(file: PlanFile) -> Plan:
    """Return the plan in a file.

    Raises:
        TaskError: The file is not there, or is no text.
        PlanError: It is no plan, or not the one that its module was written with.
    """
    path = file.path
    if not path.is_file():
        raise TaskError(
            f"{path} is not there. It belongs beside the generated module: was it left out of the "
            "image, or of what `--copy all` takes along?"
        )
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise TaskError(
            f"{path} is not UTF-8 (byte {error.start}), so it was changed or cut on its way here. "
            "Export again, and take the file along as it is."
        ) from None
    return from_json(text, path.name, file.digest)
