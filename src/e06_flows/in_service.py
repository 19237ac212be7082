"""The model in service, loaded: what `e06_flows.champions` has put there."""

from dataclasses import dataclass
from typing import Any

from e06_flows.champions import CHAMPION, champion_version
from e06_flows.tracking import import_mlflow


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
        LookupError: There is no champion, or it does not say which columns it takes.
    """
    mlflow = import_mlflow()
    version = champion_version(name)
    if version is None:
        raise LookupError(
            f"No version of the registered model {name!r} has the alias {CHAMPION!r}, so there is "
            f"nothing to predict with. Make one first: kedro run --pipeline {made_by}"
        )
    uri = f"models:/{name}/{version}"
    info = mlflow.models.get_model_info(uri)
    if info.signature is None:
        raise LookupError(
            f"Version {version} of {name!r} has no signature, so nobody knows which columns it "
            "takes. Log the model with one (mlflow.models.infer_signature)."
        )
    return Champion(
        name=name,
        version=version,
        run_id=str(info.run_id or ""),
        columns=tuple(info.signature.inputs.input_names()),
        model=mlflow.sklearn.load_model(uri),
    )
