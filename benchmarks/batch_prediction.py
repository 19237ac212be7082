"""Batch prediction of generated rows against plain scikit-learn: the same forest of 100 trees, the
same partitions of 100,000 rows, read, predicted and written as parquet. The pipeline also checks
each row, hashes each partition, writes model and run beside each row, and sums up; the benchmark
stops if a prediction differs. The last two rows are differences: what each million rows costs once
all has started. Their ratio should be below 1.25, which is 0.8 of the rows a second, and the memory
should not grow with the rows.
"""

import shutil
import statistics
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.champion import FILE, LENGTHS
from benchmarks.measurement import Cost, Measurement, cost

ROOT = Path(__file__).parents[1]
HERE = Path(__file__).parent
KEDRO = Path(sys.executable).with_name("kedro")
PREDICTIONS = "data/07_model_output/batch_predictions"
A_PARTITION = 100_000  # rows
RUNS = {10: 3, 100: 3}  # by the number of partitions
FLOW = "kedro run --pipeline batch_prediction"
Command = tuple[str | Path, ...]
RUN: Command = (KEDRO, *FLOW.split()[1:])
CATALOG = """
batches:
  type: partitions.PartitionedDataset
  path: data/01_raw/generated
  filename_suffix: .parquet
  dataset:
    type: e06_flows.datasets.batches.BatchDataset
    rows: { type: pandas.ParquetDataset }
    schema: e06_flows.pipelines.batch_prediction.schemas.Flowers
    batches: { path: data/01_raw/generated }
    records: { path: data/07_model_output/batch_records }
"""


def _project(folder: Path) -> Path:
    unwanted = shutil.ignore_patterns("__pycache__", "local")
    for name in ("conf", "src", "data/01_raw"):
        shutil.copytree(ROOT / name, folder / name, ignore=unwanted)
    (folder / "conf/local").mkdir()
    (folder / "conf/local/catalog_batches.yml").write_text(CATALOG, encoding="utf-8")
    for name in ("pyproject.toml", ".telemetry"):
        shutil.copy(ROOT / name, folder)
    subprocess.run([sys.executable, HERE / "champion.py", folder], check=True, capture_output=True)
    return folder


def _generate(folder: Path, partitions: int) -> None:
    """Write flowers with lengths drawn evenly between the least and the greatest of the real."""
    folder.mkdir()
    random = np.random.default_rng(7)
    low, high = np.array([4.3, 2.0, 1.0, 0.1]), np.array([7.9, 4.4, 6.9, 2.5])
    for number in range(partitions):
        lengths = random.uniform(low, high, (A_PARTITION, len(LENGTHS)))
        rows = pd.DataFrame(lengths.round(2), columns=LENGTHS)
        rows.insert(0, "Id", np.arange(A_PARTITION) + number * A_PARTITION)
        rows.to_parquet(folder / f"part-{number:03}.parquet")


def _compare(one: Path, other: Path) -> None:
    for file in sorted(one.glob("*.parquet")):
        plain, made = pd.read_parquet(file), pd.read_parquet(other / file.name)
        made["prediction"] = made["prediction"].astype(plain["prediction"].dtype)
        if not plain.equals(made[plain.columns]):
            raise RuntimeError(f"The two have not predicted the same for {file.name}.")


def measure() -> list[Measurement]:
    """Predict by both ways, in turn, for each number of partitions.

    Raises:
        RuntimeError: The two have not predicted the same.
    """
    found = []
    with tempfile.TemporaryDirectory(prefix="e06-bench-") as temporary:
        project = _project(Path(temporary, "project"))
        batches, plain = project / "data/01_raw/generated", project / "plain"
        script: Command = (
            sys.executable,
            HERE / "plain/predict.py",
            project / FILE,
            batches,
            plain,
        )
        for partitions, runs in RUNS.items():
            _generate(batches, partitions)
            rows = f"{partitions * A_PARTITION / 1e6:g} million rows"
            taken: dict[str, list[Cost]] = {
                f"plain scikit-learn, {rows}": [],
                f"{FLOW}, {rows}": [],
            }
            for _ in range(runs):
                for made in (plain, project / "data/07_model_output"):
                    shutil.rmtree(made, ignore_errors=True)
                for costs, command in zip(taken.values(), (script, RUN), strict=True):
                    costs.append(cost(command, project))
                _compare(plain, project / PREDICTIONS)
            found += [_middle(name, costs, next(iter(taken))) for name, costs in taken.items()]
            shutil.rmtree(batches)
    return [*found, *_each_million(found)]


def _each_million(found: list[Measurement]) -> list[Measurement]:
    """Return the difference of the two sizes, for either way, by million rows."""
    small, large = RUNS
    more = (large - small) * A_PARTITION / 1e6
    rows = [
        replace(
            many,
            name=f"{many.name.partition(',')[0]}, each million more",
            seconds=(many.seconds - few.seconds) / more,
            megabytes=(many.megabytes - few.megabytes) / more,
        )
        for few, many in zip(found[:2], found[2:], strict=True)
    ]
    return [replace(row, against=rows[0].name) for row in rows]


def _middle(name: str, costs: list[Cost], against: str) -> Measurement:
    return Measurement(
        name=name,
        seconds=statistics.median(seconds for seconds, _ in costs),
        megabytes=statistics.median(megabytes for _, megabytes in costs),
        runs=len(costs),
        against=against,
    )
