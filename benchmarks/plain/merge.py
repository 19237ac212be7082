"""Step 3 of 5, without a framework: join A and B on their Id."""

import sys
from pathlib import Path

import pandas as pd


def main(out: Path) -> None:
    """Read the two tables from `out`; write merged.parquet there."""
    left = pd.read_parquet(out / "dataset_a.parquet")
    right = pd.read_parquet(out / "dataset_b.parquet")
    if not set(left["Id"]) & set(right["Id"]):
        sys.exit("No Id is in both files")
    merged = left.merge(right, on="Id", validate="one_to_one")
    merged.sort_values("Id", ignore_index=True).to_parquet(out / "merged.parquet")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
