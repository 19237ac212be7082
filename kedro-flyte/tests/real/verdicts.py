"""What Flyte's compiler and FlyteAdmin's rules say about packages."""

import json
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from real.binary import binary


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason to refuse something.

    Attributes:
        by: "compiler" is propeller's own code, "admin" our reading of FlyteAdmin.
    """

    by: str
    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What becomes of one task, workflow or launch plan.

    Attributes:
        kind: "task", "workflow" or "launch_plan".
        nodes: Of a workflow, as FlyteAdmin counts them: a sub-workflow is one, and so is a branch.
        bytes: Of the resource that a run of a workflow is to Kubernetes.
        seconds: Of processor time.
    """

    package: Path
    kind: str
    name: str
    refusals: tuple[Refusal, ...]
    nodes: int
    bytes: int
    seconds: float


def verdicts(
    *packages: Path, limits: str = "", max_nodes: int = 100, version: str = "v1"
) -> list[Verdict]:
    """Return a verdict for everything in these packages.

    Args:
        limits: The platform's most for one task, such as "cpu=2,memory=1Gi"; none if empty.
        max_nodes: The platform's most for one workflow; 0 is none.
        version: What the packages would be registered as.
    """
    words = [f"-limits={limits}"] if limits else []
    done = subprocess.run(
        [binary(), f"-max-nodes={max_nodes}", f"-version={version}", *words, *packages],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [_verdict(json.loads(line)) for line in done.stdout.splitlines()]


def codes(found: Iterable[Verdict]) -> set[str]:
    """Return the codes of all refusals."""
    return {refusal.code for verdict in found for refusal in verdict.refusals}


def _verdict(line: dict[str, Any]) -> Verdict:
    refusals = tuple(Refusal(**one) for one in line.pop("refusals"))
    return Verdict(package=Path(line.pop("package")), refusals=refusals, **line)
