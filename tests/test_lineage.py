"""`kedro viz run` shows the layers and the tiers, and the README's picture is what it shows."""

import json
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

import numpy as np
import pytest
from sample_projects import ROOT

sys.path.insert(0, str(ROOT / "scripts"))
import picture

COMMITTED = ROOT / "docs/images/sample-lineage.png"
HAS_BROWSER = any(map(shutil.which, picture.BROWSERS)) and shutil.which("chromedriver")


@pytest.fixture(scope="module")
def graph() -> dict:
    with picture.server() as address, urllib.request.urlopen(f"{address}/api/main") as answer:
        return json.load(answer)


def test_the_lineage_has_a_layer_for_each_stage(graph):
    assert graph["layers"] == [
        "raw", "intermediate", "primary", "feature", "model input", "models", "reporting",
    ]  # fmt: skip


def test_the_lineage_has_the_tiers_as_tags(graph):
    tiers = {node["name"]: node["tags"] for node in graph["nodes"] if node["type"] == "task"}

    assert tiers == {
        "load_dataset_a": ["tier.small"],
        "load_dataset_b": ["tier.small"],
        "merge_datasets": ["tier.medium"],
        "process_dataset": ["tier.medium"],
        "train_random_forest": ["tier.large"],
        "evaluate_model": ["tier.medium"],
    }


@pytest.mark.skipif(
    not HAS_BROWSER,
    reason="needs chromium and chromedriver: apt-get install chromium chromium-driver",
)
def test_the_picture_in_the_docs_is_what_the_browser_shows(tmp_path):
    from matplotlib.image import imread

    drawn = tmp_path / "lineage.png"
    subprocess.run([sys.executable, ROOT / "scripts/picture.py", drawn], cwd=ROOT, check=True)

    new, old = imread(drawn), imread(COMMITTED)
    assert new.shape == old.shape
    assert np.abs(new - old).mean() < 0.01


def test_without_a_browser_the_script_says_what_to_install(monkeypatch):
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))

    with pytest.raises(RuntimeError, match="apt-get install chromium"), picture.browser():
        pass
