"""What the parameters may be; Kedro checks them before the first node runs."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class BatchParameters(BaseModel):
    """The group `batch_prediction` of conf/base/parameters_batch_prediction.yml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str = Field(min_length=1)
    key: str = Field(min_length=1)
    new_champion: Literal["keep", "rescore"]
    most_rejected: float = Field(ge=0, le=1)
