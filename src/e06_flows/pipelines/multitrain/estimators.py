"""The three models of scikit-learn's kind, untrained: of classes, and of quantities."""

from typing import Any

from e06_flows.modelling import columns
from e06_flows.modelling.algorithms import with_labels
from e06_flows.pipelines.multitrain.training import Training

_TOLERANCE = 1e-3  # at 1e-4 saga takes four times the steps, and the log loss is the same


def logistic_regression(training: Training) -> Any:
    """Return an l1-penalised logistic regression on standardised features."""
    from sklearn.linear_model import LogisticRegression

    regression = LogisticRegression(
        l1_ratio=1.0,
        solver="liblinear" if training.problem.is_binary else "saga",
        tol=_TOLERANCE,
        max_iter=training.parameters.max_iter,
        class_weight=training.class_weight,
        random_state=training.parameters.seed,
    )
    return behind(columns.encoder(training.features, scale=True), "regression", regression)


def linear_regression(training: Training) -> Any:
    """Return an l1-penalised linear regression of a standardised target on such features."""
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.linear_model import Lasso
    from sklearn.preprocessing import StandardScaler

    parameters = training.parameters
    lasso = Lasso(max_iter=parameters.max_iter, random_state=parameters.seed)
    scaled = TransformedTargetRegressor(lasso, transformer=StandardScaler())
    return behind(columns.encoder(training.features, scale=True), "regression", scaled)


def random_forest(training: Training) -> Any:
    """Return a random forest."""
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

    settings = {"random_state": training.parameters.seed, "n_jobs": training.threads}
    if training.problem.classes:
        forest = RandomForestClassifier(class_weight=training.class_weight, **settings)
    else:
        forest = RandomForestRegressor(**settings)
    return behind(columns.encoder(training.features, scale=False), "forest", forest)


def xgboost(training: Training) -> Any:
    """Return XGBoost's model."""
    from xgboost import XGBClassifier, XGBRegressor

    made_by = XGBClassifier if training.problem.classes else XGBRegressor
    boosted = made_by(
        random_state=training.parameters.seed,
        n_jobs=training.threads,
        tree_method="hist",
        verbosity=0,
        scale_pos_weight=training.positive_weight,
    )
    named = with_labels(boosted) if training.problem.classes else boosted
    return behind(columns.encoder(training.features, scale=False), "boosted", named)


def behind(encoder: Any, name: str, estimator: Any) -> Any:
    """Put an estimator behind what makes numbers of the columns, if there is need of that."""
    from sklearn.pipeline import Pipeline

    return Pipeline([("columns", encoder), (name, estimator)]) if encoder else estimator
