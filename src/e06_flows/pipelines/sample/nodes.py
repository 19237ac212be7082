"""The functions of the sample flow: tables in, tables, a model, metrics and pictures out.

scikit-learn and matplotlib are imported by the functions that use them, so that the other steps
start without them.
"""

import logging
from typing import Any, Protocol

import pandas as pd

from e06_flows.pipelines.sample.parameters import SampleParameters

logger = logging.getLogger(__name__)

KEY = "Id"
TARGET = "Species"
LENGTHS = ("SepalLengthCm", "SepalWidthCm", "PetalLengthCm", "PetalWidthCm")

# Left, bottom, width and height of a plot as shares of its picture: there is room for the longest
# name. A layout that is computed draws everything twice.
_PLACE = (0.23, 0.12, 0.73, 0.78)


class Forest(Protocol):
    """A trained random forest, as scikit-learn names its parts."""

    classes_: Any
    feature_importances_: Any
    feature_names_in_: Any

    def predict_proba(self, table: pd.DataFrame) -> Any:
        """Return probabilities, shape (n_rows, n_classes), in the order of `classes_`."""
        ...


class Picture(Protocol):
    """A figure of matplotlib."""

    def savefig(self, fname: Any, **kwargs: Any) -> None:
        """Write the picture."""
        ...


def load_dataset(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a raw file in the order of their Id.

    The catalog has checked the columns, types and values before this runs.
    """
    logger.info("Loaded %d rows with the columns %s", len(table), ", ".join(table.columns))
    return table.sort_values(KEY, ignore_index=True)


def merge_datasets(left: pd.DataFrame, right: pd.DataFrame, how: str) -> pd.DataFrame:
    """Combine two tables.

    Args:
        left: One row an Id.
        right: One row an Id.
        how: `join` puts the columns of both side by side, for the Ids that both have; `stack` puts
            the rows of both below each other, for files that are row partitions.

    Returns:
        The combined table, in the order of Id.

    Raises:
        ValueError: The tables do not fit together in this way, or `how` is neither of the two.
    """
    ways = {"join": _join, "stack": _stack}
    if how not in ways:
        raise ValueError(
            f"'how: {how}' is not known. Write 'join' or 'stack' in "
            "conf/base/parameters_sample.yml."
        )
    return ways[how](left, right).sort_values(KEY, ignore_index=True)


def _join(left: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame:
    common = set(left[KEY]) & set(right[KEY])
    if not common:
        raise ValueError(
            f"No {KEY} is in both tables ({_span(left)} and {_span(right)}), so a join would be "
            "empty. If the files hold different rows of one table, set 'how: stack' in "
            "conf/base/parameters_sample.yml, or run with --params sample.how=stack."
        )
    twice = [column for column in left.columns if column in right.columns and column != KEY]
    if twice:
        raise ValueError(
            f"Both tables have the columns {twice}, so a join cannot tell which to keep. "
            "Remove them from one file."
        )
    lost = len(set(left[KEY]) ^ set(right[KEY]))
    if lost:
        logger.warning("Left out %d Ids that only one of the two tables has", lost)
    return left.merge(right, on=KEY, how="inner", validate="one_to_one")


def _stack(left: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame:
    different = sorted(set(left.columns) ^ set(right.columns))
    if different:
        raise ValueError(
            f"Only one of the two tables has the columns {different}, so their rows cannot be "
            "stacked. If the files hold different columns of the same rows, set 'how: join'."
        )
    both = sorted(set(left[KEY]) & set(right[KEY]))
    if both:
        raise ValueError(
            f"{len(both)} Ids are in both tables (e.g. {both[:5]}), so stacking would count their "
            "rows twice. Remove them from one file, or set 'how: join'."
        )
    return pd.concat([left, right], ignore_index=True)


def _span(table: pd.DataFrame) -> str:
    return f"{len(table)} Ids from {table[KEY].min()} to {table[KEY].max()}"


def process_dataset(merged: pd.DataFrame) -> pd.DataFrame:
    """Keep the Id, the four lengths and the species, and add four features.

    The column of noise is dropped, and any other that the flow does not know. Areas are in cm²
    (length times width), ratios are length by width. Nothing is scaled: a forest splits on order
    alone.
    """
    return merged[[KEY, *LENGTHS, TARGET]].assign(
        SepalAreaCm2=lambda t: t["SepalLengthCm"] * t["SepalWidthCm"],
        PetalAreaCm2=lambda t: t["PetalLengthCm"] * t["PetalWidthCm"],
        SepalRatio=lambda t: t["SepalLengthCm"] / t["SepalWidthCm"],
        PetalRatio=lambda t: t["PetalLengthCm"] / t["PetalWidthCm"],
    )


def train_random_forest(
    table: pd.DataFrame, parameters: SampleParameters
) -> tuple[Forest, pd.DataFrame]:
    """Train on a part of the rows, stratified by species.

    Returns:
        The model, and the rows held out from training, `parameters.test_size` of all.

    Raises:
        ValueError: There is one species only, or there are too few rows for such a hold-out.
    """
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.model_selection import train_test_split

    if table[TARGET].nunique() == 1:
        raise ValueError(
            f"All {len(table)} rows are of one species, so there is nothing to tell apart. "
            "Add rows of another species."
        )
    train, holdout = train_test_split(
        table,
        test_size=parameters.test_size,
        random_state=parameters.seed,
        stratify=table[TARGET],
    )
    model = RandomForestClassifier(
        n_estimators=parameters.n_estimators,
        max_depth=parameters.max_depth,
        random_state=parameters.seed,
    )
    model.fit(_features(train), train[TARGET])
    logger.info("Trained %d trees on %d rows", parameters.n_estimators, len(train))
    return model, holdout.sort_values(KEY, ignore_index=True)


def _features(table: pd.DataFrame) -> pd.DataFrame:
    return table.drop(columns=[KEY, TARGET])


def evaluate_model(model: Forest, holdout: pd.DataFrame) -> tuple[dict[str, Any], Picture, Picture]:
    """Measure the model on rows that it has not seen.

    Returns:
        The metrics (accuracy; F1, precision, recall and one-vs-rest AUC as means over the classes,
        each in [0, 1]; log loss in nats), the confusion matrix, the feature importances.
    """
    truth, probabilities = holdout[TARGET], model.predict_proba(_features(holdout))
    predicted = model.classes_[probabilities.argmax(axis=1)]  # as `predict` does, which asks again
    metrics = _metrics(model, truth, predicted, probabilities)
    logger.info("Accuracy %.3f, AUC %.3f", metrics["accuracy"], metrics["roc_auc_ovr"])
    return metrics, _confusion_picture(model, truth, predicted), _importance_picture(model)


def _metrics(
    model: Forest, truth: "pd.Series[str]", predicted: Any, probabilities: Any
) -> dict[str, Any]:
    from sklearn import metrics

    precision, recall, f1, _ = metrics.precision_recall_fscore_support(
        truth, predicted, average="macro", zero_division=0
    )
    classes = list(model.classes_)
    one_or_other = len(classes) == 2  # noqa: PLR2004  # scikit-learn then wants one column
    scores = probabilities[:, 1] if one_or_other else probabilities
    return {
        "accuracy": float(metrics.accuracy_score(truth, predicted)),
        "f1_macro": float(f1),
        "precision_macro": float(precision),
        "recall_macro": float(recall),
        "log_loss": float(metrics.log_loss(truth, probabilities, labels=classes)),
        "roc_auc_ovr": float(
            metrics.roc_auc_score(truth, scores, labels=classes, multi_class="ovr")
        ),
        "holdout_rows": len(truth),
    }


def _confusion_picture(model: Forest, truth: "pd.Series[str]", predicted: Any) -> Picture:
    from matplotlib.figure import Figure
    from sklearn.metrics import confusion_matrix

    classes = list(model.classes_)
    counts = confusion_matrix(truth, predicted, labels=classes)
    figure = Figure(figsize=(6, 5))
    axes = figure.add_axes(_PLACE)
    axes.imshow(counts, cmap="Blues", vmin=0)
    for (row, column), count in _cells(counts):
        colour = "white" if count > counts.max() / 2 else "black"
        axes.text(column, row, str(count), ha="center", va="center", color=colour)
    axes.set_xticks(range(len(classes)), classes)
    axes.set_yticks(range(len(classes)), classes)
    axes.set(
        xlabel="Predicted species",
        ylabel="True species",
        title=f"Confusion matrix, {len(truth)} held-out flowers",
    )
    return figure


def _cells(counts: Any) -> list[tuple[tuple[int, int], int]]:
    return [((r, c), int(n)) for r, line in enumerate(counts) for c, n in enumerate(line)]


def _importance_picture(model: Forest) -> Picture:
    from matplotlib.figure import Figure

    ranked = sorted(zip(model.feature_importances_, model.feature_names_in_, strict=True))
    figure = Figure(figsize=(7, 4))
    axes = figure.add_axes(_PLACE)
    axes.barh([name for _, name in ranked], [share for share, _ in ranked], color="#2a6fbb")
    axes.set(
        xlabel="Mean decrease in impurity (shares add up to 1)",
        title="Feature importance of the random forest",
    )
    return figure
