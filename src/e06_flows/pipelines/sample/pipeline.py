"""The sample flow: two loads that run in parallel, then one chain to a random forest."""

from kedro.pipeline import Node, Pipeline

from e06_flows.pipelines.sample.nodes import (
    evaluate_model,
    load_dataset,
    merge_datasets,
    process_dataset,
    train_random_forest,
)


def create_pipeline() -> Pipeline:
    """Return the six nodes; the tag of each names the hardware tier that it needs."""
    return Pipeline(
        [
            Node(
                load_dataset,
                inputs="dataset_a",
                outputs="loaded_a",
                name="load_dataset_a",
                tags="tier.small",
            ),
            Node(
                load_dataset,
                inputs="dataset_b",
                outputs="loaded_b",
                name="load_dataset_b",
                tags="tier.small",
            ),
            Node(
                merge_datasets,
                inputs=["loaded_a", "loaded_b", "params:sample.how"],
                outputs="merged_data",
                name="merge_datasets",
                tags="tier.medium",
            ),
            Node(
                process_dataset,
                inputs="merged_data",
                outputs="processed_data",
                name="process_dataset",
                tags="tier.medium",
            ),
            Node(
                train_random_forest,
                inputs=["processed_data", "params:sample"],
                outputs=["random_forest", "holdout"],
                name="train_random_forest",
                tags="tier.large",
            ),
            Node(
                evaluate_model,
                inputs=["random_forest", "holdout"],
                outputs=["sample_metrics", "confusion_matrix", "feature_importance"],
                name="evaluate_model",
                tags="tier.medium",
            ),
        ]
    )
