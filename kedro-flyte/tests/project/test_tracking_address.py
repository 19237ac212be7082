"""Where runs are tracked, as mlflow.yml says it."""

import pytest
from kedro_flyte.project.tracking import tracking_address


def folder(root, name, text):
    path = root / name / "mlflow.yml"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    return path.parent


def test_the_address_is_taken_as_it_is_written(tmp_path):
    base = folder(tmp_path, "base", "server: {mlflow_tracking_uri: '${oc.env:SERVER,mlruns}'}")

    assert tracking_address([base], "train") == "${oc.env:SERVER,mlruns}"


def test_an_environment_replaces_the_server(tmp_path):
    base = folder(tmp_path, "base", "server: {mlflow_tracking_uri: mlruns}")
    cloud = folder(tmp_path, "cloud", "server: {mlflow_tracking_uri: https://mlflow.example.org}")

    assert tracking_address([base, cloud], "train") == "https://mlflow.example.org"


@pytest.mark.parametrize("text", ["tracking: {experiment: {name: mine}}", "server:"])
def test_without_an_address_it_is_mlflows_own(text, tmp_path):
    base = folder(tmp_path, "base", text)

    assert tracking_address([base], "train") == "${oc.env:MLFLOW_TRACKING_URI,mlruns}"


@pytest.mark.parametrize(
    "text", ["", "- 1", "a: [", "tracking: {disable_tracking: {pipelines: [train]}}"]
)
def test_what_is_not_tracked_has_none(text, tmp_path):
    assert tracking_address([folder(tmp_path, "base", text)], "train") == ""


def test_without_the_file_nothing_is_tracked(tmp_path):
    assert tracking_address([tmp_path], "train") == ""
