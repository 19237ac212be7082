"""The functions of the feature flow: two tables in; a table of features and what it means out."""

import logging
from typing import Any

import pandas as pd

from e06_flows.pipelines.feature_engineering.parameters import PART, FeatureParameters
from e06_flows.pipelines.feature_engineering.plots import Picture, profile_picture
from e06_flows.statistics.assignment import position

logger = logging.getLogger(__name__)

TRAIN, HOLDOUT = "train", "holdout"


def join_sources(
    rows: pd.DataFrame, more_columns: pd.DataFrame, parameters: FeatureParameters
) -> pd.DataFrame:
    """Put the columns of both sources side by side, for the keys that both have.

    Raises:
        ValueError: A column is not there, is in both or holds no numbers; no key is in both; or
            too many values of a column are missing to be filled.
    """
    key = parameters.key
    _refuse_columns(rows, more_columns, parameters)
    common = set(rows[key]) & set(more_columns[key])
    if not common:
        raise ValueError(
            f"No {key} is in both sources ({_span(rows[key])} and {_span(more_columns[key])}), so "
            "there is no row to make features of. See feature_sepals and feature_petals in the "
            "catalog."
        )
    if lost := len(set(rows[key]) ^ set(more_columns[key])):
        logger.warning("Left out %d values of %s that only one of the two sources has", lost, key)
    joined = rows.merge(more_columns, on=key, validate="one_to_one")
    used = [key, *_sources(parameters), parameters.target]
    _refuse_missing(joined[list(dict.fromkeys(used))], parameters)
    return joined.sort_values(key, ignore_index=True)


def _span(keys: "pd.Series[Any]") -> str:
    return f"{len(keys)} from {keys.min()} to {keys.max()}"


def _sources(parameters: FeatureParameters) -> list[str]:
    from e06_flows.modelling.features import formula_columns

    formulas = [feature.formula for feature in parameters.features]
    return list(dict.fromkeys(name for f in formulas for name in formula_columns(f)))


def _refuse_columns(
    rows: pd.DataFrame, more_columns: pd.DataFrame, parameters: FeatureParameters
) -> None:
    key, sources = parameters.key, _sources(parameters)
    for name, table in (("feature_sepals", rows), ("feature_petals", more_columns)):
        if key not in table.columns:
            raise ValueError(
                f"{name} has no column {key!r}, which feature_engineering.key names; it has "
                f"{table.columns.tolist()}."
            )
    if both := sorted((set(rows.columns) & set(more_columns.columns)) - {key}):
        raise ValueError(
            f"The columns {both} are in both sources. Leave them out of one: load_args: {{usecols: "
            "[...]}} in its catalog entry."
        )
    there = {**rows.dtypes, **more_columns.dtypes}
    if absent := [name for name in (*sources, parameters.target) if name not in there]:
        raise ValueError(
            f"feature_engineering names the columns {absent}, and the sources have {list(there)}. "
            "Correct features or target, or the files in the catalog."
        )
    if text := [name for name in sources if not pd.api.types.is_numeric_dtype(there[name])]:
        raise ValueError(
            f"The columns {text} hold no numbers, and feature_engineering.features computes with "
            "them. Leave them out, or make numbers of them first."
        )


def _refuse_missing(table: pd.DataFrame, parameters: FeatureParameters) -> None:
    shares = table.isna().mean()
    if shares[parameters.target]:
        raise ValueError(
            f"{int(table[parameters.target].isna().sum())} rows have no {parameters.target}. Leave "
            "them out of the source."
        )
    if len(many := shares[shares > parameters.most_missing].round(3)):
        raise ValueError(
            f"Of these columns the given shares are missing: {many.to_dict()}. Up to "
            f"{parameters.most_missing} of a column is filled. Mend the source, or raise "
            "feature_engineering.most_missing."
        )


def split_rows(
    rows: pd.DataFrame, parameters: FeatureParameters
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the training part and the hold-out, told apart by a hash of the key alone.

    So a row stays in its part when other rows come, go, or change their target.

    Raises:
        ValueError: A part has no row.
    """
    held_out = position(rows[parameters.key], parameters.salt) < parameters.holdout_share
    if held_out.all() or not held_out.any():
        raise ValueError(
            f"With feature_engineering.holdout_share={parameters.holdout_share}, all {len(rows)} "
            "rows are in one part. Choose a share nearer to 0.5, or add rows."
        )
    train, holdout = rows[~held_out], rows[held_out]
    logger.info("Split into %d rows to train on, %d to test on", len(train), len(holdout))
    return train.reset_index(drop=True), holdout.reset_index(drop=True)


def fit_features(train: pd.DataFrame, parameters: FeatureParameters) -> Any:
    """Fit the transformer on the training part, and on the columns of the formulas alone.

    Raises:
        ValueError: A column is missing in all rows of the training part, or a formula cannot be
            computed.
    """
    from e06_flows.modelling.features import Feature, TableFeatures

    features = [Feature(**definition.model_dump()) for definition in parameters.features]
    if empty := [name for name in _sources(parameters) if train[name].isna().all()]:
        raise ValueError(
            f"The training part has no value of {empty}, so nothing can be filled in. Mend the "
            "source, or lower feature_engineering.most_missing to be told earlier."
        )
    few = train.head(2)
    for feature in features:
        try:
            TableFeatures([feature]).fit(few)
        except (ValueError, TypeError, NotImplementedError, AttributeError) as error:
            raise ValueError(
                f"feature_engineering.features: the formula of {feature.name!r}, "
                f"{feature.formula!r}, cannot be computed: {error}"
            ) from error
    return TableFeatures(features, limit=parameters.limit).fit(train)


def make_features(
    transformer: Any, train: pd.DataFrame, holdout: pd.DataFrame, parameters: FeatureParameters
) -> pd.DataFrame:
    """Return key, part, features and target of every row, in the order of the key."""
    key, target = parameters.key, parameters.target
    parts: list[pd.DataFrame] = [
        transformer.transform(part).assign(**{key: part[key], PART: name, target: part[target]})
        for name, part in ((TRAIN, train), (HOLDOUT, holdout))
    ]
    table = pd.concat(parts).sort_values(key, ignore_index=True)
    names = transformer.get_feature_names_out()
    logger.info("Made %d features of %d rows", len(names), len(table))
    return table[[key, PART, *names, target]]


def describe_features(
    transformer: Any, train: pd.DataFrame, table: pd.DataFrame, parameters: FeatureParameters
) -> tuple[pd.DataFrame, Picture]:
    """Say what each feature is, and draw it.

    Returns:
        A row a feature: its meaning, unit, formula and sources; its mean, standard deviation, least
        and greatest value in the training part, in its unit; in how many rows of that part a source
        was missing, and how many values of the whole table were cut off. And the picture.
    """
    computed, limit = transformer.compute(train), transformer.limit
    rows = [
        {
            "feature": feature.name,
            "meaning": feature.meaning,
            "unit": feature.unit,
            "formula": feature.formula,
            "made_from": " ".join(feature.sources),
            "train_mean": transformer.means_[feature.name],
            "train_std": transformer.deviations_[feature.name],
            "train_min": computed[feature.name].min(),
            "train_max": computed[feature.name].max(),
            "train_filled": int(train[list(feature.sources)].isna().any(axis=1).sum()),
            "cut_off": int((table[feature.name].abs() >= limit).sum()),
        }
        for feature in transformer.features
    ]
    names = transformer.get_feature_names_out()
    picture = profile_picture(table, names, by=parameters.target, part=PART)
    return pd.DataFrame(rows).round(4), picture
