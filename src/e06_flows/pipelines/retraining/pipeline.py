"""Retraining: split, look for drift, train, compare; promote or keep; report."""

from kedro.pipeline import Node, Pipeline
from kedro_flyte import branch

from e06_flows.pipelines.retraining.nodes import (
    check_drift,
    compare,
    find_champion,
    keep_champion,
    promote_challenger,
    report,
    split_rows,
    train_challenger,
)

_PARAMETERS = "params:retraining"


def create_pipeline() -> Pipeline:
    """Return the seven nodes; the tag of each names the hardware tier that it needs."""
    return Pipeline(
        [
            Node(
                split_rows,
                inputs=["retraining_history", "retraining_recent", _PARAMETERS],
                outputs=["retraining_train", "retraining_holdout"],
                name="split_labelled_rows",
                tags="tier.small",
            ),
            Node(
                find_champion,
                inputs=_PARAMETERS,
                outputs="retraining_champion",
                name="find_champion_to_beat",
                tags="tier.small",
            ),
            Node(
                check_drift,
                inputs=["retraining_champion", "retraining_recent", _PARAMETERS],
                outputs=["drift_table", "drift_picture"],
                name="check_drift",
                tags="tier.small",
            ),
            Node(
                train_challenger,
                inputs=["retraining_train", _PARAMETERS],
                outputs="retraining_challenger",
                name="train_challenger",
                tags="tier.medium",
            ),
            Node(
                compare,
                inputs=[
                    "retraining_champion", "retraining_challenger", "retraining_holdout",
                    _PARAMETERS,
                ],
                outputs=["retraining_scores", "retraining_verdict", "challenger_is_better"],
                name="compare_on_holdout",
                tags="tier.small",
            ),
            branch(
                when="challenger_is_better",
                then=Node(
                    promote_challenger,
                    inputs=[
                        "retraining_challenger", "retraining_train", "retraining_champion",
                        "retraining_verdict", _PARAMETERS,
                    ],
                    outputs="retraining_outcome",
                    name="promote_challenger",
                ),
                otherwise=Node(
                    keep_champion,
                    inputs=["retraining_champion", "retraining_verdict"],
                    outputs="retraining_outcome",
                    name="keep_champion",
                ),
                name="promote_or_keep",
                tags="tier.small",
            ),
            Node(
                report,
                inputs=["retraining_outcome", "retraining_scores", "drift_table", _PARAMETERS],
                outputs="retraining_report",
                name="report_retraining",
                tags="tier.small",
            ),
        ]
    )  # fmt: skip
