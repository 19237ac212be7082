"""What stands before the tasks: the docstring, the imports, the constants."""

from collections.abc import Sequence

from kedro_flyte.plan.forms import Over
from kedro_flyte.plan.model import Plan, Tier, Travel
from kedro_flyte.targets.flyte.types import aliases, image_constant, tier_constant
from kedro_flyte.targets.source import bracketed, docstring, literal, one_line

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
            f"export again. {plan.id}.plan.json says which nodes run in which task, and why.",
            "",
            "Locally:  pyflyte run FILE " + plan.id,
            "Remotely: pyflyte run --remote --copy all FILE " + plan.id,
            "where FILE is the path of this module.",
        ]
    )


def _count(things: Sequence[object], noun: str) -> str:
    return f"{len(things)} {noun}{'' if len(things) == 1 else 's'}"


def imports(plan: Plan) -> list[str]:
    """Return the imports that this module needs, sorted as isort sorts them."""
    from_flytekit = ["Resources", "task", "workflow"]
    mapped = any(task.map_over for task in plan.tasks)
    from_flytekit += ["map_task"] if mapped else []
    from_flytekit += ["conditional"] if any(task.conditional for task in plan.tasks) else []
    if plan.secrets:
        from_flytekit.append("Secret")
    if plan.schedules or plan.notifications:
        from_flytekit.append("LaunchPlan")
    if plan.schedules:
        from_flytekit.append("CronSchedule")
    if plan.notifications:
        from_flytekit += sorted({NOTIFIERS[n.by] for n in plan.notifications})
    from_typing = ["NamedTuple"] if _has_named_tuples(plan) else []
    standard = ["from datetime import timedelta"] if any(t.timeout for t in plan.tasks) else []
    standard += ["from pathlib import Path"]
    standard += [f"from typing import {', '.join(from_typing)}"] if from_typing else []
    other = bracketed("from flytekit import ", sorted(from_flytekit, key=_isort), "")
    if plan.notifications:
        other += ["from flytekit.models.core.execution import WorkflowExecutionPhase"]
    if _uses(plan, Travel.DIRECTORY) or _splits_values(plan):
        other += ["from flytekit.types.directory import FlyteDirectory"]
    if mapped or _uses(plan, Travel.FILE) or _uses(plan, Travel.PICKLE):
        other += ["from flytekit.types.file import FlyteFile"]
    standard = ["import functools", *standard] if mapped else standard
    return ["", *standard, "", *other, "from kedro_flyte import run_task"]


def _isort(name: str) -> tuple[bool, str]:
    return name.islower(), name


def _uses(plan: Plan, travel: Travel) -> bool:
    return any(dataset.travel is travel for dataset in plan.datasets)


def _splits_values(plan: Plan) -> bool:
    return any(task.map_over and task.map_over.over is Over.VALUE for task in plan.tasks)


def _has_named_tuples(plan: Plan) -> bool:
    counts = [len(task.outputs) + len(task.flags) for task in plan.tasks] + [len(plan.results)]
    mapped = any(task.map_over for task in plan.tasks)
    return any(count > 1 for count in counts) or bool(plan.parts) or mapped


def constants(plan: Plan) -> list[str]:
    """Return the plan's place, tiers, images, secrets and types."""
    lines = ["", f"PLAN = Path(__file__).with_name({literal(plan.id + '.plan.json')})", ""]
    lines += ["# Hardware tiers: what a task may ask for"]
    for tier in plan.tiers:
        lines += _tier(tier_constant(plan, tier.name), tier)
    images = [environment for environment in plan.environments if environment.image]
    if images:
        lines += ["", "# Container images"]
        lines += [f"{image_constant(plan, e.name)} = {literal(e.image)}" for e in images]
    if plan.secrets:
        lines += ["", "# Secrets, by name"]
        lines += bracketed("SECRETS = [", [_secret(s) for s in plan.secrets], "]")
    types = aliases(plan)
    if types:
        lines += ["", "# Types of the files that pass between tasks, and of the parameters", *types]
    return lines


def _secret(secret: object) -> str:
    key, group, env = (getattr(secret, name) for name in ("key", "group", "env"))
    arguments = [f"key={literal(key)}"]
    arguments += [f"group={literal(group)}"] if group else []
    arguments += [f"env_var={literal(env)}"] if env else []
    return f"Secret({', '.join(arguments)})"


def _tier(name: str, tier: Tier) -> list[str]:
    words = (("cpu", tier.cpu), ("mem", tier.memory), ("gpu", tier.gpu))
    asked = [f"{word}={literal(value)}" for word, value in words if value]
    if tier.storage:
        asked.append(f"ephemeral_storage={literal(tier.storage)}")
    return bracketed(f"{name} = Resources(", asked)
