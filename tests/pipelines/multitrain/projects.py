"""Copies of the project in other folders, `kedro` commands in them, and a table to put there."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from e06_flows.pipelines.multitrain.nodes import load_and_split
from e06_flows.pipelines.multitrain.parameters import MultitrainParameters
from e06_flows.pipelines.multitrain.training import Training

ROOT = Path(__file__).parents[3]
KEDRO = Path(sys.executable).with_name("kedro")
SMALL = {
    "n_estimators": 20,
    "max_depth": 3,
    "cv_folds": 3,
    "draws": 3,
    "max_models": 1,
    "max_runtime_secs": 15,
    "h2o_max_mem_size": "1G",
}


@dataclass
class Run:
    """A `kedro` command that has ended."""

    project: Path
    code: int
    printed: str


def params(**changes: Any) -> str:
    """Return the value of `--params`."""
    return ",".join(f"multitrain.{name}={value}" for name, value in changes.items())


def environment(**changes: str) -> dict[str, str]:
    """Return this process's variables without any that would lead a run to another server."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("MLFLOW_")}
    return {**ours, "DO_NOT_TRACK": "true", "MLFLOW_DISABLE_TELEMETRY": "true", **changes}


def kedro(project: Path, *arguments: str, env: dict[str, str] | None = None) -> Run:
    """Run a `kedro` command in a project of its own process."""
    done = subprocess.run(
        [KEDRO, *arguments],
        cwd=project,
        env=env or environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )
    return Run(project=project, code=done.returncode, printed=done.stdout)


def copy_project(folder: Path) -> Path:
    """Copy what a run needs of this project; nothing that a run has made."""
    shutil.copytree(ROOT / "conf", folder / "conf", ignore=shutil.ignore_patterns("local"))
    (folder / "conf/local").mkdir()
    shutil.copytree(
        ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info")
    )
    (folder / "data/01_raw").mkdir(parents=True)
    for name in "CD":
        shutil.copy(ROOT / f"data/01_raw/dataset{name}.csv", folder / "data/01_raw")
    for name in ("pyproject.toml", ".telemetry"):
        shutil.copy(ROOT / name, folder)
    return folder


def without_tracking(project: Path, env: str = "local") -> None:
    """Let the project track nothing, as its user would."""
    text = "tracking: {disable_tracking: {pipelines: [sample, multitrain, __default__]}}\n"
    (project / f"conf/{env}/mlflow.yml").write_text(text, encoding="utf-8")


def make_parameters(**changes: Any) -> MultitrainParameters:
    """Return the parameters of conf/base, changed by what is given."""
    text = (ROOT / "conf/base/parameters_multitrain.yml").read_text(encoding="utf-8")
    given = {**yaml.safe_load(text)["multitrain"], "registered": "e06", **changes}
    return MultitrainParameters(**given)


def prepare(
    table: pd.DataFrame, parameters: MultitrainParameters
) -> tuple[Training, pd.DataFrame, dict[str, Any]]:
    """Return what a search starts from, the hold-out and the profile of a table."""
    train, folds, holdout, profile = load_and_split(table, table.head(0), parameters)
    return Training.of(train, folds, profile, parameters), holdout, profile


def iris_rows() -> pd.DataFrame:
    """Return the rows of C and of D."""
    parts = [pd.read_csv(ROOT / f"data/01_raw/dataset{name}.csv") for name in "CD"]
    return pd.concat(parts, ignore_index=True)


def credit_rows(rows: int = 600, seed: int = 0) -> pd.DataFrame:
    """Generate a table with the columns and ranges of the UCI credit data, and missing bills."""
    random = np.random.default_rng(seed)
    months = [-2, -1, 0, 1, 2, 3, 5, 8]
    shares = [0.1, 0.2, 0.45, 0.1, 0.08, 0.04, 0.02, 0.01]
    late = random.choice(months, p=shares, size=(rows, 4))
    limit = random.choice(np.arange(1, 51) * 10_000, size=rows)
    risk = -1.6 + 0.7 * late[:, 0].clip(0) + 0.2 * late[:, 1].clip(0) - limit / 400_000
    table = pd.DataFrame(
        {
            "ID": np.arange(1, rows + 1),
            "LIMIT_BAL": limit,
            **dict(zip(("PAY_0", "PAY_2", "PAY_3", "PAY_4"), late.T, strict=True)),
            "BILL_AMT1": random.normal(50_000, 60_000, rows).round(),
            "DEFAULT": (random.random(rows) < 1 / (1 + np.exp(-risk))).astype(int),
        }
    )
    table.loc[random.choice(rows, 7, replace=False), "BILL_AMT1"] = np.nan
    return table


def shop_rows(rows: int = 900, seed: int = 0) -> pd.DataFrame:
    """Generate orders of which few come back: texts, gaps, a date, and a name with brackets."""
    random = np.random.default_rng(seed)
    channel = random.choice(["web", "shop", "phone"], size=rows)
    price = random.gamma(2, 40, rows).round(2)
    risk = -4.2 + 2.4 * (channel == "web") + price / 50
    table = pd.DataFrame(
        {
            "order": np.arange(rows),
            "channel": channel,
            "price [EUR] <net>": price,
            "note": random.choice(["", "gift", "fast, please", 'say "hi"'], size=rows),
            "day": (pd.Timestamp("2026-01-01") + pd.to_timedelta(random.integers(0, 90, rows), "D")).strftime("%Y-%m-%d"),
            "customer": [f"customer {number}" for number in random.permutation(rows)],
            "returned": np.where(random.random(rows) < 1 / (1 + np.exp(-risk)), "yes", "no"),
        }
    )  # fmt: skip
    table.loc[random.choice(rows, 90, replace=False), "price [EUR] <net>"] = np.nan
    table.loc[random.choice(rows, 45, replace=False), "channel"] = None
    return table


def rare_rows(rows: int = 1640, seed: int = 0) -> pd.DataFrame:
    """Generate texts and gaps, and one fraud among 40 others."""
    random = np.random.default_rng(seed)
    amount = random.lognormal(size=rows)
    chance = amount * random.choice([1, 4], rows)
    return pd.DataFrame(
        {
            "amount [EUR] <gross>": np.where(random.random(rows) < 0.1, np.nan, amount),
            'way "of paying"': random.choice(["card", "bank, direct", "cash", None], rows),
            "hour": random.integers(0, 24, rows),
            "outcome": np.where(chance >= np.sort(chance)[-rows // 41], "fraud", "fine"),
        }
    )
