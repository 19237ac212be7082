"""One whole run, as a user starts it: files, MLflow's runs and models, and what was printed."""

import json
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pipelines.multitrain.projects import SMALL, Run, environment, kedro, params
from sklearn import metrics

from e06_flows.registry.models import Version, make_the_only_one
from e06_flows.statistics.metrics import METRICS
from e06_flows.tracking.client import import_mlflow

# MLflow's tables use a way of SQLAlchemy that goes away.
pytestmark = pytest.mark.filterwarnings("ignore:The ``noload`` loader strategy is deprecated")

MODELS = {
    "logistic regression": "sklearn_logreg.pkl",
    "random forest": "sklearn_rf.pkl",
    "XGBoost": "xgb_clf.pkl",
    "H2O AutoML": "h2o_automl.zip",
}
REGISTERED = {
    "e06-logistic-regression", "e06-random-forest", "e06-xgboost", "e06-h2o-automl",
}  # fmt: skip
PICTURES = {
    "calibration.png",
    "confusion_matrix.png",
    "permutation_importance.png",
    "precision_recall_curve.png",
    "roc_curve.png",
}


@pytest.fixture(scope="module")
def client(tracked: Run) -> Iterator[Any]:
    """MLflow's client of the run's database."""
    mlflow = import_mlflow()
    mlflow.set_tracking_uri(f"sqlite:///{tracked.project}/mlflow.db")
    yield mlflow.MlflowClient()
    mlflow.set_tracking_uri(None)


@pytest.fixture(scope="module")
def runs(client: Any) -> list[Any]:
    """All runs of the experiment."""
    experiment = client.get_experiment_by_name("e06-flows")
    return list(client.search_runs([experiment.experiment_id], max_results=500))


@pytest.fixture(scope="module")
def parent(runs: list[Any]) -> Any:
    """The run of `kedro run`."""
    (found,) = _below(runs, None)
    return found


@pytest.fixture(scope="module")
def children(runs: list[Any], parent: Any) -> dict[str, Any]:
    """The runs of the models, by name."""
    return {run.info.run_name: run for run in _below(runs, parent)}


def _below(runs: list[Any], above: Any) -> list[Any]:
    wanted = above.info.run_id if above else None
    return [run for run in runs if run.data.tags.get("mlflow.parentRunId") == wanted]


def _load(run: Run, path: str) -> Any:
    text = (run.project / "data/08_reporting" / path).read_text(encoding="utf-8")
    return json.loads(text)


def test_no_warning_is_printed(tracked: Run) -> None:
    assert not re.search(r"warn|deprecat|error|traceback", tracked.printed, re.IGNORECASE)


def test_the_four_models_are_saved_h2o_s_under_its_own_name_too(tracked: Run) -> None:
    saved = {path.name for path in (tracked.project / "data/06_models").iterdir()}

    (own,) = saved - set(MODELS.values())
    assert set(MODELS.values()) < saved
    assert re.fullmatch(r"[A-Za-z]+_.*AutoML_.*\.zip", own)
    assert zipfile.is_zipfile(tracked.project / "data/06_models" / own)


def test_a_run_writes_nothing_but_its_outputs(tracked: Run) -> None:
    written = {
        str(path.relative_to(tracked.project))
        for path in tracked.project.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    expected = re.compile(
        r"(conf|src|data/01_raw|mlruns|\.viz|\.kedro-flyte)/.*|pyproject\.toml|\.telemetry|mlflow\.db"
        r"|data/05_model_input/multitrain_(train\.parquet|folds\.parquet|holdout\.parquet|profile\.json)"
        r"|data/06_models/[^/.]+\.(pkl|zip)"
        r"|data/07_model_output/multitrain_[a-z0-9_]+_evaluation\.pkl"
        r"|data/08_reporting/multitrain_[a-z0-9_]+\.(json|png|csv|log)"
    )
    assert {path for path in written if not expected.fullmatch(path)} == set()


def test_the_hierarchy_is_run_then_model_then_value_of_the_grid(
    runs: list[Any], parent: Any, children: dict[str, Any]
) -> None:
    assert set(children) == set(MODELS)
    below = {name: len(_below(runs, child)) for name, child in children.items()}
    assert below["logistic regression"] == 4
    assert below["random forest"] == below["XGBoost"] == 3
    assert below["H2O AutoML"] >= 1
    assert len(runs) == 1 + 4 + sum(below.values())
    assert {run.info.status for run in runs} == {"FINISHED"}
    assert parent.info.run_name == "multitrain"


def test_the_runs_of_the_models_and_of_the_grid_lasted_as_long_as_they_did(
    tracked: Run, runs: list[Any], children: dict[str, Any]
) -> None:
    for name, child in children.items():
        result = _load(tracked, f"multitrain_{name.lower().replace(' ', '_')}.json")
        lasted = (child.info.end_time - child.info.start_time) / 1000
        assert lasted == pytest.approx(result["seconds"], abs=0.01)
        below = {run.info.run_name: run.info for run in _below(runs, child)}
        for candidate in result["candidates"]:
            info = below[candidate["name"]]
            lasted = (info.end_time - info.start_time) / 1000
            assert lasted == pytest.approx(candidate["seconds"], abs=0.01)


def test_the_values_of_the_command_line_are_in_mlflow_and_in_the_models(
    runs: list[Any], parent: Any, children: dict[str, Any]
) -> None:
    given = {f"multitrain.{name}": str(value) for name, value in SMALL.items()}
    assert given.items() <= parent.data.params.items()
    assert parent.data.params["multitrain.logistic_c"] == "[0.01, 0.1, 1.0, 10.0]"
    for name in ("random forest", "XGBoost"):
        for run in [children[name], *_below(runs, children[name])]:
            assert run.data.params["n_estimators"] == "20"
            assert run.data.params["max_depth"] == "3"


def test_every_value_of_the_grid_has_its_own_run_and_one_is_the_best(
    runs: list[Any], children: dict[str, Any]
) -> None:
    grid = _below(runs, children["logistic regression"])

    assert {run.data.params["C"] for run in grid} == {"0.01", "0.1", "1.0", "10.0"}
    (best,) = [run for run in grid if run.data.tags["best"] == "true"]
    assert best.data.params == children["logistic regression"].data.params
    reached = [run.data.metrics["cv_roc_auc"] for run in grid]
    assert best.data.metrics["cv_roc_auc"] == max(reached)


@pytest.mark.parametrize("name", MODELS)
def test_the_metrics_are_those_that_scikit_learn_gives_for_the_registered_model(
    tracked: Run, client: Any, children: dict[str, Any], name: str
) -> None:
    mlflow = import_mlflow()
    holdout = pd.read_parquet(tracked.project / "data/05_model_input/multitrain_holdout.parquet")
    features, truth = holdout.drop(columns="Species"), holdout["Species"]
    result = _load(tracked, f"multitrain_{name.lower().replace(' ', '_')}.json")
    registered = _load(tracked, "multitrain_tracking.json")["models"][name]["registered_model"]

    predicted = mlflow.pyfunc.load_model(f"models:/{registered}@candidate").predict(features)

    precision, recall, f1, _ = metrics.precision_recall_fscore_support(
        truth, predicted, average="macro", zero_division=0
    )
    apart = {
        "accuracy": metrics.accuracy_score(truth, predicted),
        "precision": precision,
        "recall": recall,
        "f1": f1,
    }
    logged = children[name].data.metrics
    assert {key: logged[key] for key in apart} == pytest.approx(apart)
    assert {key: result["metrics"][key] for key in METRICS} == {key: logged[key] for key in METRICS}


@pytest.mark.parametrize("name", ["logistic regression", "random forest", "XGBoost"])
def test_auc_and_log_loss_are_those_of_the_saved_model_s_probabilities(
    tracked: Run, children: dict[str, Any], name: str
) -> None:
    holdout = pd.read_parquet(tracked.project / "data/05_model_input/multitrain_holdout.parquet")
    model = pd.read_pickle(tracked.project / "data/06_models" / MODELS[name])

    given = np.asarray(model.predict_proba(holdout.drop(columns="Species")), dtype=float)
    given /= given.sum(axis=1, keepdims=True)

    logged = children[name].data.metrics
    truth = holdout["Species"]
    assert logged["roc_auc"] == pytest.approx(
        metrics.roc_auc_score(truth, given, multi_class="ovr", labels=model.classes_)
    )
    assert logged["log_loss"] == pytest.approx(
        metrics.log_loss(truth, given, labels=model.classes_)
    )


def test_every_model_has_pictures_of_its_own(client: Any, children: dict[str, Any]) -> None:
    for child in children.values():
        files = client.list_artifacts(child.info.run_id, "plots")
        assert {file.path.removeprefix("plots/") for file in files} == PICTURES
        assert all(file.file_size > 5_000 for file in files)


def test_the_metrics_are_described_where_they_are_shown(children: dict[str, Any]) -> None:
    for child in children.values():
        note = child.data.tags["mlflow.note.content"]
        assert "`roc_auc`: area under the ROC curve, macro: mean over the 3 classes" in note


def test_data_code_and_libraries_are_on_record(
    tracked: Run, client: Any, parent: Any, children: dict[str, Any]
) -> None:
    path = tracked.project / "data/05_model_input/multitrain_profile.json"
    profile = json.loads(path.read_text(encoding="utf-8"))

    for run in (parent, *children.values()):
        assert run.data.tags["data_fingerprint"] == profile["fingerprint"]
        assert run.data.tags["code_version"].startswith("0.1.0")
    assert parent.data.metrics["train_rows"] == 105
    assert parent.data.metrics["holdout_rows"] == 45
    assert [file.path for file in client.list_artifacts(parent.info.run_id, "data")] == [
        "data/profile.json"
    ]
    (data,) = parent.inputs.dataset_inputs
    assert data.dataset.digest == profile["fingerprint"][:16]
    assert "library.scikit-learn" in children["random forest"].data.tags
    assert "library.xgboost-cpu" in children["XGBoost"].data.tags
    assert "library.h2o" in children["H2O AutoML"].data.tags


def test_each_algorithm_has_a_registered_version_with_alias_and_tags(
    client: Any, children: dict[str, Any]
) -> None:
    assert {model.name for model in client.search_registered_models()} == REGISTERED
    for name, child in children.items():
        registered = "e06-" + name.lower().replace(" ", "-")
        version = client.get_model_version_by_alias(registered, "candidate")
        assert int(version.version) == 1
        assert version.run_id == child.info.run_id
        assert version.tags["select_by"] == "roc_auc"
        assert version.tags["code_version"].startswith("0.1.0")


def test_the_saved_models_bring_signature_and_example_and_no_code_of_this_project(
    client: Any,
) -> None:
    mlflow = import_mlflow()
    for registered in REGISTERED:
        version = client.get_model_version_by_alias(registered, "candidate")
        info = mlflow.models.Model.load(version.source.removeprefix("file://"))
        assert info.signature.inputs.input_names() == [
            "SepalLengthCm", "SepalWidthCm", "PetalLengthCm", "PetalWidthCm",
        ]  # fmt: skip
        assert len(info.load_input_example(version.source)) == 3
        folder = Path(mlflow.artifacts.download_artifacts(version.source))
        assert not list(folder.rglob("e06_flows"))


def test_mlflow_s_page_of_a_model_says_that_it_is_registered(client: Any) -> None:
    for registered in REGISTERED:
        version = client.get_model_version_by_alias(registered, "candidate")
        tags = client.get_logged_model(version.source.removeprefix("models:/")).tags
        assert json.loads(tags["mlflow.modelVersions"]) == [{"name": registered, "version": 1}]


LOAD_ALL = """
import json, sys
from pathlib import Path
if "--without" in sys.argv:
    sys.path[:] = [place for place in sys.path if not Path(place, "e06_flows").exists()]
import mlflow, pandas
mlflow.set_tracking_uri(sys.argv[1])
rows = pandas.read_parquet(sys.argv[2])
found = {}
for name in sys.argv[3].split(","):
    model = mlflow.pyfunc.load_model(f"models:/{name}@candidate")
    found[name] = [str(one) for one in model.predict(rows.drop(columns="Species"))]
if "--without" in sys.argv:
    assert not [name for name in sys.modules if name.partition(".")[0] == "e06_flows"]
else:
    from e06_flows.statistics.metrics import METRICS
print("FOUND", json.dumps(found))
"""


@pytest.mark.parametrize("where", ["--without", "--beside"])
def test_all_registered_models_load_in_one_process_without_this_project_and_beside_it(
    tracked: Run, where: str
) -> None:
    rows = tracked.project / "data/05_model_input/multitrain_holdout.parquet"

    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", LOAD_ALL, f"sqlite:///{tracked.project}/mlflow.db", rows,
         ",".join(sorted(REGISTERED)), where],
        cwd=rows.parent, env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.partition("FOUND ")[2])
    truth = pd.read_parquet(rows)["Species"].tolist()
    assert set(found) == REGISTERED
    for name in REGISTERED - {"e06-h2o-automl"}:  # it had seconds alone
        right = sum(one == other for one, other in zip(found[name], truth, strict=True))
        assert right / len(truth) > 0.8, name


def test_the_comparison_names_the_winner_in_files_and_in_mlflow(
    tracked: Run, client: Any, parent: Any
) -> None:
    table = pd.read_csv(tracked.project / "data/08_reporting/multitrain_comparison.csv")

    winner = table.loc[0]
    assert set(table["model"]) == set(MODELS)
    assert table["roc_auc"].is_monotonic_decreasing
    assert parent.data.tags["winner"] == winner["model"]
    assert parent.data.metrics["best_roc_auc"] == pytest.approx(winner["roc_auc"])
    assert f"| 1 | {winner['model']} |" in parent.data.tags["mlflow.note.content"]
    files = client.list_artifacts(parent.info.run_id, "comparison")
    assert {file.path for file in files} == {
        "comparison/comparison.csv", "comparison/comparison.png",
    }  # fmt: skip
    registered = _load(tracked, "multitrain_tracking.json")["models"]
    aliases = {
        name: dict(client.get_registered_model(one["registered_model"]).aliases)
        for name, one in registered.items()
    }
    assert [name for name, given in aliases.items() if "winner" in given] == [winner["model"]]


def test_what_is_tracked_again_makes_a_second_version_and_the_aliases_name_it(
    tracked: Run, client: Any, children: dict[str, Any], tmp_path: Path
) -> None:
    project = shutil.copytree(tracked.project, tmp_path / "again")
    before = _load(tracked, "multitrain_tracking.json")["models"]["random forest"]
    again = import_mlflow().MlflowClient(tracking_uri=f"sqlite:///{project}/mlflow.db")
    again.set_registered_model_alias("e06-random-forest", "winner", before["version"])
    others = "h2o_automl=false,multitrain.train.random_forest=false,multitrain.train.xgboost=false"

    run = kedro(
        project, "run", "--pipeline", "multitrain", "--from-nodes", "compare_models",
        "--params", f"{params(**SMALL)},multitrain.train.{others}",
    )  # fmt: skip

    assert run.code == 0, run.printed
    version = again.get_model_version_by_alias("e06-logistic-regression", "candidate")
    assert int(version.version) == 2
    assert int(again.get_model_version_by_alias("e06-xgboost", "candidate").version) == 1
    second = again.get_run(version.run_id).data.metrics
    first = children["logistic regression"].data.metrics
    assert {key: second[key] for key in METRICS} == {key: first[key] for key in METRICS}
    assert (
        again.get_registered_model("e06-logistic-regression").aliases["winner"] == version.version
    )
    assert len(pd.read_csv(project / "data/08_reporting/multitrain_comparison.csv")) == 1


def test_a_winner_of_old_is_no_winner_any_more(tracked: Run, tmp_path: Path) -> None:
    project = shutil.copytree(tracked.project, tmp_path / "again")
    mlflow = import_mlflow()
    mlflow.set_tracking_uri(f"sqlite:///{project}/mlflow.db")
    client = mlflow.MlflowClient()
    for name in REGISTERED:
        client.set_registered_model_alias(name, "winner", 1)

    make_the_only_one(
        "winner", Version(name="e06-xgboost", number="1", model_id=""),
        among=[*REGISTERED, "never-registered"],
    )  # fmt: skip

    won = [m.name for m in client.search_registered_models() if "winner" in m.aliases]
    assert won == ["e06-xgboost"]
