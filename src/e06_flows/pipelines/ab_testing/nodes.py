"""The functions of the A/B test: features in; a model and outcomes a variant, a decision out."""

import logging
import warnings
from typing import Any

import numpy as np
import pandas as pd

from e06_flows.modelling.algorithms import make_algorithm
from e06_flows.pipelines.ab_testing.decision import conclude, decide, is_unbalanced
from e06_flows.pipelines.ab_testing.log import outcomes_of
from e06_flows.pipelines.ab_testing.parameters import ABParameters
from e06_flows.pipelines.ab_testing.plots import Picture, decision_picture
from e06_flows.pipelines.ab_testing.traffic import (
    PART,
    assign,
    check_variants,
    refuse_unusable,
)
from e06_flows.statistics.metrics import log_losses
from e06_flows.tracking.runs import child_run, log_numbers, log_report

logger = logging.getLogger(__name__)


def assign_traffic(
    features: pd.DataFrame, parameters: ABParameters
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows to train on, and the traffic: the hold-out, each row with its `Variant`.

    Raises:
        ValueError: The table or a variant cannot be used; says what, why and what to do.
    """
    check_variants(features, parameters)
    held_out = features[PART] == "holdout"
    train = features[~held_out].drop(columns=PART).reset_index(drop=True)
    traffic = features[held_out].drop(columns=PART).reset_index(drop=True)
    traffic["Variant"] = assign(traffic[parameters.key], parameters)
    refuse_unusable(train, traffic, parameters)
    counts = traffic["Variant"].value_counts()
    logger.info(
        "Traffic: %s", ", ".join(f"{counts[name]} rows for {name}" for name in parameters.variants)
    )
    return train, traffic


def train_variant(train: pd.DataFrame, parameters: ABParameters, name: str) -> Any:
    """Return the model of the variant of that name."""
    variant = parameters.variants[name]
    model = make_algorithm(variant.kind or "baseline", variant.settings, seed=parameters.seed)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model.fit(train[list(variant.features)], train[parameters.target].to_numpy())
    for message in {str(warning.message).splitlines()[0] for warning in caught}:
        logger.info("While training %s: %s", variant.title, message)
    return model


def measure_variant(
    model: Any, traffic: pd.DataFrame, parameters: ABParameters, name: str
) -> pd.DataFrame:
    """Let a variant predict its own part of the traffic.

    Returns:
        A row a row of that part: key, variant, target, prediction, whether that is right, and the
        log loss in nats.
    """
    variant = parameters.variants[name]
    rows = traffic[traffic["Variant"] == name]
    with child_run(variant.title, {"variant": name, "model_type": str(variant.kind)}) as run_id:
        probabilities = np.asarray(
            model.predict_proba(rows[list(variant.features)]), dtype=np.float64
        )
        target = parameters.target
        true = np.searchsorted(model.classes_, rows[target].to_numpy())
        outcomes = rows[[parameters.key, "Variant", target]].assign(
            Predicted=model.classes_[probabilities.argmax(axis=1)],
            Correct=lambda t: t["Predicted"] == t[target],
            LogLoss=log_losses(true, probabilities),
        )
        log_numbers(
            run_id,
            metrics={
                "correct": outcomes["Correct"].mean(),
                "log_loss": outcomes["LogLoss"].mean(),
                "rows": len(outcomes),
            },
            params={
                "kind": variant.kind, "features": ",".join(variant.features), **variant.settings,
            },
        )  # fmt: skip
    return outcomes.reset_index(drop=True)


def read_log(log: pd.DataFrame, parameters: ABParameters) -> tuple[pd.DataFrame, ...]:
    """Return the rows of each variant, in the order of `parameters.variants`.

    Raises:
        ValueError: The log cannot be used; says what, why and what to do.
    """
    outcomes = outcomes_of(log, parameters)
    logger.info(
        "The log: %s", ", ".join(f"{len(rows)} rows for {name}" for name, rows in outcomes.items())
    )
    return tuple(outcomes.values())


def decide_test(
    parameters: ABParameters, *outcomes: pd.DataFrame
) -> tuple[pd.DataFrame, Picture, dict[str, Any]]:
    """Compare the challengers with the control; draw it; say which variant to serve.

    Args:
        parameters: Of the flow.
        outcomes: What `measure_variant` returns, in the order of `parameters.variants`.
    """
    table = decide(dict(zip(parameters.variants, outcomes, strict=True)), parameters)
    conclusion = conclude(table, parameters)
    picture = decision_picture(table, conclusion, parameters)
    says = f"Serve {conclusion['title']}: {conclusion['reason']}. {conclusion['note']}"
    log_report("decision", table, picture, says=says)
    if is_unbalanced(conclusion):
        logger.warning(
            "The variants' numbers of rows do not fit their shares (p = %.1g): rows of some were "
            "lost, and the comparison may be wrong.",
            conclusion["balance_p_value"],
        )
    logger.info(says)
    return table, picture, conclusion
