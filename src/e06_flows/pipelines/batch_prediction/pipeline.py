"""Batch prediction: the champion, each partition, a summary."""

from kedro.pipeline import Node, Pipeline
from kedro_flyte import each

from e06_flows.pipelines.batch_prediction.nodes import find_champion, score_batch, sum_up

_PARAMETERS = "params:batch_prediction"
_AT_ONCE = 8


def create_pipeline() -> Pipeline:
    """Return the three nodes; the tag of each names the hardware tier that it needs.

    The record of a partition is the last that is saved of it: where it is, all the rest is.
    """
    return Pipeline(
        [
            Node(
                find_champion,
                inputs=_PARAMETERS,
                outputs="batch_champion",
                name="find_champion",
                tags="tier.small",
            ),
            each(
                score_batch,
                over="batches",
                inputs=["batch_champion", _PARAMETERS],
                outputs=["batch_predictions", "batch_records"],
                name="score_batches",
                tags="tier.medium",
                concurrency=_AT_ONCE,
            ),
            Node(
                sum_up,
                inputs=["batches", "batch_records", "batch_champion", _PARAMETERS],
                outputs=["batch_summary", "batch_table", "batch_picture"],
                name="sum_up",
                tags="tier.small",
            ),
        ]
    )
