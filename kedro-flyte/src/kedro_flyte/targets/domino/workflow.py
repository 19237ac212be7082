"""The workflow, and the class of its results."""

from kedro_flyte.plan.model import Dataset, Plan
from kedro_flyte.targets.domino.jobs import Jobs
from kedro_flyte.targets.domino.types import default_of, parameter_type, type_of
from kedro_flyte.targets.source import (
    bracketed,
    docstring,
    literal,
    one_line,
    tuple_name_of,
    workflow_about,
)


def workflow_blocks(plan: Plan) -> list[list[str]]:
    """Return the class that names the results, where there are several, and the workflow."""
    blocks = []
    results = [plan.dataset(name) for name in plan.results]
    tuple_name = tuple_name_of(plan.id)
    returned = type_of(results[0]) if results else "None"
    if len(results) > 1:
        returned = tuple_name
        about = docstring([f"What {plan.id} gives."], indent=4)
        fields = [f"    {dataset.id}: {type_of(dataset)}" for dataset in results]
        blocks.append(["", "", f"class {tuple_name}(NamedTuple):", *about, "", *fields])
    jobs = Jobs(plan)
    lines = ["", "", "@workflow"]
    lines += bracketed(f"def {plan.id}(", _arguments(plan), f") -> {returned}:")
    lines += docstring(workflow_about(plan, _source), indent=4)
    lines += jobs.lines()
    if len(results) > 1:
        values = [f"{dataset.id}={jobs.value(dataset.name)}" for dataset in results]
        lines += bracketed(f"return {tuple_name}(", values, indent=4)
    elif results:
        lines.append(f"    return {jobs.value(results[0].name)}")
    return [*blocks, lines]


def _arguments(plan: Plan) -> list[str]:
    """Return the inputs: those that must be given first, then paths, then parameters."""
    lines = [f"{p.id}: {parameter_type(p)}" for p in plan.parameters if p.required]
    datasets = map(plan.dataset, plan.sources)
    lines += [f"{dataset.id}: str = {literal(dataset.location)}" for dataset in datasets]
    others = [p for p in plan.parameters if not p.required]
    return lines + [f"{p.id}: {parameter_type(p)} = {literal(default_of(p))}" for p in others]


def _source(dataset: Dataset) -> str:
    return f"path or URI of dataset '{one_line(dataset.name)}'"
