"""The sample flow on the real data: what it computes, with every runner, and what is left."""

import json
import pickle
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from kedro.runner import ParallelRunner, SequentialRunner, ThreadRunner
from sample_projects import ROOT, copy_project, kedro, run_in_process

from e06_flows.pipelines.sample import nodes
from e06_flows.pipelines.sample.parameters import SampleParameters

MODEL = "data/06_models/sklearn_rf.pkl"
METRICS = "data/08_reporting/sample_metrics.json"


@pytest.fixture(scope="module")
def finished(tmp_path_factory) -> Path:
    """A copy of the project in which the sample flow has run as a command."""
    root = copy_project(tmp_path_factory.mktemp("finished"))
    done = kedro(root, "run", "--pipeline", "sample")
    assert done.returncode == 0, done.stderr
    (root / "output.txt").write_text(done.stdout + done.stderr)
    return root


def test_the_model_is_good_on_rows_it_has_not_seen(finished):
    metrics = json.loads((finished / METRICS).read_text())

    assert metrics["accuracy"] >= 0.93
    assert metrics["roc_auc_ovr"] >= 0.98
    assert metrics["holdout_rows"] == 30


def test_the_metrics_are_those_that_scikit_learn_computes_from_the_saved_files(finished):
    from sklearn import metrics

    model = pickle.loads((finished / MODEL).read_bytes())
    holdout = pd.read_parquet(finished / "data/05_model_input/sample_holdout.parquet")
    features, truth = holdout.drop(columns=["Id", "Species"]), holdout["Species"]
    saved = json.loads((finished / METRICS).read_text())

    assert saved["accuracy"] == model.score(features, truth)
    assert saved["log_loss"] == pytest.approx(
        metrics.log_loss(truth, model.predict_proba(features), labels=list(model.classes_))
    )
    assert saved["f1_macro"] == pytest.approx(
        metrics.f1_score(truth, model.predict(features), average="macro")
    )


def test_the_model_loads_and_predicts_in_a_fresh_process(finished):
    code = (
        "import pickle, pandas as pd\n"
        f"model = pickle.load(open({MODEL!r}, 'rb'))\n"
        "table = pd.read_parquet('data/05_model_input/sample_holdout.parquet')\n"
        "print(model.predict(table.drop(columns=['Id', 'Species']))[0])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=finished, capture_output=True, text=True, check=True
    )

    assert done.stdout.startswith("Iris-")


def test_a_good_run_prints_no_warning(finished):
    output = (finished / "output.txt").read_text()

    assert "WARNING" not in output
    assert "Warning" not in output
    assert "completed successfully" in output


def test_every_picture_is_there(finished):
    for name in ("sample_confusion_matrix.png", "sample_feature_importance.png"):
        assert (finished / "data/08_reporting" / name).read_bytes().startswith(b"\x89PNG")


def test_no_staged_file_is_left(finished):
    assert not list((finished / "data").rglob("*.part*"))


def test_the_merge_is_a_join_of_both_files(finished):
    merged = pd.read_parquet(finished / "data/03_primary/merged.parquet")

    assert len(merged) == 150
    assert {"SepalLengthCm", "PetalLengthCm", "Species"} <= set(merged.columns)


@pytest.mark.parametrize(
    "words",
    [
        ("--params", "sample.n_estimators=5"),
        ("--nodes", "train_random_forest"),
        ("--tags", "tier.large"),
        ("--runner", "ThreadRunner"),
    ],
    ids=lambda words: " ".join(words),
)
def test_the_run_command_takes_kedros_options(finished, words):
    done = kedro(finished, "run", "--pipeline", "sample", *words)

    assert done.returncode == 0, done.stderr
    assert "Warning" not in done.stdout + done.stderr


def test_a_parameter_of_the_command_line_reaches_the_model(tmp_path):
    root = copy_project(tmp_path)
    done = kedro(root, "run", "--pipeline", "sample", "--params", "sample.n_estimators=7")
    assert done.returncode == 0, done.stderr

    assert len(pickle.loads((root / MODEL).read_bytes()).estimators_) == 7


@pytest.mark.parametrize("runner", [SequentialRunner, ThreadRunner, ParallelRunner])
def test_every_runner_gives_the_same_metrics_to_the_byte(finished, tmp_path, runner):
    root = copy_project(tmp_path)

    done = kedro(root, "run", "--pipeline", "sample", "--runner", runner.__name__)

    assert done.returncode == 0, done.stderr
    fresh = copy_project(tmp_path / "again")
    run_in_process(fresh)
    assert (root / METRICS).read_bytes() == (fresh / METRICS).read_bytes()


def test_row_partitions_are_stacked(tmp_path):
    root = copy_project(tmp_path)
    whole = pd.read_csv(ROOT / "data/01_raw/datasetC.csv")
    rest = pd.read_csv(ROOT / "data/01_raw/datasetD.csv")
    whole.to_csv(root / "data/01_raw/datasetA.csv", index=False)
    rest.to_csv(root / "data/01_raw/datasetB.csv", index=False)

    run_in_process(root, sample={"how": "stack"})

    assert len(pd.read_parquet(root / "data/03_primary/merged.parquet")) == 150


def _left() -> pd.DataFrame:
    return pd.DataFrame({"Id": [2, 1], "a": [1.0, 2.0]})


def _right() -> pd.DataFrame:
    return pd.DataFrame({"Id": [1, 2], "b": [3.0, 4.0]})


def test_a_join_matches_rows_by_id_and_leaves_its_inputs_alone():
    left, right = _left(), _right()

    merged = nodes.merge_datasets(left, right, "join")

    assert merged.to_dict("list") == {"Id": [1, 2], "a": [2.0, 1.0], "b": [3.0, 4.0]}
    assert left.equals(_left())


def test_a_join_without_a_common_id_names_the_other_way(caplog):
    right = _right().assign(Id=[8, 9])

    with pytest.raises(ValueError, match="how: stack"):
        nodes.merge_datasets(_left(), right, "join")


def test_ids_that_only_one_table_has_are_told(caplog):
    merged = nodes.merge_datasets(_left(), _right().assign(Id=[1, 9]), "join")

    assert len(merged) == 1
    assert "Left out 2 Ids" in caplog.text


def test_columns_that_both_tables_have_are_refused():
    with pytest.raises(ValueError, match=r"Both tables have the columns \['a'\]"):
        nodes.merge_datasets(_left(), _left(), "join")


def test_a_stack_of_different_columns_is_refused():
    with pytest.raises(ValueError, match="how: join"):
        nodes.merge_datasets(_left(), _right(), "stack")


def test_a_stack_of_common_ids_is_refused():
    with pytest.raises(ValueError, match="2 Ids are in both tables"):
        nodes.merge_datasets(_left(), _left(), "stack")


def test_the_noise_is_dropped_and_four_features_are_added():
    table = pd.DataFrame(
        {"SepalLengthCm": [4.0], "SepalWidthCm": [2.0], "PetalLengthCm": [3.0],
         "PetalWidthCm": [1.0], "RandomColumn": [0.5]}
    )  # fmt: skip

    processed = nodes.process_dataset(table)

    assert "RandomColumn" not in processed
    assert processed[["SepalAreaCm2", "PetalAreaCm2", "SepalRatio", "PetalRatio"]].iloc[
        0
    ].tolist() == [8.0, 3.0, 2.0, 3.0]


def test_the_split_is_stratified_and_seeded():
    table = pd.DataFrame(
        {"Id": range(30), "x": [float(i) for i in range(30)], "Species": list("abc") * 10}
    )
    parameters = SampleParameters(how="join", test_size=0.2, n_estimators=3, max_depth=None, seed=1)

    _, one = nodes.train_random_forest(table, parameters)
    _, two = nodes.train_random_forest(table, parameters)

    assert one.equals(two)
    assert one["Species"].value_counts().tolist() == [2, 2, 2]


def test_the_main_module_runs_as_the_command_does(tmp_path):
    root = copy_project(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "e06_flows", "--pipelines", "sample", "--nodes", "load_dataset_a"],
        cwd=root, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert (root / "data/02_intermediate/dataset_a.parquet").exists()
