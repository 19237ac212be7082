"""200,000 rows of 30 columns are trained on by all four models, within what is told before."""

import re
import subprocess
import time
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
import pytest
import yaml
from pipelines.multitrain.projects import KEDRO, copy_project, environment, without_tracking

ROWS, TEXTS, NUMBERS = 200_000, 6, 24
GIB = 2**30


def _rows() -> pd.DataFrame:
    random = np.random.default_rng(0)
    table = pd.DataFrame({f"n{i}": random.normal(size=ROWS).round(4) for i in range(NUMBERS)})
    for i in range(TEXTS):
        table[f"t{i}"] = random.choice([f"v{k}" for k in range(15 + 5 * i)], ROWS)
    table.loc[random.choice(ROWS, ROWS // 10, replace=False), "n3"] = np.nan
    risk = 1.5 * table["n0"] - table["n1"] + 0.8 * table["n2"] * table["n4"] - 2
    chance = 1 / (1 + np.exp(-risk - 1.2 * (table["t0"] == "v1")))
    return table.assign(y=np.where(random.random(ROWS) < chance, "yes", "no"))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose environment `big` reads the table, with the parameters of conf/base."""
    root = copy_project(tmp_path)
    without_tracking(root)
    _rows().to_csv(root / "data/01_raw/big.csv", index=False)
    conf = root / "conf/big"
    conf.mkdir()
    entry = {"type": "e06_flows.datasets.tables.OwnCSVDataset", "filepath": "data/01_raw/big.csv"}
    nothing = {
        "type": "pandas.CSVDataset", "filepath": "data/01_raw/datasetD.csv", "load_args": {"nrows": 0},
    }  # fmt: skip
    catalog = {"multitrain_rows": entry, "multitrain_more_rows": nothing}
    (conf / "catalog_multitrain.yml").write_text(yaml.safe_dump(catalog), encoding="utf-8")
    text = (root / "conf/base/parameters_multitrain.yml").read_text(encoding="utf-8")
    for key, value in {"target": "y", "features": "null", "key": "null"}.items():
        text = re.sub(rf"^  {key}: .*", f"  {key}: {value}", text, flags=re.MULTILINE)
    (conf / "parameters_multitrain.yml").write_text(text, encoding="utf-8")
    return root


def _run(root: Path) -> tuple[str, float, float]:
    """Run the pipeline; return what it printed, its seconds, and its GiB with H2O's at the most."""
    command = [str(KEDRO), "run", "--pipeline", "multitrain", "--env", "big"]
    started, most = time.monotonic(), 0.0
    with (root / "printed.txt").open("w") as printed:
        process = psutil.Popen(
            command, cwd=root, env=environment(), stdout=printed, stderr=subprocess.STDOUT
        )
        while process.poll() is None:
            most = max(most, _memory(process))
            time.sleep(0.5)
    text = (root / "printed.txt").read_text(encoding="utf-8")
    assert process.returncode == 0, text
    return text, time.monotonic() - started, most / GIB


def _memory(process: psutil.Process) -> float:
    used = 0.0
    for one in (process, *process.children(recursive=True)):
        try:
            used += one.memory_info().rss
        except psutil.NoSuchProcess:  # it has just ended
            continue
    return used


@pytest.mark.slow
def test_a_large_table_is_done_in_its_time_and_memory_with_all_four_models(project: Path) -> None:
    printed, seconds, gib = _run(project)

    compared = pd.read_csv(project / "data/08_reporting/multitrain_comparison.csv")
    assert len(compared) == 4
    assert compared["roc_auc"].min() > 0.75
    told = printed.index("Will try: XGBoost: 9 values x 5 folds on 19,995 of 140,000 rows")
    assert told < printed.index("Running node: train_logistic_regression")
    assert "random forest, 1 of 10: roc_auc" in printed
    assert gib < 4
    assert seconds < 4 * 300 + 30 + 600  # each search, H2O's, and the training on all rows
