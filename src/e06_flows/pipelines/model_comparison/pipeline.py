"""The comparison: folds, a branch for each algorithm of the configuration, a ranking, a winner."""

from functools import partial, update_wrapper

from kedro.pipeline import Node, Pipeline

from e06_flows.hooks.configuration import configured
from e06_flows.pipelines.model_comparison.nodes import (
    compare_algorithms,
    cross_validate,
    make_folds,
    train_winner,
)

_PARAMETERS = "params:model_comparison"


def create_pipeline() -> Pipeline:
    """Return a node for each of `model_comparison.algorithms`, and three around them."""
    names = list(configured("model_comparison")["algorithms"])
    return Pipeline(
        [
            Node(
                make_folds,
                inputs=["comparison_rows", "comparison_more_rows", _PARAMETERS],
                outputs=["comparison_table", "comparison_folds"],
                name="make_folds",
                tags="tier.small",
            ),
            *(_branch(name) for name in names),
            Node(
                compare_algorithms,
                inputs=[_PARAMETERS, *(f"comparison_{name}_scores" for name in names)],
                outputs=["algorithm_ranking", "algorithm_picture", "algorithm_winner"],
                name="compare_algorithms",
                tags="tier.small",
            ),
            Node(
                train_winner,
                inputs=["algorithm_winner", "comparison_table", _PARAMETERS],
                outputs="algorithm_model",
                name="train_winner",
                tags="tier.medium",
            ),
        ]
    )


def _branch(name: str) -> Node:
    return Node(
        update_wrapper(partial(cross_validate, name=name), cross_validate),
        inputs=["comparison_table", "comparison_folds", _PARAMETERS],
        outputs=f"comparison_{name}_scores",
        name=f"cross_validate_{name}",
        tags="tier.medium",
    )
