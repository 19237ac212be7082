"""The record of this target."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path, PurePosixPath

from kedro_flyte.plan.model import Plan
from kedro_flyte.plan.serialization import plain
from kedro_flyte.plan.view import Finding
from kedro_flyte.target import Export, Local, Target
from kedro_flyte.targets.domino.platform import PLATFORM
from kedro_flyte.targets.domino.record import domino_of


def _placed(plan: Plan, export: Export) -> Plan:
    """Return a plan that says where it is: a job starts at the top of the repository.

    The path of a plan outside the project stays absolute.
    """
    path, start = export.module.with_suffix(".plan.json").absolute(), PurePosixPath(export.within)
    root = export.root
    inside = root is not None and path.is_relative_to(root)
    where = start / path.relative_to(root) if root is not None and inside else path
    said = domino_of(plan)
    imported = tuple(str(start / one) for one in said.python_path)
    placed = replace(said, plan=where.as_posix(), python_path=imported)
    return replace(plan, own=plain(placed))


def _render(plan: Plan) -> str:
    from kedro_flyte.targets.domino.module import render  # a plan alone needs no renderer

    return render(plan)


def _commands(plan: Plan, module: Path, options: str) -> str:
    here = f"  here:      kedro flyte run {options}\n"
    return f"{here}  in Domino: pyflyte run --remote {module} {plan.id}"


def _left_behind(export: Export) -> Iterable[Finding]:
    from kedro_flyte.targets.domino.unpushed import unpushed

    return unpushed(export.root, export.folder) if export.root else ()


def _local() -> Local:
    from kedro_flyte.targets.domino import local

    return Local(around=local.around, value=local.value, task_command=_task_command)


def _task_command(plan: Plan, task_id: str) -> str:
    return (
        f"python -m kedro_flyte.targets.domino.job flows/{TARGET.folder}/{plan.identity}.plan.json "
        f"{task_id} --inputs DIR --outputs DIR"
    )


TARGET = Target(
    platform=PLATFORM,
    render=_render,
    commands=_commands,
    local=_local,
    libraries=frozenset({"domino", "flyte", "flytekit", "flytekitplugins"}),
    placed=_placed,
    left_behind=_left_behind,
)
