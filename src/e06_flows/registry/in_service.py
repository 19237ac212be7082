"""The model in service, loaded; and how a version that may become it is saved.

Which version is in service, and who may change that, is a matter of `e06_flows.registry.champions`.
"""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from e06_flows.registry.champions import CHAMPION, champion_version
from e06_flows.registry.models import log_and_register
from e06_flows.tracking.attempts import missed
from e06_flows.tracking.client import active_run_id, import_mlflow
from e06_flows.tracking.runs import child_run

_REFERENCE = "reference"


@dataclass(frozen=True, slots=True, kw_only=True)
class Champion:
    """A registered version, loaded.

    Attributes:
        name: Of the registered model.
        version: Its number.
        run_id: The MLflow run that has trained it.
        columns: That it takes, in their order.
        model: A classifier of scikit-learn's kind.
    """

    name: str
    version: str
    run_id: str
    columns: tuple[str, ...]
    model: Any


def load_champion(name: str, *, made_by: str) -> Champion:
    """Load the version of a registered model that is the champion now.

    Args:
        name: Of the registered model.
        made_by: The pipeline that is named where there is none.

    Raises:
        LookupError: There is no champion, or it cannot be found.
    """
    champion = champion_if_any(name)
    if champion is None:
        raise LookupError(
            f"No version of the registered model {name!r} has the alias {CHAMPION!r}, so there is "
            f"nothing to predict with. Make one first: kedro run --pipeline {made_by}"
        )
    return champion


def champion_if_any(name: str) -> Champion | None:
    """Load the champion of that name; None if there is none yet.

    Raises:
        LookupError: MLflow cannot be reached, the pipeline is not tracked, or the version has no
            signature.
    """
    if active_run_id() is None and (reasons := missed()):
        raise LookupError(
            "Champions are kept in MLflow's registry, which cannot be reached: "
            f"{next(iter(reasons.values()))}. Is the server up, and MLFLOW_TRACKING_URI right?"
        )
    if active_run_id() is None:
        raise LookupError(
            "Champions are kept in MLflow's registry, and this pipeline is not tracked. Take it "
            "out of tracking.disable_tracking.pipelines in mlflow.yml."
        )
    mlflow = import_mlflow()
    number = champion_version(name)
    if number is None:
        return None
    uri = f"models:/{name}/{number}"
    info = mlflow.models.get_model_info(uri)
    if info.signature is None:
        raise LookupError(
            f"Version {number} of {name!r} has no signature, so nobody knows which columns it "
            "takes. Log the model with one (mlflow.models.infer_signature)."
        )
    return Champion(
        name=name,
        version=number,
        run_id=str(info.run_id or ""),
        columns=tuple(info.signature.inputs.input_names()),
        model=mlflow.sklearn.load_model(uri),
    )


def training_rows(champion: Champion) -> pd.DataFrame:
    """Return the features that the champion was trained on, as `log_version` has kept them."""
    mlflow = import_mlflow()
    with tempfile.TemporaryDirectory() as folder:
        file = mlflow.artifacts.download_artifacts(
            run_id=champion.run_id, artifact_path=f"{_REFERENCE}/{_REFERENCE}.parquet",
            dst_path=folder,
        )  # fmt: skip
        return pd.read_parquet(file)


def log_version(name: str, model: Any, features: pd.DataFrame, *, about: str) -> str:
    """Save a model and the features that it was trained on in a run below the active one.

    Args:
        name: Of the registered model, which is made if it is not there.
        model: A classifier of scikit-learn's kind.
        features: Without the target.
        about: The description of the version.

    Returns:
        The number of the new version, which has no alias.
    """
    with (
        child_run("challenger", {"registered_model": name}) as run_id,
        tempfile.TemporaryDirectory() as folder,
    ):
        features.to_parquet(Path(folder) / f"{_REFERENCE}.parquet", index=False)
        if run_id is None:
            raise LookupError(
                f"A version of {name!r} cannot be registered: MLflow cannot be reached. "
                "Run the pipeline again when it can."
            )
        import_mlflow().MlflowClient().log_artifacts(run_id, folder, _REFERENCE)
        return log_and_register(name, model, features, run_id=run_id, about=about).number
