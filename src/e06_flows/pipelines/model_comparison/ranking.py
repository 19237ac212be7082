"""Who is better than whom, how sure that is, and who wins by the rule."""

from collections.abc import Mapping
from itertools import combinations
from typing import Any

import pandas as pd

from e06_flows.pipelines.model_comparison.parameters import ModelComparisonParameters
from e06_flows.statistics.metrics import METRICS, gain
from e06_flows.statistics.significance import Estimate, holm, resampled_mean

COSTS = ("fit_seconds", "predict_ms", "model_kb")

Scores = Mapping[str, pd.DataFrame]


def rank(scores: Scores, parameters: ModelComparisonParameters) -> pd.DataFrame:
    """Return a row an algorithm, the best first.

    `ranks` are the ranks that the tests leave possible: from 1 more than the number of algorithms
    that are significantly better, to all less those that are significantly worse. The p-values are
    corrected by Holm for all pairs. Costs are medians over the folds.

    Args:
        scores: By the name of the algorithm, a row a fold, the same folds in the same order.
        parameters: Of the flow.
    """
    metric = parameters.metric
    order = sorted(scores, key=lambda name: gain(metric, scores[name][metric].mean()), reverse=True)
    pairs = _pairs(order, scores, parameters)
    alpha = 1 - parameters.confidence
    rows = []
    for number, name in enumerate(order, start=1):
        better = sum(pairs[(o, name)].p_value < alpha for o in order[: number - 1])
        worse = sum(pairs[(name, o)].p_value < alpha for o in order[number:])
        mean = _estimate(scores[name][metric], parameters)
        behind = pairs.get((order[0], name), Estimate(value=0.0, low=0.0, high=0.0))
        rows.append(
            {
                "rank": number,
                "ranks": _span(1 + better, len(order) - worse),
                "name": name,
                "algorithm": parameters.algorithms[name].title,
                "score": mean.value,
                "score_low": mean.low,
                "score_high": mean.high,
                "behind": behind.value,
                "behind_low": behind.low,
                "behind_high": behind.high,
                "p_value": behind.p_value,
                **scores[name][list(COSTS)].median(),
                **scores[name][[other for other in METRICS if other != metric]].mean(),
            }
        )
    return pd.DataFrame(rows)


def _span(first: int, last: int) -> str:
    return str(first) if first == last else f"{first} to {last}"


def _pairs(
    order: list[str], scores: Scores, parameters: ModelComparisonParameters
) -> dict[tuple[str, str], Estimate]:
    """Return by how much the first of each pair is better, with a p-value corrected for all."""
    metric = parameters.metric
    sign = gain(metric, 1.0)
    found = {
        (one, other): _estimate(sign * (scores[one][metric] - scores[other][metric]), parameters)
        for one, other in combinations(order, 2)
    }
    corrected = holm([estimate.p_value for estimate in found.values()])
    return {
        pair: Estimate(value=e.value, low=e.low, high=e.high, p_value=p)
        for (pair, e), p in zip(found.items(), corrected, strict=True)
    }


def _estimate(values: "pd.Series[float]", parameters: ModelComparisonParameters) -> Estimate:
    return resampled_mean(
        values.tolist(),
        test_to_train=1 / (parameters.folds - 1),
        confidence=parameters.confidence,
    )


def choose_winner(table: pd.DataFrame, parameters: ModelComparisonParameters) -> dict[str, Any]:
    """Return the winner by the rule, and why it is that one.

    `best` takes the first. `cheapest_equal` takes the cheapest of those that are equal to it: worse
    by no more than `margin`, and not significantly worse. A test that finds no difference does not
    make two algorithms equal, so the margin has the say. A baseline, which looks at no feature, is
    equal to nothing that is better than it.
    """
    first = table.iloc[0]
    winner = first
    reason = f"it has the best mean {parameters.metric}"
    if parameters.rule == "cheapest_equal":
        equal = table[_equal_to_the_first(table, parameters)]
        winner = equal.sort_values([parameters.cost, "rank"]).iloc[0]
        reason = (
            f"of the {len(equal)} that are at most {parameters.margin:g} behind "
            f"{first['algorithm']} and not significantly worse, it has the lowest "
            f"{parameters.cost}"
        )
        if len(equal) == 1:
            reason = (
                f"it has the best mean {parameters.metric}, and no other is at most "
                f"{parameters.margin:g} behind and not significantly worse"
            )
    if _is_baseline(winner["name"], parameters):
        reason += "; no algorithm is better than looking at no feature at all"
    return {
        "name": str(winner["name"]),
        "algorithm": str(winner["algorithm"]),
        "rule": parameters.rule,
        "reason": reason,
        "metric": parameters.metric,
        "score": float(winner["score"]),
    }


def _equal_to_the_first(
    table: pd.DataFrame, parameters: ModelComparisonParameters
) -> "pd.Series[bool]":
    alpha = 1 - parameters.confidence
    close = (table["behind"] <= parameters.margin) & (table["p_value"] >= alpha)
    baseline = table["name"].map(lambda name: _is_baseline(name, parameters))
    return (table["rank"] == 1) | (close & (~baseline | (table["behind"] == 0)))


def _is_baseline(name: str, parameters: ModelComparisonParameters) -> bool:
    return parameters.algorithms[name].kind == "baseline"
