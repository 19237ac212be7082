"""Checks of what Flyte's back end refuses, or cannot bear: its limits are no part of the client."""

from collections.abc import Iterator

from kedro_flyte.plan.checks.burden import compilation, resource_bytes
from kedro_flyte.plan.checks.facts import Facts, error, info, warning
from kedro_flyte.plan.settings.tiers import quantity
from kedro_flyte.plan.view import Finding

# FlyteAdmin's own limits of a task, where the installation sets none; flyte-core's chart has them.
CPU_LIMIT = "2"
MEMORY_LIMIT = "1Gi"
# Seconds of FlyteAdmin's compiler, which works while a client waits: worth a word, and too many.
_SLOW, _ENDLESS = 10, 300
_REQUEST = 1.5e6  # bytes that etcd takes


def tier_limits(facts: Facts) -> Iterator[Finding]:
    """Tell the tiers that an installation with FlyteAdmin's own limits refuses."""
    if facts.is_domino:
        return
    used = {need.tier for need in facts.needs.values()}
    for name in sorted(used & facts.tiers.keys()):
        cpu, memory = facts.tiers[name].cpu, facts.tiers[name].memory
        if quantity(cpu) > quantity(CPU_LIMIT) or quantity(memory) > quantity(MEMORY_LIMIT):
            yield info(
                "KF173",
                f"Tier '{name}' asks for cpu {cpu or '-'} and memory {memory or '-'}.",
                f"Where an installation sets no limits, FlyteAdmin takes cpu {CPU_LIMIT} and "
                f"memory {MEMORY_LIMIT} a task, and refuses to register one that asks for more.",
                "Ask who runs Flyte for limits (task_resources.limits) that hold this tier.",
                place=name,
            )


def burden(facts: Facts) -> Iterator[Finding]:
    """Tell what FlyteAdmin compiles for minutes, and what etcd does not take."""
    if facts.is_domino:
        return
    seconds, sub_workflow = compilation(facts.tasks, facts.sub_workflows)
    if seconds >= _SLOW:
        say = error if seconds >= _ENDLESS else warning
        where = f"Sub-workflow '{sub_workflow}'" if sub_workflow else "The workflow"
        yield say(
            "KF174",
            f"{where} has so many paths that FlyteAdmin needs {_time(seconds)} to compile it.",
            "It follows every path through the graph when a workflow is registered; where each "
            "task reads what many earlier ones make, each task more doubles them.",
            _fewer_paths(facts),
            place=sub_workflow or facts.view.pipeline,
        )
    size = resource_bytes(facts.tasks)
    if size > _REQUEST:
        yield warning(
            "KF175",
            f"The workflow is a resource of about {size / 1e6:.1f} MB in Kubernetes.",
            "Its store, etcd, takes 1.5 MB in one request, unless Flyte keeps workflows elsewhere.",
            "Ask who runs Flyte for useOffloadedWorkflowClosure: true, or make fewer tasks: "
            "--group-by namespace, tag or tier.",
            place=facts.view.pipeline,
        )


def _time(seconds: float) -> str:
    for unit, size in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * size:
            return (
                f"more than 1000 {unit}" if seconds > 1e3 * size else f"{seconds / size:.0f} {unit}"
            )
    return f"{seconds:.0f} seconds"


def _fewer_paths(facts: Facts) -> str:
    namespaces = {node.namespace.split(".")[0] for node in facts.view.nodes if node.namespace}
    if len(namespaces) > 1:
        return (
            "Put nodes that read each other's data into one task (--group-by namespace), or each "
            "namespace into a workflow of its own (sub_workflows: namespace)."
        )
    return (
        "Put nodes that read each other's data into one task (a tag task.<name> and --group-by "
        "tag), or into namespaces with sub_workflows: namespace; or let one node gather what "
        "many read."
    )
