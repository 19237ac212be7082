"""Each pipeline, exported, makes what `kedro run` makes: on Flyte and on Domino, one process a task.

The platforms are the stand-ins that the plugin is tested with; its tasks are real processes, with
real MLflow and H2O.
"""

import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from kedro_flyte.plan.model import Plan
from kedro_flyte.plan.serialization import from_json
from kedro_flyte.runtime.workplace import Workplace
from sample_projects import copy_project, kedro
from use_cases import run_pipeline
from workflows import package, propeller

# What makes a run short, by pipeline.
SMALL = {
    "multitrain": {"n_estimators": 20, "max_depth": 3, "cv_folds": 2, "draws": 2, "logistic_c": [1],
                   "max_models": 1, "max_runtime_secs": 15, "h2o_max_mem_size": "1G"},
    "model_comparison": {"repeats": 2, "folds": 3},
}  # fmt: skip
PIPELINES = [
    pytest.param(name, marks=pytest.mark.xdist_group(group))
    for name, group in {
        "sample": "one", "multitrain": "two", "feature_engineering": "one", "retraining": "one",
        "ab_testing": "one", "model_comparison": "one", "batch_prediction": "one",
    }.items()
]  # fmt: skip
# What two runs of the same code on the same rows differ in.
OF_A_RUN = ("run_id", "model_version", "seconds", "fit_ms", "predict_ms", "model_kb")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with small settings, in which features are made and a champion is in service."""
    root = copy_project(tmp_path_factory.mktemp("prepared"))
    for name, settings in SMALL.items():
        path = root / f"conf/base/parameters_{name}.yml"
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
        found[name].update(settings)
        path.write_text(yaml.safe_dump(found), encoding="utf-8")
    for name in ("feature_engineering", "retraining"):
        run_pipeline(root, name)
    return root


@pytest.mark.parametrize("pipeline", PIPELINES)
def test_a_pipeline_makes_the_same_by_kedro_on_flyte_and_on_domino(pipeline, prepared, tmp_path):
    own, of_flyte, of_domino = (
        shutil.copytree(prepared, tmp_path / name) for name in ("kedro", "flyte", "domino")
    )

    run_pipeline(own, pipeline)
    plan, by_flyte = _on_flyte(of_flyte, pipeline, tmp_path)
    by_domino = _on_domino(of_domino, plan, tmp_path / "results")

    expected = {name: own / plan.dataset(name).location for name in plan.results}
    assert expected.keys() == by_flyte.keys() == by_domino.keys()
    for name, path in expected.items():
        for made in (by_flyte[name], by_domino[name]):
            assert _content(made) == _content(path), name


def _on_flyte(root: Path, pipeline: str, folder: Path) -> tuple[Plan, dict[str, Path]]:
    """Return a workflow's plan, and what it makes, by dataset."""
    made = package(root, "--pipeline", pipeline, module=pipeline)
    # Each pod has a disk of its own, and all have one registry.
    env = {"HOME": os.environ["HOME"], "MLFLOW_TRACKING_URI": f"sqlite:///{root}/mlflow.db"}
    runs = propeller(root, folder, pod_env=env, max_parallelism=2)

    done = runs.run(made, f"flows.flyte.{pipeline}.{pipeline}")

    assert done.succeeded, done.error
    plan = from_json((root / f"flows/flyte/{pipeline}.plan.json").read_text(encoding="utf-8"))
    keys = [plan.dataset(name).id for name in plan.results] if len(plan.results) > 1 else ["o0"]
    return plan, {
        name: Workplace().receive(plan.dataset(name), done.output_path(key))
        for name, key in zip(plan.results, keys, strict=True)
    }


def _on_domino(root: Path, plan: Plan, folder: Path) -> dict[str, Path]:
    """Return what a flow of Domino makes, by dataset."""
    words = ("--target", "domino", "--pipeline", plan.pipeline, "--output", str(folder))
    done = kedro(root, "flyte", "run", *words, HOME=os.environ["HOME"])
    assert done.returncode == 0, done.stdout + done.stderr
    found = {path.name: path for path in folder.iterdir()}
    return {name: found[_file_name(plan, name)] for name in plan.results}


def _file_name(plan: Plan, name: str) -> str:
    return f"{name}{Path(plan.dataset(name).location).suffix}"


def _content(path: Path) -> Any:
    """Return what a result holds, without what every run has of its own."""
    if path.is_dir():
        return {p.relative_to(path).as_posix(): _content(p) for p in _files(path)}
    if path.suffix == ".json":
        return _steady(json.loads(path.read_text(encoding="utf-8")))
    if path.suffix in (".csv", ".parquet"):
        table = pd.read_csv(path) if path.suffix == ".csv" else pd.read_parquet(path)
        return _steady(table.to_dict("list"))
    assert path.stat().st_size > 0  # models and pictures, whose bytes are no promise
    return path.suffix


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def _steady(value: Any) -> Any:
    if isinstance(value, dict):
        kept = (key for key in value if not str(key).endswith(OF_A_RUN))
        return {key: _steady(value[key]) for key in kept}
    if isinstance(value, list):
        return [_steady(one) for one in value]
    if isinstance(value, str):
        return re.sub(r"_\d{8}_\d{6}$", "", value)  # H2O puts the time into a model's id
    return pytest.approx(value, nan_ok=True) if isinstance(value, float) else value
