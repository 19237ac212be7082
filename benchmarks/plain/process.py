"""Step 4 of 5, without a framework: drop the noise and add four features."""

import sys
from pathlib import Path

import pandas as pd


def main(out: Path) -> None:
    """Read merged.parquet from `out`; write processed.parquet there."""
    table = pd.read_parquet(out / "merged.parquet").drop(columns="RandomColumn")
    table["SepalAreaCm2"] = table["SepalLengthCm"] * table["SepalWidthCm"]
    table["PetalAreaCm2"] = table["PetalLengthCm"] * table["PetalWidthCm"]
    table["SepalRatio"] = table["SepalLengthCm"] / table["SepalWidthCm"]
    table["PetalRatio"] = table["PetalLengthCm"] / table["PetalWidthCm"]
    table.to_parquet(out / "processed.parquet")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
