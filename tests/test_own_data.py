"""The section `Your own data` of each page of a use case, done as it is printed."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sample_projects import ROOT, copy_project, kedro

pytestmark = pytest.mark.long

PAGES = ("feature_engineering", "retraining", "batch_prediction", "model_comparison", "ab_testing")


def _orders(rows: int, seed: int) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    pieces, price = random.integers(0, 9, rows), random.gamma(2, 40, rows).round(2)
    risk = -2.5 + price / 40
    returned = np.where(random.random(rows) < 1 / (1 + np.exp(-risk)), "yes", "no")
    numbers = range(1000 * seed, 1000 * seed + rows)
    return pd.DataFrame({"order": numbers, "pieces": pieces, "price": price, "returned": returned})


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with the files that the pages speak of."""
    root = copy_project(tmp_path_factory.mktemp("own"))
    raw = root / "data/01_raw"
    _orders(300, 1).to_csv(raw / "mine.csv", index=False)
    _orders(200, 2).to_csv(raw / "mine_recent.csv", index=False)
    (raw / "mine_batches").mkdir()
    _orders(50, 3).drop(columns="returned").to_csv(raw / "mine_batches/monday.csv", index=False)
    (raw / "mine").mkdir()
    log = pd.DataFrame({"customer": range(400), "variant": ["old", "new"] * 200, "country": "CH"})
    log.assign(bought=(log["customer"] % 4 == 1).astype(int)).to_csv(
        raw / "mine/ab_log.csv", index=False
    )
    return root


def _blocks(page: str) -> list[str]:
    text = (ROOT / f"docs/use-cases/{page}.md").read_text(encoding="utf-8")
    section = text.split("## Your own data\n")[1].split("\n## ")[0]
    found = re.findall(r"(?:^ {4}.*\n|^\n(?= {4}))+", section, re.MULTILINE)
    parts = [re.sub("^ {4}", "", block, flags=re.MULTILINE).strip() for block in found]
    return [part for block in parts for part in re.split(r"\n\n(?=# conf/)", block)]


def _follow(project: Path, page: str) -> str:
    """Write each block whose first line names a file, and run the others; return what is printed."""
    printed = ""
    for block in _blocks(page):
        if block.startswith("# conf/"):
            file = project / block.splitlines()[0].removeprefix("# ")
            file.parent.mkdir(exist_ok=True)
            file.write_text(block + "\n", encoding="utf-8")
            continue
        done = kedro(project, *block.split()[1:])
        printed += done.stdout + done.stderr
        assert done.returncode == 0, printed
    return printed


RESULTS = {
    "feature_engineering": "data/04_feature/mine/flower_features.parquet",
    "retraining": "data/08_reporting/mine/retraining_report.json",
    "batch_prediction": "data/07_model_output/mine/batch_predictions/monday.parquet",
    "model_comparison": "data/06_models/mine/algorithm_winner.pkl",
    "ab_testing": "data/08_reporting/mine/ab_decision.csv",
}


def test_each_page_gives_its_own_data_and_all_results_are_in_a_folder_of_their_own(project):
    for page in PAGES:
        printed = _follow(project, page)
        assert not re.search(r"warn|traceback", printed, re.IGNORECASE), printed

    assert [name for name in RESULTS.values() if not (project / name).exists()] == []
    assert {path.name for path in (project / "data").glob("0[2-8]_*/*")} == {"mine"}
    features = pd.read_parquet(project / RESULTS["feature_engineering"])
    assert list(features.columns) == ["order", "Part", "price", "size", "piece", "returned"]
    scored = pd.read_parquet(project / RESULTS["batch_prediction"])
    assert {"order", "probability_yes", "probability_no"} < set(scored.columns)
    decided = pd.read_csv(project / RESULTS["ab_testing"])
    assert decided["decision"].tolist() == ["control", "adopt"]
