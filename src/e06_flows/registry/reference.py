"""The rows that a registered model was trained on, kept in its run: for drift and fair tests."""

import tempfile
from pathlib import Path

import pandas as pd

from e06_flows.tracking.client import import_mlflow

_REFERENCE = "reference"


def keep(run_id: str, features: pd.DataFrame) -> None:
    """Save the features that the model of a run was trained on."""
    with tempfile.TemporaryDirectory() as folder:
        features.to_parquet(Path(folder) / f"{_REFERENCE}.parquet", index=False)
        import_mlflow().MlflowClient().log_artifacts(run_id, folder, _REFERENCE)


def read(run_id: str) -> pd.DataFrame | None:
    """Return what `keep` has saved; None where nothing was."""
    mlflow = import_mlflow()
    if not mlflow.MlflowClient().list_artifacts(run_id, _REFERENCE):
        return None
    with tempfile.TemporaryDirectory() as folder:
        place = f"{_REFERENCE}/{_REFERENCE}.parquet"
        file = mlflow.artifacts.download_artifacts(
            run_id=run_id, artifact_path=place, dst_path=folder
        )
        return pd.read_parquet(file)


def unseen(rows: pd.DataFrame, reference: pd.DataFrame) -> "pd.Series[bool]":
    """Tell which rows have values in the columns of `reference` that no row of it has.

    Args:
        rows: With those columns, of types that can become the reference's.
        reference: What a model was trained on.
    """
    same_types = rows[reference.columns].astype(reference.dtypes.to_dict())
    hashes = pd.util.hash_pandas_object(same_types, index=False)
    known = pd.util.hash_pandas_object(reference, index=False)
    return ~hashes.isin(known)
