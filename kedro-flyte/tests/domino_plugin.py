"""A stand-in for `flytekitplugins.domino`: what is public of its interface, as real flytekit tasks.

It checks what the plugin checks at registration, so that a module that it takes serialises: see the
samples and documentation of Domino. `modules` returns it under the plugin's names.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from types import ModuleType
from typing import Any, NamedTuple

from flytekit.configuration import SerializationSettings
from flytekit.core.base_task import PythonTask, TaskMetadata
from flytekit.core.interface import Interface
from flytekit.types.file import FlyteFile

DATA, MODEL, REPORT = "DATA", "MODEL", "REPORT"
GIT_REFS = ("head", "branches", "tags", "commitId")


@dataclass(frozen=True)
class GitRef:
    Type: str
    Value: str | None = None

    def __post_init__(self) -> None:
        if self.Type not in GIT_REFS or (self.Type == "head") is bool(self.Value):
            raise ValueError(f"not a git reference: {self}")


@dataclass(frozen=True)
class DatasetSnapshot:
    Id: str | None = None
    Name: str | None = None
    Version: int | None = None

    def __post_init__(self) -> None:
        if not (self.Id or self.Name) or (self.Version is not None and self.Version < 1):
            raise ValueError(f"not a snapshot: {self}")


@dataclass(frozen=True)
class ExternalDataVolume:
    Name: str


class EnvironmentRevisionType:
    SomeRevision = "SomeRevision"
    RestrictedRevision = "RestrictedRevision"


@dataclass(frozen=True)
class EnvironmentRevisionSpecification:
    EnvironmentRevisionType: str
    EnvironmentRevisionId: str | None = None


@dataclass(frozen=True, kw_only=True)
class DominoJobConfig:
    Command: str
    HardwareTierId: str | None = None
    EnvironmentId: str | None = None
    EnvironmentRevisionSpec: EnvironmentRevisionSpecification | None = None
    MainRepoGitRef: GitRef | None = None
    CommitId: str | None = None
    VolumeSizeGiB: float | None = None
    DatasetSnapshots: list[DatasetSnapshot] | None = None
    ExternalVolumeMountIds: list[str] | None = None


class Input(NamedTuple):
    name: str
    type: Any
    value: Any


class Output(NamedTuple):
    name: str
    type: Any


class Artifact(NamedTuple):
    name: str
    type: str

    def File(self, name: str, type: str | None = None) -> Any:  # noqa: A002, N802 - Domino's words
        suffix = type or name.rpartition(".")[2]
        if not self.name or self.type not in (DATA, MODEL, REPORT) or not suffix:
            raise ValueError(f"not a file of an artifact: {self}, {name}")
        return FlyteFile[suffix]


class DominoJobTask(PythonTask):
    """A job as a task; made without `use_latest`, it must have all that a job has."""

    def __init__(  # noqa: PLR0913, PLR0917 - Domino's own keywords
        self,
        name: str,
        domino_job_config: Any,
        use_latest: bool = False,
        inputs: Mapping[str, Any] | None = None,
        outputs: Mapping[str, Any] | None = None,
        cache: bool = False,
        cache_version: str = "",
        retries: int = 0,
        timeout: timedelta | int = timedelta(hours=3),
    ) -> None:
        self.config = (
            domino_job_config if isinstance(domino_job_config, dict) else asdict(domino_job_config)
        )
        missing = [key for key, value in self.config.items() if value is None]
        if missing and not use_latest:
            raise ValueError(f"{name} leaves unresolved: {', '.join(missing)}")
        snapshots = self.config.get("DatasetSnapshots") or []
        if len({s["Id"] or s["Name"] for s in snapshots}) < len(snapshots):
            raise ValueError(f"{name} has two snapshots of one dataset")
        super().__init__(
            "domino_job", name, domino_job_config,
            interface=Interface(dict(inputs or {}), dict(outputs or {})),
            metadata=TaskMetadata(
                cache=cache, cache_version=cache_version, retries=retries, timeout=timeout
            ),
        )  # fmt: skip

    def get_custom(self, settings: SerializationSettings) -> dict[str, Any]:
        return json.loads(json.dumps(self.config))  # type: ignore[no-any-return]

    def execute(self, **kwargs: Any) -> Any:
        raise NotImplementedError("a job runs in Domino alone")


SETTINGS = (
    "hardware_tier_name", "environment_name", "environment_revision_id", "main_git_repo_ref",
    "dfs_repo_commit_id", "volume_size_gib", "dataset_snapshots", "external_data_volumes",
)  # fmt: skip


def run_domino_job_task(  # noqa: PLR0913 - Domino's own keywords
    flyte_task_name: str,
    command: str,
    *,
    inputs: list[Input] | None = None,
    output_specs: list[Output] | None = None,
    use_project_defaults_for_omitted: bool = False,
    cache: bool = False,
    cache_version: str = "",
    **settings: Any,
) -> Any:
    """Make a job and call it. It takes no retries and no timeout."""
    if set(settings) - set(SETTINGS):
        raise TypeError(f"unexpected keywords: {sorted(set(settings) - set(SETTINGS))}")
    config = {"Command": command, **dict.fromkeys(SETTINGS)} | settings
    config["DatasetSnapshots"] = [asdict(s) for s in config.pop("dataset_snapshots") or []]
    config["main_git_repo_ref"] = config["main_git_repo_ref"] and asdict(
        settings["main_git_repo_ref"]
    )
    volumes = config["external_data_volumes"]
    config["external_data_volumes"] = volumes if volumes is None else [asdict(v) for v in volumes]
    if "dataset_snapshots" not in settings and not use_project_defaults_for_omitted:
        raise ValueError(f"{flyte_task_name} leaves unresolved: dataset_snapshots")
    given = inputs or []
    made = DominoJobTask(
        flyte_task_name, config, use_project_defaults_for_omitted,
        {one.name: one.type for one in given}, {one.name: one.type for one in output_specs or []},
        cache, cache_version,
    )  # fmt: skip
    return made(**{one.name: one.value for one in given})


def modules() -> dict[str, ModuleType]:
    """Return the plugin's modules, for `sys.modules`."""
    words = {
        "artifact": (Artifact, ("DATA", DATA), ("MODEL", MODEL), ("REPORT", REPORT)),
        "helpers": (Input, Output, run_domino_job_task),
        "task": (
            DatasetSnapshot, DominoJobConfig, DominoJobTask, EnvironmentRevisionSpecification,
            EnvironmentRevisionType, ExternalDataVolume, GitRef,
        ),
    }  # fmt: skip
    found = {"flytekitplugins.domino": ModuleType("flytekitplugins.domino")}
    found["flytekitplugins"] = ModuleType("flytekitplugins")
    for name, members in words.items():
        module = ModuleType(f"flytekitplugins.domino.{name}")
        for member in members:
            key, value = member if type(member) is tuple else (member.__name__, member)
            setattr(module, key, value)
        found[module.__name__] = module
    return found
