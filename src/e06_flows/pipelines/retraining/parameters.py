"""What the parameters may be; Kedro checks them before the first node runs."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from e06_flows.modelling.algorithms import Kind
from e06_flows.statistics.metrics import ClassMetric


class RetrainingParameters(BaseModel):
    """The group `retraining` of conf/base/parameters_retraining.yml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str = Field(min_length=1)
    key: str = Field(min_length=1)
    target: str = Field(min_length=1)
    features: tuple[str, ...] = Field(min_length=1)
    holdout_share: float = Field(gt=0, lt=1)
    salt: str = Field(min_length=1)
    challenger: str | None = Field(pattern=r"^.+(@[^/]+|/\d+)$")
    kind: Kind
    settings: dict[str, Any]
    metric: ClassMetric
    margin: float = Field(ge=0, allow_inf_nan=False)
    promotion_level: float = Field(gt=0, lt=1)
    least_rows: int = Field(ge=2)
    most_psi: float = Field(gt=0, allow_inf_nan=False)
    level: float = Field(gt=0, lt=1)
    seed: int = Field(ge=0, lt=2**31)

    @model_validator(mode="after")
    def _roles_differ(self) -> Self:
        twice = {self.key, self.target} & set(self.features)
        if twice or self.key == self.target:
            raise ValueError(
                f"{sorted(twice) or self.key!r}: a column is the key, the target or a feature, "
                "and never two of them"
            )
        return self
