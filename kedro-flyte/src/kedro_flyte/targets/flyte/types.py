"""The types of what passes between tasks, and the names that stand for them."""

from collections.abc import Iterable, Sequence

from kedro_flyte.plan.model import Dataset, Kind, Parameter, Plan, SubWorkflow, Task, Travel
from kedro_flyte.plan.names.identifiers import hashed
from kedro_flyte.targets.source import alias, constants, docstring, literal

# The format of what an item of a map gives: an archive of a pickle for each output.
ITEM = "zip"
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


def named_tuple(
    plan: Plan, name: str, members: Iterable[str], about: str, more: Iterable[str] = ()
) -> list[str]:
    """Return the lines of the class that names what a task or workflow gives."""
    datasets = [plan.dataset(member) for member in members]
    fields = [f"    {dataset.id}: {type_of(dataset)}" for dataset in datasets]
    fields += [f"    {one}" for one in more]
    return ["", "", f"class {name}(NamedTuple):", *docstring([about], indent=4), "", *fields]


def return_type(plan: Plan, names: Sequence[str], tuple_name: str) -> str:
    """Return the annotation of what is returned: none, one alone, or several by name."""
    if not names:
        return "None"
    return type_of(plan.dataset(names[0])) if len(names) == 1 else tuple_name


def aliases(plan: Plan) -> list[str]:
    """Return the assignments of the types that have names of their own."""
    handed = [d for d in plan.datasets if d.travel is Travel.FILE or d.travel is Travel.PICKLE]
    mapped = {ITEM} if any(task.map_over for task in plan.tasks) else set()
    formats = sorted({format_of(dataset) for dataset in handed} - {""} | mapped)
    lines = [f"{alias(name)} = FlyteFile[{literal(name)}]" for name in formats]
    if any(parameter.kind is Kind.INTEGER for parameter in plan.parameters):
        lines.append("Number = int | float")
    return lines


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


def parameter_type(parameter: Parameter) -> str:
    """Return the annotation of a parameter."""
    kind = _KIND_TYPES[parameter.kind]
    optional = parameter.default is None and not parameter.required
    return f"{kind} | None" if optional else kind


def arguments_of(plan: Plan, task: Task) -> list[tuple[str, str]]:
    """Return the names and types of what a task takes: datasets first, then parameters."""
    by_id = {parameter.id: parameter for parameter in plan.parameters}
    datasets = [plan.dataset(name) for name in task.inputs]
    found = [(d.id, source_type(d) if d.name in plan.sources else type_of(d)) for d in datasets]
    return found + [(name, parameter_type(by_id[name])) for name in task.parameters]


def workflow_arguments(plan: Plan) -> list[str]:
    """Return the workflow's inputs: those that must be given, then datasets, then parameters."""
    needed = [p for p in plan.parameters if p.required]
    lines = [f"{p.id}: {parameter_type(p)}" for p in needed]
    for name in plan.sources:
        dataset = plan.dataset(name)
        lines.append(f"{dataset.id}: {source_type(dataset)} = None")
    others = [p for p in plan.parameters if not p.required]
    return lines + [f"{p.id}: {parameter_type(p)} = {literal(p.default)}" for p in others]


def flow_of_sub_workflow(plan: Plan, one: SubWorkflow) -> tuple[list[str], list[str], list[str]]:
    """Return the datasets that a sub-workflow takes, those that it gives, and its parameters."""
    inside = [plan.task(task_id) for task_id in one.tasks]
    made = {name for task in inside for name in task.outputs}
    ids = set(one.tasks)
    takes = list(dict.fromkeys(n for task in inside for n in task.inputs if n not in made))
    outside = {n for task in plan.tasks if task.id not in ids for n in task.inputs}
    gives = [n for task in inside for n in task.outputs if n in outside or n in plan.results]
    parameters = dict.fromkeys(p for task in inside for p in task.parameters)
    return takes, gives, list(parameters)


def secret_constants(plan: Plan) -> dict[str, str]:
    """Return the constants of the secrets by name; each is called after its variable."""
    return constants("SECRET", {one.name: one.env or hashed(one.name) for one in plan.secrets})


def tier_constant(plan: Plan, name: str, prefix: str = "TIER") -> str:
    """Return the name of what a tier stands for: `TIER_LARGE`."""
    return constants(prefix, {tier.name: tier.name for tier in plan.tiers})[name]


def image_constant(plan: Plan, name: str) -> str:
    """Return the name of an environment's image."""
    return constants("IMAGE", {one.name: one.name for one in plan.environments})[name]
