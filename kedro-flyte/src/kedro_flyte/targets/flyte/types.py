"""The types of what passes between tasks, and the names that stand for them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from kedro_flyte.plan.model import Dataset, Kind, Parameter, Plan, SubWorkflow, Task, Travel
from kedro_flyte.plan.model.grouped import arguments
from kedro_flyte.plan.names.identifiers import hashed
from kedro_flyte.plan.view import base_name
from kedro_flyte.targets.source import alias, constants, literal
from kedro_flyte.targets.source import call as expression

# The format of what an item of a map gives: an archive of a pickle for each output.
ITEM = "zip"
_KIND_TYPES = {
    # Both types, in this order: flytekit takes the first that fits.
    Kind.INTEGER: "Number",
    Kind.FLOAT: "float",
    Kind.BOOLEAN: "bool",
    Kind.TEXT: "str",
    Kind.NUMBERS: "list[Number]",
    Kind.TEXTS: "list[str]",
    Kind.JSON: "str",
    Kind.DATE: "str",
    Kind.DATETIME: "str",
}


def named_tuple(
    plan: Plan, name: str, members: Iterable[str], more: Iterable[str] = ()
) -> list[str]:
    """Return the lines of the class that names what a task or workflow gives."""
    datasets = [plan.dataset(member) for member in members]
    fields = [f"    {dataset.id}: {type_of(dataset)}" for dataset in datasets]
    fields += [f"    {one}" for one in more]
    return ["", "", f"class {name}(NamedTuple):", *fields]


def return_type(plan: Plan, names: Sequence[str], tuple_name: str) -> str:
    """Return the annotation of what is returned: none, one alone, or several by name."""
    if not names:
        return "None"
    return type_of(plan.dataset(names[0])) if len(names) == 1 else tuple_name


def aliases(plan: Plan) -> list[str]:
    """Return the assignments of the types of files, which have names of their own."""
    handed = [d for d in plan.datasets if d.travel is Travel.FILE or d.travel is Travel.PICKLE]
    mapped = {ITEM} if any(task.map_over for task in plan.tasks) else set()
    formats = sorted({format_of(dataset) for dataset in handed} - {""} | mapped)
    return [f"{alias(name)} = FlyteFile[{literal(name)}]" for name in formats]


def input_types(plan: Plan) -> list[str]:
    """Return the types of parameters that this package has names for."""
    types = {parameter_type(plan, one) for one in plan.parameters}
    used = [n for n in ("Number", "Real") if any(re.search(rf"\b{n}\b", one) for one in types)]
    return [*used, *(["Parameters"] if plan.groups else [])]


def format_of(dataset: Dataset) -> str:
    """Return the format of the file that passes between tasks; empty where it is not known."""
    return "pickle" if dataset.travel is Travel.PICKLE else dataset.format


def type_of(dataset: Dataset) -> str:
    """Return the type of a dataset between tasks: a file, a folder, or text for one that stays."""
    if not dataset.travel.is_handed_over:
        return "str"
    if dataset.travel is Travel.DIRECTORY:
        return "FlyteDirectory"
    return alias(format_of(dataset)) if format_of(dataset) else "FlyteFile"


def source_type(dataset: Dataset) -> str:
    """Return the type of a dataset at the entrance, where None means what has been shipped."""
    return f"{type_of(dataset)} | None"


def parameter_type(plan: Plan, parameter: Parameter) -> str:
    """Return the annotation of a parameter.

    A value of one type fits into two of a group's, for flytekit, if it is a float; so it gets two.
    """
    kind = _KIND_TYPES[parameter.kind]
    if kind == "float" and plan.is_grouped(parameter):
        kind = "Real"
    optional = parameter.default is None and not parameter.required
    return f"{kind} | None" if optional else kind


def arguments_of(plan: Plan, task: Task) -> list[tuple[str, str]]:
    """Return the names and types of what a task takes: datasets, in its nodes' order, parameters.

    Parameters that are one input of a node are one argument.
    """
    read = [base_name(entry) for name in task.nodes for entry in plan.node(name).inputs]
    names = [name for name in dict.fromkeys(read) if name in task.inputs]
    names += [name for name in task.inputs if name not in names]
    datasets = [plan.dataset(name) for name in names]
    found = [(d.id, source_type(d) if d.name in plan.sources else type_of(d)) for d in datasets]
    return found + typed_arguments(plan, task, task.parameters)


def typed_arguments(plan: Plan, task: Task, parameters: Iterable[str]) -> list[tuple[str, str]]:
    """Return the names and types of the arguments that hold these parameters of a task."""
    taken = arguments(plan, replace(task, parameters=tuple(parameters)))
    return [(name, _argument_type(plan, name)) for name in taken]


def _argument_type(plan: Plan, name: str) -> str:
    single = plan.parameter(name)
    return parameter_type(plan, single) if single else "Parameters"


def workflow_arguments(plan: Plan) -> list[str]:
    """Return the workflow's inputs: those that must be given, then datasets, then parameters."""
    needed = [p for p in plan.parameters if p.required]
    lines = [f"{p.id}: {parameter_type(plan, p)}" for p in needed]
    for name in plan.sources:
        dataset = plan.dataset(name)
        lines.append(f"{dataset.id}: {source_type(dataset)} = None")
    return lines + [_with_default(plan, p) for p in plan.parameters if not p.required]


def _with_default(plan: Plan, parameter: Parameter) -> str:
    head = f"{parameter.id}: {parameter_type(plan, parameter)} = "
    if isinstance(parameter.default, tuple):
        return expression(f"{head}[", [literal(one) for one in parameter.default], "]", column=4)
    return f"{head}{literal(parameter.default)}"


def flow_of_sub_workflow(plan: Plan, one: SubWorkflow) -> tuple[list[tuple[str, str]], list[str]]:
    """Return the names and types of what a sub-workflow takes, and the datasets that it gives."""
    ids = set(one.tasks)
    inside = [plan.task(task_id) for task_id in one.tasks]
    made = {plan.dataset(name).id for task in inside for name in task.outputs}
    made |= {flag.id for task in inside for flag in task.flags}
    takes = {key: kind for task in inside for key, kind in arguments_of(plan, task)}
    takes |= {
        key: kind
        for task in inside
        if task.conditional is not None and task.conditional.value in task.parameters
        for key, kind in typed_arguments(plan, task, [task.conditional.value])
    }
    others = [task for task in plan.tasks if task.id not in ids]
    outside = {name for task in others for name in task.inputs}
    gives = [n for task in inside for n in task.outputs if n in outside or n in plan.results]
    return [(key, kind) for key, kind in takes.items() if key not in made], gives


def secret_constants(plan: Plan) -> dict[str, str]:
    """Return the constants of the secrets by name; each is called after its variable."""
    return constants("SECRET", {one.name: one.env or hashed(one.name) for one in plan.secrets})


def tier_constant(plan: Plan, name: str, prefix: str = "TIER") -> str:
    """Return the name of what a tier stands for: `TIER_LARGE`."""
    return constants(prefix, {tier.name: tier.name for tier in plan.tiers})[name]


def image_constant(plan: Plan, name: str) -> str:
    """Return the name of an environment's image."""
    return constants("IMAGE", {one.name: one.name for one in plan.environments})[name]
