"""The model in service, loaded; and how a version that may become it is saved, or copied.

Which version is in service, and who may change that, is a matter of `e06_flows.registry.champions`.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from e06_flows.registry import reference
from e06_flows.registry.champions import CHAMPION, champion_version
from e06_flows.registry.models import load, log_and_register
from e06_flows.statistics.metrics import EVEN, position_of, positions
from e06_flows.tracking.attempts import missed
from e06_flows.tracking.client import active_run_id, import_mlflow
from e06_flows.tracking.runs import child_run

_COPIED_FROM = "copied_from"


@dataclass(frozen=True, slots=True, kw_only=True)
class Champion:
    """A registered version, loaded.

    Attributes:
        name: Of the registered model.
        version: Its number.
        run_id: The MLflow run that has trained it.
        columns: That it takes, in their order.
        model: A classifier of scikit-learn's kind, or a `Mojo`.
        texts: Those of the columns that hold text; the others hold numbers.
        copied_from: The version of another registered model that it is a copy of.
    """

    name: str
    version: str
    run_id: str
    columns: tuple[str, ...]
    model: Any
    texts: frozenset[str] = frozenset()
    copied_from: str | None = None

    def as_trained(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return the columns that it takes, of the types that it was trained on.

        Raises:
            ValueError: A column holds text where the model takes numbers.
        """
        return pd.DataFrame(
            {name: _as_text(rows[name]) if name in self.texts else _as_numbers(rows[name])
             for name in self.columns}
        )  # fmt: skip

    def probabilities(self, rows: pd.DataFrame) -> NDArray[np.float64]:
        """Return those of each row, shape (n_rows, n_classes), in the order of the model's classes.

        Raises:
            ValueError: A column holds text where the model takes numbers.
        """
        found = self.model.predict_proba(self.as_trained(rows))
        return np.asarray(found, dtype=np.float64)

    @property
    def positive(self) -> Any:
        """The class of two that it predicts from its threshold on; None if it names none."""
        return getattr(self.model, "pos_label", None)

    @property
    def threshold(self) -> float:
        """The probability from which on it predicts the positive class of two."""
        return float(getattr(self.model, "threshold", EVEN))

    def decide(self, probabilities: NDArray[np.float64]) -> NDArray[np.intp]:
        """Return the position of the class of each row that the model itself would predict."""
        positive = position_of(self.positive, self.model.classes_)
        return positions(probabilities, positive, self.threshold)


def _as_text(column: "pd.Series[Any]") -> "pd.Series[Any]":
    return column.astype(object).map(str, na_action="ignore").astype("str")


def _as_numbers(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Return numbers; dates become days since 1970, as multitrain trains on them."""
    if pd.api.types.is_numeric_dtype(column.dtype):
        return column
    numbers = pd.to_numeric(column, errors="coerce").astype(np.float64)
    if not pd.api.types.is_datetime64_any_dtype(column.dtype) and _all_known(numbers, column):
        return numbers
    dates = pd.to_datetime(column, errors="coerce", format="ISO8601", utc=True)
    if _all_known(dates, column):
        return (dates - pd.Timestamp(0, tz="UTC")) / pd.Timedelta(days=1)
    wrong = column[column.notna() & numbers.isna()].iloc[0]
    raise ValueError(f"{column.name}: {wrong!r} is no number, and the model takes numbers there")


def _all_known(converted: "pd.Series[Any]", column: "pd.Series[Any]") -> bool:
    return bool((converted.notna() | column.isna()).all())


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
    _refuse_untracked()
    number = champion_version(name)
    return None if number is None else _loaded(name, number)


def load_candidate(version: str) -> Champion:
    """Load a version of any registered model, which may become the champion.

    Args:
        version: Such as `e06-xgboost@winner`, or `e06-xgboost/3`.

    Raises:
        LookupError: There is none, or it has no signature; or MLflow cannot be reached, or the
            pipeline is not tracked.
    """
    _refuse_untracked()
    mlflow = import_mlflow()
    name, _, alias = version.partition("@")
    try:
        if alias:
            number = str(mlflow.MlflowClient().get_model_version_by_alias(name, alias).version)
        else:
            name, _, number = version.rpartition("/")
            mlflow.MlflowClient().get_model_version(name, number)
    except mlflow.MlflowException as error:
        raise LookupError(
            f"MLflow's registry has no {version!r}: {str(error).splitlines()[0]} A version is "
            "written as <registered model>@<alias>, or <registered model>/<number>."
        ) from error
    return _loaded(name, number)


def _refuse_untracked() -> None:
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


def _loaded(name: str, number: str) -> Champion:
    mlflow = import_mlflow()
    uri = f"models:/{name}/{number}"
    info = mlflow.models.get_model_info(uri)
    if info.signature is None:
        raise LookupError(
            f"Version {number} of {name!r} has no signature, so nobody knows which columns it "
            "takes. Log the model with one (mlflow.models.infer_signature)."
        )
    columns = info.signature.inputs.inputs
    version = mlflow.MlflowClient().get_model_version(name, number)
    return Champion(
        name=name,
        version=number,
        run_id=str(version.run_id or info.run_id or ""),
        columns=tuple(column.name for column in columns),
        texts=frozenset(column.name for column in columns if column.type.name == "string"),
        model=load(uri),
        copied_from=version.tags.get(_COPIED_FROM),
    )


def training_rows(version: Champion) -> pd.DataFrame:
    """Return the features that a version was trained on.

    Raises:
        LookupError: They were not kept.
    """
    found = reference.read(version.run_id)
    if found is None:
        raise LookupError(
            f"The rows that version {version.version} of {version.name!r} was trained on are not "
            "in its MLflow run, so nobody can tell which others are new to it. multitrain and "
            "model_comparison keep those of their winner: train again, and name that one."
        )
    return found


def copy_version(candidate: Champion, name: str) -> str:
    """Make a version of a registered model out of one of another; return its number.

    Nothing is trained or saved again: both are the same logged model.
    """
    client = import_mlflow().MlflowClient()
    source = f"{candidate.name}/{candidate.version}"
    made = client.copy_model_version(f"models:/{source}", name)
    client.set_model_version_tag(name, made.version, _COPIED_FROM, source)
    return str(made.version)


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
    with child_run("challenger", {"registered_model": name}) as run_id:
        if run_id is None:
            raise LookupError(
                f"A version of {name!r} cannot be registered: MLflow cannot be reached. "
                "Run the pipeline again when it can."
            )
        reference.keep(run_id, features)
        return log_and_register(name, model, features, run_id=run_id, about=about).number
