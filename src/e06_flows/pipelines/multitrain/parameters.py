"""What the parameters of the multi-train flow may be; Kedro checks them before the first node."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from e06_flows.modelling.problem import Task
from e06_flows.statistics.metrics import EVEN, Metric

Number = TypeVar("Number", int, float)


def _different(values: tuple[Any, ...]) -> tuple[Any, ...]:
    if len(set(values)) < len(values):
        raise ValueError("a value is listed twice")
    return values


Count = Annotated[int, Field(ge=1)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Counts = Annotated[tuple[Count, ...], Field(min_length=1), AfterValidator(_different)]
Positives = Annotated[tuple[Positive, ...], Field(min_length=1), AfterValidator(_different)]
Rates = Annotated[
    tuple[Annotated[float, Field(gt=0, le=1)], ...],
    Field(min_length=1),
    AfterValidator(_different),
]
Share = Annotated[float, Field(gt=0, lt=1)]
TunedFor = Literal["accuracy", "balanced_accuracy", "f1", "mcc"]
Names = Annotated[tuple[str, ...], Field(min_length=1), AfterValidator(_different)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Values of hyper-parameters, and bounds above which they are left out.

    Attributes:
        name: Of the model.
        configured: What conf/ lists.
        bounds: By hyper-parameter; the bound itself is tried.
    """

    name: str
    configured: Mapping[str, list[Any]]
    bounds: Mapping[str, int]

    @property
    def values(self) -> dict[str, list[Any]]:
        """What may be tried."""
        return {
            key: _up_to(self.bounds[key], listed) if key in self.bounds else listed
            for key, listed in self.configured.items()
        }

    def tries(self, draws: int) -> int:
        """Return how many values are tried; of a grid without bounds, all are."""
        return min(_size(self.values), draws) if self.bounds else _size(self.values)

    def describe(self, tried: int, draws: int, seconds: int) -> str:
        """Say how many values were tried, and what would try more."""
        within, listed = _size(self.values), _size(self.configured)
        left = _size(
            {k: [v for v in vs if v <= self.bounds.get(k, v)] for k, vs in self.configured.items()}
        )
        says = f"{self.name}: {tried} of {within} values tried"
        if tried < self.tries(draws):
            says += f"; the {seconds} s of multitrain.max_search_secs ended it"
        elif tried < within:
            says += " (multitrain.draws)"
        if left < listed:
            which = f"{listed - left} of the" if left else "all"
            says += f"; {self._leave_out()} {which} {listed} that the grid lists"
        return says

    def _leave_out(self) -> str:
        """Name the bounds that leave out a value, with the verb."""
        names = [
            f"multitrain.{name}={bound}"
            for name, bound in self.bounds.items()
            if max(self.configured[name]) > bound
        ]
        return f"{', '.join(names)} {'leaves' if len(names) == 1 else 'leave'} out"


def _size(grid: Mapping[str, list[Any]]) -> int:
    return math.prod(len(values) for values in grid.values())


class Models(BaseModel):
    """Which models are trained."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    logistic_regression: bool
    h2o_automl: bool
    random_forest: bool
    xgboost: bool


class MultitrainParameters(BaseModel):
    """The group `multitrain` of conf/base/parameters_multitrain.yml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    registered: str = Field(pattern=r"^[^/:]+$")  # MLflow's own rule for names
    train: Models

    target: str = Field(min_length=1)
    task: Literal["auto"] | Task
    features: Names | None
    key: str | None
    time: str | None
    group: str | None
    max_rows: Count | None
    missing: Literal["keep", "drop", "refuse"]
    copies: Literal["keep", "drop", "refuse"]

    positive: str | int | float | None
    class_weight: Literal["none", "balanced"]
    threshold: Share
    tune_threshold: TunedFor | None

    test_size: Share
    cv_folds: int = Field(ge=2)
    select_by: Metric | None
    seed: int = Field(ge=0, lt=2**31)
    threads: Count | None
    search_rows: Count | None
    max_search_secs: Count

    n_estimators: Count
    max_depth: Count
    max_iter: Count
    draws: Count

    logistic_c: Positives
    linear_alpha: Positives
    forest_max_depth: Counts
    forest_min_samples_leaf: Counts
    forest_n_estimators: Counts
    xgboost_max_depth: Counts
    xgboost_learning_rate: Rates
    xgboost_n_estimators: Counts

    max_models: Count
    max_runtime_secs: Count
    h2o_max_mem_size: str = Field(pattern=r"^[1-9][0-9]*[MG]$")

    @property
    def roles(self) -> dict[str, str]:
        """The columns that are no features unless they are named as such, by their role."""
        named = {"target": self.target, "key": self.key, "time": self.time, "group": self.group}
        return {role: column for role, column in named.items() if column is not None}

    @model_validator(mode="after")
    def _roles_differ(self) -> Self:
        for role in ("target", "key"):
            column = self.roles.get(role)
            if column is not None and column in (self.features or ()):
                raise ValueError(f"features: {column!r} is the {role}, so it cannot be a feature")
        for role in ("key", "time", "group"):
            if self.roles.get(role) == self.target:
                raise ValueError(
                    f"{role}: {self.target!r} is the target, so it cannot be the {role}"
                )
        if self.time is not None and self.group is not None:
            raise ValueError("time and group: the rows are split by one of them; set one to null")
        return self

    @model_validator(mode="after")
    def _one_threshold(self) -> Self:
        if self.tune_threshold is not None and self.threshold != EVEN:
            raise ValueError(
                f"threshold: {self.threshold:g} is given, and tune_threshold looks for another; "
                "set threshold to 0.5 or tune_threshold to null"
            )
        return self

    def logistic_grid(self) -> Grid:
        """The values that the logistic regression is tried with."""
        return Grid(
            name="logistic regression", configured={"C": sorted(self.logistic_c)}, bounds={}
        )

    def linear_grid(self) -> Grid:
        """The values that the linear regression is tried with, weak penalties first."""
        return Grid(
            name="linear regression", configured={"alpha": sorted(self.linear_alpha)}, bounds={}
        )

    def forest_grid(self) -> Grid:
        """The values that the random forest is tried with, small ones first."""
        return Grid(
            name="random forest",
            configured={
                "max_depth": sorted(self.forest_max_depth),
                "min_samples_leaf": sorted(self.forest_min_samples_leaf),
                "n_estimators": sorted(self.forest_n_estimators),
            },
            bounds={"max_depth": self.max_depth, "n_estimators": self.n_estimators},
        )

    def xgboost_grid(self) -> Grid:
        """The values that XGBoost is tried with, small ones first."""
        return Grid(
            name="XGBoost",
            configured={
                "learning_rate": sorted(self.xgboost_learning_rate),
                "max_depth": sorted(self.xgboost_max_depth),
                "n_estimators": sorted(self.xgboost_n_estimators),
            },
            bounds={"max_depth": self.max_depth, "n_estimators": self.n_estimators},
        )


def _up_to(bound: Number, values: list[Number]) -> list[Number]:
    """Return the values up to the bound, and the bound itself, in order."""
    return sorted({value for value in values if value <= bound} | {bound})
