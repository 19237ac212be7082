"""The tasks: one decorated function each."""

import textwrap

from kedro_flyte.plan.model import Plan, Task
from kedro_flyte.plan.view import NodeView
from kedro_flyte.targets.flyte.resources import resource_words
from kedro_flyte.targets.flyte.types import (
    arguments_of,
    image_constant,
    named_tuple,
    return_type,
    secret_constants,
    workflow_arguments,
)
from kedro_flyte.targets.source import (
    WIDTH,
    bracketed,
    call,
    docstring,
    literal,
    one_line,
    tuple_name_of,
)


def task_blocks(plan: Plan, task: Task) -> list[list[str]]:
    """Return the class of a task's outputs, where it has several, and its function."""
    flags = [f"{flag.id}: bool" for flag in task.flags]
    arguments = [f"{key}: {kind}" for key, kind in arguments_of(plan, task)]
    call = f"run_task(PLAN, {literal(task.id)}, locals(){', flags=True' if flags else ''})"
    made = function(
        bracketed("@task(", decoration(plan, task)),
        bracketed(f"def {task.id}(", arguments, f") -> {returned_by(plan, task)}:"),
        about(plan, task),
        call,
    )
    return [*outputs_class(plan, task), made]


def handler_blocks(plan: Plan) -> list[list[str]]:
    """Return the task that runs when the workflow fails: Flyte gives it all that came in.

    It has the defaults of the workflow, since flytekit leaves out what was not given.
    """
    if plan.handler is None:
        return []
    task = plan.handler.task
    arguments = [*workflow_arguments(plan), "err: FlyteError | None = None"]
    made = function(
        bracketed("@task(", decoration(plan, task)),
        bracketed(f"def {task.id}(", arguments, ") -> None:"),
        about(plan, task),
        f"run_task(PLAN, {literal(task.id)}, locals())",
    )
    return [made]


def outputs_class(plan: Plan, task: Task) -> list[list[str]]:
    """Return the class of a task's outputs, where it has several."""
    flags = [f"{flag.id}: bool" for flag in task.flags]
    if len(task.outputs) + len(flags) < 2:  # noqa: PLR2004 - one alone needs no name
        return []
    return [named_tuple(plan, tuple_name_of(task.id), task.outputs, flags)]


def returned_by(plan: Plan, task: Task) -> str:
    """Return the annotation of what a task returns."""
    if task.flags:
        return tuple_name_of(task.id) if len(task.outputs) + len(task.flags) > 1 else "bool"
    return return_type(plan, task.outputs, tuple_name_of(task.id))


def function(decorator: list[str], signature: list[str], said: list[str], call: str) -> list[str]:
    """Return the lines of a task's function."""
    returns = "" if signature[-1].endswith("-> None:") else "return "
    return ["", "", *decorator, *signature, *docstring(said, indent=4), f"    {returns}{call}"]


def decoration(plan: Plan, task: Task) -> list[str]:
    """Return the arguments of a task's decorator."""
    words = resource_words(plan, task.tier)
    image = next((e for e in plan.environments if e.name == task.environment and e.image), None)
    if image is not None:
        words.append(f"container_image={image_constant(plan, image.name)}")
    if task.retries:
        words.append(f"retries={task.retries}")
    if task.timeout:
        words.append(f"timeout=timedelta(seconds={task.timeout})")
    if task.cache_version:
        words.append(f"cache=Cache(version={literal(task.cache_version)})")
    if task.interruptible:
        words.append("interruptible=True")
    if task.secrets:
        asked = [secret for secret in plan.secrets if secret.name in task.secrets]
        names = [secret_constants(plan)[secret.name] for secret in asked]
        words.append(call("secret_requests=[", names, "]", column=4))
    if _is_named_after_its_node(task):
        return words
    nodes = ", ".join(task.nodes)
    shown = nodes if len(nodes) <= 1000 else f"{nodes[:1000]} ... ({len(task.nodes)} nodes)"  # noqa: PLR2004
    return [*words, *_annotation(literal(one_line(shown)))]


def _is_named_after_its_node(task: Task) -> bool:
    """Whether whoever sees a function of the task on the platform knows its node."""
    own = (task.id, task.id.removesuffix("_task"))
    spelled = task.nodes[0].replace(".", "__")
    return len(task.nodes) == 1 and spelled in own and task.conditional is None


def _annotation(nodes: str) -> list[str]:
    short = f'annotations={{"kedro.org/nodes": {nodes}}}'
    if len(short) + 5 <= WIDTH:
        return [short]
    return [f'annotations={{\n    "kedro.org/nodes": {nodes},\n}}']


def about(plan: Plan, task: Task) -> list[str]:
    """Return what the docstring of a task says: what its node's does, or what its nodes do."""
    nodes = [plan.node(name) for name in task.nodes]
    if len(nodes) == 1:
        return _about_one(nodes[0])
    lines = list(map(_described, nodes))
    shown = lines[:20] + ([f"and {len(lines) - 20} more"] if len(lines) > 20 else [])  # noqa: PLR2004
    return [
        f"{len(nodes)} nodes of '{one_line(task.label)}'.",
        "",
        *(f"- {line}" for line in shown),
    ]


def _described(node: NodeView) -> str:
    """Return a node in a line: what it says of itself, or else what it takes and gives."""
    if node.about:
        return f"{one_line(node.name)}: {one_line(node.about)}"
    takes, gives = (", ".join(map(one_line, names)) for names in (node.inputs, node.outputs))
    return f"{one_line(node.name)}: {one_line(node.func)}({takes}) -> {gives or 'nothing'}"


def _about_one(node: NodeView) -> list[str]:
    line = _described(node)
    short = one_line(node.about) or f"Node {line}."
    if len(short) <= WIDTH - 10:
        return [short]
    if node.about:
        return textwrap.wrap(short, WIDTH - 7, break_long_words=False)
    rest = line.removeprefix(f"{one_line(node.name)}: ")
    wrapped = textwrap.wrap(rest, WIDTH - 4, break_long_words=False)
    return [f"Node {one_line(node.name)}.", "", *wrapped]
