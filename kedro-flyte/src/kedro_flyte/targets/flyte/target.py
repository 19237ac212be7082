"""The record of this target."""

from collections.abc import Iterable
from pathlib import Path

from kedro_flyte.plan.model import Plan
from kedro_flyte.plan.view import Finding
from kedro_flyte.target import Export, Local, Target
from kedro_flyte.targets.flyte.platform import PLATFORM


def _render(plan: Plan) -> str:
    from kedro_flyte.targets.flyte.module import render  # a plan alone needs no renderer

    return render(plan)


def _commands(plan: Plan, module: Path, options: str) -> str:  # noqa: ARG001 - no other plan is made
    stamp = "--env KEDRO_FLYTE_RUN_ID=$(date -u +%Y-%m-%dT%H.%M.%S.000Z) "
    needed = stamp if any(f.code == "KF127" for f in plan.findings) else ""
    here = f"  here:     pyflyte run {module} {plan.id}\n"
    return f"{here}  remotely: pyflyte run --remote --copy all {needed}{module} {plan.id}"


def _left_behind(export: Export) -> Iterable[Finding]:
    from kedro_flyte.targets.flyte.packing import unreachable

    return unreachable(export.root, export.module) if export.root else ()


def _local() -> Local:
    from kedro_flyte.targets.flyte import local

    return Local(around=local.around, value=local.value, run_task=local.run_task)


TARGET = Target(
    platform=PLATFORM,
    render=_render,
    commands=_commands,
    local=_local,
    forks=True,
    libraries=frozenset({"flyte", "flytekit", "flytekitplugins"}),
    left_behind=_left_behind,
)
