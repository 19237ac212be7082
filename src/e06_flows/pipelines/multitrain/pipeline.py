"""The multi-train flow: one split, four branches that share nothing else, one comparison."""

from collections.abc import Callable
from typing import Any

from kedro.pipeline import Node, Pipeline

from e06_flows.pipelines.multitrain.nodes import (
    compare_models,
    load_and_split,
    train_logistic_regression,
    train_random_forest,
    train_xgboost,
    tune_h2o_automl,
)

_BRANCHES = ("logistic_regression", "h2o_automl", "random_forest", "xgboost")


def create_pipeline() -> Pipeline:
    """Return the six nodes; the tag of each names the hardware tier that it needs.

    Nodes of the same depth run one after the other in the order of their names. The name of H2O's
    is the last of the four, so that the other results are there where Java is missing.
    """
    return Pipeline(
        [
            Node(
                load_and_split,
                inputs=["multitrain_rows", "multitrain_more_rows", "params:multitrain"],
                outputs=["multitrain_train", "multitrain_holdout", "multitrain_profile"],
                name="load_and_split",
                tags="tier.small",
            ),
            _branch(train_logistic_regression, "logistic_regression", tags="tier.small"),
            _branch(train_random_forest, "random_forest", tags="tier.medium"),
            _branch(train_xgboost, "xgboost", tags="tier.medium"),
            _branch(
                tune_h2o_automl,
                "h2o_automl",
                "multitrain_h2o_automl_log",
                tags=["tier.large", "env.h2o"],
            ),
            Node(
                compare_models,
                inputs=[*(f"multitrain_{name}_result" for name in _BRANCHES), "params:multitrain"],
                outputs=["multitrain_comparison", "multitrain_comparison_picture"],
                name="compare_models",
                tags="tier.small",
            ),
        ]
    )


def _branch(train: Callable[..., Any], name: str, *more: str, tags: str | list[str]) -> Node:
    outputs = [f"multitrain_{name}", f"multitrain_{name}_result", f"multitrain_{name}_report"]
    return Node(
        train,
        inputs=["multitrain_train", "multitrain_holdout", "params:multitrain"],
        outputs=[*outputs, *more],
        name=train.__name__,
        tags=tags,
    )
