"""Every exported flow, run one process a task, makes what `kedro run` makes.

On Flyte's side a stand-in for its back end runs the package; on Domino's, the jobs are run by
`kedro flyte run`. All keep their champions in one MLflow server, under names of their own.
"""

import json
import pickle
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, TypeAlias

import joblib
import pandas as pd
import pytest
from flyte_standin import S3Server
from flyte_standin.storage import ACCESS_KEY, SECRET_KEY
from kedro_flyte.plan.model import Plan
from kedro_flyte.plan.serialization import from_json
from mlflow_server import mlflow_server
from sample_projects import ROOT, copy_project, kedro
from use_cases import run_pipeline
from workflows import package, packaged, propeller

Parameters: TypeAlias = dict[str, Any]
Results: TypeAlias = dict[str, dict[str, Path]]  # by pipeline and dataset

# Pipelines that need each other, in order, with small settings. The first champion is a bad one, so
# that the second takes its place.
CHAINS: dict[str, tuple[tuple[str, Parameters], ...]] = {
    "sample": (("sample", {"sample.n_estimators": 20}),),
    "multitrain": (
        ("multitrain", {"multitrain.n_estimators": 20, "multitrain.max_depth": 3,
                        "multitrain.cv_folds": 2, "multitrain.draws": 2,
                        "multitrain.max_models": 1, "multitrain.h2o_max_mem_size": "1G"}),
    ),
    "comparison": (
        ("model_comparison", {"model_comparison.folds": 3, "model_comparison.repeats": 2}),
    ),
    "variants": (("feature_engineering", {}), ("ab_testing", {})),
    "champions": (
        ("retraining", {"retraining.settings.C": 0.0001}), ("retraining", {}),
        ("batch_prediction", {}),
    ),
}  # fmt: skip
LONG = {"comparison", "champions"}
REGISTERING = {"retraining", "batch_prediction"}
RETRAINING = "e06_flows__retraining__production"
DAILY = f"{RETRAINING}__daily"

# What differs from run to run, and is not compared: keys and columns, and words in texts.
VOLATILE = {
    "run_id", "model_run_id", "batch_run_id", "version", "started", "seconds", "fit_seconds",
    "predict_ms",
}  # fmt: skip
_OF_ONE_RUN = re.compile(r"by-(kedro|flyte|domino)|_AutoML_\d+_\d{8}_\d+")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with mlflow_server(tmp_path_factory.mktemp("mlflow")) as address:
        yield address


def _settings(chain: str, way: str) -> Iterator[tuple[str, Parameters]]:
    for pipeline, changes in CHAINS[chain]:
        own = {f"{pipeline}.model": f"by-{way}"} if pipeline in REGISTERING else {}
        yield pipeline, {**changes, **own}


@pytest.fixture(scope="module")
def expected(server: str, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return a project in which a chain has run by Kedro."""
    found: dict[str, Path] = {}

    def of(chain: str) -> Path:
        if chain not in found:
            root = found[chain] = copy_project(tmp_path_factory.mktemp(chain))
            for pipeline, given in _settings(chain, "kedro"):
                words = ",".join(f"{path}={value}" for path, value in given.items())
                run_pipeline(root, pipeline, "--params", words, MLFLOW_TRACKING_URI=server)
        return found[chain]

    return of


def _by_flyte(chain: str, root: Path, server: str) -> Results:
    made: Results = {}
    runner = propeller(root, root.parent, pod_env={"MLFLOW_TRACKING_URI": server})
    exports = packaged(root, "flows.on_flyte", root.parent / "package.tgz")
    for pipeline, given in _settings(chain, "flyte"):
        plan = _plan("flyte", pipeline)
        ids = {parameter.path: parameter.id for parameter in plan.parameters}
        inputs = {ids[path]: value for path, value in given.items()}
        name = f"flows.on_flyte.e06_flows__{pipeline}.{pipeline}"
        done = runner.run(exports, name, {**inputs, **_sources(plan, made)})
        assert done.error is None, done.error
        made[pipeline] = {
            name: Path(done.output_path(plan.dataset(name).id)) for name in plan.results
        }
    return made


def _by_domino(chain: str, root: Path, server: str) -> Results:
    made: Results = {}
    for pipeline, given in _settings(chain, "domino"):
        words = [f"--param={path}={value}" for path, value in given.items()]
        plan = _plan("domino", pipeline)
        words += [f"--input={name}={path}" for name, path in _sources(plan, made).items()]
        output = root.parent / "results" / pipeline
        done = kedro(
            root, "flyte", "run", "--target", "domino", "--pipeline", pipeline, *words,
            "--output", str(output), MLFLOW_TRACKING_URI=server,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        made[pipeline] = {
            name: path for name in plan.results for path in output.iterdir()
            if name in {path.name, path.stem}
        }  # fmt: skip
    return made


def _plan(target: str, pipeline: str) -> Plan:
    return from_json((ROOT / f"flows/on_{target}/e06_flows__{pipeline}.plan.json").read_text())


def _sources(plan: Plan, made: Results) -> dict[str, Path]:
    """Return what an earlier workflow has made and this one reads."""
    known = {name: path for results in made.values() for name, path in results.items()}
    return {name: known[name] for name in plan.sources if name in known}


def test_no_pipeline_is_left_out():
    run = {pipeline for steps in CHAINS.values() for pipeline, _ in steps}

    assert run == {path.parent.name for path in ROOT.glob("src/e06_flows/pipelines/*/pipeline.py")}


def _chain(name: str) -> Any:
    """Return the parameter of a chain; those that need many runs are for `make test-all`."""
    marks = [pytest.mark.xdist_group(name), *([pytest.mark.long] if name in LONG else [])]
    return pytest.param(name, marks=marks)


@pytest.mark.parametrize("run", [_by_flyte, pytest.param(_by_domino, marks=pytest.mark.long)])
@pytest.mark.parametrize("chain", [_chain(name) for name in CHAINS])
def test_one_process_a_task_makes_what_kedro_run_makes(chain, run, expected, server, tmp_path):
    by_kedro = expected(chain)
    root = copy_project(tmp_path / "project")
    shutil.copytree(ROOT / "flows", root / "flows")

    made = run(chain, root, server)

    for pipeline, results in made.items():
        plan = _plan("flyte" if run is _by_flyte else "domino", pipeline)
        assert set(results) == set(plan.results)
        for name, path in results.items():
            location = by_kedro / plan.dataset(name).location
            if path.is_dir() and location.is_file():  # with what was written beside it
                path = path / location.name  # noqa: PLW2901 - the same result
            assert _content(path) == _content(location), name


@pytest.mark.long
@pytest.mark.xdist_group("comparison")
def test_the_daily_schedule_of_production_retrains_on_the_rows_of_a_bucket(server, tmp_path):
    root = copy_project(tmp_path / "project")
    made = package(root, "--pipeline", "retraining", "--env", "production", module=RETRAINING)
    schedule = made.launch_plans[DAILY].spec.entity_metadata.schedule
    with S3Server(bucket="e06-flows") as s3:
        for name, rows in {"history": "datasetC", "recent": "datasetD"}.items():
            content = (ROOT / f"data/01_raw/{rows}.csv").read_bytes()
            s3.put(f"s3://e06-flows/labelled/{name}.csv", content)
        shutil.rmtree(root / "data")
        env = {
            "MLFLOW_TRACKING_URI": server, "AWS_ENDPOINT_URL": s3.endpoint,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        }  # fmt: skip

        done = propeller(root, tmp_path, pod_env=env).run(made, DAILY, {"model": "in-production"})

    assert schedule.cron_schedule.schedule == "CRON_TZ=UTC 0 4 * * *"
    assert done.error is None, done.error
    report = json.loads(done.output_bytes("retraining_report"))
    assert (report["outcome"], report["challenger"]) == ("promoted", "1")


def _content(path: Path) -> Any:
    """Return what a result says, without what is of one run alone."""
    if path.is_dir():
        return {file.name: _content(file) for file in path.iterdir()}
    if path.suffix in {".png", ".zip", ".log"}:
        return path.stat().st_size > 0
    return _steady(_READERS[path.suffix](path))


_READERS: dict[str, Callable[[Path], Any]] = {
    ".csv": pd.read_csv,
    ".parquet": pd.read_parquet,
    ".json": lambda path: json.loads(path.read_text()),
    ".pkl": lambda path: pickle.loads(path.read_bytes()),
}


def _steady(found: Any) -> Any:
    """Return what is compared; the text of a table, so that a difference can be read."""
    if is_dataclass(found):
        found = {field.name: getattr(found, field.name) for field in fields(found)}
    if isinstance(found, dict):
        return {key: _steady(value) for key, value in found.items() if key not in VOLATILE}
    if isinstance(found, list):
        return [_steady(value) for value in found]
    if isinstance(found, pd.DataFrame):
        found = found.drop(columns=list(VOLATILE & set(found.columns))).to_csv(index=False)
    if isinstance(found, str):
        return _OF_ONE_RUN.sub("", found)
    return found if isinstance(found, (int, float, type(None))) else joblib.hash(found)
