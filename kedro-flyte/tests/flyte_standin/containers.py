"""The command and environment that propeller gives to the container of a task.

Source: flyteplugins v1.16.8, go/tasks/pluginmachinery/core/template and flytek8s.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flyteidl.core.security_pb2 import Secret
from flyteidl.core.tasks_pb2 import Resources, TaskTemplate
from google.protobuf.json_format import MessageToDict

_VARIABLE = re.compile(r"\{\{\s*[.$](\w+)\s*\}\}")


@dataclass(frozen=True, slots=True)
class Command:
    """What a container runs, its own environment, and its limits in Kubernetes' words."""

    args: tuple[str, ...]
    env: Mapping[str, str]
    image: str = ""
    limits: Mapping[str, str] = field(default_factory=dict)

    @property
    def ships_code(self) -> bool:
        """Whether the code comes from storage and not from the image."""
        return self.args[:1] == ("pyflyte-fast-execute",)

    def in_folder(self, folder: str) -> "Command":
        """Let the shipped code arrive in `folder`, which stands for the image's own folder."""
        args = list(self.args)
        for position, arg in enumerate(args[:-1]):
            if arg == "--dest-dir":
                args[position + 1] = folder
        return replace(self, args=tuple(args))


def command_of(task: TaskTemplate, variables: Mapping[str, str]) -> Command:
    """Return the command of a task's (primary) container with its variables filled in.

    Args:
        variables: By lower-case name, such as "outputprefix".

    Raises:
        LookupError: The command uses a variable that is not given, or there is no container.
    """
    found = _pod(task) if task.WhichOneof("target") == "k8s_pod" else _container(task)
    return replace(found, args=tuple(_fill(arg, variables) for arg in found.args))


def _container(task: TaskTemplate) -> Command:
    container = task.container
    resources = container.resources.limits or container.resources.requests
    name = Resources.ResourceName.Name
    return Command(
        args=(*container.command, *container.args),
        env={item.key: item.value for item in container.env},
        image=container.image,
        limits={name(entry.name).lower(): entry.value for entry in resources},
    )


def _pod(task: TaskTemplate) -> Command:
    primary = task.config.get("primary_container_name")
    spec: dict[str, Any] = MessageToDict(task.k8s_pod.pod_spec)
    for container in spec.get("containers", []):
        if container["name"] == primary:
            resources = container.get("resources", {})
            return Command(
                args=(*container.get("command", []), *container.get("args", [])),
                env={item["name"]: item.get("value", "") for item in container.get("env", [])},
                image=container.get("image", ""),
                limits=resources.get("limits") or resources.get("requests") or {},
            )
    raise LookupError(f"The pod of task {task.id.name!r} has no container {primary!r}")


def _fill(arg: str, variables: Mapping[str, str]) -> str:
    return _VARIABLE.sub(lambda match: variables[match.group(1).lower()], arg)


def secret_env(wanted: Sequence[Secret], secrets: Mapping[tuple[str, str], str]) -> dict[str, str]:
    """Return the variables that the pod webhook adds for the secrets that a task asks for.

    Raises:
        LookupError: A secret is not known.
    """
    env: dict[str, str] = {}
    for secret in wanted:
        if (secret.group, secret.key) not in secrets:
            raise LookupError(f"There is no secret {secret.group}/{secret.key}")
        value = secrets[secret.group, secret.key]
        parts = filter(None, [secret.group, secret.group_version, secret.key])
        env["_FSEC_" + "_".join(parts).upper()] = value
        if secret.env_var:
            env[secret.env_var] = value
    return env
