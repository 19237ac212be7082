"""The feature flow: join, split, fit on the training part, transform all, describe."""

from kedro.pipeline import Node, Pipeline

from e06_flows.pipelines.feature_engineering.nodes import (
    describe_features,
    fit_features,
    join_sources,
    make_features,
    split_rows,
)

_PARAMETERS = "params:feature_engineering"


def create_pipeline() -> Pipeline:
    """Return the five nodes; the tag of each names the hardware tier that it needs."""
    return Pipeline(
        [
            Node(
                join_sources,
                inputs=["feature_sepals", "feature_petals", _PARAMETERS],
                outputs="feature_rows",
                name="join_sources",
                tags="tier.small",
            ),
            Node(
                split_rows,
                inputs=["feature_rows", _PARAMETERS],
                outputs=["feature_train", "feature_holdout"],
                name="split_rows",
                tags="tier.small",
            ),
            Node(
                fit_features,
                inputs=["feature_train", _PARAMETERS],
                outputs="feature_transformer",
                name="fit_features",
                tags="tier.medium",
            ),
            Node(
                make_features,
                inputs=[
                    "feature_transformer", "feature_train", "feature_holdout", _PARAMETERS,
                ],
                outputs="flower_features",
                name="make_features",
                tags="tier.medium",
            ),
            Node(
                describe_features,
                inputs=[
                    "feature_transformer", "feature_train", "flower_features", _PARAMETERS,
                ],
                outputs=["feature_dictionary", "feature_profile"],
                name="describe_features",
                tags="tier.small",
            ),
        ]
    )  # fmt: skip
