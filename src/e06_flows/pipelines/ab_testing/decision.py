"""What the traffic has shown: estimates, tests, and a decision for each challenger."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from e06_flows.pipelines.ab_testing.parameters import ABParameters
from e06_flows.statistics.significance import (
    Estimate,
    holm,
    resampled_mean,
    rows_needed,
    share,
    share_difference,
)

ADOPT, REJECT, EQUAL, UNDECIDED = "adopt", "reject", "equal", "undecided"
_UNBALANCED = 0.001  # a p-value below it is no chance: rows of a variant were lost

Outcomes = Mapping[str, pd.DataFrame]


def decide(outcomes: Outcomes, parameters: ABParameters) -> pd.DataFrame:
    """Return a row a variant, the control first.

    A challenger is adopted (or rejected) if it is significantly better (worse) than the control,
    the p-values corrected by Holm for all challengers. It is `equal` if its interval is within
    `least_effect` around 0. Otherwise it is undecided, and `rows_needed` says how many rows of each
    variant would show a difference of `least_effect`.

    Args:
        outcomes: By the name of the variant: a row a row of its traffic, with the column `Correct`,
            and `LogLoss` where a model has given probabilities.
        parameters: Of the flow.
    """
    control = parameters.control
    others = [name for name in parameters.variants if name != control]
    hits = {name: (int(t["Correct"].sum()), len(t)) for name, t in outcomes.items()}
    differences = {
        name: share_difference(hits[name], hits[control], confidence=parameters.confidence)
        for name in others
    }
    corrected = dict(zip(others, holm([differences[n].p_value for n in others]), strict=True))
    needed = _rows_needed(hits[control], len(others), parameters)
    rows = [_measured(control, outcomes[control], hits[control], parameters)]
    rows[0] |= {"rows_needed": needed, "decision": "control"}
    for name in others:
        difference = differences[name]
        rows.append(
            {
                **_measured(name, outcomes[name], hits[name], parameters),
                "difference": difference.value,
                "difference_low": difference.low,
                "difference_high": difference.high,
                "p_value": difference.p_value,
                "p_corrected": corrected[name],
                "rows_needed": needed,
                "decision": _verdict(difference, corrected[name], parameters),
            }
        )
    return pd.DataFrame(rows)


def _measured(
    name: str, outcomes: pd.DataFrame, hits: tuple[int, int], parameters: ABParameters
) -> dict[str, Any]:
    correct = share(*hits, confidence=parameters.confidence)
    row: dict[str, Any] = {
        "variant": name,
        "title": parameters.variants[name].title,
        "rows": len(outcomes),
        "correct": correct.value,
        "correct_low": correct.low,
        "correct_high": correct.high,
    }
    if "LogLoss" in outcomes:
        loss = resampled_mean(  # each row is tested on once: nothing overlaps
            outcomes["LogLoss"].tolist(), test_to_train=0, confidence=parameters.confidence
        )
        row |= {"log_loss": loss.value, "log_loss_low": loss.low, "log_loss_high": loss.high}
    return row


def _rows_needed(hits: tuple[int, int], tests: int, parameters: ABParameters) -> int:
    base = hits[0] / hits[1]
    step = parameters.least_effect
    other = base + step if base + step <= 1 else base - step
    return rows_needed(base, other, level=parameters.alpha / tests, power=parameters.power)


def _verdict(difference: Estimate, corrected: float, parameters: ABParameters) -> str:
    if corrected < parameters.alpha:
        return ADOPT if difference.value > 0 else REJECT
    around = parameters.least_effect
    return EQUAL if -around < difference.low and difference.high < around else UNDECIDED


def conclude(table: pd.DataFrame, parameters: ABParameters) -> dict[str, Any]:
    """Return the variant to serve from now on, why, and what to know about the test."""
    adopted = table[table["decision"] == ADOPT]
    serve = table.iloc[0]
    reason = "no challenger is significantly better than the control"
    if len(adopted):
        serve = adopted.sort_values("difference", ascending=False).iloc[0]
        reason = (
            f"its share of {parameters.measured} is {serve['difference']:.3f} above the control's "
            f"(p = {serve['p_corrected']:.2g}, corrected for {len(table) - 1} challengers)"
        )
    needed = int(table["rows_needed"].iloc[-1])
    return {
        "serve": str(serve["variant"]),
        "title": str(serve["title"]),
        "reason": reason,
        "note": (
            f"To find a difference of {parameters.least_effect} with a chance of "
            f"{parameters.power:.0%}, each variant needs {needed} rows; they have {_span(table)}."
        ),
        "balance_p_value": _balance(table, parameters),
    }


def _span(table: pd.DataFrame) -> str:
    least, most = int(table["rows"].min()), int(table["rows"].max())
    return f"{least} to {most}" if least < most else f"{most} each"


def _balance(table: pd.DataFrame, parameters: ABParameters) -> float:
    """Return how likely such counts are if every Id was assigned as configured."""
    from scipy.stats import chisquare

    shares = parameters.shares()
    expected = [shares[name] * table["rows"].sum() for name in table["variant"]]
    return float(chisquare(table["rows"], expected).pvalue)


def is_unbalanced(conclusion: dict[str, Any]) -> bool:
    """Tell whether the counts of the variants cannot come from the configured shares."""
    return bool(conclusion["balance_p_value"] < _UNBALANCED)
