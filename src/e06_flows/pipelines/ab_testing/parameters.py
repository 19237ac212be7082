"""What the parameters may be; Kedro checks them before the first node runs."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from e06_flows.modelling.algorithms import Kind


class Variant(BaseModel):
    """An entry of `variants`; `kind` and `features` are those of the demonstration."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = Field(min_length=1)
    kind: Kind | None = None
    settings: dict[str, Any] = {}
    features: tuple[str, ...] = ()
    share: float = Field(gt=0, allow_inf_nan=False)


class Log(BaseModel):
    """The columns of a log of outcomes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    unit: str = Field(min_length=1)
    assignment: str = Field(min_length=1)
    outcome: str = Field(min_length=1)


class ABParameters(BaseModel):
    """The group `ab_testing` of conf/base/parameters_ab_testing.yml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    log: Log | None
    key: str = Field(min_length=1)
    target: str = Field(min_length=1)
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
        untaught = [n for n, v in self.variants.items() if v.kind is None or not v.features]
        if self.log is None and untaught:
            raise ValueError(
                f"variants: {untaught} have no kind or features, and without a log each is trained"
            )
        titles = [variant.title for variant in self.variants.values()]
        if len(set(titles)) < len(titles):
            raise ValueError(f"variants: a title is given twice: {titles}")
        return self

    @property
    def alpha(self) -> float:
        """The level of the tests, all challengers together."""
        return 1 - self.confidence

    @property
    def measured(self) -> str:
        """What the share of is compared, for people."""
        return "right predictions" if self.log is None else self.log.outcome

    def shares(self) -> dict[str, float]:
        """Return the share of the traffic of each variant; they add up to 1."""
        total = sum(variant.share for variant in self.variants.values())
        return {name: variant.share / total for name, variant in self.variants.items()}
