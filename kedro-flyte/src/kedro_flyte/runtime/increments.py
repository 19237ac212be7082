"""An IncrementalDataset in an execution: all tasks load, and confirm, the same partitions.

Kedro confirms what it lists when it confirms. In another task than the one that has loaded, that
list is made anew, and may have partitions that nobody has read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kedro_flyte.errors import TaskError
from kedro_flyte.plan.data.datasets import type_name
from kedro_flyte.runtime.agreement import Agreement

Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Among:
    """Compares as IncrementalDataset wants it: a partition is new if it is one of these."""

    partitions: frozenset[str]

    def __call__(self, partition: str, _: str) -> bool:
        """Whether the partition is one of them, whatever the checkpoint is."""
        return partition in self.partitions


def is_increment(entry: Entry) -> bool:
    """Whether an entry of the catalog is an IncrementalDataset."""
    return type_name(entry) == "IncrementalDataset"


def bound(entry: Entry, agreement: Agreement) -> dict[str, Any]:
    """Return an entry that lists what the execution has loaded, where a task has loaded any."""
    loaded = agreement.known(_key(entry))
    if loaded is None:
        return dict(entry)
    given = entry.get("checkpoint") or {}
    checkpoint = {} if isinstance(given, str) else dict(given)
    agreed = {"force_checkpoint": "agreed", "comparison_func": Among(frozenset(loaded))}
    return {**entry, "checkpoint": {**checkpoint, **agreed}}


def is_known(entry: Entry, agreement: Agreement) -> bool:
    """Whether a task of the execution has loaded it."""
    return agreement.known(_key(entry)) is not None


def say(name: str, entry: Entry, data: Any, agreement: Agreement) -> None:
    """Tell the other tasks which partitions this one has loaded.

    Raises:
        TaskError: Another task has loaded others in the same moment.
    """
    if not isinstance(data, Mapping):
        return
    agreed = agreement.agree(_key(entry), lambda: list(data))
    if agreed != list(data):
        raise TaskError(
            f"Another task has loaded other partitions of '{name}', since some arrived in the same "
            "moment. Run this task again: it will load the same ones."
        )


def _key(entry: Entry) -> str:
    return f"partitions: {entry['path']}"
