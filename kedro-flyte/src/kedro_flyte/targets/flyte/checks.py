"""Findings of Flyte alone: what its back end refuses or cannot bear, and how it is launched."""

from collections.abc import Iterator

from kedro_flyte.plan.checks.facts import Facts, error, info, warning
from kedro_flyte.plan.model import Travel
from kedro_flyte.plan.settings.tiers import quantity
from kedro_flyte.plan.view import Finding, base_name
from kedro_flyte.targets.flyte.burden import compilation, resource_bytes

LIMIT = 100  # calls in one workflow, for FlyteAdmin
# Its own limits of a task, where the installation sets none; flyte-core's chart has them.
CPU_LIMIT = "2"
MEMORY_LIMIT = "1Gi"
# Seconds of FlyteAdmin's compiler, which works while a client waits: worth a word, and too many.
_SLOW, _ENDLESS = 10, 300
_REQUEST = 1.5e6  # bytes that etcd takes


def tier_limits(facts: Facts) -> Iterator[Finding]:
    """Tell the tiers that an installation with FlyteAdmin's own limits refuses."""
    used = {need.tier for need in facts.grouped.needs.values()}
    for name in sorted(used & facts.scope.tiers.keys()):
        cpu, memory = facts.scope.tiers[name].cpu, facts.scope.tiers[name].memory
        if quantity(cpu) > quantity(CPU_LIMIT) or quantity(memory) > quantity(MEMORY_LIMIT):
            yield info(
                "KF173",
                f"Tier '{name}' asks for cpu {cpu or '-'} and memory {memory or '-'}.",
                f"Where an installation sets no limits, FlyteAdmin takes cpu {CPU_LIMIT} and "
                f"memory {MEMORY_LIMIT} a task, and refuses to register one that asks for more.",
                "Ask who runs Flyte for limits (task_resources.limits) that hold this tier.",
                place=name,
            )


def limits(facts: Facts) -> Iterator[Finding]:
    count = sum(facts.divided.calls.values())
    most = LIMIT**2
    if count > most:
        yield error(
            "KF124",
            f"The plan makes {count} nodes of a Flyte workflow.",
            f"Sub-workflows of {LIMIT} hold {most} at most; a map and a branch are three.",
            "Group nodes: --group-by namespace, tag, tier or pipeline.",
            place=facts.view.pipeline,
        )
    elif count > LIMIT:
        yield info(
            "KF113",
            f"The plan makes {count} nodes of a Flyte workflow, which takes {LIMIT}.",
            "Tasks are put into sub-workflows; one starts when all that it reads is there. A map "
            "and a branch are three nodes each.",
            "Group nodes for fewer and longer tasks: --group-by namespace, tag or tier.",
            place=facts.view.pipeline,
        )


def many_namespaces(facts: Facts) -> Iterator[Finding]:
    spaces = set(facts.divided.spaces.values()) - {""}
    if len(spaces) > LIMIT:
        yield error(
            "KF145",
            f"As sub-workflows, {len(spaces)} namespaces are more than the {LIMIT} calls "
            "that FlyteAdmin takes in one workflow.",
            "Flyte counts the calls of the outermost workflow.",
            "Leave out 'sub_workflows', or nest the namespaces: only their first part counts.",
            place=facts.view.pipeline,
        )


def versions(facts: Facts) -> Iterator[Finding]:
    made = {base_name(entry) for node in facts.view.nodes for entry in node.outputs}
    found = [
        name
        for name, way in facts.routes.items()
        if way.versioned and way.travel is Travel.REFERENCE and name in made
    ]
    if found:
        yield info(
            "KF127",
            f"Versioned at remote paths: {', '.join(sorted(found))}.",
            "One version for the whole execution is its id, unless the launch names one; and the "
            "latest version is for Kedro the last by name.",
            "Launch with --env KEDRO_FLYTE_RUN_ID=$(date -u +%Y-%m-%dT%H.%M.%S.000Z), so that the "
            "last by name is the last in time.",
            place=facts.view.pipeline,
        )


def without_remote(facts: Facts) -> Iterator[Finding]:
    made = {base_name(entry) for node in facts.view.nodes for entry in node.outputs}
    read = {base_name(entry) for entry in facts.view.datasets} - made
    for label, snapshot in facts.config.snapshots.items():
        if not snapshot.remote and read & set(snapshot.paths):
            yield warning(
                "KF209",
                f"Snapshot '{label}' is not known to Flyte.",
                "The catalog's own paths are read in its place.",
                f"Put the files on remote storage, and their prefix into snapshots.{label}.remote.",
                place=label,
            )


def burden(facts: Facts) -> Iterator[Finding]:
    """Tell what FlyteAdmin compiles for minutes, and what etcd does not take."""
    seconds, sub_workflow = compilation(facts.equipped.tasks, facts.named.sub_workflows)
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
    size = resource_bytes(facts.equipped.tasks)
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


CHECKS = (tier_limits, limits, many_namespaces, versions, without_remote, burden)
