"""The comparison: same folds for all, a ranking with doubt, a winner by a rule."""

import json
import pickle
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from sample_projects import ROOT, copy_project, kedro
from use_cases import refused, run_pipeline, untracked

from e06_flows.pipelines.model_comparison import folds, nodes, plots, ranking
from e06_flows.pipelines.model_comparison.parameters import ModelComparisonParameters
from e06_flows.statistics.metrics import METRICS

NAME = "model_comparison"
QUICK = f"{NAME}.repeats=2,{NAME}.folds=3,{NAME}.algorithms.random_forest.settings.n_estimators=10"
REPORT = "data/08_reporting/algorithm_ranking"


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in which a tracked comparison has run for the first time."""
    root = copy_project(tmp_path_factory.mktemp("comparison"))
    run_pipeline(root, NAME, "--params", QUICK)
    return root


def _parameters(**changes: object) -> ModelComparisonParameters:
    text = (ROOT / "conf/base/parameters_model_comparison.yml").read_text(encoding="utf-8")
    return ModelComparisonParameters(**{**yaml.safe_load(text)[NAME], **changes})


@pytest.fixture
def parts() -> list[pd.DataFrame]:
    """The rows of the two files."""
    return [pd.read_csv(ROOT / f"data/01_raw/dataset{name}.csv") for name in "CD"]


def test_the_ranking_has_a_row_an_algorithm_with_doubt_and_cost(finished):
    table = pd.read_csv(f"{finished / REPORT}.csv")

    assert set(table["name"]) == {"baseline", "logistic_regression", "random_forest", "xgboost"}
    assert table["score"].is_monotonic_increasing  # log loss
    assert table["name"].iloc[-1] == "baseline"
    assert (table["score_low"] <= table["score"]).all()
    assert (table[["fit_seconds", "predict_ms", "model_kb"]] > 0).all(axis=None)
    assert table["winner"].sum() == 1
    assert Path(f"{finished / REPORT}.png").read_bytes().startswith(b"\x89PNG")


def test_the_winner_is_saved_with_the_reason_and_its_model_predicts(finished, parts):
    winner = json.loads((finished / "data/08_reporting/algorithm_winner.json").read_text())
    model = pickle.loads((finished / "data/06_models/algorithm_winner.pkl").read_bytes())
    rows = pd.concat(parts)

    table = pd.read_csv(f"{finished / REPORT}.csv")
    assert winner["name"] == table.loc[table["winner"], "name"].item()
    assert "it has the lowest model_kb" in winner["reason"]
    assert (model.predict(rows[list(_parameters().features)]) == rows["Species"]).mean() > 0.9


def test_mlflow_has_a_run_an_algorithm_below_that_of_the_flow(finished):
    with closing(sqlite3.connect(finished / "mlflow.db")) as database:
        runs = dict(database.execute("SELECT run_uuid, name FROM runs").fetchall())
        tags = database.execute("SELECT run_uuid, key, value FROM tags").fetchall()
        metrics = database.execute("SELECT run_uuid, key FROM latest_metrics").fetchall()
        states = {row[0] for row in database.execute("SELECT status FROM runs")}

    parents = {run: value for run, key, value in tags if key == "mlflow.parentRunId"}
    titles = {algorithm.title for algorithm in _parameters().algorithms.values()}
    assert {runs[child] for child in parents} == titles | {"winner"}
    assert {runs[parent] for parent in parents.values()} == {NAME}
    assert states == {"FINISHED"}
    for child in (run for run in parents if runs[run] in titles):
        assert {*METRICS, "fit_seconds", "log_loss_std"} <= {
            k for run, k in metrics if run == child
        }
    assert any(key == "outcome" and "wins: " in value for _, key, value in tags)


def test_all_algorithms_are_tested_on_the_same_folds(finished):
    output = finished / "data/07_model_output"
    scores = {
        name: pd.read_parquet(output / f"comparison_{name}_scores.parquet")
        for name in _parameters().algorithms
    }

    for table in scores.values():
        assert table[["repeat", "fold"]].equals(scores["baseline"][["repeat", "fold"]])
        assert len(table) == 6


def test_a_second_run_with_threads_gives_the_same_scores_and_winner(finished, tmp_path):
    again = Path(shutil.copytree(finished, tmp_path / "again"))
    untracked(again, NAME)
    run_pipeline(again, NAME, "--params", QUICK, "--runner", "ThreadRunner")

    one, two = (pd.read_csv(f"{root / REPORT}.csv") for root in (finished, again))
    timed = ["fit_seconds", "predict_ms"]
    assert one.drop(columns=timed).equals(two.drop(columns=timed))


def test_a_node_is_made_for_an_algorithm_that_the_command_line_adds(finished, tmp_path):
    again = Path(shutil.copytree(finished, tmp_path / "again"))
    untracked(again, NAME)
    more = f"{NAME}.algorithms.small.title=small forest,{NAME}.algorithms.small.kind=random_forest"

    run_pipeline(again, NAME, "--params", f"{QUICK},{more}")

    assert "small forest" in set(pd.read_csv(f"{again / REPORT}.csv")["algorithm"])


def test_the_registry_knows_the_nodes_of_the_configuration():
    done = kedro(ROOT, "registry", "describe", NAME)

    assert "cross_validate_xgboost" in done.stdout


WRONG = {
    "unknown setting": (
        "algorithms.xgboost.settings.dept=3",
        r"model_comparison.algorithms.xgboost: The settings ['dept'] are not known",
    ),
    "unknown kind": ("algorithms.xgboost.kind=oracle", "'baseline', 'logistic_regression'"),
    "one fold": ("folds=1", "greater than or equal to 2"),
    "unknown rule": ("rule=mine", "'best' or 'cheapest_equal'"),
    "target among the features": ("target=PetalWidthCm", "is the target, so it cannot be a feature"),
    "unknown target": ("target=Colour", "The table has no columns ['Colour']"),
    "too many folds": ("folds=51", "'Iris-setosa': 50"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_told_before_anything_is_trained(tmp_path, case):
    given, message = WRONG[case]
    root = copy_project(tmp_path)
    untracked(root, NAME)

    printed = refused(root, NAME, "--params", f"{NAME}.{given}")

    assert message in printed
    assert "Running node: cross_validate" not in printed
    assert not list((root / "data").rglob("algorithm_*"))


def test_a_bad_row_is_named(tmp_path):
    root = copy_project(tmp_path)
    untracked(root, NAME)
    file = root / "data/01_raw/datasetD.csv"
    file.write_text(file.read_text().replace("Iris-setosa", "Iris-satosa", 1))

    assert "Iris-satosa" in refused(root, NAME)


BAD_TABLES = {
    "text": (lambda t: t.assign(PetalWidthCm="wide"), "are not numbers"),
    "missing": (lambda t: t.assign(PetalWidthCm=np.nan), "'PetalWidthCm': 150"),
    "infinite": (lambda t: t.assign(PetalWidthCm=np.inf), "'PetalWidthCm': 150"),
    "too large": (lambda t: t.assign(PetalWidthCm=1e308), "beyond 3.4e"),
    "a quantity": (
        lambda t: t.assign(Species=t["PetalWidthCm"] / 7),
        "model_comparison predicts classes, and the target 'Species' holds fractions",
    ),
    "a row twice": (lambda t: t.assign(Id=1), "the same row could be trained on"),
}


@pytest.mark.parametrize("case", BAD_TABLES)
def test_a_table_that_cannot_be_trained_on_is_refused(parts, case):
    change, message = BAD_TABLES[case]

    with pytest.raises(ValueError, match=message):
        folds.choose_columns([change(pd.concat(parts))], _parameters())


def test_one_class_alone_is_refused(parts):
    table = folds.choose_columns(parts, _parameters()).assign(Species="Iris-setosa")

    with pytest.raises(ValueError, match="at least two classes"):
        folds.repeated_folds(table, _parameters())


def test_every_repeat_tests_each_row_once_with_the_same_shares(parts):
    table = folds.choose_columns(parts, _parameters())

    found = folds.repeated_folds(table, _parameters(repeats=3))

    assert list(found.columns) == ["repeat_1", "repeat_2", "repeat_3"]
    for repeat in found:
        assert (pd.crosstab(found[repeat], table["Species"]) == 10).all(axis=None)
    assert not found["repeat_1"].equals(found["repeat_2"])


def _scores(**means: float) -> dict[str, pd.DataFrame]:
    """Scores of 2 times 5 folds around the given means of the log loss."""
    random = np.random.default_rng(0)
    shared = random.normal(0, 0.05, 10)
    columns = dict.fromkeys(("fit_seconds", "predict_ms", *METRICS), 1.0)
    return {
        name: pd.DataFrame({**columns, "model_kb": 1 / mean, "log_loss": mean + shared + random.normal(0, 0.02, 10)})
        for name, mean in means.items()
    }  # fmt: skip


def _invented(rule: str = "best") -> ModelComparisonParameters:
    algorithms = {name: {"title": name, "kind": "xgboost"} for name in ("good", "close", "bad")}
    return _parameters(algorithms=algorithms, repeats=2, rule=rule)


def test_ranks_leave_open_what_the_tests_leave_open():
    table = ranking.rank(_scores(bad=0.9, close=0.31, good=0.3), _invented())

    assert table["algorithm"].tolist() == ["good", "close", "bad"]
    assert table["ranks"].tolist() == ["1 to 2", "1 to 2", "3"]
    assert (table["behind"] >= 0).all()


def test_a_higher_auc_is_better_and_a_lower_log_loss():
    scores = _scores(good=0.3, close=0.31, bad=0.9)
    for table in scores.values():
        table["roc_auc"] = table["log_loss"]

    by_auc = ranking.rank(scores, _invented().model_copy(update={"metric": "roc_auc"}))

    assert by_auc["algorithm"].iloc[0] == "bad"


def test_the_two_rules_may_choose_differently():
    scores = _scores(good=0.3, close=0.31, bad=0.9)
    table = ranking.rank(scores, _invented())  # model_kb is lowest for 'bad', then for 'close'

    assert ranking.choose_winner(table, _invented("best"))["name"] == "good"
    winner = ranking.choose_winner(table, _invented("cheapest_equal"))
    assert winner["name"] == "close"
    assert "of the 2 that are at most 0.02 behind good" in winner["reason"]


def test_not_significantly_worse_is_not_equal():
    parameters = _invented("cheapest_equal").model_copy(update={"margin": 0.001})
    table = ranking.rank(_scores(good=0.3, close=0.31, bad=0.9), parameters)

    winner = ranking.choose_winner(table, parameters)

    assert table.loc[table["name"] == "close", "p_value"].item() > 0.05
    assert winner["name"] == "good"
    assert "no other is at most 0.001 behind" in winner["reason"]


@pytest.fixture(scope="module")
def rare() -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    """300 rows, 1 of 20 of the second class, and the scores of a forest and the baseline on them."""
    from sklearn.datasets import make_classification

    features, classes = make_classification(
        300, 6, n_informative=2, weights=[0.95], flip_y=0.02, class_sep=0.4, random_state=3
    )
    names = [f"x{number}" for number in range(6)]
    table = pd.DataFrame(features, columns=names).assign(y=classes)
    parameters = _rare()
    cut = folds.repeated_folds(table, parameters)
    return table, {
        name: nodes.cross_validate(table, cut, parameters, name) for name in parameters.algorithms
    }


def _rare(**changes: object) -> ModelComparisonParameters:
    given: dict[str, object] = {
        "target": "y", "features": [f"x{number}" for number in range(6)], "key": None,
        "metric": "roc_auc", "repeats": 2,
        "algorithms": {
            "baseline": {"title": "baseline", "kind": "baseline"},
            "forest": {"title": "forest", "kind": "random_forest", "settings": {"n_estimators": 20}},
        },
    }  # fmt: skip
    return _parameters(**{**given, **changes})


@pytest.mark.parametrize("margin", [0.02, 1.0])
def test_the_baseline_does_not_win_over_what_is_better_by_the_metric(rare, margin):
    _, scores = rare
    parameters = _rare(margin=margin)
    table, _, winner = nodes.compare_algorithms(parameters, *scores.values())

    behind = table.set_index("name").loc["baseline"]
    assert behind["behind"] > 0.02
    assert behind["p_value"] > 0.05  # what the old rule took for equal
    assert winner["name"] == "forest"


def test_a_baseline_that_is_the_best_wins_with_a_warning(rare, caplog):
    _, scores = rare
    worse = scores["forest"].assign(roc_auc=0.4)

    _, _, winner = nodes.compare_algorithms(_rare(), scores["baseline"], worse)

    assert winner["name"] == "baseline"
    assert "no algorithm is better than looking at no feature" in winner["reason"]
    assert "nothing was learned" in caplog.text


def test_of_two_texts_the_rarer_one_is_what_is_measured(parts):
    table = folds.choose_columns(parts, _parameters())
    table["Species"] = np.where(table["Species"] == "Iris-setosa", "bad", "good")
    parameters = _parameters(repeats=1, folds=3)

    reached = nodes.cross_validate(
        table, folds.repeated_folds(table, parameters), parameters, "baseline"
    )

    assert reached["average_precision"].mean() == pytest.approx(1 / 3, abs=0.01)
    assert reached["recall"].tolist() == [0, 0, 0]  # the baseline predicts the frequent class


def test_a_training_that_warns_says_so_in_the_log(parts, caplog):
    few = {"kind": "logistic_regression", "settings": {"max_iter": 1}}
    parameters = _parameters(
        algorithms={"one": {"title": "one", **few}, "two": {"title": "two", **few}},
        repeats=1, folds=2,
    )  # fmt: skip
    table, cut = nodes.make_folds(*parts, parameters)

    with caplog.at_level("INFO", logger="e06_flows"):
        nodes.cross_validate(table, cut, parameters, "one")

    assert "While training Pipeline: lbfgs failed to converge" in caplog.text


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.00052, "0.000520"), (7.94, "7.94"), (896.2, "896"), (1071.3, "1,070"), (0.0, "0")],
)
def test_costs_in_the_picture_have_three_digits_and_no_power_of_ten(value, said):
    assert plots._three_digits(value) == said
