"""Packages that no client writes, and what each side says of them: the table of agreement."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from flyteidl.admin.common_pb2 import Notification, SlackNotification
from flyteidl.admin.launch_plan_pb2 import LaunchPlan
from flyteidl.admin.schedule_pb2 import CronSchedule
from flyteidl.admin.task_pb2 import TaskSpec
from flyteidl.core.execution_pb2 import WorkflowExecution
from flyteidl.core.tasks_pb2 import Resources
from flyteidl.core.workflow_pb2 import Node
from google.protobuf.json_format import ParseDict
from google.protobuf.struct_pb2 import Struct

from real.graphs import launch_plan, node, task, workflow
from real.packages import Entity


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One package.

    Attributes:
        ours: The stand-in's code; empty if it takes the package.
        theirs: The codes of Flyte's compiler and of FlyteAdmin's rules; empty if they take it.
        why: Where only the stand-in refuses: why that is right.
    """

    entities: tuple[Entity, ...]
    ours: str = ""
    theirs: frozenset[str] = frozenset()
    why: str = ""


def _of(
    *nodes: Node,
    change: Callable[[TaskSpec], object] = lambda _: None,
    plan: Callable[[LaunchPlan], object] = lambda _: None,
    more: Iterable[Entity] = (),
) -> tuple[Entity, ...]:
    entities = task(), workflow("flow", nodes or [node("n0")]), launch_plan("flow", of="flow")
    change(entities[0])
    plan(entities[2])
    return (*entities, *more)


def _waiting(waits: Node, other: str) -> Node:
    waits.upstream_node_ids.append(other)
    return waits


def _resources(name: str, requests: str, limits: str = "") -> Callable[[TaskSpec], None]:
    kind = Resources.ResourceName.Value(name)

    def change(spec: TaskSpec) -> None:
        asked = spec.template.container.resources
        asked.requests.add(name=kind, value=requests)
        if limits:
            asked.limits.add(name=kind, value=limits)

    return change


def _as_pod(name: str) -> Callable[[TaskSpec], None]:
    def change(spec: TaskSpec) -> None:
        spec.template.ClearField("container")
        pod = {"containers": [{"name": name, "image": "image:1", "args": ["run"]}]}
        spec.template.k8s_pod.pod_spec.CopyFrom(ParseDict(pod, Struct()))
        spec.template.config["primary_container_name"] = name

    return change


def _schedule(text: str) -> Callable[[LaunchPlan], None]:
    schedule = CronSchedule(schedule=text)
    return lambda plan: plan.spec.entity_metadata.schedule.cron_schedule.CopyFrom(schedule)


def _notify(*people: str, phase: int = WorkflowExecution.FAILED) -> Callable[[LaunchPlan], None]:
    one = Notification(slack=SlackNotification(recipients_email=people), phases=[phase])
    return lambda plan: plan.spec.entity_metadata.notifications.append(one)


def _other_image(spec: TaskSpec) -> TaskSpec:
    spec.template.container.image = "registry/image:2"
    return spec


def _refused(*codes: str) -> frozenset[str]:
    """Return these codes and the one of the workflow, which lacks the task that they refuse."""
    return frozenset({*codes, "TaskReferenceNotFound"})


_POD_LABEL = "propeller makes a label and a name of the pod from it, which Kubernetes refuses"

CASES: dict[str, Case] = {
    "all is well": Case(entities=_of(node("n0"), node("n1", "n0"))),
    "a pod task is well": Case(entities=_of(change=_as_pod("main"))),
    "a schedule is well": Case(entities=_of(plan=_schedule("CRON_TZ=Europe/Berlin 0 3 * * *"))),
    "a name of a schedule is well": Case(entities=_of(plan=_schedule("@daily"))),
    "one resource is well": Case(entities=_of(change=_resources("MEMORY", "500Mi", "1Gi"))),
    # ------------------------------------------------------------------ refused by both
    "a task has no image": Case(
        entities=_of(change=lambda spec: spec.template.container.ClearField("image")),
        ours="ValueRequired",
        theirs=_refused("ValueRequired"),
    ),
    "a name stands for two tasks": Case(
        entities=_of(more=[_other_image(task())]),
        ours="ValueCollision",
        theirs=frozenset({"ValueCollision"}),
    ),
    "a container has no command": Case(
        entities=_of(change=lambda spec: spec.template.container.ClearField("args")),
        ours="ValueRequired", theirs=_refused("ValueRequired"),
    ),
    "a resource is no quantity": Case(
        entities=_of(change=_resources("MEMORY", "much")), ours="UnrecognizedValue", theirs=_refused("UnrecognizedValue")
    ),
    "half a gpu is asked for": Case(
        entities=_of(change=_resources("GPU", "500m")), ours="InvalidValue", theirs=_refused("InvalidValue")
    ),
    "more is asked for than the task's own limit": Case(
        entities=_of(change=_resources("MEMORY", "2Gi", "1Gi")), ours="InvalidValue", theirs=_refused("InvalidValue")
    ),
    "a pod's container has a name with a capital": Case(
        entities=_of(change=_as_pod("Main")), ours="InvalidValue", theirs=_refused("InvalidValue")
    ),
    "a schedule has a field too many": Case(
        entities=_of(plan=_schedule("0 0 3 * * *")), ours="InvalidSchedule", theirs=frozenset({"InvalidSchedule"})
    ),
    "a schedule is in an unknown time zone": Case(
        entities=_of(plan=_schedule("CRON_TZ=Mars/Olympus 0 3 * * *")),
        ours="InvalidSchedule",
        theirs=frozenset({"InvalidSchedule"}),
    ),
    "a notification goes to nobody": Case(
        entities=_of(plan=_notify()), ours="ValueRequired", theirs=frozenset({"ValueRequired"})
    ),
    "a notification waits for a start": Case(
        entities=_of(plan=_notify("me@example.org", phase=WorkflowExecution.RUNNING)),
        ours="InvalidValue",
        theirs=frozenset({"InvalidValue"}),
    ),
    "a label has a space": Case(
        entities=_of(plan=lambda plan: plan.spec.labels.values.update({"team": "a b"})),
        ours="InvalidValue",
        theirs=frozenset({"InvalidValue"}),
    ),
    "a name is longer than FlyteAdmin's column": Case(
        entities=_of(more=[task("t" * 256)]), ours="TooLong", theirs=frozenset({"TooLong"})
    ),
    # ------------------------------------------------------- refused by the stand-in alone
    "two nodes have one id": Case(
        entities=_of(node("n0"), node("n1", "n0"), node("n1", "n0")),
        ours="DuplicateId",
        why="the compiler drops the second node, and says nothing",
    ),
    "an id has capitals": Case(entities=_of(node("N0")), ours="InvalidId", why=_POD_LABEL),
    "an id has an underscore": Case(entities=_of(node("n_0")), ours="InvalidId", why=_POD_LABEL),
    "an id is longer than a label": Case(
        entities=_of(node("n" * 64)), ours="InvalidId", why=_POD_LABEL
    ),
    "a node waits for one that does not exist": Case(
        entities=_of(node("n0"), _waiting(node("n1", "n0"), "n9")),
        ours="UnknownUpstream",
        why="the compiler takes the edge, and no run of it can end",
    ),
    "a cache has no version": Case(
        entities=_of(change=lambda spec: setattr(spec.template.metadata, "discoverable", True)),
        ours="CacheWithoutVersion",
        why="the catalog of results refuses a task without one when it runs",
    ),
}  # fmt: skip
