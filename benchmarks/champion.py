"""Put a forest into service in a project of a benchmark: `python champion.py PROJECT`."""

import pickle
import sys
from pathlib import Path

import pandas as pd

LENGTHS = ["SepalLengthCm", "SepalWidthCm", "PetalLengthCm", "PetalWidthCm"]
FILE = "forest.pkl"


def main(project: Path) -> None:
    """Train 100 trees on the rows of C and D, pickle and register them."""
    import mlflow
    from sklearn.ensemble import RandomForestClassifier

    parts = [pd.read_csv(project / f"data/01_raw/dataset{name}.csv") for name in "CD"]
    rows = pd.concat(parts)
    forest = RandomForestClassifier(n_estimators=100, random_state=42)
    forest.fit(rows[LENGTHS], rows["Species"])
    (project / FILE).write_bytes(pickle.dumps(forest))
    mlflow.set_tracking_uri(f"sqlite:///{project / 'mlflow.db'}")
    client = mlflow.MlflowClient()
    experiment = client.create_experiment("e06-flows", str(project / "mlruns"))
    example = rows[LENGTHS].head(3)
    with mlflow.start_run(experiment_id=experiment):
        info = mlflow.sklearn.log_model(
            forest,
            name="champion",
            signature=mlflow.models.infer_signature(example, forest.predict(example)),
            pip_requirements=["scikit-learn", "skops"],
            skops_trusted_types=["sklearn.tree._tree.Tree"],
            registered_model_name="e06-champion",
        )
    client.set_registered_model_alias("e06-champion", "champion", info.registered_model_version)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
