"""A run on a page: when each node ran, what it took, what failed, and what another run took."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from importlib.resources import files

from jinja2 import Environment, StrictUndefined
from kedro_flyte.plan.settings.tiers import quantity
from kedro_flyte.record.read import NodeRun, RunRecord
from kedro_flyte.record.words import in_bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A node as the page shows it; `left` and `width` are in percent of the run."""

    node: NodeRun
    task: str
    tier: str
    memory: float
    left: float
    width: float
    is_critical: bool
    before: NodeRun | None

    @property
    def share(self) -> float | None:
        """How much of its tier's memory the peak was, in percent; None where one is unknown."""
        peak = self.node.peak_memory
        return None if not self.memory or peak is None else 100 * peak / self.memory


def as_json(record: RunRecord) -> str:
    """Return a record as JSON: its fields, sizes in bytes, times in seconds."""
    return json.dumps(asdict(record), indent=2, ensure_ascii=False) + "\n"


def as_html(record: RunRecord, other: RunRecord | None = None) -> str:
    """Return a page that needs nothing beside it.

    Args:
        record: The run that it shows.
        other: One to compare with.
    """
    critical = critical_path(record)
    begun = {node.name for node in record.nodes}
    page = (files("kedro_flyte") / "templates" / "report.html").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    environment.filters |= {"bytes": _bytes, "seconds": _seconds, "moment": _moment}
    return environment.from_string(page).render(
        run=record,
        other=other,
        rows=_rows(record, other, set(critical)),
        not_begun=[name for name in record.planned if name not in begun],
        critical=critical,
    )


def critical_path(record: RunRecord) -> tuple[str, ...]:
    """Return the nodes that the end has waited for, each for the one that gave it data last."""
    made = {use.name: node for node in record.nodes for use in node.datasets if use.how == "saved"}
    path: dict[str, None] = {}
    node = max(record.nodes, key=lambda one: one.ended, default=None)
    while node is not None and node.name not in path:
        path[node.name] = None
        read = [use.name for use in node.datasets if use.how == "loaded"]
        before = [made[name] for name in read if name in made and made[name] is not node]
        node = max(before, key=lambda one: one.ended, default=None)
    return tuple(reversed(path))


def _rows(record: RunRecord, other: RunRecord | None, critical: Collection[str]) -> Sequence[Row]:
    whole = max(record.ended - record.started, 1e-9)
    tasks = {name: task for task in record.tasks for name in task.nodes}
    before: Mapping[str, NodeRun] = {node.name: node for node in other.nodes} if other else {}
    found = []
    for node in record.nodes:
        task = tasks.get(node.name)
        found.append(
            Row(
                node=node,
                task=task.id if task else "",
                tier=task.tier if task else "",
                memory=quantity(task.memory) if task else 0.0,
                left=100 * (node.started - record.started) / whole,
                width=100 * node.seconds / whole,
                is_critical=node.name in critical,
                before=before.get(node.name),
            )
        )
    return found


def _bytes(count: float | None) -> str:
    return "-" if count is None else in_bytes(count)


def _seconds(count: float) -> str:
    if count < 1:
        return f"{1000 * count:.0f} ms"
    minutes, rest = divmod(count, 60)
    return f"{int(minutes)} min {rest:.0f} s" if minutes else f"{count:.1f} s"


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, tz=timezone.utc).strftime("%Y-%m-%d %H:%M:%S UTC")
