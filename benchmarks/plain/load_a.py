"""Step 1 of 5, without a framework: read and check file A, write it in the order of Id."""

import sys
from pathlib import Path

import pandas as pd

LENGTHS = ["SepalLengthCm", "SepalWidthCm"]


def main(raw: Path, out: Path) -> None:
    """Read datasetA.csv from `raw`; write dataset_a.parquet into `out`."""
    table = pd.read_csv(raw / "datasetA.csv")
    missing = sorted({"Id", *LENGTHS, "RandomColumn"} - set(table.columns))
    if missing:
        sys.exit(f"datasetA.csv has no column {missing}")
    if table.empty:
        sys.exit("datasetA.csv has no rows")
    if not pd.api.types.is_integer_dtype(table["Id"]) or not table["Id"].is_unique:
        sys.exit("The Ids of datasetA.csv are not different whole numbers")
    if (table["Id"] < 0).any():
        sys.exit("datasetA.csv has a negative Id")
    for column in [*LENGTHS, "RandomColumn"]:
        if not pd.api.types.is_numeric_dtype(table[column]) or table[column].isna().any():
            sys.exit(f"The column {column} of datasetA.csv has something else than numbers")
    if not (table[LENGTHS] > 0).all(axis=None):
        sys.exit("A length in datasetA.csv is not above 0")
    table.sort_values("Id", ignore_index=True).to_parquet(out / "dataset_a.parquet")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
