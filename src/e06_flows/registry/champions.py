"""Which model is in service: the alias `champion` of a registered model, moved by one run alone.

MLflow has no call that moves an alias only if nobody else has. Yet a parameter of a run is written
once: of two that write another value, the server refuses the second. So who wants to succeed a
champion first writes a claim as a parameter into the champion's own run; of runs that overlap, one
gets it. A claim that came to nothing, because its run was killed, gives way after `LEASE` seconds.
"""

import time
from dataclasses import dataclass
from typing import Any

from e06_flows.statistics.metrics import Metric
from e06_flows.statistics.paired import Comparison
from e06_flows.tracking.client import import_mlflow

CHAMPION, PREVIOUS = "champion", "previous"
LEASE = 300.0  # seconds that a claim holds; moving two aliases takes less than one
_CLAIM = "succession"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What was decided, and why, for people."""

    promote: bool
    reason: str


def judge(
    found: Comparison | None, *, metric: Metric, margin: float, level: float, least_rows: int
) -> Verdict:
    """Tell whether a challenger replaces the champion. Three things must hold, and all of them.

    Args:
        found: On the same rows, the champion first; None where there is none yet.
        metric: What both are measured by; a lower log loss is better.
        margin: By how much the challenger must be better, at least 0.
        level: How often an equally good challenger may be promoted by chance, at most.
        least_rows: Fewer rows do not suffice to let a champion fall.
    """
    if found is None:
        return Verdict(promote=True, reason="there is no champion yet")
    reached = (
        f"{metric} {found.now:.4f} against the champion's {found.before:.4f} on {found.rows} rows"
    )
    if found.rows < least_rows:
        return Verdict(promote=False, reason=f"{reached}: too few, {least_rows} are wanted")
    if found.better_by <= margin:
        return Verdict(promote=False, reason=f"{reached}: not better by more than {margin:g}")
    if found.p_value >= level:
        chance = f"which chance gives too often (p = {found.p_value:.2g}, not below {level:g})"
        return Verdict(
            promote=False, reason=f"{reached}: better by {found.better_by:.4f}, {chance}"
        )
    reason = f"better by more than {margin:g} (p = {found.p_value:.2g})"
    return Verdict(promote=True, reason=f"{reached}: {reason}")


def champion_version(name: str) -> str | None:
    """Return the version of a registered model that is in service; None if there is none."""
    return _alias(import_mlflow().MlflowClient(), name, CHAMPION)


def promote(name: str, version: str, *, instead_of: str | None) -> Verdict:
    """Put a version into service, unless another run has changed or is changing the champion.

    The alias `previous` then names the version that was in service. A reader finds a champion at
    every moment. Called again with what is done already, it changes nothing.

    Args:
        name: Of the registered model.
        version: The challenger.
        instead_of: The champion that it was compared with; None if there was none.
    """
    client = import_mlflow().MlflowClient()
    now = _alias(client, name, CHAMPION)
    if now == version:
        return Verdict(promote=True, reason=f"version {version} is the champion already")
    if now != instead_of:
        return Verdict(
            promote=False,
            reason=f"another run has made version {now} the champion since the comparison",
        )
    anchor = _run_of(client, name, instead_of)
    claim = f"{_CLAIM}.{instead_of or 'first'}."
    if not _claim(client, anchor, claim, version):
        return Verdict(promote=False, reason="another run is changing the champion at this moment")
    if _alias(client, name, CHAMPION) != instead_of:  # moved between the look and the claim
        return Verdict(promote=False, reason="another run has changed the champion meanwhile")
    if instead_of is not None:
        client.set_registered_model_alias(name, PREVIOUS, instead_of)
    client.set_registered_model_alias(name, CHAMPION, version)
    return Verdict(promote=True, reason=f"version {version} is the champion now")


def _alias(client: Any, name: str, alias: str) -> str | None:
    mlflow = import_mlflow()
    try:
        return str(client.get_model_version_by_alias(name, alias).version)
    except mlflow.MlflowException as error:
        if error.error_code in ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"):
            return None
        raise


def _run_of(client: Any, name: str, version: str | None) -> str:
    """Return the run that made a version; of the oldest version, if there is no champion."""
    if version is None:
        found = client.search_model_versions(f"name='{name}'")
        version = str(min(int(made.version) for made in found))
    return str(client.get_model_version(name, version).run_id)


def _claim(client: Any, run_id: str, claim: str, version: str) -> bool:
    """Write the next claim of that name into a run; tell whether it is ours."""
    mlflow = import_mlflow()
    params = client.get_run(run_id).data.params
    claims = sorted(
        (int(key.rpartition(".")[2]), value)
        for key, value in params.items()
        if key.startswith(claim)
    )
    number, last = claims[-1] if claims else (0, "")
    if last and time.time() - float(last.rpartition(" ")[2]) < LEASE:
        return False
    value = f"version {version} at {time.time():.6f}"
    try:
        client.log_param(run_id, f"{claim}{number + 1}", value)
    except mlflow.MlflowException as error:
        if error.error_code in ("INVALID_PARAMETER_VALUE", "RESOURCE_ALREADY_EXISTS"):
            return False
        raise
    return bool(client.get_run(run_id).data.params[f"{claim}{number + 1}"] == value)
