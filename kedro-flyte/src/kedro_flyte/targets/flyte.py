"""A plan as a module for flytekit 1.16.

File types are written as aliases: flytekit reads annotations when the module is imported, and a
linter takes the text in `FlyteFile["csv"]`, in an annotation, for a forward reference.
"""

import re
import textwrap
from collections.abc import Iterable, Sequence

from kedro_flyte.errors import UnsupportedError
from kedro_flyte.plan.model import (
    Dataset,
    Environment,
    Kind,
    NodeView,
    Notification,
    Parameter,
    Plan,
    Schedule,
    Task,
    Tier,
    Travel,
)
from kedro_flyte.targets.source import WIDTH, bracketed, docstring, literal, one_line

_KIND_TYPES = {
    # Both, in this order: `pyflyte run` takes the first that fits, and makes an int of a default.
    Kind.INTEGER: "Number",
    Kind.FLOAT: "float",
    Kind.BOOLEAN: "bool",
    Kind.TEXT: "str",
    Kind.JSON: "str",
    Kind.DATE: "str",
    Kind.DATETIME: "str",
}
_PHASES = {
    "succeeded": "SUCCEEDED",
    "failed": "FAILED",
    "aborted": "ABORTED",
    "timed_out": "TIMED_OUT",
}
_NOTIFIERS = {"email": "Email", "slack": "Slack", "pagerduty": "PagerDuty"}


def render(plan: Plan) -> str:
    """Return the source of the module; `<id>.plan.json` is to stand beside it.

    Raises:
        UnsupportedError: flytekit cannot say what the plan asks for.
    """
    if any(task.gpu and not task.gpu.isdigit() for task in plan.tiers):
        raise UnsupportedError("A tier's number of GPUs must be a whole number. Correct flyte.yml.")
    blocks = [
        _head(plan),
        _imports(plan),
        _constants(plan),
        *(block for task in plan.tasks for block in _task(plan, task)),
        *(block for part in _parts(plan) for block in part),
        *_workflow(plan),
        *_launch_plans(plan),
    ]
    return "\n".join("\n".join(block) for block in blocks if block).strip("\n") + "\n"


def _head(plan: Plan) -> list[str]:
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


def _imports(plan: Plan) -> list[str]:
    from_flytekit = ["Resources", "task", "workflow"]
    if plan.secrets:
        from_flytekit.append("Secret")
    if plan.schedules or plan.notifications:
        from_flytekit.append("LaunchPlan")
    if plan.schedules:
        from_flytekit.append("CronSchedule")
    if plan.notifications:
        from_flytekit += sorted({_NOTIFIERS[n.by] for n in plan.notifications})
    from_typing = ["NamedTuple"] if _has_named_tuples(plan) else []
    standard = ["from datetime import timedelta"] if any(t.timeout for t in plan.tasks) else []
    standard += ["from pathlib import Path"]
    standard += [f"from typing import {', '.join(from_typing)}"] if from_typing else []
    other = bracketed("from flytekit import ", sorted(from_flytekit, key=_isort), "")
    if plan.notifications:
        other += ["from flytekit.models.core.execution import WorkflowExecutionPhase"]
    if _uses(plan, Travel.DIRECTORY):
        other += ["from flytekit.types.directory import FlyteDirectory"]
    if _uses(plan, Travel.FILE) or _uses(plan, Travel.PICKLE):
        other += ["from flytekit.types.file import FlyteFile"]
    return ["", *standard, "", *other, "from kedro_flyte import run_task"]


def _isort(name: str) -> tuple[bool, str]:
    return name.islower(), name


def _uses(plan: Plan, travel: Travel) -> bool:
    return any(dataset.travel is travel for dataset in plan.datasets)


def _has_named_tuples(plan: Plan) -> bool:
    groups = [task.outputs for task in plan.tasks] + [plan.results]
    return any(len(group) > 1 for group in groups) or bool(plan.parts)


def _constants(plan: Plan) -> list[str]:
    lines = ["", f"PLAN = Path(__file__).with_name({literal(plan.id + '.plan.json')})", ""]
    lines += ["# Hardware tiers: what a task may ask for"]
    for tier in plan.tiers:
        lines += _tier(tier)
    images = [environment for environment in plan.environments if environment.image]
    if images:
        lines += ["", "# Container images"]
        lines += [f"{_image(e)} = {literal(e.image)}" for e in images]
    if plan.secrets:
        lines += ["", "# Secrets, by name"]
        lines += bracketed("SECRETS = [", [_secret(s) for s in plan.secrets], "]")
    types = _aliases(plan)
    if types:
        lines += ["", "# Types of the files that pass between tasks, and of the parameters", *types]
    return lines


def _secret(secret: object) -> str:
    key, group, env = (getattr(secret, name) for name in ("key", "group", "env"))
    arguments = [f"key={literal(key)}"]
    arguments += [f"group={literal(group)}"] if group else []
    arguments += [f"env_var={literal(env)}"] if env else []
    return f"Secret({', '.join(arguments)})"


def _tier(tier: Tier) -> list[str]:
    words = (("cpu", tier.cpu), ("mem", tier.memory), ("gpu", tier.gpu))
    asked = [f"{word}={literal(value)}" for word, value in words if value]
    if tier.storage:
        asked.append(f"ephemeral_storage={literal(tier.storage)}")
    return bracketed(f"{_constant('TIER', tier.name)} = Resources(", asked)


def _constant(prefix: str, name: str) -> str:
    return f"{prefix}_{re.sub(r'[^A-Za-z0-9]+', '_', name).strip('_').upper()}"


def _image(environment: Environment) -> str:
    return _constant("IMAGE", environment.name)


def _aliases(plan: Plan) -> list[str]:
    handed = [d for d in plan.datasets if d.travel is Travel.FILE or d.travel is Travel.PICKLE]
    formats = sorted({_format(dataset) for dataset in handed} - {""})
    lines = [f"{_alias(name)} = FlyteFile[{literal(name)}]" for name in formats]
    if any(parameter.kind is Kind.INTEGER for parameter in plan.parameters):
        lines.append("Number = int | float")
    return lines


def _format(dataset: Dataset) -> str:
    return "pickle" if dataset.travel is Travel.PICKLE else dataset.format


def _alias(format_name: str) -> str:
    return f"{format_name.capitalize()}File"


def _type(dataset: Dataset) -> str:
    """Return the type of a dataset between tasks: a file, a folder, or text for one that stays."""
    if not dataset.travel.is_handed_over:
        return "str"
    if dataset.travel is Travel.DIRECTORY:
        return "FlyteDirectory"
    return _alias(_format(dataset)) if _format(dataset) else "FlyteFile"


def _source_type(dataset: Dataset) -> str:
    return f"{_type(dataset)} | None"


def _parameter_type(parameter: Parameter) -> str:
    kind = _KIND_TYPES[parameter.kind]
    optional = parameter.default is None and not parameter.required
    return f"{kind} | None" if optional else kind


def _inputs(plan: Plan, task: Task) -> list[tuple[str, str]]:
    """Return the names and types of what a task takes: datasets first, then parameters."""
    by_id = {parameter.id: parameter for parameter in plan.parameters}
    datasets = [plan.dataset(name) for name in task.inputs]
    found = [(d.id, _source_type(d) if d.name in plan.sources else _type(d)) for d in datasets]
    return found + [(name, _parameter_type(by_id[name])) for name in task.parameters]


def _returned(plan: Plan, names: Sequence[str], tuple_name: str) -> str:
    if not names:
        return "None"
    return _type(plan.dataset(names[0])) if len(names) == 1 else tuple_name


def _tuple_name(task_id: str) -> str:
    words = "".join(word[:1].upper() + word[1:] for word in task_id.split("_") if word)
    return f"{words}Outputs"


def _named_tuple(plan: Plan, name: str, members: Iterable[str], about: str) -> list[str]:
    datasets = [plan.dataset(member) for member in members]
    fields = [f"    {dataset.id}: {_type(dataset)}" for dataset in datasets]
    return ["", "", f"class {name}(NamedTuple):", *docstring([about], indent=4), "", *fields]


def _task(plan: Plan, task: Task) -> list[list[str]]:
    blocks = []
    name = _tuple_name(task.id)
    if len(task.outputs) > 1:
        about = f"What {task.id} gives."
        blocks.append(_named_tuple(plan, name, task.outputs, about))
    arguments = [f"{key}: {kind}" for key, kind in _inputs(plan, task)]
    returned = _returned(plan, task.outputs, name)
    call = f"run_task(PLAN, {literal(task.id)}, locals())"
    blocks.append(
        [
            "",
            "",
            *bracketed("@task(", _decoration(plan, task)),
            *bracketed(f"def {task.id}(", arguments, f") -> {returned}:"),
            *docstring(_about(plan, task), indent=4),
            f"    {call}" if returned == "None" else f"    return {call}",
        ]
    )
    return blocks


def _decoration(plan: Plan, task: Task) -> list[str]:
    tier = _constant("TIER", task.tier)
    words = [f"requests={tier}", f"limits={tier}"]
    image = next((e for e in plan.environments if e.name == task.environment and e.image), None)
    if image is not None:
        words.append(f"container_image={_image(image)}")
    if task.retries:
        words.append(f"retries={task.retries}")
    if task.timeout:
        words.append(f"timeout=timedelta(seconds={task.timeout})")
    if task.cache_version:
        words += ["cache=True", f"cache_version={literal(task.cache_version)}"]
    if task.interruptible:
        words.append("interruptible=True")
    if plan.secrets:
        words.append("secret_requests=SECRETS")
    names = ", ".join(task.nodes)
    shown = names if len(names) <= 1000 else f"{names[:1000]} ... ({len(task.nodes)} nodes)"  # noqa: PLR2004
    return [*words, *_annotation(literal(one_line(shown)))]


def _annotation(nodes: str) -> list[str]:
    short = f'annotations={{"kedro.org/nodes": {nodes}}}'
    if len(short) + 5 <= WIDTH:
        return [short]
    return [f'annotations={{\n        "kedro.org/nodes": {nodes},\n    }}']


def _about(plan: Plan, task: Task) -> list[str]:
    """Return what the docstring of a task says: its nodes, as Kedro names them."""
    nodes = [plan.node(name) for name in task.nodes]
    lines = [_described(node) for node in nodes]
    if len(lines) == 1:
        return _about_one(nodes[0].name, lines[0])
    shown = lines[:20] + ([f"and {len(lines) - 20} more"] if len(lines) > 20 else [])  # noqa: PLR2004
    return [
        f"{len(nodes)} nodes of '{one_line(task.label)}'.",
        "",
        *(f"- {line}" for line in shown),
    ]


def _described(node: NodeView) -> str:
    takes, gives = (", ".join(map(one_line, names)) for names in (node.inputs, node.outputs))
    return f"{one_line(node.name)}: {one_line(node.func)}({takes}) -> {gives or 'nothing'}"


def _about_one(name: str, line: str) -> list[str]:
    short = f"Node {line}."
    if len(short) <= WIDTH - 10:
        return [short]
    rest = line.removeprefix(f"{one_line(name)}: ")
    return [f"Node {one_line(name)}.", "", *textwrap.wrap(rest, WIDTH - 4, break_long_words=False)]


def _parts(plan: Plan) -> list[list[list[str]]]:
    """Return the sub-workflows: each takes what its tasks need and gives what others read."""
    return [_part(plan, number, part) for number, part in enumerate(plan.parts, start=1)]


def _part_name(plan: Plan, number: int) -> str:
    return f"{plan.id}_part_{number}"


def _part_flow(plan: Plan, part: Sequence[str]) -> tuple[list[str], list[str], list[str]]:
    """Return the datasets that a part takes, those that it gives, and its parameters."""
    inside = [plan.task(task_id) for task_id in part]
    made = {name for task in inside for name in task.outputs}
    ids = set(part)
    takes = list(dict.fromkeys(n for task in inside for n in task.inputs if n not in made))
    outside = {n for task in plan.tasks if task.id not in ids for n in task.inputs}
    gives = [n for task in inside for n in task.outputs if n in outside or n in plan.results]
    parameters = dict.fromkeys(p for task in inside for p in task.parameters)
    return takes, gives, list(parameters)


def _part(plan: Plan, number: int, part: Sequence[str]) -> list[list[str]]:
    takes, gives, parameters = _part_flow(plan, part)
    name = _part_name(plan, number)
    blocks = []
    tuple_name = _tuple_name(name)
    if len(gives) > 1:
        blocks.append(_named_tuple(plan, tuple_name, gives, f"What {name} gives."))
    as_task = Task(
        id=name, label=name, nodes=(), inputs=tuple(takes), parameters=tuple(parameters), tier=""
    )
    arguments = [f"{key}: {kind}" for key, kind in _inputs(plan, as_task)]
    returned = _returned(plan, gives, tuple_name)
    lines = ["", "", "@workflow", *bracketed(f"def {name}(", arguments, f") -> {returned}:")]
    lines += docstring([f"Tasks of part {number} of {len(plan.parts)}."], indent=4)
    for task_id in part:
        task = plan.task(task_id)
        arguments = [key for key, _ in _inputs(plan, task)]
        lines += _call(plan, task.id, arguments, task.outputs)
    blocks.append([*lines, *_return(plan, gives, tuple_name)])
    return blocks


def _call(plan: Plan, name: str, arguments: Sequence[str], outputs: Sequence[str]) -> list[str]:
    given = [f"{argument}={argument}" for argument in arguments]
    ids = [plan.dataset(output).id for output in outputs]
    head = f"{', '.join(ids)} = {name}(" if ids else f"{name}("
    if len(head) + 4 <= WIDTH:
        return bracketed(head, given, indent=4)
    return [
        "    (",
        *(f"        {one}," for one in ids),
        *bracketed(f") = {name}(", given, indent=4),
    ]


def _return(plan: Plan, names: Sequence[str], tuple_name: str) -> list[str]:
    ids = [plan.dataset(name).id for name in names]
    if not ids:
        return []
    if len(ids) == 1:
        return [f"    return {ids[0]}"]
    return bracketed(f"return {tuple_name}(", [f"{one}={one}" for one in ids], indent=4)


def _workflow(plan: Plan) -> list[list[str]]:
    blocks = []
    tuple_name = _tuple_name(plan.id)
    if len(plan.results) > 1:
        blocks.append(_named_tuple(plan, tuple_name, plan.results, f"What {plan.id} gives."))
    returned = _returned(plan, plan.results, tuple_name)
    lines = ["", "", "@workflow"]
    lines += bracketed(f"def {plan.id}(", _workflow_arguments(plan), f") -> {returned}:")
    lines += docstring(_workflow_about(plan), indent=4)
    if plan.parts:
        lines += _calls_of_parts(plan)
    else:
        for task in plan.tasks:
            lines += _call(plan, task.id, [key for key, _ in _inputs(plan, task)], task.outputs)
    blocks.append([*lines, *_return(plan, plan.results, tuple_name)])
    return blocks


def _calls_of_parts(plan: Plan) -> list[str]:
    lines: list[str] = []
    for number, part in enumerate(plan.parts, start=1):
        takes, gives, parameters = _part_flow(plan, part)
        arguments = [plan.dataset(name).id for name in takes] + parameters
        lines += _call(plan, _part_name(plan, number), arguments, gives)
    return lines


def _workflow_arguments(plan: Plan) -> list[str]:
    """Return the inputs: those that must be given first, then datasets, then parameters."""
    needed = [p for p in plan.parameters if p.required]
    lines = [f"{p.id}: {_parameter_type(p)}" for p in needed]
    for name in plan.sources:
        dataset = plan.dataset(name)
        lines.append(f"{dataset.id}: {_source_type(dataset)} = None")
    others = [p for p in plan.parameters if not p.required]
    return lines + [f"{p.id}: {_parameter_type(p)} = {literal(p.default)}" for p in others]


def _workflow_about(plan: Plan) -> list[str]:
    lines = [f"Pipeline '{one_line(plan.pipeline)}' of {plan.package}."]
    arguments = [
        f"    {dataset.id}: dataset '{one_line(dataset.name)}'; None: {one_line(dataset.location)}"
        for dataset in map(plan.dataset, plan.sources)
    ]
    arguments += [f"    {p.id}: parameter '{one_line(p.path)}'{_hint(p)}" for p in plan.parameters]
    return [*lines, "", "Args:", *arguments] if arguments else lines


def _hint(parameter: Parameter) -> str:
    hints = {Kind.JSON: ", as JSON", Kind.DATE: ", as YYYY-MM-DD", Kind.DATETIME: ", as ISO 8601"}
    return hints.get(parameter.kind, "")


def _launch_plans(plan: Plan) -> list[list[str]]:
    plans = [_schedule(plan, schedule) for schedule in plan.schedules]
    if plan.notifications and not plan.schedules:
        plans.append(_launch_plan(plan, f"{plan.id}_notified", []))
    return plans


def _schedule(plan: Plan, schedule: Schedule) -> list[str]:
    more = [f"schedule=CronSchedule(schedule={literal(schedule.cron)})"]
    if schedule.inputs:
        pairs = ", ".join(f"{literal(key)}: {literal(value)}" for key, value in schedule.inputs)
        more.append(f"default_inputs={{{pairs}}}")
    if schedule.active:
        more.append("auto_activate=True")
    return _launch_plan(plan, f"{plan.id}_{schedule.name}", more)


def _launch_plan(plan: Plan, name: str, more: list[str]) -> list[str]:
    arguments = [plan.id, f"name={literal(name)}", *more]
    variable = re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_").upper()
    lines = bracketed(f"{variable} = LaunchPlan.get_or_create(", arguments)
    if plan.notifications:
        notes = ", ".join(_notification(n) for n in plan.notifications)
        arguments.append(f"notifications=[{notes}]")
        lines = bracketed(f"{variable} = LaunchPlan.get_or_create(", arguments)
    return ["", "", *lines]


def _notification(notification: Notification) -> str:
    phases = ", ".join(f"WorkflowExecutionPhase.{_PHASES[p]}" for p in notification.phases)
    people = ", ".join(literal(person) for person in notification.to)
    name = _NOTIFIERS[notification.by]
    return f"{name}(phases=[{phases}], recipients_email=[{people}])"
