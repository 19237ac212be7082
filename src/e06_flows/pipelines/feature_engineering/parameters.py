"""What the parameters may be; Kedro checks them before the first node runs."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

PART = "Part"  # the column of the feature table that says how a row is used


class Definition(BaseModel):
    """An entry of `features`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1)
    formula: str = Field(min_length=1)
    unit: str = Field(min_length=1)
    meaning: str = Field(min_length=1)

    @field_validator("formula")
    @classmethod
    def _is_a_formula(cls, given: str) -> str:
        from e06_flows.modelling.features import formula_columns

        formula_columns(given)
        return given


class FeatureParameters(BaseModel):
    """The group `feature_engineering` of conf/base/parameters_feature_engineering.yml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str = Field(min_length=1)
    target: str = Field(min_length=1)
    holdout_share: float = Field(gt=0, lt=1)
    salt: str = Field(min_length=1)
    limit: float = Field(gt=0, allow_inf_nan=False)
    most_missing: float = Field(ge=0, lt=1)
    features: tuple[Definition, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_are_new(self) -> Self:
        names = [self.key, self.target, PART, *(feature.name for feature in self.features)]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"features: the columns {twice} would be there twice")
        return self
