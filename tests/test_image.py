"""The flows run in the images that the Dockerfile describes, a container a task, over S3.

Run by `make test-image`. No task is root, none can write to anything but /tmp, and each has the
memory of its tier. Tasks that train nothing run in the lighter image.
"""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from flyte_standin import Propeller, S3Server
from flyte_standin.machines import Containers
from images import build, remove, size, why_not
from kedro_projects import flyte
from mlflow_server import mlflow_server
from sample_projects import ROOT, kedro
from workflows import packaged

pytestmark = [
    pytest.mark.image,
    pytest.mark.skipif(bool(why_not()), reason=why_not()),
    pytest.mark.xdist_group("images"),
]

ENVIRONMENTS = """
environments:
  default: { image: FULL }
  h2o: { image: FULL }
  light: { image: LIGHT }
nodes:
  load_dataset_a: { environment: light }
  load_dataset_b: { environment: light }
  merge_datasets: { environment: light }
  process_dataset: { environment: light }
"""
SMALL = {
    "multitrain.n_estimators": 20, "multitrain.max_depth": 3, "multitrain.cv_folds": 2,
    "multitrain.draws": 2, "multitrain.max_models": 1, "multitrain.h2o_max_mem_size": "1G",
}  # fmt: skip


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """Return a copy of all that is committed, or is about to be."""
    root = tmp_path_factory.mktemp("images") / "e06-flows"
    words = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in listed.splitlines():
        if (ROOT / name).is_file():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, root / name)
    return root


@pytest.fixture(scope="module")
def images(root):
    light = build(root, "e06-light", REQUIREMENTS="requirements-light.txt")
    full = build(root, "e06")
    yield full, light
    for image in (full, light):
        remove(image)


@pytest.fixture(scope="module")
def package(root, images):
    """Return the package of two flows, of which each task names its image."""
    full, light = images
    settings = root / "conf/base/flyte.yml"
    text = re.sub(r"^environments:\n(?:  .*\n)+", "", settings.read_text(), flags=re.MULTILINE)
    settings.write_text(text + ENVIRONMENTS.replace("FULL", full).replace("LIGHT", light))
    for pipeline in ("sample", "multitrain"):
        flyte(root, "export", "--pipeline", pipeline)
    return packaged(root, "flows.on_flyte", root.with_suffix(".tgz"), image=full)


def _run(package, pipeline: str, folder: Path, **env: str):
    with S3Server() as storage:
        propeller = Propeller(
            storage=storage, folder=folder / "pods", machine=Containers(),
            pod_env={"DO_NOT_TRACK": "true", **env},
        )  # fmt: skip
        name = f"flows.on_flyte.e06_flows__{pipeline}.{pipeline}"
        inputs = {path.split(".")[1]: value for path, value in SMALL.items()}
        done = propeller.run(package, name, inputs if pipeline == "multitrain" else {})
        assert done.error is None, done.error
        plan = json.loads((ROOT / f"flows/on_flyte/e06_flows__{pipeline}.plan.json").read_text())
        return {name: done.output_bytes(name) for name in plan["results"] if name in REPORTS}


REPORTS = {"sample_metrics", "multitrain_comparison"}


def test_the_sample_flow_in_containers_makes_what_kedro_run_makes(root, package, tmp_path):
    found = _run(package, "sample", tmp_path)

    done = kedro(root, "run", "--pipeline", "sample")
    assert done.returncode == 0, done.stdout + done.stderr
    expected = json.loads((root / "data/08_reporting/sample_metrics.json").read_text())
    assert json.loads(found["sample_metrics"]) == expected


def test_the_four_models_train_in_containers(package, tmp_path):
    with mlflow_server(tmp_path) as address:
        found = _run(package, "multitrain", tmp_path, MLFLOW_TRACKING_URI=address)

    rows = found["multitrain_comparison"].decode().splitlines()
    assert len(rows) == 1 + 4, rows


def test_the_lighter_image_is_less_than_half_of_the_other(images):
    full, light = map(size, images)

    assert light < full / 2


def test_the_dockerfile_is_what_init_writes_but_for_the_plugin(root):
    own = (root / "Dockerfile").read_text().splitlines()
    flyte(root, "init", "--replace", "Dockerfile")
    written = (root / "Dockerfile").read_text().splitlines()

    different = {line for line in {*own} ^ {*written} if not line.startswith("#")}
    assert all("kedro-flyte" in line for line in different), different
