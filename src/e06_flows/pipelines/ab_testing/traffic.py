"""Who gets which variant, and whether the table can be used for that at all."""

from typing import Any

import numpy as np
import pandas as pd

from e06_flows.modelling.algorithms import make_algorithm
from e06_flows.pipelines.ab_testing.parameters import ABParameters
from e06_flows.statistics.assignment import position

PART = "Part"  # as feature_engineering calls it
_CLASSES = 2


def check_variants(table: pd.DataFrame, parameters: ABParameters) -> None:
    """Refuse what could not be trained, before anything is.

    Raises:
        ValueError: A column is not there, or a setting is not known; says of which variant.
    """
    named = (parameters.key, PART, parameters.target)
    if columns := sorted(set(named) - set(table.columns)):
        raise ValueError(
            f"flower_features has no columns {columns}; it has {table.columns.tolist()}. Correct "
            "ab_testing.key or target, or make the table again: "
            "kedro run --pipeline feature_engineering"
        )
    features = [name for name in table.columns if name not in named]
    for name, variant in parameters.variants.items():
        if unknown := [column for column in variant.features if column not in features]:
            raise ValueError(
                f"ab_testing.variants.{name}.features: {unknown} are not among the features, "
                f"which are {features}."
            )
        try:
            make_algorithm(variant.kind or "baseline", variant.settings, seed=parameters.seed)
        except ValueError as error:
            raise ValueError(f"ab_testing.variants.{name}: {error}") from error


def assign(ids: "pd.Series[Any]", parameters: ABParameters) -> "pd.Series[str]":
    """Return the variant of each Id. It depends on the Id, the salt and the shares alone.

    Variants follow each other on [0, 1) in the order of the configuration, so that a variant that
    is added at the end, with a share taken from the last one, leaves the others' Ids as they are.
    """
    names, shares = zip(*parameters.shares().items(), strict=True)
    ends = np.cumsum(shares)[:-1]
    places = np.searchsorted(ends, position(ids, parameters.salt), side="right")
    return pd.Series(np.asarray(names, dtype=object)[places], index=ids.index, dtype=str)


def refuse_unusable(train: pd.DataFrame, traffic: pd.DataFrame, parameters: ABParameters) -> None:
    """Refuse parts that are too small to train or to compare.

    Raises:
        ValueError: There is one class to train on, one that is only in the traffic, or a variant
            without traffic.
    """
    target = parameters.target
    known = set(train[target])
    if len(known) < _CLASSES:
        raise ValueError(
            f"The training part has the classes {sorted(known)} alone, so there is nothing to tell "
            "apart. Lower feature_engineering.holdout_share, or add rows."
        )
    if new := sorted(set(traffic[target]) - known):
        raise ValueError(
            f"The classes {new} are in the traffic and not in the training part, so no variant can "
            "predict them. Change feature_engineering.salt, or add rows."
        )
    counts = traffic["Variant"].value_counts()
    if few := [name for name in parameters.variants if counts.get(name, 0) < _CLASSES]:
        raise ValueError(
            f"The variants {few} get fewer than {_CLASSES} of the {len(traffic)} rows of traffic. "
            "Raise their share, or feature_engineering.holdout_share, or test fewer variants."
        )
