"""What the parameters may be; Kedro checks them before the first node runs."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from e06_flows.algorithms import Kind


class Variant(BaseModel):
    """An entry of `variants`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = Field(min_length=1)
    kind: Kind
    settings: dict[str, Any] = {}
    features: tuple[str, ...] = Field(min_length=1)
    share: float = Field(gt=0, allow_inf_nan=False)


class ABParameters(BaseModel):
    """The group `ab_testing` of conf/base/parameters_ab_testing.yml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    control: str
    salt: str = Field(min_length=1)
    confidence: float = Field(gt=0, lt=1)
    power: float = Field(gt=0, lt=1)
    least_effect: float = Field(gt=0, lt=0.5)
    seed: int = Field(ge=0, lt=2**31)
    variants: dict[str, Variant] = Field(min_length=2)

    @model_validator(mode="after")
    def _variants_fit(self) -> Self:
        if wrong := [name for name in self.variants if not name.isidentifier()]:
            raise ValueError(f"variants: {wrong}: use letters, digits and _ alone")
        if self.control not in self.variants:
            raise ValueError(f"control: {self.control!r} is none of {list(self.variants)}")
        titles = [variant.title for variant in self.variants.values()]
        if len(set(titles)) < len(titles):
            raise ValueError(f"variants: a title is given twice: {titles}")
        return self

    @property
    def alpha(self) -> float:
        """The level of the tests, all challengers together."""
        return 1 - self.confidence

    def shares(self) -> dict[str, float]:
        """Return the share of the traffic of each variant; they add up to 1."""
        total = sum(variant.share for variant in self.variants.values())
        return {name: variant.share / total for name, variant in self.variants.items()}
