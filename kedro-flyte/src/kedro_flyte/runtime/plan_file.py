"""The file of a plan, as a generated module names it: its path, and the digest of what it says."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kedro_flyte.errors import TaskError
from kedro_flyte.plan.model import Plan
from kedro_flyte.plan.model.grouped import gathered
from kedro_flyte.plan.serialization import from_json


@dataclass(frozen=True, slots=True)
class PlanFile:
    """Path of `plan.json`, and the digest that its module was written with; empty: any is taken."""

    path: Path
    digest: str = ""

    @classmethod
    def beside(cls, module: str, digest: str) -> "PlanFile":
        """Return the plan of a generated module, which stands beside it: `x.plan.json` for `x.py`.

        Args:
            module: The module's own `__file__`.
            digest: What the plan must be.
        """
        return cls(Path(module).with_suffix(".plan.json"), digest)

    def values(self, entry: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values of one input of nodes, as tasks take them: together.

        Args:
            entry: What the nodes call it: `params:model`, or `parameters`.
            inputs: The inputs of the workflow, others among them.
        """
        return gathered(read_plan(self), entry, inputs)


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
    return _plan(text, path.name, file.digest)


# A module asks for it once for each group of parameters, and each of its tasks does.
_plan = functools.lru_cache(maxsize=4)(from_json)
