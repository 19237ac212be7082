"""Step 2 of 5, without a framework: read and check file B, write it in the order of Id."""

import sys
from pathlib import Path

import pandas as pd

LENGTHS = ["PetalLengthCm", "PetalWidthCm"]
SPECIES = ["Iris-setosa", "Iris-versicolor", "Iris-virginica"]


def main(raw: Path, out: Path) -> None:
    """Read datasetB.csv from `raw`; write dataset_b.parquet into `out`."""
    table = pd.read_csv(raw / "datasetB.csv")
    missing = sorted({"Id", *LENGTHS, "Species"} - set(table.columns))
    if missing:
        sys.exit(f"datasetB.csv has no column {missing}")
    if table.empty:
        sys.exit("datasetB.csv has no rows")
    if not pd.api.types.is_integer_dtype(table["Id"]) or not table["Id"].is_unique:
        sys.exit("The Ids of datasetB.csv are not different whole numbers")
    if (table["Id"] < 0).any():
        sys.exit("datasetB.csv has a negative Id")
    for column in LENGTHS:
        if not pd.api.types.is_numeric_dtype(table[column]) or table[column].isna().any():
            sys.exit(f"The column {column} of datasetB.csv has something else than numbers")
    if not (table[LENGTHS] > 0).all(axis=None):
        sys.exit("A length in datasetB.csv is not above 0")
    unknown = sorted(set(table["Species"].dropna()) - set(SPECIES))
    if unknown or table["Species"].isna().any():
        sys.exit(f"datasetB.csv has missing or unknown species: {unknown}")
    table.sort_values("Id", ignore_index=True).to_parquet(out / "dataset_b.parquet")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
