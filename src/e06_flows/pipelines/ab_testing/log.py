"""A log of what happened: a row a unit (a user, an order ...), its variant, and the outcome."""

import pandas as pd

from e06_flows.pipelines.ab_testing.parameters import ABParameters, Log

_LEAST = 2  # rows of a variant
_SHOWN = 5


def outcomes_of(log: pd.DataFrame, parameters: ABParameters) -> dict[str, pd.DataFrame]:
    """Return the rows of each variant, with the outcome as the column `Correct`.

    Raises:
        ValueError: A column is not there, a unit is there twice, a variant is not known or has no
            rows, or an outcome is neither yes nor no.
    """
    named = parameters.log
    if named is None:
        raise ValueError("ab_testing.log names no columns, so no log can be read.")
    _refuse_columns(log, named)
    _refuse_variants(log[named.assignment], parameters)
    happened = _as_truth(log[named.outcome])
    table = log.assign(Correct=happened)
    return {
        name: table[table[named.assignment] == name].reset_index(drop=True)
        for name in parameters.variants
    }


def _refuse_columns(log: pd.DataFrame, named: Log) -> None:
    wanted = (named.unit, named.assignment, named.outcome)
    if absent := [name for name in wanted if name not in log.columns]:
        raise ValueError(
            f"ab_testing.log names the columns {absent}, and ab_log has {log.columns.tolist()}."
        )
    if missing := {name: int(n) for name in wanted if (n := log[name].isna().sum())}:
        raise ValueError(
            f"Values of ab_log are missing: {missing} (column: number of rows). A unit whose "
            "outcome is not known yet is left out, of every variant alike."
        )
    if twice := int(log[named.unit].duplicated().sum()):
        raise ValueError(
            f"{twice} rows of ab_log are of a {named.unit} that is there already. The tests take "
            "rows for independent: give one row for each, with its outcome."
        )


def _refuse_variants(assigned: "pd.Series[str]", parameters: ABParameters) -> None:
    counts = assigned.value_counts()
    if unknown := sorted(map(str, set(counts.index) - set(parameters.variants))):
        raise ValueError(
            f"ab_log assigns {unknown[:_SHOWN]}, and ab_testing.variants are "
            f"{list(parameters.variants)}. Name every variant that got traffic."
        )
    if few := [name for name in parameters.variants if counts.get(name, 0) < _LEAST]:
        raise ValueError(
            f"The variants {few} have fewer than {_LEAST} rows in ab_log. Wait for more, or leave "
            "them out of ab_testing.variants."
        )


def _as_truth(outcomes: "pd.Series[bool]") -> "pd.Series[bool]":
    if set(outcomes.unique()) <= {0, 1}:  # False and True are equal to them
        return outcomes.astype(bool)
    other = [value for value in outcomes.unique().tolist() if value not in (0, 1)]
    raise ValueError(
        f"The outcomes of ab_log are {other[:_SHOWN]}, where 1 (it happened) and 0 (it did not) "
        f"are wanted. Make a column of them that says whether {outcomes.name} was a success."
    )
