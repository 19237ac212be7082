"""What all jobs share, in the words of the helper and in those of the base class."""

from kedro_flyte.plan.model import Plan
from kedro_flyte.targets.domino.record import DominoEnvironment, domino_of
from kedro_flyte.targets.domino.types import shared_environment
from kedro_flyte.targets.layout import Call
from kedro_flyte.targets.source import literal

Pairs = list[tuple[str, "str | Call"]]


def helper_settings(plan: Plan) -> Pairs:
    """Return the keywords of `run_domino_job_task` that are the same for all jobs."""
    settings = domino_of(plan)
    pairs: Pairs = []
    if not settings.is_production:
        pairs.append(("use_project_defaults_for_omitted", "True"))
    shared = shared_environment(plan)
    pairs += environment_pairs(shared) if shared else []
    if settings.git_type:
        pairs.append(("main_git_repo_ref", _git_ref(plan)))
    if settings.artifacts_commit:
        pairs.append(("dfs_repo_commit_id", literal(settings.artifacts_commit)))
    if settings.volume_size_gib is not None:
        pairs.append(("volume_size_gib", _number(settings.volume_size_gib)))
    if settings.is_production and not plan.snapshots:
        pairs.append(("dataset_snapshots", "[]"))
    if settings.is_production or settings.external_volumes:
        volumes = [
            Call("ExternalDataVolume(", [f"Name={literal(v.name)}"])
            for v in settings.external_volumes
        ]
        pairs.append(("external_data_volumes", Call("[", volumes, "]")))
    return pairs


def environment_pairs(environment: DominoEnvironment) -> Pairs:
    """Return the helper's keywords for a compute environment."""
    pairs: Pairs = [("environment_name", literal(environment.domino))]
    if environment.revision:
        pairs.append(("environment_revision_id", literal(environment.revision)))
    return pairs


def config_settings(plan: Plan) -> Pairs:
    """Return the fields of `DominoJobConfig` that are the same for all jobs."""
    settings = domino_of(plan)
    pairs: Pairs = []
    if settings.git_type:
        pairs.append(("MainRepoGitRef", _git_ref(plan)))
    if settings.artifacts_commit:
        pairs.append(("CommitId", literal(settings.artifacts_commit)))
    if settings.volume_size_gib is not None:
        pairs.append(("VolumeSizeGiB", _number(settings.volume_size_gib)))
    if settings.is_production or settings.external_volumes:
        ids = [literal(volume.id) for volume in settings.external_volumes]
        pairs.append(("ExternalVolumeMountIds", Call("[", ids, "]")))
    return pairs


def config_environment(environment: DominoEnvironment) -> Pairs:
    """Return the fields of `DominoJobConfig` for a compute environment."""
    pairs: Pairs = [("EnvironmentId", literal(environment.id))]
    if environment.revision:
        words = [
            "EnvironmentRevisionType=EnvironmentRevisionType.SomeRevision",
            f"EnvironmentRevisionId={literal(environment.revision)}",
        ]
        spec = Call("EnvironmentRevisionSpecification(", words)
        pairs.append(("EnvironmentRevisionSpec", spec))
    return pairs


def _git_ref(plan: Plan) -> Call:
    settings = domino_of(plan)
    words = [literal(settings.git_type)]
    return Call("GitRef(", [*words, literal(settings.git_value)] if settings.git_value else words)


def _number(value: float) -> str:
    return repr(int(value) if value == int(value) else value)
