"""Models in the registry of a copy of the project, put there without the flow that makes them."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd

NAME, ALIAS = "e06-champion", "champion"
LENGTHS = ["SepalLengthCm", "SepalWidthCm", "PetalLengthCm", "PetalWidthCm"]


def train(root: Path, *, trees: int = 5) -> Any:
    """Return a forest, trained on the rows of C."""
    from sklearn.ensemble import RandomForestClassifier

    rows = pd.read_csv(root / "data/01_raw/datasetC.csv")
    forest = RandomForestClassifier(n_estimators=trees, random_state=trees)
    return forest.fit(rows[LENGTHS], rows["Species"])


def put_into_service(root: Path, *, trees: int = 5) -> None:
    """Train, register and put into service, in a process of its own: MLflow warns a lot."""
    done = subprocess.run(
        [sys.executable, __file__, root, str(trees)],
        env={**os.environ, "DO_NOT_TRACK": "true"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def _register(root: Path, model: Any) -> None:
    import mlflow

    mlflow.set_tracking_uri(f"sqlite:///{root / 'mlflow.db'}")
    client = mlflow.MlflowClient()
    found = client.get_experiment_by_name("e06-flows")
    experiment = (
        found.experiment_id
        if found
        else client.create_experiment("e06-flows", str(root / "mlruns"))
    )
    example = pd.DataFrame([[5.0, 3.0, 1.5, 0.2]], columns=pd.Index(LENGTHS, dtype=object))
    with mlflow.start_run(experiment_id=experiment):
        info = mlflow.sklearn.log_model(
            model,
            name="champion",
            signature=mlflow.models.infer_signature(example, model.predict(example)),
            pip_requirements=["scikit-learn", "skops"],
            skops_trusted_types=["sklearn.tree._tree.Tree"],
            registered_model_name=NAME,
        )
    client.set_registered_model_alias(NAME, ALIAS, info.registered_model_version)


if __name__ == "__main__":
    project = Path(sys.argv[1])
    _register(project, train(project, trees=int(sys.argv[2])))
