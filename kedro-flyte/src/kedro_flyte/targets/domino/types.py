"""The types of what passes between jobs, and the names of the module's constants."""

from kedro_flyte.plan.model import Dataset, Kind, Parameter, Plan, Snapshot, Task, Travel
from kedro_flyte.plan.view import Default, base_name
from kedro_flyte.targets.domino.record import Domino, DominoEnvironment, domino_of
from kedro_flyte.targets.layout import Call
from kedro_flyte.targets.source import alias, constants, literal

# The uploader of a job knows no unions and no optional values, so each kind has one type.
_KIND_TYPES = {Kind.INTEGER: "int", Kind.FLOAT: "float", Kind.BOOLEAN: "bool"}
ARTIFACTS = {
    "DATA": ("FILES", "data"),
    "MODEL": ("MODELS", "models"),
    "REPORT": ("REPORTS", "reports"),
}


def parameter_type(parameter: Parameter) -> str:
    """Return the type of a parameter; text for one that may be missing."""
    return "str" if parameter.read_in_task else _KIND_TYPES.get(parameter.kind, "str")


def default_of(parameter: Parameter) -> Default:
    """Return the default as an input has it: a missing value is written `null`, as JSON."""
    return "null" if parameter.default is None else parameter.default


def format_of(dataset: Dataset) -> str:
    """Return the suffix of the file that passes between jobs; empty where it is not known."""
    fixed = {Travel.DIRECTORY: "zip", Travel.PICKLE: "pickle"}
    return fixed.get(dataset.travel, dataset.format)


def type_of(dataset: Dataset) -> str:
    """Return the type of a dataset between jobs: a file, or text for one that stays."""
    if not dataset.travel.is_handed_over:
        return "str"
    return alias(format_of(dataset)) if format_of(dataset) else "FlyteFile"


def output_type(dataset: Dataset) -> "str | Call":
    """Return the type of an output: a file of an artifact, where it is a result."""
    if not dataset.artifact:
        return type_of(dataset)
    name = f"{dataset.id}.{format_of(dataset) or 'bin'}"
    return Call(f"{ARTIFACTS[dataset.artifact][0]}.File(", [f"name={literal(name)}"])


def tier_constants(plan: Plan) -> dict[str, str]:
    """Return the constants of the hardware tiers, by tier."""
    return constants("TIER", {tier.name: tier.name for tier in plan.tiers})


def environment_constants(plan: Plan) -> dict[str, str]:
    """Return the constants of the compute environments, by environment."""
    return constants("ENVIRONMENT", {one.name: one.name for one in domino_of(plan).environments})


def snapshot_constants(plan: Plan) -> dict[str, str]:
    """Return the constants of the snapshots, by label."""
    return constants("SNAPSHOT", {one.label: one.label for one in plan.snapshots})


def shared_environment(plan: Plan) -> DominoEnvironment | None:
    """Return the environment that all jobs have, where they have one; it is written once."""
    used = {task.environment for task in plan.tasks}
    return domino_of(plan).environment(used.pop()) if len(used) == 1 else None


def snapshots_of(plan: Plan, task: Task) -> list[Snapshot]:
    """Return the snapshots that a task reads."""
    nodes = [plan.node(name) for name in task.nodes]
    read = {base_name(entry) for node in nodes for entry in node.inputs}
    return [one for one in plan.snapshots if read & {name for name, _ in one.paths}]


def needs_base_class(task: Task) -> bool:
    """Whether a job asks for what `run_domino_job_task` cannot say."""
    return bool(task.retries or task.timeout)


def tier_id(settings: Domino, tier: str) -> str:
    """Return the id of a hardware tier; empty where flyte.yml has none."""
    return dict(settings.tier_ids).get(tier, "")
