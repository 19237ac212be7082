"""The plugin's helper: a job as one call."""

from dataclasses import dataclass
from typing import Any

from kedro_flyte.errors import UnsupportedError
from kedro_flyte.targets.domino.stand_in.task import (
    DatasetSnapshot,
    DominoJobConfig,
    DominoJobTask,
    EnvironmentRevisionSpecification,
    EnvironmentRevisionType,
    ExternalDataVolume,
    GitRef,
    is_git_based,
)

__all__ = ["DominoJobConfig", "DominoJobTask", "Input", "Output", "run_domino_job_task"]


@dataclass(frozen=True)
class Input:
    """A value that a job takes."""

    name: str
    type: Any
    value: Any


@dataclass(frozen=True)
class Output:
    """A value that a job gives."""

    name: str
    type: Any


def run_domino_job_task(  # noqa: PLR0913 - the plugin's signature
    flyte_task_name: str,
    command: str,
    inputs: list[Input] | None = None,
    output_specs: list[Output] | None = None,
    *,
    hardware_tier_name: str = "",
    hardware_tier_id: str = "",
    environment_name: str = "",
    environment_revision_id: str = "",
    main_git_repo_ref: GitRef | None = None,
    dfs_repo_commit_id: str = "",
    dataset_snapshots: list[DatasetSnapshot] | None = None,
    external_data_volumes: list[ExternalDataVolume] | None = None,
    volume_size_gib: float | None = None,
    use_project_defaults_for_omitted: bool = False,
    cache: bool = False,
    cache_version: str = "",
) -> Any:
    """Make a job and call it.

    Returns:
        Its result, where it has one; several by name.

    Raises:
        UnsupportedError: A setting is left out, and the project's default is not asked for.
    """
    settings = {
        "environment_name": environment_name,
        "environment_revision_id": environment_revision_id,
        "hardware_tier_name": hardware_tier_name or hardware_tier_id,
        "dfs_repo_commit_id": dfs_repo_commit_id,
        "main_git_repo_ref": main_git_repo_ref or not is_git_based(),
        "volume_size_gib": volume_size_gib,
        "dataset_snapshots": dataset_snapshots is not None,
        "external_data_volumes": external_data_volumes is not None,
    }
    omitted = [name for name, value in settings.items() if not value]
    if omitted and not use_project_defaults_for_omitted:
        raise UnsupportedError(
            f"Job '{flyte_task_name}' lacks {', '.join(omitted)}. Give them, or set "
            "use_project_defaults_for_omitted=True."
        )
    revision = EnvironmentRevisionSpecification(
        EnvironmentRevisionType=EnvironmentRevisionType.SomeRevision,
        EnvironmentRevisionId=environment_revision_id,
    ) if environment_revision_id else None  # fmt: skip
    config = DominoJobConfig(
        Command=command,
        CommitId=dfs_repo_commit_id or None,
        MainRepoGitRef=main_git_repo_ref,
        HardwareTierId=hardware_tier_name or hardware_tier_id or None,
        EnvironmentId=environment_name or None,
        EnvironmentRevisionSpec=revision,
        VolumeSizeGiB=volume_size_gib,
        DatasetSnapshots=dataset_snapshots,
        ExternalVolumeMountIds=None if external_data_volumes is None
        else [volume.Name for volume in external_data_volumes],
    )  # fmt: skip
    job = DominoJobTask(
        flyte_task_name,
        config,
        use_latest=use_project_defaults_for_omitted,
        inputs={one.name: one.type for one in inputs or []},
        outputs={one.name: one.type for one in output_specs or []},
        cache=cache,
        cache_version=cache_version,
    )
    return job(**{one.name: one.value for one in inputs or []})
