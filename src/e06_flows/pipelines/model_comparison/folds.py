"""The table that is compared on, checked, and the folds that all algorithms share."""

import numpy as np
import pandas as pd

from e06_flows.modelling import columns
from e06_flows.modelling.algorithms import make_algorithm
from e06_flows.modelling.problem import refuse_quantity
from e06_flows.pipelines.model_comparison.parameters import ModelComparisonParameters


def check_algorithms(parameters: ModelComparisonParameters) -> None:
    """Make each algorithm once, so that a wrong setting is told before anything is trained.

    Raises:
        ValueError: A setting is not known; says which algorithm's.
    """
    for name, algorithm in parameters.algorithms.items():
        try:
            make_algorithm(algorithm.kind, algorithm.settings, seed=parameters.seed)
        except ValueError as error:
            raise ValueError(f"model_comparison.algorithms.{name}: {error}") from error


def choose_columns(
    parts: list[pd.DataFrame], parameters: ModelComparisonParameters
) -> pd.DataFrame:
    """Stack the parts; return the features as floats and the target as the last column.

    Raises:
        ValueError: A column is not there, holds no numbers, misses values, or a row is there twice.
    """
    table = pd.concat([part for part in parts if len(part)] or parts, ignore_index=True)
    used = [*parameters.features, parameters.target]
    wanted = [*used, *([parameters.key] if parameters.key else [])]
    if unknown := [name for name in wanted if name not in table.columns]:
        raise ValueError(
            f"The table has no columns {unknown}; it has {table.columns.tolist()}. Correct the "
            "target, features or key of model_comparison, or the files in the catalog."
        )
    if parameters.key and table[parameters.key].duplicated().any():
        raise ValueError(
            f"Values of the key {parameters.key!r} are there twice: the same row could be trained "
            "on and tested on. Remove the copies, or set model_comparison.key to null."
        )
    chosen = table[used]
    refuse_quantity(chosen[parameters.target], "model_comparison")
    _refuse_values(chosen, parameters)
    return chosen.astype(dict.fromkeys(parameters.features, np.float64))


def _refuse_values(table: pd.DataFrame, parameters: ModelComparisonParameters) -> None:
    features = table[list(parameters.features)]
    if text := [n for n in features if not pd.api.types.is_numeric_dtype(features[n])]:
        raise ValueError(
            f"The features {text} are not numbers. Encode them, or leave them out of "
            "model_comparison.features."
        )
    known = columns.finite(table)
    if missing := {name: int(n) for name, n in known.isna().sum().items() if n}:
        raise ValueError(
            f"Values are missing or infinite: {missing} (column: number of rows), or beyond "
            f"{columns.LARGEST:.1e}, which trees cannot compute with. Fill them in the files, or "
            "leave out their rows."
        )


def repeated_folds(table: pd.DataFrame, parameters: ModelComparisonParameters) -> pd.DataFrame:
    """Return the fold that tests each row: a row a row of the table, a column a repeat.

    Each fold has about the same shares of the classes.

    Raises:
        ValueError: There is one class only, or one with fewer rows than folds.
    """
    from sklearn.model_selection import StratifiedKFold

    target = table[parameters.target]
    counts = target.value_counts()
    few = {str(label): int(n) for label, n in counts.items() if n < parameters.folds}
    if few or len(counts) == 1:
        raise ValueError(
            f"The classes {few or counts.to_dict()} (class: number of rows) do not suffice: at "
            f"least two classes are needed, and {parameters.folds} rows of each, one a fold. Add "
            "rows, or lower model_comparison.folds."
        )
    tested = {}
    for repeat in range(parameters.repeats):
        split = StratifiedKFold(
            parameters.folds, shuffle=True, random_state=parameters.seed + repeat
        )
        tested_in = np.empty(len(table), dtype=np.int64)
        for fold, (_, test) in enumerate(split.split(target, target)):
            tested_in[test] = fold
        tested[f"repeat_{repeat + 1}"] = tested_in
    return pd.DataFrame(tested)
