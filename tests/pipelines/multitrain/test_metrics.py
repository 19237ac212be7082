"""The metrics are those of scikit-learn, computed apart."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn import metrics

from e06_flows.statistics.metrics import METRICS, describe, gain, measure, measure_quantity


def _probabilities(rows: int, classes: int, seed: int = 0) -> NDArray[np.float64]:
    raw = np.random.default_rng(seed).random((rows, classes))
    shares: NDArray[np.float64] = raw / raw.sum(axis=1, keepdims=True)
    return shares


def test_with_two_classes_the_second_is_the_one_measured() -> None:
    truth = np.array([0, 1, 1, 0, 1, 0, 1, 1])
    given = _probabilities(8, 2)
    predicted = (given[:, 1] > 0.5).astype(int)

    measured = measure(truth, given, [0, 1])

    assert measured == pytest.approx(
        {
            "roc_auc": metrics.roc_auc_score(truth, given[:, 1]),
            "average_precision": metrics.average_precision_score(truth, given[:, 1]),
            "log_loss": metrics.log_loss(truth, given),
            "accuracy": metrics.accuracy_score(truth, predicted),
            "balanced_accuracy": metrics.balanced_accuracy_score(truth, predicted),
            "f1": metrics.f1_score(truth, predicted),
            "precision": metrics.precision_score(truth, predicted),
            "recall": metrics.recall_score(truth, predicted),
            "mcc": metrics.matthews_corrcoef(truth, predicted),
        }
    )


def test_with_more_classes_the_mean_over_each_against_the_rest_is_measured() -> None:
    classes = ["a", "b", "c"]
    truth = np.array(classes * 5)
    given = _probabilities(15, 3)
    predicted = np.array(classes)[given.argmax(axis=1)]

    measured = measure(truth, given, classes)

    options = {"average": "macro", "zero_division": 0}
    assert measured == pytest.approx(
        {
            "roc_auc": metrics.roc_auc_score(truth, given, multi_class="ovr", average="macro"),
            "average_precision": metrics.average_precision_score(truth, given),
            "log_loss": metrics.log_loss(truth, given),
            "accuracy": metrics.accuracy_score(truth, predicted),
            "balanced_accuracy": metrics.balanced_accuracy_score(truth, predicted),
            "f1": metrics.f1_score(truth, predicted, **options),
            "precision": metrics.precision_score(truth, predicted, **options),
            "recall": metrics.recall_score(truth, predicted, **options),
            "mcc": metrics.matthews_corrcoef(truth, predicted),
        }
    )


def test_a_certain_and_wrong_prediction_has_a_finite_log_loss() -> None:
    measured = measure(np.array([0, 1]), np.array([[0.0, 1.0], [0.0, 1.0]]), [0, 1])

    assert 10 < measured["log_loss"] < 100


def test_a_class_that_is_never_predicted_counts_as_zero_and_does_not_warn() -> None:
    measured = measure(np.array([0, 1]), np.array([[0.9, 0.1], [0.8, 0.2]]), [0, 1])

    assert measured["precision"] == measured["f1"] == 0


@pytest.mark.parametrize(
    ("classes", "said"), [([0, 1], "of the class 1 against 0"), (["a", "b", "c"], "macro")]
)
def test_every_metric_says_what_it_is(classes: list[Any], said: str) -> None:
    described = describe(classes)

    assert set(described) == set(METRICS)
    assert said in described["roc_auc"]


def test_a_lower_log_loss_is_a_gain() -> None:
    assert gain("log_loss", 0.1) > gain("log_loss", 0.2)
    assert gain("f1", 0.2) > gain("f1", 0.1)


def test_the_positive_class_and_its_threshold_decide_what_is_predicted() -> None:
    truth = np.array(["bad", "good", "good", "bad"])
    given = np.array([[0.3, 0.7], [0.1, 0.9], [0.25, 0.75], [0.6, 0.4]])

    measured = measure(truth, given, ["bad", "good"], positive="bad", threshold=0.2)

    assert measured["recall"] == 1
    assert measured["precision"] == pytest.approx(2 / 3)
    assert measured["roc_auc"] == metrics.roc_auc_score(truth == "bad", given[:, 0])
    assert "of the class 'bad' against 'good'" in describe(["bad", "good"], "bad")["f1"]


def test_the_metrics_of_a_quantity_are_those_of_scikit_learn() -> None:
    truth, given = np.array([1.0, 2, 4]), np.array([1.5, 2, 3])

    measured = measure_quantity(truth, given)

    assert measured == pytest.approx(
        {
            "rmse": metrics.root_mean_squared_error(truth, given),
            "mae": 0.5,
            "median_ae": 0.5,
            "r2": metrics.r2_score(truth, given),
        }
    )
    assert gain("rmse", 1) > gain("rmse", 2)
