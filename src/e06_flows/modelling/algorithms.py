"""The algorithms that configuration can name, made with the settings that it gives.

The libraries are imported by the functions that use them.
"""

import inspect
from collections.abc import Callable, Mapping
from typing import Any, Literal, get_args

Kind = Literal["baseline", "logistic_regression", "random_forest", "xgboost"]
KINDS: tuple[Kind, ...] = get_args(Kind)


def make_algorithm(kind: Kind, settings: Mapping[str, Any], *, seed: int) -> Any:
    """Return an untrained classifier of scikit-learn's kind, which computes in one thread.

    Args:
        kind: One of `KINDS`.
        settings: Arguments of its class; those that are left out have the library's value.
        seed: Of its random choices.

    Raises:
        ValueError: A setting is not one of the class's arguments.
    """
    made_by, fixed = _CLASSES[kind]()
    known = set(inspect.signature(made_by).parameters)
    if kind == "xgboost":  # takes **kwargs
        known = set(made_by().get_params())
    unknown = sorted(set(settings) - known)
    if unknown:
        raise ValueError(
            f"The settings {unknown} are not known for the kind {kind!r}. It takes: "
            f"{', '.join(sorted(known))}."
        )
    made = made_by(**{**fixed, "random_state": seed, **settings})
    return _WRAPPED[kind](made) if kind in _WRAPPED else made


def _baseline() -> tuple[Any, dict[str, Any]]:
    from sklearn.dummy import DummyClassifier

    return DummyClassifier, {"strategy": "prior"}


def _logistic_regression() -> tuple[Any, dict[str, Any]]:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression, {"max_iter": 1000}


def _random_forest() -> tuple[Any, dict[str, Any]]:
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier, {"n_jobs": 1}


def _xgboost() -> tuple[Any, dict[str, Any]]:
    from xgboost import XGBClassifier

    return XGBClassifier, {"n_jobs": 1, "tree_method": "hist", "verbosity": 0}


def _scaled(regression: Any) -> Any:
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), regression)


def with_labels(classifier: Any) -> Any:
    """Return a classifier of classes of any name around one that counts them from 0, as XGBoost's.

    A vote of one: scikit-learn's `VotingClassifier` counts the classes for those that vote, and
    gives the names back. So a saved model needs no code of this project.
    """
    from sklearn.ensemble import VotingClassifier

    return VotingClassifier([("classifier", classifier)], voting="soft")


_CLASSES: Mapping[Kind, Callable[[], tuple[Any, dict[str, Any]]]] = {
    "baseline": _baseline,
    "logistic_regression": _logistic_regression,
    "random_forest": _random_forest,
    "xgboost": _xgboost,
}
_WRAPPED: Mapping[Kind, Callable[[Any], Any]] = {
    "logistic_regression": _scaled,
    "xgboost": with_labels,
}
