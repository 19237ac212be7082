"""What `conf/<env>/flyte.yml` may say. Everything has a default: a project without it exports.

The models are the published JSON schema too (`flyte.schema.json`, beside this file).
"""

import json
from collections.abc import Mapping
from typing import Any, Literal

from kedro_flyte.errors import ConfigError, nearest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

Grouping = Literal["node", "namespace", "tag", "tier", "pipeline"]
Phase = Literal["succeeded", "failed", "aborted", "timed_out"]
_QUANTITY = r"^\d+(\.\d+)?(m|k|M|G|T|P|Ki|Mi|Gi|Ti|Pi)?$"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)


class TierConfig(_Part):
    """Resources in Kubernetes' words; leave one out to let the platform decide."""

    cpu: str = Field("", pattern=rf"{_QUANTITY}|^$", description="cores, such as 2 or 500m")
    memory: str = Field("", pattern=rf"{_QUANTITY}|^$", description="such as 4Gi")
    gpu: str = Field("", pattern=r"^\d*$", description="number of GPUs")
    storage: str = Field("", pattern=rf"{_QUANTITY}|^$", description="scratch disk, such as 10Gi")
    domino: str = Field("", description="name of the hardware tier in Domino")


class EnvironmentConfig(_Part):
    """A container image."""

    image: str = Field("", description="image; empty: the one that the registration names")


class CacheConfig(_Part):
    """Skip a task whose inputs have been seen before."""

    version: str = Field(min_length=1, description="change it when the code changes")


class TaskConfig(_Part):
    """What the tasks of a node, tag or namespace get; anything left out comes from a wider rule."""

    tier: str | None = None
    environment: str | None = None
    retries: int | None = Field(None, ge=0, description="how often a failed task is tried again")
    timeout: int | None = Field(None, ge=1, description="seconds")
    cache: CacheConfig | None = None
    interruptible: bool | None = Field(None, description="may run on spot machines")


class SecretConfig(_Part):
    """A secret by its name in the platform's store; never its value."""

    key: str = Field(min_length=1)
    group: str = ""
    env: str = Field("", description="environment variable that holds it in the task")


class ScheduleConfig(_Part):
    """When a workflow starts by itself."""

    cron: str = Field(description="five fields: minute hour day month weekday")
    inputs: dict[str, int | float | bool | str | None] = {}
    active: bool = True


class NotificationConfig(_Part):
    """Whom to tell when an execution ends."""

    by: Literal["email", "slack", "pagerduty"] = "email"
    to: list[str] = Field(min_length=1)
    phases: list[Phase] = ["failed", "timed_out"]


class PipelineConfig(_Part):
    """What one pipeline has of its own."""

    group_by: Grouping | None = None
    schedules: dict[str, ScheduleConfig] = {}
    notifications: list[NotificationConfig] = []


class FlyteConfig(_Part):
    """The whole file."""

    group_by: Grouping = "node"
    results: Literal["kept", "final"] = Field(
        "kept", description="kept: all that the catalog stores; final: what no node reads"
    )
    default: TaskConfig = TaskConfig()
    tiers: dict[str, TierConfig] = {}
    environments: dict[str, EnvironmentConfig] = {}
    nodes: dict[str, TaskConfig] = {}
    tags: dict[str, TaskConfig] = {}
    namespaces: dict[str, TaskConfig] = {}
    pipelines: dict[str, PipelineConfig] = {}
    secrets: list[SecretConfig] = []


DEFAULT_TIERS = {
    "small": TierConfig(cpu="1", memory="2Gi", domino="Small"),
    "medium": TierConfig(cpu="2", memory="8Gi", domino="Medium"),
    "large": TierConfig(cpu="4", memory="16Gi", domino="Large"),
}
DEFAULT_TIER = "small"


def parse_config(text: Mapping[str, Any]) -> FlyteConfig:
    """Return the checked configuration.

    Raises:
        ConfigError: A key or value is wrong; every one is named, with the nearest right one.
    """
    try:
        return FlyteConfig.model_validate(dict(text))
    except ValidationError as error:
        lines = "\n".join(f"  - {_explain(problem)}" for problem in error.errors())
        raise ConfigError(
            f"flyte.yml cannot be used:\n{lines}\n"
            "Correct the file; `kedro flyte init` writes one with every key explained."
        ) from None


def json_schema() -> str:
    """Return the JSON schema of flyte.yml, as text that editors can use."""
    schema = FlyteConfig.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "kedro-flyte: flyte.yml"
    return json.dumps(schema, indent=2, sort_keys=True) + "\n"


def _explain(problem: Mapping[str, Any]) -> str:
    where = [str(part) for part in problem["loc"]]
    if problem["type"] != "extra_forbidden":
        return f"{'.'.join(where)}: {problem['msg']} (it is {problem['input']!r})"
    return f"{'.'.join(where)}: unknown key.{nearest(where[-1], _keys_beside(where))}"


def _keys_beside(where: list[str]) -> list[str]:
    """Return the keys that are known where an unknown one stands."""
    model: Any = FlyteConfig
    for part in where[:-1]:
        model = _model_under(model, part) or model
    return list(model.model_fields)


def _model_under(model: type[BaseModel], part: str) -> type[BaseModel] | None:
    """Return the model of a key's value; a name or position in a collection keeps the model."""
    if part not in model.model_fields:
        return None
    annotation: Any = model.model_fields[part].annotation
    candidates = [annotation, *getattr(annotation, "__args__", ())]
    return next((c for c in candidates if isinstance(c, type) and issubclass(c, BaseModel)), None)
