"""The record of a workflow that runs on this machine, whose tasks may be processes."""

import os
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kedro_flyte.plan.model import Plan
from kedro_flyte.record import lines
from kedro_flyte.record.viz import show_in_viz


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A record that a run adds to; `variables` are those by which its processes find it."""

    plan: Plan
    path: Path | None

    @property
    def variables(self) -> Mapping[str, str]:
        """What each process of the run is given."""
        return {lines.PLACE: lines.OFF if self.path is None else str(self.path)}

    def task(self, task_id: str, state: str) -> None:
        """Say that a task `begins`, is `done` or has `failed`."""
        if self.path is None:
            return
        task = self.plan.task(task_id)
        tier = next((one for one in self.plan.tiers if one.name == task.tier), None)
        lines.add(
            self.path,
            task=task.id,
            state=state,
            tier=task.tier,
            memory=tier.memory if tier else "",
            nodes=task.nodes,
        )


@contextmanager
def recorded(root: Path, plan: Plan) -> Iterator[Record]:
    """Keep a record of a run, unless KEDRO_FLYTE_RECORD is `off`, and show it in Kedro-Viz."""
    path = None if os.environ.get(lines.PLACE) == lines.OFF else _begun(root, plan)
    record = Record(plan=plan, path=path)
    if path is None:
        yield record
        return
    end = {"run": "failed"}
    try:
        yield record
        end = {"run": "done"}
    except BaseException as error:
        end |= {"error": str(error), "traceback": traceback.format_exc()}
        raise
    finally:
        lines.add(path, **end)
        show_in_viz(root, path)


def _begun(root: Path, plan: Plan) -> Path | None:
    return lines.begin(
        root,
        lines.new_id(),
        of=plan.target,
        pipeline=plan.pipeline,
        env=plan.env,
        nodes=[node.name for node in plan.nodes],
    )
