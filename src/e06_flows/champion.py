"""The model in service: the version that an alias of MLflow's registry names."""

from dataclasses import dataclass
from typing import Any

from e06_flows.tracking import import_mlflow

_NONE_THERE = {"RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"}


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


def load_champion(name: str, alias: str, *, made_by: str) -> Champion:
    """Load the version that the alias names now.

    Args:
        name: Of the registered model.
        alias: Such as `champion`.
        made_by: The pipeline that is named where there is none.

    Raises:
        LookupError: No version has the alias, or it does not say which columns it takes.
    """
    mlflow = import_mlflow()
    try:
        found = mlflow.MlflowClient().get_model_version_by_alias(name, alias)
    except mlflow.MlflowException as error:
        if error.error_code not in _NONE_THERE:
            raise
        raise LookupError(
            f"No version of the registered model {name!r} has the alias {alias!r}, so there is "
            f"nothing to predict with. Make one first: kedro run --pipeline {made_by}"
        ) from None
    uri = f"models:/{name}/{found.version}"
    signature = mlflow.models.get_model_info(uri).signature
    if signature is None:
        raise LookupError(
            f"Version {found.version} of {name!r} has no signature, so nobody knows which columns "
            "it takes. Log the model with one (mlflow.models.infer_signature)."
        )
    return Champion(
        name=name,
        version=str(found.version),
        run_id=str(found.run_id or ""),
        columns=tuple(signature.inputs.input_names()),
        model=mlflow.sklearn.load_model(uri),
    )
