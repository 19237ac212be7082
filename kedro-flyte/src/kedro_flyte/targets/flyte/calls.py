"""The calls that a workflow's body is made of, in the order in which they may run.

What decides is a value of the workflow, which a task has given before.
"""

from collections.abc import Sequence

from kedro_flyte.plan.conditions import IS_TRUE
from kedro_flyte.plan.model import (
    Alternative,
    Conditional,
    Kind,
    MapOver,
    Over,
    Plan,
    SubWorkflow,
    Task,
)
from kedro_flyte.targets.flyte.control import both, item_arguments, like, split_arguments
from kedro_flyte.targets.flyte.types import arguments_of, flow_of_sub_workflow, typed_arguments
from kedro_flyte.targets.flyte.wiring import Given, Wiring, wiring
from kedro_flyte.targets.source import WIDTH, bracketed, literal, one_line


def groups_put_together(plan: Plan) -> list[str]:
    """Return what puts each group of parameters together, before tasks that take it are called."""
    taken = {key for task in plan.tasks for key, _ in _all_arguments(plan, task)}
    return [
        line
        for group in plan.groups
        if group.id in taken
        for line in bracketed(
            f"{group.id} = PLAN.values(", [literal(group.entry), "locals()"], indent=4
        )
    ]


def _all_arguments(plan: Plan, task: Task) -> list[tuple[str, str]]:
    """Return what all functions take that stand for a task."""
    if task.conditional is not None:
        alternatives = [one for one, _ in both(task.conditional)]
        return [given for one in alternatives for given in arguments_of(plan, like(task, one))]
    steps = [task.map_over.splits, task.map_over.gathers] if task.map_over else []
    more = [given for some in steps for given in typed_arguments(plan, task, some)]
    return arguments_of(plan, task) + more


def wiring_of(
    plan: Plan, tasks: Sequence[Task], sub_workflows: Sequence[SubWorkflow] = ()
) -> Wiring:
    """Return how a workflow names what its calls give."""
    inside = {task_id for one in sub_workflows for task_id in one.tasks}
    used = _used(plan)
    calls = [_given_by(plan, task, used) for task in tasks if task.id not in inside]
    for one in sub_workflows:
        gives = tuple(plan.dataset(name).id for name in flow_of_sub_workflow(plan, one)[1])
        calls.append(Given(by=one.id, names=gives, unpacked=gives))
    return wiring(plan, [one for one in calls if one.names])


def _given_by(plan: Plan, task: Task, used: set[str]) -> Given:
    """Return what a task gives to the workflow. An alternative's is unpacked by its own call."""
    if task.conditional is not None:
        return Given(by=task.id, names=(), unpacked=())
    ids = tuple(plan.dataset(name).id for name in task.outputs)
    flags = tuple(flag.id for flag in task.flags)
    by = task.map_over.gather if task.map_over else task.id
    return Given(by=by, names=ids + flags, unpacked=(*_shown(plan, task, used), *flags))


def all_calls(
    plan: Plan, tasks: Sequence[Task], wires: Wiring, sub_workflows: Sequence[SubWorkflow] = ()
) -> list[str]:
    """Return the calls of tasks, and of sub-workflows where the first task of each stands."""
    inside = {task_id for one in sub_workflows for task_id in one.tasks}
    firsts = {one.tasks[0]: one for one in sub_workflows}
    lines = []
    used = _used(plan)
    for task in tasks:
        if task.id in firsts:
            lines += _call_of_sub_workflow(plan, firsts[task.id], wires)
        elif task.id not in inside:
            lines += _calls(plan, task, used, wires)
    return lines


def _used(plan: Plan) -> set[str]:
    """Return the datasets that something reads; of some, a flag alone tells."""
    found = set(plan.results)
    for task in plan.tasks:
        one = task.conditional
        found |= {*one.then.inputs, *one.otherwise.inputs} if one else set(task.inputs)
    return found


def _shown(plan: Plan, task: Task, used: set[str]) -> list[str]:
    return [plan.dataset(name).id if name in used else "_" for name in task.outputs]


def _call_of_sub_workflow(plan: Plan, one: SubWorkflow, wires: Wiring) -> list[str]:
    takes, gives = flow_of_sub_workflow(plan, one)
    targets = wires.targets(one.id, [plan.dataset(name).id for name in gives])
    return call(one.id, wires.words([key for key, _ in takes]), targets)


def _calls(plan: Plan, task: Task, used: set[str], wires: Wiring) -> list[str]:
    """Return the lines of the workflow that call a task."""
    outputs = _shown(plan, task, used)
    if task.conditional is not None:
        return _conditional(plan, task, task.conditional, outputs, wires)
    if task.map_over is not None:
        return _map_calls(plan, task, task.map_over, outputs, wires)
    given = [key for key, _ in arguments_of(plan, task)]
    targets = wires.targets(task.id, [*outputs, *(flag.id for flag in task.flags)])
    return call(task.id, wires.words(given), targets)


def call(name: str, arguments: Sequence[str], outputs: Sequence[str]) -> list[str]:
    """Return the lines that call a function, in its own order, and name what it gives."""
    head = f"{', '.join(outputs)} = {name}(" if outputs else f"{name}("
    return bracketed(head, arguments, indent=4)


def _conditional(
    plan: Plan, task: Task, choice: Conditional, outputs: Sequence[str], wires: Wiring
) -> list[str]:
    # The comment keeps a formatter from joining the lines, whatever their length.
    head = ["    (", *(f"        {one}," for one in outputs), "    ) = ("]
    names = f"    {', '.join(outputs)} = ("
    node = plan.node(task.nodes[0])
    said = node.choice.condition.text(node.choice.when) if node.choice else choice.value
    return [
        *([names] if len(names) <= WIDTH else head),
        f"        conditional({literal(task.id)})  # {one_line(said)}",
        f"        .if_({_condition(plan, choice, wires)})",
        *_then(plan, task, choice.then, wires),
        "        .else_()",
        *_then(plan, task, choice.otherwise, wires),
        "    )",
    ]


def _condition(plan: Plan, choice: Conditional, wires: Wiring) -> str:
    parameter = plan.parameter(choice.value)
    if parameter is None or choice.condition.operator == IS_TRUE:
        return f"{wires.word(choice.value)}.is_true()"
    number = parameter.kind is Kind.FLOAT
    constant = float(choice.condition.value) if number else choice.condition.value
    return f"{choice.value} {choice.condition.operator} {literal(constant)}"


def _then(plan: Plan, task: Task, one: Alternative, wires: Wiring) -> list[str]:
    given = wires.words([key for key, _ in arguments_of(plan, like(task, one))])
    short = f"        .then({one.id}({', '.join(given)}))"
    if len(short) <= WIDTH:
        return [short]
    inner = bracketed(f"{one.id}(", given, indent=12, one_line=False)
    return ["        .then(", *inner, "        )"]


def _map_calls(
    plan: Plan, task: Task, over: MapOver, outputs: Sequence[str], wires: Wiring
) -> list[str]:
    listed = ["item_keys", "items_kind"]
    listed += ["items_folder"] if over.over is Over.VALUE else []
    bound = [f"{key}={wires.word(key)}" for key, _ in item_arguments(plan, task, over)]
    mapped = bracketed("functools.partial(", [over.item, *bound], "),", indent=8)
    if not bound:
        mapped = [f"        {over.item},"]
    limits = [f"        concurrency={over.concurrency},"] if over.concurrency else []
    if over.min_success_ratio < 1:
        limits.append(f"        min_success_ratio={literal(over.min_success_ratio)},")
    given = [key for key, _ in split_arguments(plan, task, over)]
    more = [key for key, _ in typed_arguments(plan, task, over.gathers)]
    gathered = ["item_keys", "items_kind", "item_results", *more]
    return [
        *call(over.split, wires.words(given), listed),
        "    item_results = map_task(",
        *mapped,
        *limits,
        "    )(item_key=item_keys)",
        *call(over.gather, gathered, wires.targets(over.gather, outputs)),
    ]
