"""What every search starts from: rows, folds, the problem, the parameters, and a clock."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from e06_flows.modelling.problem import Problem
from e06_flows.pipelines.multitrain import split
from e06_flows.pipelines.multitrain.parameters import MultitrainParameters
from e06_flows.pipelines.multitrain.profile import selecting_metric
from e06_flows.statistics.metrics import Metric

_FEW_ROWS = 10_000  # to train on, up to which a second thread costs more than it brings


@dataclass(frozen=True, kw_only=True)
class Training:
    """The training part, and how it is searched.

    Attributes:
        rows: Features and target.
        folds: As `split.split` makes them, a row a row.
        problem: What is predicted.
        parameters: Of the flow.
        started: Seconds since 1970.
    """

    rows: pd.DataFrame
    folds: pd.DataFrame
    problem: Problem
    parameters: MultitrainParameters
    started: float = field(default_factory=time.time)
    _began: float = field(default_factory=time.perf_counter)

    @classmethod
    def of(
        cls,
        train: pd.DataFrame,
        folds: pd.DataFrame,
        profile: Mapping[str, Any],
        parameters: MultitrainParameters,
    ) -> "Training":
        """Put together what `load_and_split` has made."""
        problem = Problem.from_json(profile["problem"])
        return cls(rows=train, folds=folds, problem=problem, parameters=parameters)

    @property
    def seconds(self) -> float:
        """How long it has taken so far."""
        return time.perf_counter() - self._began

    @property
    def features(self) -> pd.DataFrame:
        """All columns but the target."""
        return self.rows.drop(columns=self.parameters.target)

    @property
    def target(self) -> "pd.Series[Any]":
        """What is to be predicted."""
        return self.rows[self.parameters.target]

    @cached_property
    def searched(self) -> "Training":
        """The part of the rows that values are tried on."""
        chosen = self.folds["searched"].to_numpy()
        if chosen.all():
            return self
        return Training(
            rows=self.rows[chosen].reset_index(drop=True),
            folds=self.folds[chosen].reset_index(drop=True),
            problem=self.problem,
            parameters=self.parameters,
            started=self.started,
            _began=self._began,
        )

    @property
    def splits(self) -> list[tuple[NDArray[Any], NDArray[Any]]]:
        """The rows that each fold trains on, and those that it tests on."""
        return split.positions(self.folds, by_time=self.parameters.time is not None)

    @property
    def select_by(self) -> Metric:
        """The metric that the best has the best of."""
        found: Metric = selecting_metric(self.problem, self.parameters)
        return found

    @property
    def threads(self) -> int:
        """How many threads a model computes with."""
        from joblib import cpu_count

        few = len(self.rows) <= _FEW_ROWS
        return self.parameters.threads or (1 if few else int(cpu_count()))

    @property
    def class_weight(self) -> str | None:
        """How scikit-learn is told to weigh classes."""
        return "balanced" if self.parameters.class_weight == "balanced" else None

    @property
    def positive_weight(self) -> float | None:
        """How much more a row of XGBoost's second class weighs than one of its first, of two."""
        if self.class_weight is None or not self.problem.is_binary:
            return None
        second = float((self.target == self.problem.classes[1]).mean())
        return (1 - second) / second

    def weights(self) -> NDArray[np.float64] | None:
        """Return a weight a row, with which each class weighs the same; None: no weights."""
        from sklearn.utils.class_weight import compute_sample_weight

        if self.class_weight is None:
            return None
        weights: NDArray[np.float64] = compute_sample_weight(self.class_weight, self.target)
        return weights
