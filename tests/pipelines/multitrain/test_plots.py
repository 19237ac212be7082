"""Pictures are drawn from probabilities, and have names, axes and classes."""

import dataclasses
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import precision_recall_curve, roc_curve

from e06_flows.modelling.problem import Problem
from e06_flows.pipelines.multitrain import comparison_picture, plots
from e06_flows.pipelines.multitrain.evaluation import Evaluation
from e06_flows.statistics.metrics import METRICS, measure

NAMES = {
    "roc_curve",
    "precision_recall_curve",
    "confusion_matrix",
    "calibration",
    "permutation_importance",
}


def _evaluation(classes: Sequence[Any], rows: int = 60) -> Evaluation:
    random = np.random.default_rng(1)
    names = np.asarray(classes)
    truth = np.arange(rows) % len(names)
    raw = random.random((rows, len(names))) + 0.8 * np.eye(len(names))[truth]
    given = raw / raw.sum(axis=1, keepdims=True)
    return Evaluation(
        problem=Problem(task="classification", why="", classes=tuple(names.tolist())),
        truth=truth,
        predicted=given,
        threshold=0.5,
        metrics=measure(names[truth], given, names),
        importances=pd.DataFrame({"length": random.random(10), "width": random.random(10)}),
        shuffled_rows=min(rows, 100),
    )


def _axes(picture: Any) -> Any:
    return picture.axes[0]


@pytest.mark.parametrize("classes", [[0, 1], ["a", "b", "c"]])
def test_every_picture_has_a_name_of_its_own_and_names_its_axes(classes: list[Any]) -> None:
    drawn = plots.pictures(_evaluation(classes), "a model")

    assert set(drawn) == NAMES
    for picture in drawn.values():
        assert _axes(picture).get_xlabel()
        assert _axes(picture).get_title()
        assert picture.get_suptitle() == "a model"  # type: ignore[attr-defined]


def test_the_legends_give_the_metrics_of_the_hold_out_with_three_digits() -> None:
    evaluation = _evaluation([0, 1])
    drawn = plots.pictures(evaluation, "")

    for name, metric, short in (
        ("roc_curve", "roc_auc", "AUC"), ("precision_recall_curve", "average_precision", "AP"),
    ):  # fmt: skip
        says = _axes(drawn[name]).get_legend().get_texts()[0].get_text()
        assert says == f"class 1 ({short} {evaluation.metrics[metric]:.3f})"


def test_no_legend_covers_the_chance_of_a_rare_class() -> None:
    evaluation = _evaluation([0, 1])
    rare = dataclasses.replace(evaluation, truth=(np.arange(len(evaluation.truth)) < 3).astype(int))
    picture = plots.pictures(rare, "")["precision_recall_curve"]
    picture.savefig(io.BytesIO())

    axes = _axes(picture)
    chance = axes.get_lines()[1]
    covered = axes.get_legend().get_window_extent()
    across = axes.transData.transform(
        np.column_stack([np.linspace(0, 1, 50), [chance.get_ydata()[0]] * 50])
    )

    assert chance.get_linestyle() == ":"
    assert not covered.count_contains(across)


def test_precision_and_recall_are_drawn_from_probabilities_and_not_from_labels() -> None:
    evaluation = _evaluation([0, 1])

    curve = _axes(plots.pictures(evaluation, "")["precision_recall_curve"]).get_lines()[0]

    precision, recall, thresholds = precision_recall_curve(
        evaluation.truth, evaluation.predicted[:, 1], drop_intermediate=True
    )
    np.testing.assert_array_equal(curve.get_xdata(), recall)
    np.testing.assert_array_equal(curve.get_ydata(), precision)
    assert len(thresholds) > 10  # labels would give two


def test_the_roc_curve_of_each_class_is_drawn_from_its_probabilities() -> None:
    evaluation = _evaluation(["a", "b", "c"])

    lines = _axes(plots.pictures(evaluation, "")["roc_curve"]).get_lines()

    assert len(lines) == 4
    for position, line in enumerate(lines[:3]):
        false, true, _ = roc_curve(evaluation.truth == position, evaluation.predicted[:, position])
        np.testing.assert_array_equal(line.get_xdata(), false)
        np.testing.assert_array_equal(line.get_ydata(), true)


def test_the_confusion_matrix_names_the_classes_and_counts_every_row() -> None:
    axes = _axes(plots.pictures(_evaluation(["cat", "dog"]), "")["confusion_matrix"])

    assert [label.get_text() for label in axes.get_xticklabels()] == ["cat", "dog"]
    assert sum(int(text.get_text()) for text in axes.texts) == 60


def test_the_calibration_groups_cover_all_rows() -> None:
    axes = _axes(plots.pictures(_evaluation([0, 1]), "")["calibration"])

    shares = axes.get_lines()[1].get_ydata()
    assert np.mean(shares) == pytest.approx(0.5, abs=0.05)


def test_the_picture_of_the_importances_says_on_which_rows() -> None:
    some = plots.pictures(_evaluation([0, 1], rows=2000), "")["permutation_importance"]
    every = plots.pictures(_evaluation([0, 1]), "")["permutation_importance"]

    assert _axes(some).get_title() == "Permutation importance on 100 of 2,000 held-out rows"
    assert _axes(every).get_title() == "Permutation importance on all 60 held-out rows"


def test_the_panel_says_what_was_tried() -> None:
    picture: Any = plots.panel(_evaluation([0, 1]), "a model", "9 of 36 values tried")

    assert picture.get_supxlabel() == "9 of 36 values tried"


def test_many_classes_and_features_still_give_readable_pictures(tmp_path: Path) -> None:
    evaluation = _evaluation([f"class {number:02}" for number in range(20)], rows=200)
    drawn = plots.pictures(evaluation, "")

    assert _axes(drawn["roc_curve"]).get_legend() is None
    assert not _axes(drawn["confusion_matrix"]).texts
    plots.panel(evaluation, "all").savefig(tmp_path / "panel.png")
    assert (tmp_path / "panel.png").stat().st_size > 10_000


def test_the_comparison_shows_each_metric_of_each_model_and_the_winner_in_colour() -> None:
    table = pd.DataFrame(
        [
            {"model": name, **dict.fromkeys(METRICS, value)}
            for name, value in (("x", 0.9), ("y", 0.7))
        ]
    )

    picture: Any = comparison_picture.draw(table, METRICS, "f1")

    assert len(picture.axes) == len(METRICS)
    for axes in picture.axes:
        y, x = axes.patches
        assert (x.get_width(), y.get_width()) == (0.9, 0.7)
        assert x.get_facecolor() != y.get_facecolor()
    assert "best by F1: x" in picture.get_suptitle()


@pytest.mark.parametrize(
    ("value", "said"), [(5_313_198.0744, "5,313,198"), (0.47724, "0.4772"), (-12_345.6, "-12,346")]
)
def test_numbers_of_the_report_have_no_power_of_ten(value: float, said: str) -> None:
    assert plots._digits(value) == said
