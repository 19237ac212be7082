"""What the parameters may be; Kedro checks them before the first node runs."""

from pydantic import BaseModel, ConfigDict, Field


class FeatureParameters(BaseModel):
    """The group `feature_engineering` of conf/base/parameters_feature_engineering.yml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    holdout_share: float = Field(gt=0, lt=1)
    salt: str = Field(min_length=1)
    limit: float = Field(gt=0, allow_inf_nan=False)
    most_missing: float = Field(ge=0, lt=1)
