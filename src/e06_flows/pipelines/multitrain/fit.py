"""Training on all rows, with the weights and the threshold that the parameters ask for."""

import logging
from typing import Any

from e06_flows.pipelines.multitrain.training import Training
from e06_flows.statistics.metrics import EVEN

logger = logging.getLogger(__name__)


def train(estimator: Any, training: Training) -> tuple[Any, float]:
    """Train on all rows.

    Returns:
        The model, and the probability from which on it predicts the positive class of two.
    """
    estimator.fit(training.features, training.target, **sample_weight(estimator, training))
    threshold = _threshold(estimator, training)
    if threshold == EVEN:
        return estimator, threshold
    return _at(threshold, estimator, training), threshold


def sample_weight(estimator: Any, training: Training) -> dict[str, Any]:
    """Return the argument of `fit` that weighs the rows of XGBoost where there are many classes.

    The other models weigh classes by themselves, and so does XGBoost where there are two.
    """
    last = getattr(estimator, "steps", [("", estimator)])[-1]
    weights = training.weights()
    if weights is None or training.problem.is_binary or "class_weight" in last[1].get_params():
        return {}
    return {f"{last[0]}__sample_weight" if last[0] else "sample_weight": weights}


def _threshold(estimator: Any, training: Training) -> float:
    from sklearn.base import clone
    from sklearn.model_selection import TunedThresholdClassifierCV

    metric = training.parameters.tune_threshold
    if metric is None:
        return training.parameters.threshold
    searched = training.searched
    tuned = TunedThresholdClassifierCV(
        clone(estimator),
        scoring=_scorer(metric, training.problem.positive),
        response_method="predict_proba",
        cv=searched.splits,
        random_state=training.parameters.seed,
    )
    tuned.fit(searched.features, searched.target)
    found = float(tuned.best_threshold_)
    logger.info("The threshold that is best by %s is %.3f", metric, found)
    return found


def _scorer(metric: str, positive: Any) -> Any:
    from sklearn import metrics

    functions = {
        "accuracy": metrics.accuracy_score,
        "balanced_accuracy": metrics.balanced_accuracy_score,
        "f1": metrics.f1_score,
        "mcc": metrics.matthews_corrcoef,
    }
    options = {"pos_label": positive, "zero_division": 0} if metric == "f1" else {}
    return metrics.make_scorer(functions[metric], **options)


def _at(threshold: float, model: Any, training: Training) -> Any:
    """Return a model that predicts the positive class from that probability on."""
    from sklearn.frozen import FrozenEstimator
    from sklearn.model_selection import FixedThresholdClassifier

    fixed = FixedThresholdClassifier(
        FrozenEstimator(model),
        threshold=threshold,
        pos_label=training.problem.positive,
        response_method="predict_proba",
    )
    each = training.target.drop_duplicates().index  # it learns nothing but the names of the classes
    return fixed.fit(training.features.loc[each], training.target.loc[each])
