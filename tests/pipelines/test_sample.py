"""The sample flow on the real data: what it computes, with every runner, and what is left."""

import json
import pickle
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from sample_projects import ROOT, copy_project, kedro, run_in_process, without_times

from e06_flows.pipelines.sample import nodes
from e06_flows.pipelines.sample.parameters import SampleParameters

MODEL = "data/06_models/sample_random_forest.pkl"
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

    assert "warning" not in output.lower()
    assert "completed successfully" in output


def test_no_line_is_printed_twice(finished):
    lines = without_times((finished / "output.txt").read_text())

    assert len(lines) > 20
    assert [line for line in lines if lines.count(line) > 1] == []


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
    assert "warning" not in (done.stdout + done.stderr).lower()


def test_a_parameter_of_the_command_line_reaches_the_model(tmp_path):
    root = copy_project(tmp_path)
    done = kedro(root, "run", "--pipeline", "sample", "--params", "sample.n_estimators=7")
    assert done.returncode == 0, done.stderr

    assert len(pickle.loads((root / MODEL).read_bytes()).estimators_) == 7


@pytest.fixture(scope="module")
def first_metrics(tmp_path_factory) -> bytes:
    """The metrics of a run of its own."""
    root = copy_project(tmp_path_factory.mktemp("first"))
    run_in_process(root)
    return (root / METRICS).read_bytes()


@pytest.mark.parametrize("runner", ["SequentialRunner", "ThreadRunner", "ParallelRunner"])
def test_every_runner_gives_the_same_metrics_to_the_byte(first_metrics, tmp_path, runner):
    root = copy_project(tmp_path)

    done = kedro(root, "run", "--pipeline", "sample", "--runner", runner)

    assert done.returncode == 0, done.stderr
    assert (root / METRICS).read_bytes() == first_metrics


@pytest.mark.parametrize("is_workflow", ["true", "false"])
def test_the_variables_of_a_platform_change_nothing(first_metrics, tmp_path, is_workflow):
    root = copy_project(tmp_path)
    variables = {"DOMINO_IS_WORKFLOW_JOB": is_workflow, "DOMINO_RUN_ID": "1"}

    done = kedro(root, "run", "--pipeline", "sample", **variables)

    assert done.returncode == 0, done.stderr
    assert (root / METRICS).read_bytes() == first_metrics


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


def _flowers(species: list[str]) -> pd.DataFrame:
    rows = len(species)
    lengths = {name: [float(i + 1) for i in range(rows)] for name in nodes.LENGTHS}
    return pd.DataFrame({"Id": range(rows), "RandomColumn": 0.5, **lengths, "Species": species})


def test_noise_and_unknown_columns_are_dropped_and_four_features_are_added():
    table = _flowers(["Iris-setosa"]).assign(
        SepalLengthCm=4.0, SepalWidthCm=2.0, PetalLengthCm=3.0, PetalWidthCm=1.0, Note="by hand"
    )

    processed = nodes.process_dataset(table)

    assert "RandomColumn" not in processed
    assert "Note" not in processed
    assert processed[["SepalAreaCm2", "PetalAreaCm2", "SepalRatio", "PetalRatio"]].iloc[
        0
    ].tolist() == [8.0, 3.0, 2.0, 3.0]


def test_the_order_of_a_files_columns_does_not_matter():
    table = _flowers(["Iris-setosa", "Iris-virginica"])

    assert nodes.process_dataset(table[table.columns[::-1]]).equals(nodes.process_dataset(table))


def _parameters(**changes: object) -> SampleParameters:
    values = {"how": "join", "test_size": 0.2, "n_estimators": 3, "max_depth": None, "seed": 1}
    return SampleParameters(**{**values, **changes})


def test_a_way_to_merge_that_is_not_known_lists_the_two(tmp_path):
    with pytest.raises(ValueError, match=r"'how: glue' is not known. Write 'join' or 'stack'"):
        nodes.merge_datasets(_left(), _right(), "glue")


def test_one_species_alone_is_refused():
    with pytest.raises(ValueError, match="All 10 rows are of one species"):
        nodes.train_random_forest(_flowers(["Iris-setosa"] * 10), _parameters())


def test_two_species_are_evaluated_too():
    table = nodes.process_dataset(_flowers(["Iris-setosa", "Iris-virginica"] * 20))
    model, holdout = nodes.train_random_forest(table, _parameters())

    metrics, _, _ = nodes.evaluate_model(model, holdout)

    assert 0 <= metrics["roc_auc_ovr"] <= 1


def test_classes_are_predicted_as_the_model_predicts_them(finished):
    model = pickle.loads((finished / MODEL).read_bytes())
    holdout = pd.read_parquet(finished / "data/05_model_input/sample_holdout.parquet")
    confusion = nodes.evaluate_model(model, holdout)[1]

    counts = [int(text.get_text()) for text in confusion.axes[0].texts]

    predicted = model.predict(holdout.drop(columns=["Id", "Species"]))
    assert counts == pd.crosstab(holdout["Species"], predicted).to_numpy().ravel().tolist()


def test_the_split_is_stratified_and_seeded():
    table = pd.DataFrame(
        {"Id": range(30), "x": [float(i) for i in range(30)], "Species": list("abc") * 10}
    )

    _, one = nodes.train_random_forest(table, _parameters())
    _, two = nodes.train_random_forest(table, _parameters())

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
