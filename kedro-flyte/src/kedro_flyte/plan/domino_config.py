"""What flyte.yml may say of Domino: its own section, and snapshots of its datasets."""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator


def _quoted(value: object) -> object:
    """Require a text: YAML reads 1234567, 12e4567 and 0x12 as numbers."""
    if isinstance(value, (int, float)):
        message = "it is an id, and YAML has read a number; put quotes around it"
        raise ValueError(message)  # noqa: TRY004 - what pydantic collects
    return value


NO_NUMBER = Field(json_schema_extra={"$comment": "a text, in quotes where YAML reads a number"})
Id = Annotated[str, BeforeValidator(_quoted), NO_NUMBER]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)


class DominoEnvironmentConfig(_Section):
    """A compute environment of Domino."""

    name: str = Field(min_length=1, description="its name in Domino")
    revision: Id = Field("", pattern=r"^([0-9a-f]{24})?$", description="id of the revision")
    id: Id = Field("", description="its id; needed where a job has retries or a timeout")


class GitRefConfig(_Section):
    """Which code the jobs run."""

    type: Literal["head", "branches", "tags", "commitId"] = "commitId"
    value: Id = Field("", description="commit, branch or tag; empty for head")

    @model_validator(mode="after")
    def _has_value(self) -> "GitRefConfig":
        if (self.type == "head") is bool(self.value):
            raise ValueError("every type but 'head' has a value, and 'head' has none")
        return self


class ExternalVolumeConfig(_Section):
    """An external data volume."""

    name: str = Field(min_length=1)
    id: Id = Field("", description="needed where a job has retries or a timeout")


class DominoConfig(_Section):
    """How jobs run on Domino."""

    profile: Literal["development", "production"] = Field(
        "development",
        description="development: the project's defaults for all that is left out; production: "
        "every setting is pinned, and one that is missing is an error",
    )
    project: Literal["git", "dfs"] = Field(
        "git", description="git: the code is in a repository; dfs: in Domino's own file system"
    )
    python_path: list[str] = Field(
        ["src"], description="folders to import from, relative to the project's root"
    )
    environments: dict[str, DominoEnvironmentConfig] = Field(
        {}, description="compute environments, by the names under 'environments'"
    )
    tier_ids: dict[str, Id] = Field(
        {}, description="ids of hardware tiers, by tier; needed with retries or a timeout"
    )
    git_ref: GitRefConfig | None = None
    artifacts_commit: Id = Field(
        "", pattern=r"^([0-9a-f]{40})?$", description="commit of the project's artifacts (DFS)"
    )
    volume_size_gib: float | None = Field(None, gt=0, description="disk of a job, in GiB")
    external_volumes: list[ExternalVolumeConfig] | None = None


class SnapshotConfig(_Section):
    """A version of a Domino dataset, and what of the catalog is in it."""

    name: str = Field("", description="the dataset in Domino; empty: the key above")
    version: int | None = Field(None, ge=1, description="number of the snapshot")
    id: Id = Field("", description="id of the dataset, where several have the name")
    mount: str = Field("", description="folder in a job; empty: where Domino mounts by default")
    remote: str = Field("", description="the same files for Flyte, such as s3://bucket/v3")
    paths: dict[str, str] = Field(
        min_length=1, description="path within the snapshot, by catalog entry"
    )
