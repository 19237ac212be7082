"""What stands before the tasks: the docstring, the imports, the constants."""

from collections.abc import Sequence

from kedro_flyte.plan.model import Over, Plan, Secret, Task, Travel
from kedro_flyte.plan.serialization import digest
from kedro_flyte.targets.flyte.resources import resource_constants
from kedro_flyte.targets.flyte.types import (
    aliases,
    flow_of_sub_workflow,
    image_constant,
    input_types,
    secret_constants,
)
from kedro_flyte.targets.source import WIDTH, bracketed, docstring, literal, one_line

# mypy follows no type that is made when the module is imported; all else it checks.
_MADE_AT_IMPORT = '# mypy: disable-error-code="valid-type"'
_LISTS = "# ruff: noqa: B006 - nothing changes a list that is an input's default"
NOTIFIERS = {"email": "Email", "slack": "Slack", "pagerduty": "PagerDuty"}


def head(plan: Plan) -> list[str]:
    """Return the module's docstring."""
    count = f"{_count(plan.nodes, 'node')} in {_count(plan.tasks, 'task')}"
    where = f" of environment '{one_line(plan.env)}'" if plan.env else ""
    return docstring(
        [
            f"Kedro pipeline '{one_line(plan.pipeline)}'{where} as a Flyte workflow: {count}.",
            "",
            "Written by `kedro flyte export`. Do not edit: change the pipeline or flyte.yml, and",
            "export again. Which nodes run in which task, and why, says the plan beside it,",
            f"{plan.identity}.plan.json.",
            "",
            "Locally:  pyflyte run FILE " + plan.id,
            "Remotely: pyflyte run --remote --copy all FILE " + plan.id,
        ]
    )


def _count(things: Sequence[object], noun: str) -> str:
    return f"{len(things)} {noun}{'' if len(things) == 1 else 's'}"


def imports(plan: Plan) -> list[str]:
    """Return the imports that this module needs, sorted as isort sorts them."""
    from_typing = ["NamedTuple"] if _has_named_tuples(plan) else []
    needs_time = any(t.timeout for t in _tasks(plan)) or any(s.every for s in plan.schedules)
    standard = ["from datetime import timedelta"] if needs_time else []
    standard += [f"from typing import {', '.join(from_typing)}"] if from_typing else []
    names = sorted(_from_flytekit(plan), key=_isort)
    other = [f"from flytekit import {', '.join(names)}"]
    if len(other[0]) > WIDTH:
        other = bracketed("from flytekit import (", names, one_line=False)
    other += [line for line, needed in _modules(plan) if needed]
    standard = ["import functools", *standard] if _is_mapped(plan) else standard
    return ["", *_unchecked(plan), *standard, *([""] if standard else []), *other]


def _unchecked(plan: Plan) -> list[str]:
    """Return what tells a linter that the defaults of inputs may be lists."""
    lists = any(isinstance(one.default, tuple) for one in plan.parameters)
    return [_LISTS, ""] if lists else []


def _is_mapped(plan: Plan) -> bool:
    return any(task.map_over for task in plan.tasks)


def _tasks(plan: Plan) -> list[Task]:
    return [*plan.tasks, *([plan.handler.task] if plan.handler else [])]


def _from_flytekit(plan: Plan) -> list[str]:
    """Return what is imported from flytekit itself."""
    found = ["Resources", "task", "workflow"]
    wanted = (
        ("map_task", _is_mapped(plan)),
        ("conditional", any(task.conditional for task in plan.tasks)),
        ("Secret", _used_secrets(plan)),
        ("Cache", any(task.cache_version for task in _tasks(plan))),
        ("LaunchPlan", has_launch_plans(plan)),
        ("CronSchedule", any(s.cron and not s.timezone for s in plan.schedules)),
        ("FixedRate", any(s.every for s in plan.schedules)),
        ("WorkflowFailurePolicy", plan.finish_others),
        ("PodTemplate", any(tier.needs_pod for tier in plan.tiers)),
    )
    found += [name for name, needed in wanted if needed]
    return found + sorted({NOTIFIERS[n.by] for n in plan.notifications})


def has_launch_plans(plan: Plan) -> bool:
    """Whether the module has launch plans beside the one that Flyte makes by itself."""
    return bool(plan.schedules or plan.notifications or plan.max_parallelism)


def _used_secrets(plan: Plan) -> list[Secret]:
    asked = {name for task in _tasks(plan) for name in task.secrets}
    return [secret for secret in plan.secrets if secret.name in asked]


def _modules(plan: Plan) -> list[tuple[str, bool]]:
    """Return the lines for the other modules in their order, and whether each is needed."""
    pods = [tier for tier in plan.tiers if tier.needs_pod]
    from_client = ", ".join(
        ["V1PodSpec", *(["V1Toleration"] if any(tier.tolerations for tier in pods) else [])]
    )
    phases = "from flytekit.models.core.execution import WorkflowExecutionPhase"
    zoned = any(schedule.timezone for schedule in plan.schedules)
    own = ", ".join(sorted([*input_types(plan), "PlanFile", "run_task"], key=_isort))
    files = _is_mapped(plan) or _uses(plan, Travel.FILE) or _uses(plan, Travel.PICKLE)
    folders = _uses(plan, Travel.DIRECTORY) or _splits_values(plan)
    return [
        ("from flytekit.extras.accelerators import GPUAccelerator", _has_kinds(plan)),
        (phases, bool(plan.notifications)),
        ("from flytekit.models.schedule import Schedule", zoned),
        ("from flytekit.types.directory import FlyteDirectory", folders),
        ("from flytekit.types.error.error import FlyteError", plan.handler is not None),
        ("from flytekit.types.file import FlyteFile", files),
        (f"from kedro_flyte import {own}", True),
        (f"from kubernetes.client import {from_client}", bool(pods)),
    ]


def _has_kinds(plan: Plan) -> bool:
    return any(tier.gpu_kind for tier in plan.tiers)


def _isort(name: str) -> tuple[bool, str]:
    return name.islower(), name


def _uses(plan: Plan, travel: Travel) -> bool:
    return any(dataset.travel is travel for dataset in plan.datasets)


def _splits_values(plan: Plan) -> bool:
    return any(task.map_over and task.map_over.over is Over.VALUE for task in plan.tasks)


def _has_named_tuples(plan: Plan) -> bool:
    counts = [len(task.outputs) + len(task.flags) for task in plan.tasks] + [len(plan.results)]
    counts += [len(flow_of_sub_workflow(plan, one)[1]) for one in plan.sub_workflows]
    return any(count > 1 for count in counts) or _is_mapped(plan)


def constants(plan: Plan) -> list[str]:
    """Return the plan's place, tiers, images, secrets and types."""
    lines = ["", f"PLAN = PlanFile.beside(__file__, digest={literal(digest(plan))})", ""]
    lines += resource_constants(plan)
    images = [environment for environment in plan.environments if environment.image]
    if images:
        lines += ["", "# Container images"]
        lines += [f"{image_constant(plan, e.name)} = {literal(e.image)}" for e in images]
    secrets = _used_secrets(plan)
    if secrets:
        lines += ["", "# Secrets, by name"]
    for secret in secrets:
        lines += bracketed(f"{secret_constants(plan)[secret.name]} = Secret(", _secret(secret))
    types = aliases(plan)
    if types:
        lines += ["", "# Types of the files that pass between tasks", _MADE_AT_IMPORT, *types]
    return lines


def _secret(secret: Secret) -> list[str]:
    """Return the arguments of a secret. Where a variable is named, it is to hold the value."""
    arguments = [f"group={literal(secret.group)}", f"key={literal(secret.key)}"]
    if secret.env:
        arguments += [
            f"env_var={literal(secret.env)}",
            "mount_requirement=Secret.MountType.ENV_VAR",
        ]
    return arguments
