"""What stands before the workflow: the docstring, the imports, the constants."""

import shlex
from collections.abc import Sequence

from kedro_flyte.plan.model import Plan, Schedule, Snapshot
from kedro_flyte.plan.serialization import digest
from kedro_flyte.targets.domino.record import domino_of
from kedro_flyte.targets.domino.settings import config_settings, environment_pairs, helper_settings
from kedro_flyte.targets.domino.types import (
    ARTIFACTS,
    environment_constants,
    format_of,
    needs_base_class,
    shared_environment,
    snapshot_constants,
    tier_constants,
)
from kedro_flyte.targets.layout import Call, laid_out
from kedro_flyte.targets.source import WIDTH, alias, bracketed, docstring, literal, one_line

JOB = "JOB"
CONFIG = "CONFIG"
COMMAND = "COMMAND"
_PLUGIN = "flytekitplugins.domino"


def head(plan: Plan) -> list[str]:
    """Return the module's docstring."""
    count = f"{_count(plan.nodes, 'node')} in {_count(plan.tasks, 'job')}"
    where = f" of environment '{one_line(plan.env)}'" if plan.env else ""
    return docstring(
        [
            f"Kedro pipeline '{one_line(plan.pipeline)}'{where} as a Domino flow: {count}.",
            "",
            "Written by `kedro flyte export --target domino`. Do not edit: change the pipeline or",
            "flyte.yml, and export again. Which nodes run in which job says the plan beside it,",
            f"{plan.identity}.plan.json.",
            "",
            f"In a workspace, from the project's root: pyflyte run --remote FILE {plan.id}",
            "where FILE is the path of this module.",
            *(line for schedule in plan.schedules for line in _schedule(plan, schedule)),
        ]
    )


def _schedule(plan: Plan, schedule: Schedule) -> list[str]:
    """Return what to enter as a scheduled job, since Domino has no schedules of flows."""
    given = "".join(f" --{name} {shlex.quote(str(value))}" for name, value in schedule.inputs)
    zone = f" {schedule.timezone}" if schedule.timezone else ""
    when = f"every {schedule.every} minutes" if schedule.every else f"{schedule.cron}{zone}"
    return [
        "",
        f"Schedule '{one_line(schedule.name)}' ({when}): a scheduled job with the command",
        one_line(f"pyflyte run --remote FILE {plan.id}{given}"),
    ]


def _count(things: Sequence[object], noun: str) -> str:
    return f"{len(things)} {noun}{'' if len(things) == 1 else 's'}"


def imports(plan: Plan) -> list[str]:
    """Return the imports that this module needs, sorted as isort sorts them."""
    standard = ["from datetime import timedelta"] if any(t.timeout for t in plan.tasks) else []
    standard += ["from typing import NamedTuple"] if len(plan.results) > 1 else []
    kinds = sorted({dataset.artifact for dataset in plan.datasets} - {""})
    other = ["from flytekit import workflow"]
    if any(
        dataset.travel.is_handed_over for dataset in plan.datasets if _moves(plan, dataset.name)
    ):
        other.append("from flytekit.types.file import FlyteFile")
    if kinds:
        other += bracketed(f"from {_PLUGIN}.artifact import ", [*kinds, "Artifact"], "")
    helpers = _helpers(plan)
    if helpers:
        other += bracketed(f"from {_PLUGIN}.helpers import ", helpers, "")
    classes = _classes(plan)
    if classes:
        one = f"from {_PLUGIN}.task import {', '.join(classes)}"
        other += bracketed(f"from {_PLUGIN}.task import (", classes) if len(one) > WIDTH else [one]
    return ["", *standard, *([""] if standard else []), *other]


def _moves(plan: Plan, name: str) -> bool:
    return name not in plan.sources


def _helpers(plan: Plan) -> list[str]:
    helped = [task for task in plan.tasks if not needs_base_class(task)]
    if not helped:
        return []
    takes = any(task.inputs or task.parameters for task in helped)
    gives = any(task.outputs for task in helped)
    return [*(["Input"] if takes else []), *(["Output"] if gives else []), "run_domino_job_task"]


def _classes(plan: Plan) -> list[str]:
    lines = "\n".join(constants(plan))
    names = ["DatasetSnapshot", "ExternalDataVolume", "GitRef"]
    used = [name for name in names if f"{name}(" in lines]
    own = [task for task in plan.tasks if needs_base_class(task)]
    used += ["DominoJobConfig", "DominoJobTask"] if own else []
    environments = [domino_of(plan).environment(task.environment) for task in own]
    if any(one is not None and one.revision for one in environments):
        used += ["EnvironmentRevisionSpecification", "EnvironmentRevisionType"]
    return sorted(used)


def constants(plan: Plan) -> list[str]:
    """Return the command, the settings of all jobs, tiers, environments, snapshots and types."""
    lines = ["", "# What a job runs; {} stands for its id in the plan", *_command(plan)]
    lines += _settings(plan)
    lines += ["", "# Hardware tiers, by their names in Domino"]
    names = tier_constants(plan)
    lines += [f"{names[tier.name]} = {literal(tier.named)}" for tier in plan.tiers]
    lines += _environments(plan)
    if plan.snapshots:
        lines += ["", "# Versions of datasets, mounted into the jobs that read them"]
        labels = snapshot_constants(plan)
        for one in plan.snapshots:
            lines += laid_out(_snapshot(labels[one.label], one))
    lines += _artifacts(plan)
    handed = [d for d in plan.datasets if d.travel.is_handed_over and _moves(plan, d.name)]
    formats = sorted({format_of(dataset) for dataset in handed} - {""})
    if formats:
        lines += ["", "# Types of the files that pass between jobs"]
        lines += [f"{alias(name)} = FlyteFile[{literal(name)}]" for name in formats]
    return lines


def _command(plan: Plan) -> list[str]:
    """Return the plan's path, what names a task of it, and the command: formatted once more."""
    path = ":".join(domino_of(plan).python_path)
    prefix = f"PYTHONPATH={shlex.quote(path)} " if path else ""
    start = _within_quotes(_escaped(prefix))
    where = _within_quotes(shlex.quote(domino_of(plan).plan))
    job = f"{{PLAN}} {{{{}}}} --plan-digest {digest(plan)}"
    whole = f"bash -c '{start}python -m kedro_flyte.targets.domino.job {{TASK}}'"
    return [
        f"PLAN = {literal(where)}",
        f"TASK = f{literal(job)}",
        f"{COMMAND} = f{literal(whole)}",
    ]


def _within_quotes(text: str) -> str:
    """Return what stands for a text within single quotes of a shell, and within a format."""
    return _escaped(text.replace("'", "'\"'\"'"))


def _escaped(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _settings(plan: Plan) -> list[str]:
    lines = []
    if any(not needs_base_class(task) for task in plan.tasks):
        pairs = [_pair(key, value) for key, value in helper_settings(plan)]
        lines += ["", "# What all jobs share", *laid_out(Call(f"{JOB} = {{", pairs, "}"))]
    pairs = [_pair(key, value) for key, value in config_settings(plan)]
    if pairs and any(needs_base_class(task) for task in plan.tasks):
        lines += ["", "# The same for jobs with retries or a timeout"]
        lines += laid_out(Call(f"{CONFIG} = {{", pairs, "}"))
    return lines


def _pair(key: str, value: "str | Call") -> "str | Call":
    start = f"{literal(key)}: "
    if isinstance(value, str):
        return f"{start}{value}"
    return Call(f"{start}{value.head}", value.items, value.tail)


def _environments(plan: Plan) -> list[str]:
    if shared_environment(plan) is not None or not domino_of(plan).environments:
        return []
    lines = ["", "# Compute environments"]
    names = environment_constants(plan)
    for one in domino_of(plan).environments:
        pairs = [_pair(key, value) for key, value in environment_pairs(one)]
        lines += laid_out(Call(f"{names[one.name]} = {{", pairs, "}"))
    return lines


def _snapshot(name: str, one: Snapshot) -> Call:
    words = [f"Id={literal(one.id)}"] if one.id else []
    words += [f"Name={literal(one.name)}"]
    words += [f"Version={one.version}"] if one.version else []
    return Call(f"{name} = DatasetSnapshot(", words)


def _artifacts(plan: Plan) -> list[str]:
    kinds = sorted({dataset.artifact for dataset in plan.datasets} - {""})
    if not kinds:
        return []
    lines = ["", "# Results, as artifacts of the execution"]
    for kind in kinds:
        constant, words = ARTIFACTS[kind]
        lines += laid_out(
            Call(f"{constant} = Artifact(", [literal(f"{plan.identity} {words}"), kind])
        )
    return lines
