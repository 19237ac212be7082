"""What the parameters may be; Kedro checks them before the first node runs."""

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from e06_flows.modelling.algorithms import Kind
from e06_flows.statistics.metrics import ClassMetric

Cost = Literal["fit_seconds", "predict_ms", "model_kb"]


class Algorithm(BaseModel):
    """An entry of `algorithms`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = Field(min_length=1)
    kind: Kind
    settings: dict[str, Any] = {}


class ModelComparisonParameters(BaseModel):
    """The group `model_comparison` of conf/base/parameters_model_comparison.yml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    registered: str = Field(min_length=1)
    target: str = Field(min_length=1)
    features: tuple[str, ...] = Field(min_length=1)
    key: str | None
    folds: int = Field(ge=2)
    repeats: int = Field(ge=1)
    metric: ClassMetric
    confidence: float = Field(gt=0, lt=1)
    rule: Literal["best", "cheapest_equal"]
    margin: float = Field(ge=0, allow_inf_nan=False)
    cost: Cost
    seed: int = Field(ge=0, lt=2**31)
    algorithms: dict[str, Algorithm] = Field(min_length=2)

    @field_validator("algorithms")
    @classmethod
    def _names_are_words(cls, given: dict[str, Algorithm]) -> dict[str, Algorithm]:
        if wrong := [name for name in given if not name.isidentifier()]:
            raise ValueError(f"{wrong} are not names of nodes: use letters, digits and _ alone")
        titles = [algorithm.title for algorithm in given.values()]
        if len(set(titles)) < len(titles):
            raise ValueError(f"a title is given twice: {titles}")
        return given

    @model_validator(mode="after")
    def _target_is_no_feature(self) -> Self:
        if self.target in self.features:
            raise ValueError(f"features: {self.target!r} is the target, so it cannot be a feature")
        return self
