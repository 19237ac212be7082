"""The Dockerfile that `kedro flyte init` writes is built, and runs tasks as strict clusters do.

Run by `make test-image`. Each task is a container over S3: not root, nothing to write to but /tmp,
within the memory of its tier.
"""

import shutil
import sys

import pytest
from flyte_standin import Propeller, S3Server
from flyte_standin.machines import Containers
from images import build, remove, size, why_not
from kedro_projects import Project, flyte
from workflows import packaged

pytestmark = [
    pytest.mark.image,
    pytest.mark.skipif(bool(why_not()), reason=why_not()),
    pytest.mark.xdist_group("images"),
]

FLOW = """
import os

from kedro.pipeline import Node, Pipeline


def first(text):
    (os.path.exists("data") and not os.access("data", os.W_OK)) or os._exit(9)
    return {"text": text, "user": os.getuid(), "folder": os.getcwd()}


def second(found):
    return {**found, "text": found["text"].upper()}


def greedy(found, mebibytes):
    return {"length": len(b"x" * (mebibytes * 2**20))}


def create():
    return Pipeline([
        Node(first, "raw", "found", name="first"),
        Node(second, "found", "result", name="second"),
        Node(greedy, ["result", "params:mebibytes"], "length", name="greedy", tags="tier.tiny"),
    ])
"""
CATALOG = """
raw: {type: text.TextDataset, filepath: data/raw.txt}
found: {type: json.JSONDataset, filepath: data/found.json}
result: {type: json.JSONDataset, filepath: data/result.json}
length: {type: json.JSONDataset, filepath: data/length.json}
"""
TIERS = "tiers: {tiny: {cpu: 1, memory: 500Mi}}\n"


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """Return a project for which `kedro flyte init` has written its files."""
    files = {
        "data/raw.txt": "some text",
        "conf/base/flyte.yml": TIERS,
        "requirements.txt": "kedro\nkedro-datasets[json]\n",
    }
    project = Project(FLOW, catalog=CATALOG, parameters="mebibytes: 1", files=files)
    root = project.write(tmp_path_factory.mktemp("image") / "project")
    flyte(root, "init")
    flyte(root, "export")
    return root


@pytest.fixture(scope="module")
def image(root):
    made = build(root, "demo")
    yield made
    remove(made)


@pytest.fixture(scope="module")
def run(root, image):
    """Return a function that runs the exported workflow, a container a task."""
    made = packaged(root, "flows.on_flyte", root.with_suffix(".tgz"), image=image)
    (name,) = (n for n in made.workflows if n.endswith(".default"))
    with S3Server() as storage:
        propeller = Propeller(
            storage=storage, folder=root.parent / "pods", machine=Containers(),
            pod_env={"DO_NOT_TRACK": "true"},
        )  # fmt: skip
        yield lambda **inputs: propeller.run(made, name, inputs)


def test_init_writes_the_python_and_the_plugin_of_the_project(root):
    text = (root / "Dockerfile").read_text()

    assert f"FROM python:{sys.version_info.major}.{sys.version_info.minor}-slim" in text
    assert " kedro-flyte==" in text
    assert "{" not in text.replace("${REQUIREMENTS}", "")


def test_a_container_a_task_makes_what_kedro_run_makes(run):
    done = run()

    assert done.error is None, done.error
    assert done.output_bytes("result").replace(b" ", b"").replace(b"\n", b"") == (
        b'{"text":"SOMETEXT","user":1000,"folder":"/root"}'
    )


def test_a_task_beyond_the_memory_of_its_tier_is_told_so(run):
    done = run(mebibytes=2000)

    assert done.error is not None
    assert "greedy" in done.error.message
    assert "memory" in done.error.message
    assert "tiny" in done.error.message


def test_nothing_of_the_containers_is_left(run, root):
    run()

    assert shutil.which("podman")
    assert not list((root.parent / "pods").glob("*/*"))


def test_the_image_is_not_much_more_than_its_libraries(image):
    assert size(image) < 1.2 * 2**30
