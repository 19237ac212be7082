"""The multi-train flow: one split, branches that share nothing else, a comparison, MLflow."""

from collections.abc import Callable
from typing import Any

from kedro.pipeline import Node, Pipeline

from e06_flows.hooks.configuration import configured
from e06_flows.pipelines.multitrain.nodes import (
    compare_models,
    load_and_split,
    track_models,
    train_logistic_regression,
    train_random_forest,
    train_xgboost,
    tune_h2o_automl,
)

_PARAMETERS = "params:multitrain"


def create_pipeline() -> Pipeline:
    """Return a branch for each model that `multitrain.train` names as true, and three nodes around.

    The tag of each node names the hardware tier that it needs. Nodes of the same depth run one
    after the other in the order of their names. The name of H2O's is the last of the four, so that
    the other results are there where Java is missing.

    Raises:
        ValueError: No model is to be trained.
    """
    wanted = configured("multitrain")["train"]
    branches = {name: branch for name, branch in _branches().items() if wanted[name]}
    names = list(branches)
    if not names:
        raise ValueError(f"multitrain.train names no model as true: {wanted}")
    made = [f"multitrain_{n}{part}" for n in names for part in ("", "_result", "_evaluation")]
    return Pipeline(
        [
            Node(
                load_and_split,
                inputs=["multitrain_rows", "multitrain_more_rows", _PARAMETERS],
                outputs=[
                    "multitrain_train", "multitrain_folds", "multitrain_holdout",
                    "multitrain_profile",
                ],
                name="load_and_split",
                tags="tier.small",
            ),
            *branches.values(),
            Node(
                compare_models,
                inputs=["multitrain_profile", *(f"multitrain_{name}_result" for name in names)],
                outputs=["multitrain_comparison", "multitrain_comparison_picture"],
                name="compare_models",
                tags="tier.small",
            ),
            Node(
                track_models,
                inputs=[
                    "multitrain_comparison", "multitrain_profile", "multitrain_train",
                    _PARAMETERS, *made,
                ],
                outputs="multitrain_tracking",
                name="track_models",
                tags=["tier.small", "env.h2o"],
            ),
        ]
    )  # fmt: skip


def _branches() -> dict[str, Node]:
    return {
        "logistic_regression": _branch(
            train_logistic_regression, "logistic_regression", tags="tier.small"
        ),
        "h2o_automl": _branch(
            tune_h2o_automl, "h2o_automl", "multitrain_h2o_automl_log",
            tags=["tier.large", "env.h2o"],
        ),
        "random_forest": _branch(train_random_forest, "random_forest", tags="tier.medium"),
        "xgboost": _branch(train_xgboost, "xgboost", tags="tier.medium"),
    }  # fmt: skip


def _branch(train: Callable[..., Any], name: str, *more: str, tags: str | list[str]) -> Node:
    parts = ("", "_result", "_evaluation", "_report")
    return Node(
        train,
        inputs=[
            "multitrain_train", "multitrain_folds", "multitrain_holdout", "multitrain_profile",
            _PARAMETERS,
        ],
        outputs=[*(f"multitrain_{name}{part}" for part in parts), *more],
        name=train.__name__,
        tags=tags,
    )  # fmt: skip
