"""The record of a run as one value, made of the lines that its processes have said."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kedro_flyte.record.lines import said

Line = Mapping[str, Any]
_COUNTED = {"cpu": "cpu_seconds", "read": "read_bytes", "written": "written_bytes"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetUse:
    """A dataset that a node has `loaded` or `saved`; `size` in bytes, None where it is unknown."""

    name: str
    how: str
    size: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeRun:
    """What a node took, its loading and saving included.

    `state` is `done`, `failed`, `killed` (it began, and nothing says how it ended) or `running`.
    `started` is in seconds since 1970; `peak_memory` is that of the node's process, in bytes, None
    where the system does not count it. `attempts` counts processes that have begun it: retries, and
    the items of a node that is mapped.
    """

    name: str
    state: str
    started: float
    seconds: float
    computing_seconds: float
    attempts: int = 1
    cpu_seconds: float = 0.0
    peak_memory: int | None = None
    read_bytes: int = 0
    written_bytes: int = 0
    datasets: tuple[DatasetUse, ...] = ()
    error: str = ""
    traceback: str = ""

    @property
    def ended(self) -> float:
        """When it ended, in seconds since 1970."""
        return self.started + self.seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRun:
    """A task of an exported workflow: its `state` is `done`, `failed` or `running`.

    `memory` is its tier's, in Kubernetes' words; empty where the platform decides.
    """

    id: str
    state: str
    tier: str
    memory: str
    nodes: tuple[str, ...]
    started: float
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """A run: of what (`kedro run`, or a target's name), and what each node took that has begun.

    `state` is `done`, `failed` or `running`; a run that was killed stays `running`. `planned` are
    the names of all nodes, in an order in which they can run. Times are in seconds since 1970.
    """

    id: str
    of: str
    pipeline: str
    state: str
    started: float
    ended: float
    planned: tuple[str, ...]
    nodes: tuple[NodeRun, ...]
    tasks: tuple[TaskRun, ...] = ()
    error: str = ""
    traceback: str = ""


def read(path: Path) -> RunRecord:
    """Return the record of a run, of as much of it as there is.

    Raises:
        ValueError: The file is no record: it does not say what run it is of.
    """
    lines = said(path)
    head = next((one for one in lines if one.get("run") == "begins"), None)
    if head is None:
        raise ValueError(f"{path} does not say which run it is of.")
    end: Line = next((one for one in reversed(lines) if one.get("run") in ("done", "failed")), {})
    state = str(end.get("run", "running"))
    return RunRecord(
        id=str(head["id"]),
        of=str(head["of"]),
        pipeline=str(head["pipeline"]),
        state=state,
        started=head["time"],
        ended=lines[-1]["time"],
        planned=tuple(head["nodes"]),
        nodes=_nodes(lines, head["nodes"], state),
        tasks=_tasks(lines),
        error=str(end.get("error", "")),
        traceback=str(end.get("traceback", "")),
    )


def _nodes(lines: Iterable[Line], planned: Iterable[str], state: str) -> tuple[NodeRun, ...]:
    of_node: dict[str, dict[int, list[Line]]] = defaultdict(lambda: defaultdict(list))
    errors: dict[int, Line] = {}
    for line in lines:
        if "node" in line:
            of_node[line["node"]][line["process"]].append(line)
        elif "error" in line:
            errors[line["process"]] = line
    order = [*(name for name in planned if name in of_node), *(set(of_node) - set(planned))]
    return tuple(
        _together([_one(name, some, errors.get(process, {}), state) for process, some in found])
        for name in order
        if (found := list(of_node[name].items()))
    )


def _one(name: str, lines: list[Line], error: Line, state: str) -> NodeRun:
    """Return what one process took for a node."""
    first, last = lines[0], lines[-1]
    computed = next((one for one in lines if one["step"] == "computed"), None)
    computes = next((one for one in lines if one["step"] == "computes"), None)
    failed = next((one for one in lines if one["step"] == "failed"), None)
    saved = sum(one["step"] == "saved" for one in lines)
    if computed is not None and failed is None and saved >= computed.get("outputs", 0):
        ended, error = "done", {}
    else:
        error = failed or error
        ended = "failed" if error else "running" if state == "running" else "killed"
    closing = computed or failed or last
    uses = [one for one in lines if one["step"] in ("loaded", "saved")]
    return NodeRun(
        name=name,
        state=ended,
        started=first["time"],
        seconds=last["time"] - first["time"],
        computing_seconds=closing["time"] - computes["time"] if computes else 0.0,
        peak_memory=max((one["peak"] for one in lines if "peak" in one), default=None),
        datasets=tuple(
            DatasetUse(name=one["dataset"], how=one["step"], size=one.get("bytes")) for one in uses
        ),
        error=str(error.get("error", "")),
        traceback=str(error.get("traceback", "")),
        **{field: last.get(key, 0) - first.get(key, 0) for key, field in _COUNTED.items()},
    )


def _together(runs: list[NodeRun]) -> NodeRun:
    """Return what several processes took for one node: one after another, or side by side."""
    runs = sorted(runs, key=lambda one: one.started)
    first, last = runs[0], runs[-1]
    if len(runs) == 1:
        return first
    peaks = [one.peak_memory for one in runs if one.peak_memory is not None]
    return replace(
        last,
        started=first.started,
        seconds=max(one.ended for one in runs) - first.started,
        attempts=len(runs),
        peak_memory=max(peaks, default=None),
        cpu_seconds=sum(one.cpu_seconds for one in runs),
        computing_seconds=sum(one.computing_seconds for one in runs),
        read_bytes=sum(one.read_bytes for one in runs),
        written_bytes=sum(one.written_bytes for one in runs),
        datasets=tuple(dict.fromkeys(use for one in runs for use in one.datasets)),
    )


def _tasks(lines: Iterable[Line]) -> tuple[TaskRun, ...]:
    found: dict[str, TaskRun] = {}
    for line in lines:
        if "task" not in line:
            continue
        name, before = line["task"], found.get(line["task"])
        started = before.started if before is not None else line["time"]
        found[name] = TaskRun(
            id=name,
            state="running" if line["state"] == "begins" else line["state"],
            tier=line["tier"],
            memory=line["memory"],
            nodes=tuple(line["nodes"]),
            started=started,
            seconds=line["time"] - started,
        )
    return tuple(found.values())
