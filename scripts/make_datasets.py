"""Write the raw data from the Iris data that scikit-learn ships: CSV files and a database.

Run from the repository root: `python scripts/make_datasets.py [FOLDER]`. The CSV files are the
same, byte for byte, on every run; the database has the same rows, and SQLite's version in its head.
docs/reference/data.md describes them.
"""

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split

SEED = 42
SEPAL = ["SepalLengthCm", "SepalWidthCm"]
PETAL = ["PetalLengthCm", "PetalWidthCm"]
COLUMNS = ["Id", *SEPAL, "RandomColumn", *PETAL, "Species"]
DAYS = ("2026-06-01", "2026-06-02", "2026-06-03", "2026-06-04", "2026-06-05")


def iris_table() -> pd.DataFrame:
    """Return the 150 flowers: Id from 1, four lengths in cm, noise in [0, 1), species name."""
    bunch = load_iris(as_frame=True)
    table: pd.DataFrame = bunch.data.copy()
    table.columns = pd.Index([*SEPAL, *PETAL])
    table["Species"] = ["Iris-" + str(bunch.target_names[label]) for label in bunch.target]
    table["RandomColumn"] = np.random.default_rng(SEED).random(len(table)).round(4)
    table["Id"] = np.arange(1, len(table) + 1)
    return table[COLUMNS]


def datasets() -> dict[str, pd.DataFrame]:
    """Return the four tables by file name: A and B by columns, C and D by rows."""
    table = iris_table()
    c, d = train_test_split(table, test_size=0.5, random_state=SEED, stratify=table["Species"])
    return {
        "datasetA.csv": table[["Id", *SEPAL, "RandomColumn"]],
        "datasetB.csv": table[["Id", *PETAL, "Species"]],
        "datasetC.csv": c.sort_values("Id"),
        "datasetD.csv": d.sort_values("Id"),
        **{f"flower_batches/{day}.csv": rows for day, rows in _batches(table).items()},
    }


def _batches(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the lengths of the flowers as batches to predict, a fifth of them a day."""
    drawn = table.sample(frac=1, random_state=SEED)[["Id", *SEPAL, *PETAL]]
    parts = np.array_split(np.arange(len(drawn)), len(DAYS))
    return {day: drawn.iloc[rows] for day, rows in zip(DAYS, parts, strict=True)}


def write_database(file: Path) -> None:
    """Write the petals and the species, those of `datasetB.csv`, as a table of SQLite."""
    temporary = file.with_name(f".{file.name}.part")
    temporary.unlink(missing_ok=True)
    with closing(sqlite3.connect(temporary)) as database:
        rows = datasets()["datasetB.csv"].astype({"Id": int})
        columns = '"Id" INTEGER PRIMARY KEY, "PetalLengthCm" REAL, "PetalWidthCm" REAL'
        database.execute(f'CREATE TABLE petals ({columns}, "Species" TEXT NOT NULL)')
        database.executemany(
            "INSERT INTO petals VALUES (?, ?, ?, ?)", rows.itertuples(index=False, name=None)
        )
        database.commit()
    temporary.replace(file)
    print(f"{file}: {len(rows)} rows, {len(rows.columns)} columns")


def main(folder: Path) -> None:
    """Write every table into `folder`, each to a temporary name first."""
    for name, table in datasets().items():
        (folder / name).parent.mkdir(exist_ok=True)
        temporary = folder / f"{name}.part"
        table.to_csv(temporary, index=False, lineterminator="\n")
        temporary.replace(folder / name)
        print(f"{folder / name}: {len(table)} rows, {len(table.columns)} columns")
    write_database(folder / "flowers.db")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("data/01_raw"))
