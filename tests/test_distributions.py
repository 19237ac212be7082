"""What is published: the wheels and archives of the project and of the plugin.

`make dist` builds them and asks the same tests; without it they are built here.
"""

import os
import re
import subprocess
import sys
import tarfile
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest
from packaging.metadata import Metadata
from sample_projects import ROOT
from trove_classifiers import classifiers

FOLDERS = {"e06_flows": ROOT, "kedro_flyte": ROOT / "kedro-flyte"}


@pytest.fixture(scope="module")
def dist(tmp_path_factory) -> Path:
    if made := os.environ.get("DIST"):
        return Path(made)
    folder = tmp_path_factory.mktemp("dist")
    for source in FOLDERS.values():
        words = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
        subprocess.run(words, cwd=source, check=True, capture_output=True)
    return folder


@pytest.fixture(params=FOLDERS)
def wheel(request, dist):
    (path,) = dist.glob(f"{request.param}-*.whl")
    with zipfile.ZipFile(path) as archive:
        yield archive


def _metadata(wheel: zipfile.ZipFile) -> str:
    (name,) = (name for name in wheel.namelist() if name.endswith("/METADATA"))
    return wheel.read(name).decode()


def test_metadata_is_what_an_index_takes(wheel):
    text = _metadata(wheel)

    found = Metadata.from_email(text)
    assert found.license_expression == "Apache-2.0"
    assert found.license_files == ["LICENSE"]
    assert set(found.classifiers or ()) <= set(classifiers)


def test_the_readme_of_the_plugin_has_no_link_into_the_repository(dist):
    (path,) = dist.glob("kedro_flyte-*.whl")
    with zipfile.ZipFile(path) as archive:
        text = str(Parser().parsestr(_metadata(archive)).get_payload())

    links = re.findall(r"\]\(([^)]+)\)", text)
    assert [link for link in links if not link.startswith(("https://", "#"))] == []


def test_a_wheel_has_all_that_its_package_has_and_nothing_else(wheel):
    (package,) = {name.split("/")[0] for name in wheel.namelist() if "dist-info" not in name}
    source = FOLDERS[package] / "src" / package

    here = {
        f"{package}/{path.relative_to(source).as_posix()}"
        for path in source.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert {name for name in wheel.namelist() if "dist-info" not in name} == here


def test_an_archive_of_the_sources_has_no_data_of_a_run(dist):
    for path in dist.glob("*.tar.gz"):
        with tarfile.open(path) as archive:
            names = archive.getnames()
        assert not [n for n in names if re.search(r"/(tests|docs)/|mlruns|mlflow\.db", n)]
        assert not [n for n in names if re.search(r"conf/local/[^.]", n)]
        assert any(name.endswith("/LICENSE") for name in names)
