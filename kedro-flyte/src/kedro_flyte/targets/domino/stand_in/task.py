"""The plugin's class for jobs, and the records that configure one."""

import os
from collections import Counter
from dataclasses import asdict, dataclass, fields
from datetime import timedelta
from enum import Enum
from typing import Any

from flytekit.core.base_task import PythonTask, TaskMetadata
from flytekit.core.interface import Interface
from kedro_flyte.errors import UnsupportedError
from kedro_flyte.targets.domino.stand_in.copilot import refuse_output
from kedro_flyte.targets.domino.stand_in.process import run_job

_GIT_TYPES = ("head", "branches", "tags", "commitId")
_OPTIONAL = ("Title", "ComputeClusterProperties", "ApiKey")


@dataclass(frozen=True)
class GitRef:
    """Which code a job runs."""

    Type: str
    Value: str | None = None

    def __post_init__(self) -> None:
        if self.Type not in _GIT_TYPES:
            raise UnsupportedError(
                f"GitRef has type '{self.Type}'; known: {', '.join(_GIT_TYPES)}."
            )
        if (self.Type == "head") is bool(self.Value):
            raise UnsupportedError(
                f"GitRef of type '{self.Type}' has value {self.Value!r}: every type but 'head' has "
                "a value, and 'head' has none."
            )


class EnvironmentRevisionType(Enum):
    """How the revision of an environment is told."""

    SomeRevision = "SomeRevision"
    RestrictedRevision = "RestrictedRevision"


@dataclass(frozen=True)
class EnvironmentRevisionSpecification:
    """The revision of an environment."""

    EnvironmentRevisionType: EnvironmentRevisionType
    EnvironmentRevisionId: str | None = None

    def __post_init__(self) -> None:
        kind = self.EnvironmentRevisionType
        if kind.value == "SomeRevision" and not self.EnvironmentRevisionId:
            raise UnsupportedError("A specification of SomeRevision has the revision's id.")


@dataclass(frozen=True)
class DatasetSnapshot:
    """A version of a dataset; without `Version` the newest one."""

    Id: str | None = None
    Name: str | None = None
    Version: int | None = None

    def __post_init__(self) -> None:
        if not (self.Id or self.Name):
            raise UnsupportedError("A DatasetSnapshot has an Id or a Name.")
        if self.Version is not None and self.Version < 1:
            raise UnsupportedError(
                f"Snapshot of '{self.Name or self.Id}' has version {self.Version}; the first is 1."
            )


@dataclass(frozen=True)
class ExternalDataVolume:
    """An external data volume."""

    Name: str


@dataclass(frozen=True)
class DominoJobConfig:
    """What a job runs, and on what. None: not yet known."""

    Command: str
    Title: str | None = None
    CommitId: str | None = None
    MainRepoGitRef: GitRef | None = None
    HardwareTierId: str | None = None
    EnvironmentId: str | None = None
    EnvironmentRevisionSpec: EnvironmentRevisionSpecification | None = None
    ComputeClusterProperties: Any = None
    VolumeSizeGiB: float | None = None
    DatasetSnapshots: list[DatasetSnapshot] | None = None
    ExternalVolumeMountIds: list[str] | None = None
    ApiKey: str | None = None

    def __post_init__(self) -> None:
        counts = Counter(one.Id or one.Name for one in self.DatasetSnapshots or [])
        twice = [name for name, count in counts.items() if count > 1]
        if twice:
            raise UnsupportedError(
                f"A job mounts one snapshot of a dataset, and this one has several of {twice[0]}."
            )

    def missing(self) -> list[str]:
        """Return the fields that are to be resolved from the project's defaults."""
        needed = [f.name for f in fields(self) if f.name not in _OPTIONAL]
        if not is_git_based():
            needed.remove("MainRepoGitRef")
        return [name for name in needed if getattr(self, name) is None]


class DominoJobTask(PythonTask):  # type: ignore[misc] # flytekit has no types
    """A task that is a job: locally, a process of its own."""

    def __init__(  # noqa: PLR0913 - the plugin's signature
        self,
        name: str,
        domino_job_config: DominoJobConfig,
        use_latest: bool = False,
        inputs: dict[str, Any] | None = None,
        outputs: dict[str, Any] | None = None,
        *,
        cache: bool = False,
        cache_serialize: bool = False,
        cache_version: str = "",
        cache_ignore_input_vars: tuple[str, ...] = (),
        retries: int = 0,
        timeout: timedelta | int = timedelta(hours=3),
    ) -> None:
        missing = domino_job_config.missing()
        if missing and not use_latest:
            raise UnsupportedError(
                f"Job '{name}' lacks {', '.join(missing)}. Give them, or set use_latest=True."
            )
        for output, kind in (outputs or {}).items():
            refuse_output(output, kind)
        self._config = domino_job_config
        metadata = TaskMetadata(
            cache=cache,
            cache_serialize=cache_serialize,
            cache_version=cache_version,
            cache_ignore_input_vars=cache_ignore_input_vars,
            retries=retries,
            timeout=timeout,
        )
        super().__init__(
            task_type="domino_job",
            name=name,
            task_config=domino_job_config,
            interface=Interface(inputs=inputs or {}, outputs=outputs or {}),
            metadata=metadata,
        )

    def get_custom(self, settings: Any) -> dict[str, Any]:  # noqa: ARG002 - flytekit's signature
        """Return the configuration as the task's template holds it."""
        found = {key: value for key, value in asdict(self._config).items() if value is not None}
        spec = found.get("EnvironmentRevisionSpec")
        if spec:
            spec["EnvironmentRevisionType"] = spec["EnvironmentRevisionType"].value
        return found

    def execute(self, **values: Any) -> Any:
        """Run the job, again where it may be tried again; return as flytekit takes results."""
        types = self.python_interface.outputs
        results = run_job(
            self.name,
            self._config.Command,
            values,
            types,
            attempts=1 + self.metadata.retries,
            timeout=self.metadata.timeout,
        )
        return results[0] if len(results) == 1 else tuple(results) or None


def is_git_based() -> bool:
    """Whether the code of the project is in a repository, and not in Domino's file system."""
    return os.environ.get("DOMINO_IS_GIT_BASED") == "true"
