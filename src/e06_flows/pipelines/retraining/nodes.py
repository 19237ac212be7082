"""The functions of retraining: rows and the champion in; a challenger, a verdict, a report out."""

import logging
from typing import Any, TypedDict

import pandas as pd

from e06_flows.modelling.algorithms import make_algorithm
from e06_flows.modelling.problem import refuse_quantity
from e06_flows.pipelines.retraining import measuring
from e06_flows.pipelines.retraining.parameters import RetrainingParameters
from e06_flows.pipelines.retraining.plots import Picture, drift_picture
from e06_flows.registry.champions import Verdict, judge, promote
from e06_flows.registry.in_service import (
    Champion,
    champion_if_any,
    copy_version,
    load_candidate,
    log_version,
    training_rows,
)
from e06_flows.registry.reference import unseen
from e06_flows.statistics.assignment import position
from e06_flows.statistics.drift import drift_table
from e06_flows.statistics.metrics import METRICS
from e06_flows.statistics.paired import Classes, compare_pairs
from e06_flows.tracking.client import active_run_id
from e06_flows.tracking.runs import log_numbers, log_report

logger = logging.getLogger(__name__)


class Challenger(TypedDict):
    """What wants to succeed the champion.

    Attributes:
        model: It can be asked for probabilities as a `Champion`.
        registered: It is a version in the registry already.
        reference: The features that it was trained on, where that was not done here.
    """

    model: Champion
    registered: bool
    reference: pd.DataFrame | None


def split_rows(
    history: pd.DataFrame, recent: pd.DataFrame, parameters: RetrainingParameters
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows to train on, and the recent ones that are held out by a hash of their key.

    A row that both tables have is taken from the recent one. None that is held out is trained on,
    by this run or by another with the same salt while the row is among the recent ones.

    Raises:
        ValueError: A column is not there, the target is a quantity, a class is missing from one of
            the parts, or a setting is not known.
    """
    make_algorithm(parameters.kind, parameters.settings, seed=parameters.seed)
    key, target = parameters.key, parameters.target
    columns = [key, *parameters.features, target]
    _refuse_unknown(history, recent, columns)
    refuse_quantity(recent[target], "retraining")
    held_out = position(recent[key], parameters.salt) < parameters.holdout_share
    older = history[~history[key].isin(recent[key])]
    train = pd.concat([older, recent[~held_out]])[columns].sort_values(key, ignore_index=True)
    holdout = recent.loc[held_out, columns].sort_values(key, ignore_index=True)
    classes = set(train[target]) | set(holdout[target])
    for part, rows in (("rows to train on", train), ("recent hold-out", holdout)):
        if missing := sorted(classes - set(rows[target])):
            raise ValueError(
                f"The {part} ({len(rows)} rows) has no row of {missing}, so models cannot be "
                f"compared. Add labelled rows, or change retraining.holdout_share="
                f"{parameters.holdout_share}."
            )
    logger.info("%d rows to train on, %d recent ones to test on", len(train), len(holdout))
    return train, holdout


def _refuse_unknown(history: pd.DataFrame, recent: pd.DataFrame, wanted: list[str]) -> None:
    if unknown := sorted(set(wanted) - (set(history.columns) & set(recent.columns))):
        raise ValueError(
            f"The columns {unknown} are not in both tables, retraining_history and "
            "retraining_recent. Correct the key, target or features of retraining, or the files."
        )


def find_champion(parameters: RetrainingParameters) -> dict[str, Any]:
    """Return the champion and the features that it was trained on; both None on the first run."""
    champion = champion_if_any(parameters.model)
    if champion is None:
        logger.info("%s has no champion yet", parameters.model)
        return {"champion": None, "reference": None}
    return {"champion": champion, "reference": training_rows(champion)}


def check_drift(
    service: dict[str, Any], recent: pd.DataFrame, parameters: RetrainingParameters
) -> tuple[pd.DataFrame, Picture]:
    """Compare the recent rows with those that the champion was trained on; no row without one."""
    champion, reference = service["champion"], service["reference"]
    if reference is None:
        table = pd.DataFrame(columns=["feature", "psi", "ks", "p_value", "drifted"])
        return table, drift_picture(None, recent, table, "")
    measuring.refuse_absent(champion, recent)
    recent = champion.as_trained(recent)
    table = drift_table(reference, recent, most_psi=parameters.most_psi, level=parameters.level)
    drifted = table.loc[table["drifted"], "feature"].tolist()
    says = f"Drifted since version {champion.version} was trained: {', '.join(drifted) or 'none'}"
    picture = drift_picture(reference, recent, table, champion.version)
    log_report("drift", table, picture, says=says)
    logger.info(says)
    return table, picture


def train_challenger(train: pd.DataFrame, parameters: RetrainingParameters) -> Challenger:
    """Return a new model of the configured kind, or the version that the parameters name.

    Raises:
        LookupError: There is no such version, or the rows that it was trained on were not kept.
    """
    if parameters.challenger is not None:
        found = load_candidate(parameters.challenger)
        logger.info("Version %s of %s is the challenger", found.version, found.name)
        return {"model": found, "registered": True, "reference": training_rows(found)}
    model = make_algorithm(parameters.kind, parameters.settings, seed=parameters.seed)
    model.fit(train[list(parameters.features)], train[parameters.target].to_numpy())
    new = Champion(
        name=parameters.model, version="", run_id="", columns=parameters.features, model=model
    )
    return {"model": new, "registered": False, "reference": None}


def compare(
    service: dict[str, Any],
    challenger: Challenger,
    holdout: pd.DataFrame,
    parameters: RetrainingParameters,
) -> tuple[pd.DataFrame, dict[str, Any], bool]:
    """Measure both on the rows of the recent hold-out that neither was trained on.

    Returns:
        A row a model with all metrics; the verdict and its reason; and whether to promote.
    """
    champion: Champion | None = service["champion"]
    new = challenger["model"]
    rows = _new_to_both(holdout, service, challenger)
    if lost := sorted(set(holdout[parameters.target]) - set(rows[parameters.target])):
        verdict = _too_few(champion, rows, lost)
        return pd.DataFrame(columns=["model", *METRICS]), *_said(verdict, len(rows), None)
    truth = rows[parameters.target].to_numpy()
    problem = measuring.problem_of(holdout[parameters.target], new)
    now = measuring.predicted_by(new, rows, problem)
    scores = {"challenger": problem.measure(truth, *now)}
    found = None
    if champion is not None:
        before = measuring.predicted_by(champion, rows, problem)
        scores = {"champion": problem.measure(truth, *before), **scores}
        classes = Classes(problem.classes, problem.positive)
        found = compare_pairs(
            truth, before, now, classes, metric=parameters.metric, seed=parameters.seed
        )
    table = pd.DataFrame([{"model": name, **numbers} for name, numbers in scores.items()])
    verdict = judge(
        found,
        metric=parameters.metric,
        margin=parameters.margin,
        level=parameters.promotion_level,
        least_rows=parameters.least_rows,
    )
    return table, *_said(verdict, len(rows), found.p_value if found else None)


def _said(verdict: Verdict, rows: int, p_value: float | None) -> tuple[dict[str, Any], bool]:
    about = {"rows": rows, "p_value": p_value}
    return {"promote": verdict.promote, "reason": verdict.reason, **about}, verdict.promote


def _new_to_both(
    holdout: pd.DataFrame, service: dict[str, Any], challenger: Challenger
) -> pd.DataFrame:
    """Return the rows that are new also to a model that was trained elsewhere, on other rows."""
    champion: Champion | None = service["champion"]
    elsewhere = [(challenger["model"], challenger["reference"])]
    if champion is not None and champion.copied_from is not None:
        elsewhere.append((champion, service["reference"]))
    for model, reference in elsewhere:
        if reference is not None:
            measuring.refuse_absent(model, holdout)
            holdout = holdout[unseen(model.as_trained(holdout), reference)]
    return holdout


def _too_few(champion: Champion | None, rows: pd.DataFrame, lost: list[Any]) -> Verdict:
    if champion is None:
        return judge(None, metric="log_loss", margin=0, level=1, least_rows=0)
    return Verdict(
        promote=False,
        reason=f"{len(rows)} rows of the hold-out are new to both models, and none of them is of "
        f"{lost}: add rows to retraining_recent that neither was trained on",
    )


def promote_challenger(
    challenger: Challenger,
    train: pd.DataFrame,
    service: dict[str, Any],
    verdict: dict[str, Any],
    parameters: RetrainingParameters,
) -> dict[str, Any]:
    """Register the challenger and put it into service, unless another run was faster."""
    champion: Champion | None = service["champion"]
    version = _register(challenger, train[list(parameters.features)], verdict, parameters)
    before = champion.version if champion else None
    done = promote(parameters.model, version, instead_of=before)
    return {
        "outcome": "promoted" if done.promote else "kept",
        "reason": verdict["reason"] if done.promote else done.reason,
        "champion_before": before,
        "challenger": version,
    }


def _register(
    challenger: Challenger,
    features: pd.DataFrame,
    verdict: dict[str, Any],
    parameters: RetrainingParameters,
) -> str:
    new = challenger["model"]
    if challenger["registered"]:
        return copy_version(new, parameters.model)
    return log_version(parameters.model, new.model, features, about=verdict["reason"])


def keep_champion(service: dict[str, Any], verdict: dict[str, Any]) -> dict[str, Any]:
    """Leave the registry as it is."""
    return {
        "outcome": "kept",
        "reason": verdict["reason"],
        "champion_before": service["champion"].version,
        "challenger": None,
    }


def report(
    outcome: dict[str, Any],
    scores: pd.DataFrame,
    drift: pd.DataFrame,
    parameters: RetrainingParameters,
) -> dict[str, Any]:
    """Say what was done, and why; in MLflow, too."""
    found = scores.set_index("model").to_dict("index")
    drifted = drift.loc[drift["drifted"].astype(bool), "feature"].tolist()
    says = f"The champion is {outcome['outcome']}: {outcome['reason']}"
    if outcome["outcome"] == "promoted":
        says = f"Version {outcome['challenger']} is promoted: {outcome['reason']}"
    log_numbers(
        active_run_id(),
        metrics={
            **{f"{m}.{k}": v for m, numbers in found.items() for k, v in numbers.items()},
            **{f"psi.{row['feature']}": row["psi"] for _, row in drift.iterrows()},
            "drifted_features": len(drifted),
        },
        tags={"outcome": outcome["outcome"], "mlflow.note.content": says},
    )
    logger.info(says)
    return {
        **outcome,
        "model": parameters.model,
        "metric": parameters.metric,
        "scores": found,
        "drifted": drifted,
        "drift": drift.to_dict("records"),
    }
