"""What the parameters of the sample flow may be; Kedro checks them before the first node runs."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class SampleParameters(BaseModel):
    """The group `sample` of conf/base/parameters_sample.yml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    how: Literal["join", "stack"]
    test_size: float = Field(gt=0, lt=1)
    n_estimators: int = Field(ge=1)
    max_depth: int | None = Field(ge=1)
    seed: int = Field(ge=0, lt=2**32)
