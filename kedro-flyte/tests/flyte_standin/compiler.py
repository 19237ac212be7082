"""What FlyteAdmin and propeller's compiler refuse, although flytekit packages it.

One door to all checks. Knows nothing of running.
"""

from collections.abc import Iterable, Iterator

from flyteidl.core.tasks_pb2 import TaskTemplate
from flyteidl.core.workflow_pb2 import Node

from flyte_standin.container_checks import POD_NAME, check_container
from flyte_standin.findings import CompileError, Finding
from flyte_standin.launch_plan_checks import check_launch_plan
from flyte_standin.package import Package
from flyte_standin.workflow_checks import check_workflow

LONGEST_NAME = 255
MAX_NODES = 100
"""FlyteAdmin's default `registration.maxWorkflowNodes`; sub-workflows do not count."""


def check(package: Package) -> list[Finding]:
    """Return every reason why Flyte would refuse this package; empty if there is none."""
    return list(_findings(package))


def require_valid(package: Package) -> None:
    """Refuse what `check` finds fault with.

    Raises:
        CompileError: With every finding.
    """
    findings = check(package)
    if findings:
        raise CompileError(findings)


def _findings(package: Package) -> Iterator[Finding]:
    for clash in package.clashes:
        yield Finding("ValueCollision", clash, "the name stands for two different things")
    yield from _check_names([*package.tasks, *package.workflows, *package.launch_plans])
    for task in package.tasks.values():
        yield from _check_task(task)
    for template in package.workflows.values():
        count = len(template.nodes) + sum(map(_alternatives, template.nodes))
        if count > MAX_NODES:
            message = f"{count} nodes, more than {MAX_NODES}"
            yield Finding("TooManyNodes", template.id.name, message)
        yield from check_workflow(template, package)
    for name, template in package.sub_workflows.items():
        if package.workflows.get(name) != template:
            yield from check_workflow(template, package)
    for plan in package.launch_plans.values():
        yield from check_launch_plan(plan, package)


def _alternatives(node: Node) -> int:
    """Return how many nodes a branch adds: the compiler puts its alternatives beside it."""
    if not node.HasField("branch_node"):
        return 0
    chosen = node.branch_node.if_else
    return 1 + len(chosen.other) + chosen.HasField("else_node")


def _check_names(names: Iterable[str]) -> Iterator[Finding]:
    for name in names:
        if len(name) > LONGEST_NAME:
            yield Finding("TooLong", name, f"FlyteAdmin's column takes {LONGEST_NAME} characters")


def _check_task(task: TaskTemplate) -> Iterator[Finding]:
    name = task.id.name
    kind = task.WhichOneof("target")
    if kind == "container":
        for code, message in check_container(task.container):
            yield Finding(code, name, message)
    if kind == "k8s_pod":
        primary = task.config.get("primary_container_name")
        containers = task.k8s_pod.pod_spec["containers"]
        if primary not in {container["name"] for container in containers}:
            yield Finding("InvalidValue", name, f"the pod has no container {primary!r}")
        for container in containers:
            if not POD_NAME.fullmatch(container["name"]):
                message = f"a pod has no container called {container['name']!r}"
                yield Finding("InvalidValue", name, message)
    if task.metadata.discoverable and not task.metadata.discovery_version:
        yield Finding("CacheWithoutVersion", name, "the cache has no version")
