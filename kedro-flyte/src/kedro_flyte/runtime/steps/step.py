"""What every step of a branch or a map decides, and the alternatives of a branch."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kedro_flyte.errors import TaskError
from kedro_flyte.plan.model import MapOver, Task
from kedro_flyte.plan.view import NodeView

if TYPE_CHECKING:
    from kedro_flyte.control.hooks import Order


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a step works on: the node, the values that came in, a scratch folder, the project."""

    task: Task
    node: NodeView
    inputs: Mapping[str, Any]
    folder: Path
    root: Path
    over_id: str = ""
    over_location: str = ""

    @property
    def map_over(self) -> MapOver:
        """What is mapped.

        Raises:
            TaskError: The task is no map.
        """
        if self.task.map_over is None:
            raise TaskError(f"Task '{self.task.id}' is no map. Export the workflow again.")
        return self.task.map_over

    @property
    def over_value(self) -> Any:
        """The folder that came in and is mapped over; None where the catalog's own is."""
        return self.inputs.get(self.over_id)


@dataclass
class Step:
    """All of a task, with the conditions that others want of it."""

    work: Work
    runs_nodes = True
    gives_outputs = True

    def order(self) -> "Order":
        """Return what the node is to do in place of all."""
        from kedro_flyte.control.hooks import Order

        return Order(after=self._tell_flags if self.work.task.flags else None)

    def captured(self) -> dict[str, str] | None:
        """Return the entries that are pickles of this process; None where all of the task runs."""
        return None

    def kept_apart(self) -> str:
        """Return the dataset that is not to be fetched as a whole."""
        return ""

    def places(self) -> dict[str, str]:
        """Return paths of datasets that the step has fetched itself."""
        return {}

    def give(self) -> list[Any]:
        """Return what it gives in addition to the outputs, or in their place."""
        flags = self.work.task.flags
        return [self._told()[flag.id] for flag in flags] if flags else []

    def _told(self) -> dict[str, bool]:
        found: dict[str, bool] = json.loads((self.work.folder / "flags.json").read_text())
        return found

    def _tell_flags(self, catalog: Any) -> None:
        """Evaluate the conditions on what has been saved, as a branch would load it."""
        held = {
            flag.id: flag.condition.holds(catalog.load(flag.entry), flag.entry)
            for flag in self.work.task.flags
        }
        (self.work.folder / "flags.json").write_text(json.dumps(held))


@dataclass
class Alternative(Step):
    """One alternative of a branch."""

    then: bool = True

    def order(self) -> "Order":
        from kedro_flyte.control.hooks import Order

        return Order(then=self.then)

    def captured(self) -> dict[str, str] | None:
        return {}
