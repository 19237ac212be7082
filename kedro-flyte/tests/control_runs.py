"""Runs of control-flow nodes by Kedro, under any of its runners, with all output."""

import pickle
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kedro_projects import environment

RUNNERS = ("SequentialRunner", "ThreadRunner", "ParallelRunner")
_RUN = """
import json, pickle, sys
from pathlib import Path
from kedro import runner as runners
from kedro.framework.session import KedroSession
from kedro.framework.startup import bootstrap_project

if __name__ == "__main__":
    root, runner, params, is_async, answer = sys.argv[1:]
    bootstrap_project(Path(root))
    with KedroSession.create(root, runtime_params=json.loads(params)) as session:
        # What is in shared memory lives as long as the runner does.
        chosen = getattr(runners, runner)(is_async=bool(is_async))
        found = session.run(runner=chosen)
        free = {n: d.load() for n, d in found.items() if "Memory" in type(d).__name__}
    Path(answer).write_bytes(pickle.dumps(free))
"""


@dataclass(frozen=True)
class Run:
    """What came of a run: its free outputs in memory, and what it printed."""

    failed: bool
    free: dict[str, Any]
    text: str


def run(
    root: Path,
    runner: str = "SequentialRunner",
    params: str = "{}",
    *,
    is_async: bool = False,
    **env: str,
) -> Run:
    """Run the default pipeline of a project in a process of its own."""
    answer = root / "answer.pickle"
    answer.unlink(missing_ok=True)
    script = root / "run_by_kedro.py"
    script.write_text(_RUN, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, script, root, runner, params, "1" if is_async else "", answer],
        cwd=root,
        env=environment(NODE_LOG=str(root / "nodes.log"), COLUMNS="1000", **env),
        capture_output=True,
        text=True,
        check=False,
    )
    free = pickle.loads(answer.read_bytes()) if answer.exists() else {}
    return Run(done.returncode != 0, free, " ".join((done.stdout + done.stderr).split()))
