"""What runs, and what it runs on."""

from dataclasses import dataclass

from kedro_flyte.plan.model.control import Conditional, Flag, MapOver
from kedro_flyte.plan.view import NodeView


@dataclass(frozen=True, slots=True, kw_only=True)
class Toleration:
    """A taint of machines that a task puts up with, in Kubernetes' words."""

    key: str = ""
    operator: str = "Equal"
    value: str = ""
    effect: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """Resources that a task may ask for, in Kubernetes' words; empty where the platform decides.

    `named` is what the platform calls the tier, where it knows tiers by name.
    `gpu_kind` is a device that the cluster knows, `pod_template` one of its templates by name.
    """

    name: str
    cpu: str = ""
    memory: str = ""
    gpu: str = ""
    gpu_kind: str = ""
    storage: str = ""
    named: str = ""
    node_selector: tuple[tuple[str, str], ...] = ()
    tolerations: tuple[Toleration, ...] = ()
    pod_template: str = ""

    @property
    def needs_pod(self) -> bool:
        """Whether only a description of the pod can say it."""
        return bool(self.node_selector or self.tolerations)


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """The container image of a task; empty: the image that the registration names."""

    name: str
    image: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One container run: its nodes in order, what it takes and gives, what it runs on.

    `inputs` and `outputs` are names of datasets, `parameters` are ids. A task can always run as it
    stands; `conditional` and `map_over` say how an orchestrator that chooses or maps may run it
    instead, `flags` what such a one needs of it in addition, and `control` how its branches and
    maps are run, and why.
    """

    id: str
    label: str
    nodes: tuple[str, ...]
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    tier: str
    tier_reason: str = ""
    environment: str = ""
    retries: int = 0
    timeout: int | None = None
    cache_version: str = ""
    interruptible: bool = False
    secrets: tuple[str, ...] = ()
    conditional: Conditional | None = None
    map_over: MapOver | None = None
    flags: tuple[Flag, ...] = ()
    control: str = ""

    @property
    def function_ids(self) -> tuple[str, ...]:
        """The ids of the functions that stand for the task where an orchestrator can do all."""
        if self.conditional is not None:
            return (self.conditional.then.id, self.conditional.otherwise.id)
        if self.map_over is not None:
            return (self.map_over.split, self.map_over.item, self.map_over.gather)
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SubWorkflow:
    """A workflow within the workflow; its tasks, by id, stand one after another in the plan."""

    id: str
    label: str
    tasks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Handler:
    """The task that runs when the workflow has failed; its node is one of another pipeline."""

    task: Task
    node: NodeView
    pipeline: str
