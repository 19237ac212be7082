"""Tables in H2O's server: what AutoML trains on, and what it compares on."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from e06_flows.modelling import columns
from e06_flows.pipelines.multitrain.training import Training

_FOLD = "fold of the row"


@dataclass(frozen=True, slots=True, kw_only=True)
class Frames:
    """What AutoML is given.

    Attributes:
        train: Rows to train on.
        leaderboard: Rows that models are compared on; None: on the folds of `train`.
        fold_column: Of `train`, where the folds are given.
        domain: The classes as text, in H2O's order: the positive one of two last.
    """

    train: Any
    leaderboard: Any
    fold_column: str | None
    domain: list[str]


def make_frames(training: Training) -> Frames:
    """Upload the training part.

    Where there are more rows than are searched on, or they are split by time, models are trained
    once and not in folds, and compared on the rows of the last fold.
    """
    rows, fold = training.rows, training.folds["fold"].to_numpy()
    grouped = training.parameters.group is not None
    if _is_cross_validated(training):
        train, leaderboard = rows.assign(**({_FOLD: fold} if grouped else {})), None
    else:
        train, leaderboard = rows[fold < fold.max()], rows[fold == fold.max()]
    uploaded = upload(train, training, "train")
    target = training.parameters.target
    return Frames(
        train=uploaded,
        leaderboard=None if leaderboard is None else upload(leaderboard, training, "leaderboard"),
        fold_column=_FOLD if grouped and leaderboard is None else None,
        domain=uploaded[target].levels()[0] if training.problem.classes else [],
    )


def _is_cross_validated(training: Training) -> bool:
    return training.parameters.time is None and bool(training.folds["searched"].all())


def upload(rows: pd.DataFrame, training: Training, name: str) -> Any:
    """Give a table to the server, texts as categories, as a file that keeps names, texts and gaps.

    H2O reads the rows of a CSV file wrongly where names or texts have quotation marks, and a
    missing text as the text "nan".
    """
    import h2o

    target, problem = training.parameters.target, training.problem
    texts = columns.texts(rows.drop(columns=target))
    if problem.classes:
        rows, texts = rows.astype({target: str}), [target, *texts]
    with tempfile.TemporaryDirectory(prefix="e06-rows-") as folder:
        file = Path(folder) / "rows.parquet"
        rows.to_parquet(file, index=False)
        frame = h2o.import_file(
            str(file), destination_frame=name, col_types=dict.fromkeys(texts, "enum")
        )
    if problem.positive is not None:
        (negative,) = (name for name in problem.classes if name != problem.positive)
        frame[target] = frame[target].relevel(str(negative))  # then the positive one is last
    return frame
