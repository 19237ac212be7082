"""What flyte.yml may say of Domino: its own section."""

from typing import Literal

from kedro_flyte.plan.settings.config import FlyteConfig
from kedro_flyte.plan.settings.ids import Id
from pydantic import BaseModel, ConfigDict, Field, model_validator


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


def domino_section(config: FlyteConfig) -> DominoConfig:
    """Return what flyte.yml says of Domino."""
    return config.of_target("domino", DominoConfig)
