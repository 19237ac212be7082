"""What `conf/<env>/flyte.yml` may say. Everything has a default: a project without it exports.

The models are the published JSON schema too (`flyte.schema.json`, beside this file).
"""

import json
from collections.abc import Callable, Mapping
from textwrap import shorten
from typing import Annotated, Any, Literal, TypeVar, get_origin

from kedro_flyte.errors import ConfigError, nearest
from kedro_flyte.plan.settings.ids import NO_NUMBER, Id
from kedro_flyte.plan.settings.times import cron_text, minutes, time_zone
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

Grouping = Literal["node", "namespace", "tag", "tier", "pipeline"]
SubWorkflows = Literal["large", "namespace"]
Phase = Literal["succeeded", "failed", "aborted", "timed_out"]
Section = TypeVar("Section", bound=BaseModel)
_COUNT = r"^\d*$"
_QUANTITY = r"^\d+(\.\d+)?(m|k|M|G|T|P|Ki|Mi|Gi|Ti|Pi)?$"


def _interval(text: str) -> str:
    minutes(text)
    return text


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)


class TolerationConfig(_Section):
    """A taint of machines that the tasks put up with, in Kubernetes' words."""

    key: str = ""
    operator: Literal["Equal", "Exists"] = "Equal"
    value: str = ""
    effect: Literal["", "NoSchedule", "PreferNoSchedule", "NoExecute"] = ""


class ResourcesConfig(_Section):
    """Resources in Kubernetes' words; leave one out to let the platform decide."""

    cpu: str = Field("", pattern=rf"{_QUANTITY}|^$", description="cores, such as 2 or 500m")
    memory: str = Field("", pattern=rf"{_QUANTITY}|^$", description="such as 4Gi")
    gpu: str = Field("", pattern=_COUNT, description="number of GPUs")
    gpu_kind: str = Field("", description="device as the cluster calls it: nvidia-tesla-t4")
    storage: str = Field("", pattern=rf"{_QUANTITY}|^$", description="scratch disk, such as 10Gi")


class EnvironmentConfig(_Section):
    """A container image."""

    image: str = Field("", description="image; empty: the one that the registration names")


class CacheConfig(_Section):
    """Skip a task whose inputs have been seen before."""

    version: str = Field(min_length=1, description="change it when the code changes")


class AttemptsConfig(_Section):
    """How the tasks of a node, tag, namespace or tier are run."""

    retries: int | None = Field(None, ge=0, description="how often a failed task is tried again")
    timeout: int | None = Field(None, ge=1, description="seconds")
    cache: bool | CacheConfig | None = Field(
        None, description="true: the code of the nodes is the version"
    )
    interruptible: bool | None = Field(None, description="may run on spot machines")


class TierConfig(ResourcesConfig, AttemptsConfig):
    """Resources, and how the tasks that get them are run where no stronger rule says it."""

    node_selector: dict[str, str] = Field({}, description="labels of the machines")
    tolerations: list[TolerationConfig] = []
    pod_template: str = Field("", description="name of a PodTemplate of the cluster")


class TaskConfig(AttemptsConfig):
    """What the tasks of a node, tag or namespace get; anything left out comes from a wider rule."""

    tier: str | None = None
    environment: str | None = None
    resources: ResourcesConfig = Field(ResourcesConfig(), description="in place of the tier's")
    secrets: list[str] = Field([], description="secrets that its datasets do not name, by env")


class SecretConfig(_Section):
    """A secret by its name in the platform's store; never its value."""

    key: str = Field(min_length=1)
    group: str = Field(min_length=1, description="Flyte asks for one: in Kubernetes, the Secret")
    env: str = Field(
        "", pattern=r"^([A-Z_][A-Z0-9_]*)?$", description="environment variable that holds it"
    )


class ScheduleConfig(_Section):
    """When a workflow starts by itself."""

    cron: Annotated[str, AfterValidator(cron_text), NO_NUMBER] | None = Field(
        None, description="five fields: minute hour day month weekday"
    )
    timezone: Annotated[str, AfterValidator(time_zone), NO_NUMBER] = Field(
        "", description="such as Europe/Berlin; empty: the scheduler's own"
    )
    every: Annotated[str, AfterValidator(_interval), NO_NUMBER] | None = Field(
        None, description="in place of cron: 90m, 6h or 1d"
    )
    inputs: dict[str, Any] = Field({}, description="by parameter, or URI by dataset")
    active: bool = True
    max_parallelism: int | None = Field(None, ge=1, description="tasks at a time")

    @model_validator(mode="after")
    def _one_way(self) -> "ScheduleConfig":
        if (self.cron is None) == (self.every is None):
            raise ValueError("a schedule has either 'cron' or 'every'")
        if self.every is not None and self.timezone:
            raise ValueError("'every' counts from the last start and has no time zone")
        return self


class NotificationConfig(_Section):
    """Whom to tell when an execution ends."""

    by: Literal["email", "slack", "pagerduty"] = "email"
    to: list[str] = Field(min_length=1)
    phases: list[Phase] = ["failed", "timed_out"]


class PipelineConfig(_Section):
    """What one pipeline has of its own."""

    group_by: Grouping | None = None
    schedules: dict[str, ScheduleConfig] = {}
    notifications: list[NotificationConfig] = []
    on_failure: str = Field("", description="node of another pipeline: runs when this one fails")
    failure_policy: Literal["fail_immediately", "finish_others"] = "fail_immediately"
    max_parallelism: int | None = Field(None, ge=1, description="tasks at a time")
    sub_workflows: SubWorkflows | None = None


class SnapshotConfig(_Section):
    """A version of data that the platform keeps, and what of the catalog is in it."""

    name: str = Field("", description="the data on the platform; empty: the key above")
    version: int | None = Field(None, ge=1, description="number of the snapshot")
    id: Id = Field("", description="its id there, where several have the name")
    mount: str = Field("", description="folder in a task; empty: the usual one")
    remote: str = Field(
        "",
        description="the same files where none is mounted: s3://bucket/v3",
    )
    paths: dict[str, str] = Field(
        min_length=1, description="path within the snapshot, by catalog entry"
    )


class AllowConfig(_Section):
    """A finding that is known and meant to be so."""

    code: str = Field(pattern=r"^[A-Z]+\d{3}$", description="the finding's code, such as KF141")
    at: str = Field("", description="what it is about, or a pattern with * and ?; empty: all")
    reason: str = Field(pattern=r"\S", description="why it may be so; the plan shows it")


class FlyteConfig(_Section):
    """The whole file, but for the sections of targets: `sections.py` adds those."""

    group_by: Grouping = "node"
    results: Literal["kept", "final"] = Field(
        "kept", description="kept: all that the catalog stores; final: what no node reads"
    )
    sub_workflows: SubWorkflows = Field(
        "large", description="large: above 100 tasks; namespace: one for each namespace too"
    )
    default: TaskConfig = TaskConfig()
    tiers: dict[str, TierConfig] = {}
    environments: dict[str, EnvironmentConfig] = {}
    nodes: dict[str, TaskConfig] = {}
    tags: dict[str, TaskConfig] = {}
    namespaces: dict[str, TaskConfig] = {}
    pipelines: dict[str, PipelineConfig] = {}
    secrets: list[SecretConfig] = []
    snapshots: dict[str, SnapshotConfig] = Field(
        {}, description="versions of data that the platform keeps, by any name"
    )
    allow: list[AllowConfig] = Field([], description="findings that forbid nothing, and why")

    def of_pipeline(self, name: str) -> PipelineConfig:
        """Return what the file says of one pipeline alone."""
        return self.pipelines.get(name, PipelineConfig())

    def of_target(self, name: str, kind: type[Section]) -> Section:
        """Return the section of a target."""
        found = getattr(self, name, None)
        return found if isinstance(found, kind) else kind()


DEFAULT_TIERS = {
    "small": TierConfig(cpu="1", memory="1Gi"),
    "medium": TierConfig(cpu="2", memory="8Gi"),
    "large": TierConfig(cpu="4", memory="16Gi"),
}
DEFAULT_TIER = "small"


def parse_config(
    text: Mapping[str, Any],
    place: Callable[[list[str]], str] = lambda _: "",
    kind: type[FlyteConfig] = FlyteConfig,
) -> FlyteConfig:
    """Return the checked configuration.

    Args:
        text: What the file says.
        place: Tells where a key stands: file and line.
        kind: The model, with the sections of targets.

    Raises:
        ConfigError: A key or value is wrong; every one is named, with the nearest right one.
    """
    try:
        return kind.model_validate(dict(text))
    except ValidationError as error:
        lines = "\n".join(f"  - {_explain(problem, place, kind)}" for problem in error.errors())
        raise ConfigError(
            f"flyte.yml cannot be used:\n{lines}\n"
            "Correct the file; `kedro flyte init` writes one with every key explained."
        ) from None


def json_schema(kind: type[FlyteConfig] = FlyteConfig) -> str:
    """Return the JSON schema of flyte.yml, as text that editors can use."""
    schema = _with_numbers(kind.model_json_schema())
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "kedro-flyte: flyte.yml"
    return json.dumps(schema, indent=2, sort_keys=True) + "\n"


def _with_numbers(schema: Any) -> Any:
    """Return a schema in which texts may be numbers, as YAML reads `cpu: 1`, where we take them."""
    if isinstance(schema, list):
        return [_with_numbers(one) for one in schema]
    if not isinstance(schema, dict) or "$comment" in schema:
        return schema
    found = {key: _with_numbers(value) for key, value in schema.items()}
    is_text = found.get("type") == "string" and not {"enum", "const"} & found.keys()
    number = "integer" if found.get("pattern") == _COUNT else "number"
    return {**found, "type": ["string", number]} if is_text else found


def _explain(
    problem: Mapping[str, Any], place: Callable[[list[str]], str], kind: type[FlyteConfig]
) -> str:
    where = [str(key) for key in problem["loc"]]
    at = place(where)
    head = f"{'.'.join(where)}{f' ({at})' if at else ''}"
    if problem["type"] != "extra_forbidden":
        message = problem["msg"].removeprefix("Value error, ")
        return f"{head}: {message} (it is {shorten(repr(problem['input']), 100)})"
    return f"{head}: unknown key.{nearest(where[-1], _keys_beside(where, kind))}"


def _keys_beside(where: list[str], kind: type[FlyteConfig]) -> list[str]:
    """Return the keys that are known where an unknown one stands."""
    model: Any = kind
    for key in where[:-1]:
        model = _model_under(model, key) or model
    return list(model.model_fields)


def _model_under(model: type[BaseModel], key: str) -> type[BaseModel] | None:
    """Return the model of a key's value; a name or position in a collection keeps the model."""
    if key not in model.model_fields:
        return None
    annotation: Any = model.model_fields[key].annotation
    candidates = [annotation, *getattr(annotation, "__args__", ())]
    classes = [c for c in candidates if isinstance(c, type) and get_origin(c) is None]
    return next((c for c in classes if issubclass(c, BaseModel)), None)
