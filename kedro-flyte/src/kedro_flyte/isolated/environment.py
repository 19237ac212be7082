"""The variables of a task that runs on this machine: those that a pod would have, and no others.

A pod has what its image and its machine say, the secrets that its task asks for, and what the
launch gives it. This machine's share is told by name here; what somebody has set for a project is
none of it.
"""

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from kedro_flyte.plan.model import Plan, Task

# The machine: where programs are, who runs, in which language; how Python itself runs.
_MACHINE = (
    "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TERM", "COLUMNS",
    "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "JAVA_HOME", "PYTHONDONTWRITEBYTECODE",
    "PYTHONPYCACHEPREFIX", "DO_NOT_TRACK", "KEDRO_DISABLE_TELEMETRY", "MLFLOW_DISABLE_TELEMETRY",
    "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "HTTP_PROXY",
    "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy",
)  # fmt: skip
# Language; GPUs; who the machine is to a cloud, which a pod's service account says; coverage.
_BEGINNINGS = ("LC_", "CUDA_", "NVIDIA_", "AWS_", "GOOGLE_", "AZURE_", "FLYTE_AWS_", "COVERAGE_")


def of_machine(variables: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the variables that every task has; `python` is the one that runs."""
    kept = {
        name: value
        for name, value in variables.items()
        if name in _MACHINE or name.startswith(_BEGINNINGS)
    }
    path = os.pathsep.join((str(Path(sys.executable).parent), variables.get("PATH", os.defpath)))
    return {**kept, "PATH": path}


def of_task(
    plan: Plan,
    task: Task,
    given: Mapping[str, str],
    variables: Mapping[str, str] = os.environ,
) -> dict[str, str]:
    """Return the variables of a task.

    What credentials read comes from secrets alone, whatever its name is.

    Args:
        plan: Whose task it is.
        task: The task.
        given: What the run gives to all tasks.
        variables: Those of the command, among them the values of secrets.
    """
    read = {name for one in plan.credentials for name in one.variables}
    machine = {name: value for name, value in of_machine(variables).items() if name not in read}
    asked = [secret for secret in plan.secrets if secret.name in task.secrets]
    names = [f"_FSEC_{secret.group}_{secret.key}".upper() for secret in asked]
    secrets = taken((*(secret.env for secret in asked if secret.env), *names), variables)
    return {**machine, **secrets, **given}


def given(words: Iterable[str], variables: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the variables of `NAME=VALUE`, and of `NAME` with the value that it has here."""
    found = {}
    for word in words:
        name, sign, value = word.partition("=")
        if sign:
            found[name] = value
        else:
            found |= taken([name], variables)
    return found


def taken(names: Iterable[str], variables: Mapping[str, str]) -> dict[str, str]:
    """Return those of some variables that are set."""
    return {name: variables[name] for name in names if name in variables}


@contextmanager
def changed(settings: Mapping[str, str]) -> Iterator[None]:
    """Set variables of this process meanwhile."""
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None) if value is None else os.environ.update({name: value})
