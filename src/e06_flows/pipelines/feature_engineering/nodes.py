"""The functions of the feature flow: two tables in; a table of features and what it means out."""

import logging
from typing import Any

import pandas as pd

from e06_flows.assignment import position
from e06_flows.pipelines.feature_engineering.parameters import FeatureParameters
from e06_flows.pipelines.feature_engineering.plots import Picture, profile_picture

logger = logging.getLogger(__name__)

KEY, PART, TARGET = "Id", "Part", "Species"
TRAIN, HOLDOUT = "train", "holdout"


def join_sources(
    sepals: pd.DataFrame, petals: pd.DataFrame, parameters: FeatureParameters
) -> pd.DataFrame:
    """Put the columns of both sources side by side, for the Ids that both have.

    Raises:
        ValueError: No Id is in both, or too many values of a column are missing to be filled.
    """
    common = set(sepals[KEY]) & set(petals[KEY])
    if not common:
        raise ValueError(
            f"No {KEY} is in both sources ({_span(sepals)} and {_span(petals)}), so there is no "
            "row to make features of. See feature_sepals and feature_petals in the catalog."
        )
    if lost := len(set(sepals[KEY]) ^ set(petals[KEY])):
        logger.warning("Left out %d Ids that only one of the two sources has", lost)
    joined = sepals.merge(petals, on=KEY, validate="one_to_one")
    _refuse_missing(joined, parameters.most_missing)
    return joined.sort_values(KEY, ignore_index=True)


def _span(table: pd.DataFrame) -> str:
    return f"{len(table)} Ids from {table[KEY].min()} to {table[KEY].max()}"


def _refuse_missing(table: pd.DataFrame, most: float) -> None:
    shares = table.isna().mean()
    if len(many := shares[shares > most].round(3)):
        raise ValueError(
            f"Of these columns the given shares are missing: {many.to_dict()}. Up to "
            f"{most} of a column is filled. Mend the source, or raise "
            "feature_engineering.most_missing."
        )


def split_rows(
    rows: pd.DataFrame, parameters: FeatureParameters
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the training part and the hold-out, told apart by a hash of the Id alone.

    So a row stays in its part when other rows come, go, or change their species.

    Raises:
        ValueError: A part has no row.
    """
    held_out = position(rows[KEY], parameters.salt) < parameters.holdout_share
    if held_out.all() or not held_out.any():
        raise ValueError(
            f"With feature_engineering.holdout_share={parameters.holdout_share}, all {len(rows)} "
            "rows are in one part. Choose a share nearer to 0.5, or add rows."
        )
    train, holdout = rows[~held_out], rows[held_out]
    logger.info("Split into %d rows to train on, %d to test on", len(train), len(holdout))
    return train.reset_index(drop=True), holdout.reset_index(drop=True)


def fit_features(train: pd.DataFrame, parameters: FeatureParameters) -> Any:
    """Fit the transformer on the training part, and on its lengths alone.

    Raises:
        ValueError: A length is missing in all rows of the training part.
    """
    from e06_flows.features import LENGTHS, FlowerFeatures

    if empty := [name for name in LENGTHS if train[name].isna().all()]:
        raise ValueError(
            f"The training part has no value of {empty}, so nothing can be filled in. Mend the "
            "source, or lower feature_engineering.most_missing to be told earlier."
        )
    return FlowerFeatures(limit=parameters.limit).fit(train)


def make_features(transformer: Any, train: pd.DataFrame, holdout: pd.DataFrame) -> pd.DataFrame:
    """Return Id, part, features and species of every row, in the order of Id."""
    parts: list[pd.DataFrame] = [
        transformer.transform(part).assign(**{KEY: part[KEY], PART: name, TARGET: part[TARGET]})
        for name, part in ((TRAIN, train), (HOLDOUT, holdout))
    ]
    table = pd.concat(parts).sort_values(KEY, ignore_index=True)
    names = transformer.get_feature_names_out()
    logger.info("Made %d features of %d rows", len(names), len(table))
    return table[[KEY, PART, *names, TARGET]]


def describe_features(
    transformer: Any, train: pd.DataFrame, table: pd.DataFrame
) -> tuple[pd.DataFrame, Picture]:
    """Say what each feature is, and draw it.

    Returns:
        A row a feature: its meaning, unit and sources; its mean, standard deviation, least and
        greatest value in the training part, in its unit; in how many rows of that part a source
        was missing, and how many values of the whole table were cut off. And the picture.
    """
    from e06_flows.features import FEATURES

    computed, limit = transformer.compute(train), transformer.limit
    rows = [
        {
            "feature": feature.name,
            "meaning": feature.meaning,
            "unit": feature.unit,
            "made_from": " ".join(feature.sources),
            "train_mean": transformer.means_[feature.name],
            "train_std": transformer.deviations_[feature.name],
            "train_min": computed[feature.name].min(),
            "train_max": computed[feature.name].max(),
            "train_filled": int(train[list(feature.sources)].isna().any(axis=1).sum()),
            "cut_off": int((table[feature.name].abs() >= limit).sum()),
        }
        for feature in FEATURES
    ]
    names = [feature.name for feature in FEATURES]
    return pd.DataFrame(rows).round(4), profile_picture(table, names, by=TARGET, part=PART)
