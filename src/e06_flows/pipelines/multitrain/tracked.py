"""What the multi-train flow writes to MLflow: runs, and versions of registered models.

Below the run of `kedro run` there is one a model, and below that one a value of the grid, with the
times at which they were really at work. What MLflow does not take is noted, and costs no result.
"""

import platform
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from e06_flows.modelling.problem import Problem
from e06_flows.pipelines.multitrain import comparison_picture, plots
from e06_flows.pipelines.multitrain.evaluation import Evaluation
from e06_flows.pipelines.multitrain.parameters import MultitrainParameters
from e06_flows.pipelines.multitrain.search import Model
from e06_flows.registry import reference
from e06_flows.registry.models import (
    WINNER,
    Version,
    libraries,
    log_and_register,
    make_the_only_one,
)
from e06_flows.tracking.attempts import attempt, missed
from e06_flows.tracking.client import active_run_id, import_mlflow
from e06_flows.tracking.provenance import code_version
from e06_flows.tracking.runs import log_batch, open_run

_DPI = 110
CANDIDATE = "candidate"


class Branch(NamedTuple):
    """What a branch of the flow has made."""

    model: Model
    result: Mapping[str, Any]
    evaluation: Evaluation

    @property
    def name(self) -> str:
        """Of the model, for people."""
        return str(self.result["model"])


def registered_name(name: str, parameters: MultitrainParameters) -> str:
    """Return the name in the registry of a model whose name for people is given."""
    return f"{parameters.registered}-{name.lower().replace(' ', '-')}"


def track(
    branches: list[Branch],
    comparison: pd.DataFrame,
    profile: Mapping[str, Any],
    features: pd.DataFrame,
    parameters: MultitrainParameters,
) -> dict[str, Any]:
    """Write all of it to the active run, if there is one; return where the models are."""
    parent = active_run_id()
    if parent is None:
        return {"run_id": None, "models": {}, "not_tracked": missed()}
    attempt("the data", lambda: _log_data(parent, profile))
    versions = {}
    for branch in branches:
        done = attempt(branch.name, lambda b=branch: _track(b, parent, features, parameters))  # type: ignore[misc]
        if done is not None:
            versions[branch.name] = done
    winner = str(comparison["model"].iloc[0])
    attempt("the comparison", lambda: _log_comparison(parent, comparison, winner, profile))
    if winner in versions:
        best = Version(**versions[winner]["version"])
        names = [registered_name(branch.name, parameters) for branch in branches]
        attempt("the winner", lambda: make_the_only_one(WINNER, best, among=names))
        run_id = versions[winner]["run_id"]
        attempt("the winner's rows", lambda: reference.keep(run_id, features))
    models = {
        name: {
            "run_id": done["run_id"],
            "registered_model": done["version"]["name"],
            "version": done["version"]["number"],
        }
        for name, done in versions.items()
    }
    return {"run_id": parent, "models": models, "not_tracked": missed()}


def _track(
    branch: Branch, parent: str, features: pd.DataFrame, parameters: MultitrainParameters
) -> dict[str, Any]:
    client, result = import_mlflow().MlflowClient(), branch.result
    run_id = open_run(branch.name, parent, {"model_type": branch.name}, started=result["started"])
    status = "FAILED"
    try:
        version = _register(branch, run_id, features, parameters)
        _log_numbers(branch, run_id, version)
        _log_candidates(client, branch, run_id)
        _log_pictures(client, branch, run_id)
        status = "FINISHED"
    finally:
        ended = result["started"] + result["seconds"]
        attempt(branch.name, lambda: client.set_terminated(run_id, status, _milliseconds(ended)))
    return {"run_id": run_id, "version": version._asdict()}


def _register(
    branch: Branch, run_id: str, features: pd.DataFrame, parameters: MultitrainParameters
) -> Version:
    select_by = branch.result["select_by"]
    reached = f"{select_by} on the hold-out: {branch.result['metrics'][select_by]:.4f}"
    settings = ", ".join(f"{name}={value}" for name, value in branch.result["best"].items())
    version = log_and_register(
        registered_name(branch.name, parameters),
        branch.model,
        features,
        run_id=run_id,
        about=f"{branch.name}, {settings}; {reached}",
        tags={"select_by": select_by, "code_version": code_version()},
    )
    client = import_mlflow().MlflowClient()
    client.set_registered_model_alias(version.name, CANDIDATE, version.number)
    return version


def _log_data(run_id: str, profile: Mapping[str, Any]) -> None:
    """Write the description of the data to a run."""
    client = import_mlflow().MlflowClient()
    from mlflow.entities import Dataset, DatasetInput

    rows = {f"{part}_rows": float(count) for part, count in profile["rows"].items()}
    log_batch(run_id, metrics=rows, tags=_provenance(profile["fingerprint"]))
    client.log_dict(run_id, dict(profile), "data/profile.json")
    data = Dataset(
        name="multitrain", digest=profile["fingerprint"][:16], source_type="code", source="{}"
    )
    client.log_inputs(run_id, [DatasetInput(data)])


def _log_comparison(
    run_id: str, comparison: pd.DataFrame, winner: str, profile: Mapping[str, Any]
) -> None:
    """Write the comparison to a run."""
    select_by = profile["select_by"]
    metrics = list(Problem.from_json(profile["problem"]).metrics)
    shown = comparison[["rank", "model", *metrics]].round(4)
    tags = {
        "winner": winner,
        "select_by": select_by,
        "mlflow.note.content": f"Best by {select_by}: **{winner}**\n\n{_markdown(shown)}",
    }
    best = {f"best_{metric}": float(comparison[metric].iloc[0]) for metric in metrics}
    log_batch(run_id, metrics=best, tags=tags)
    picture = comparison_picture.draw(comparison, metrics, select_by)
    with tempfile.TemporaryDirectory() as folder:
        comparison.to_csv(Path(folder) / "comparison.csv", index=False)
        picture.savefig(Path(folder) / "comparison.png", dpi=_DPI)
        import_mlflow().MlflowClient().log_artifacts(run_id, folder, "comparison")


def _log_numbers(branch: Branch, run_id: str, version: Version) -> None:
    result = branch.result
    best = next(candidate for candidate in result["candidates"] if candidate["best"])
    metrics: dict[str, float] = {
        **result["metrics"],
        **_of_candidate(best, result["select_by"]),
        "search_seconds": result["seconds"],
        "threshold": result["threshold"],
    }
    metrics.pop("seconds")
    tags = {
        **_provenance(result["fingerprint"]),
        **{f"library.{name}": number for name, number in libraries(branch.model).items()},
        "library.python": platform.python_version(),
        "tried": result["tried"],
        "mlflow.note.content": _note(branch),
    }
    log_batch(run_id, metrics=metrics, params=result["best"], tags=tags, model_id=version.model_id)


def _note(branch: Branch) -> str:
    about = branch.evaluation.problem.describe()
    return "\n".join(
        [
            "Metrics of the hold-out:",
            *(f"- `{name}`: {text}" for name, text in about.items()),
            "",
            "`cv_...` is the mean over the folds of the cross-validation, on the training part.",
            "",
            branch.result["tried"],
        ]
    )


def _log_candidates(client: Any, branch: Branch, run_id: str) -> None:
    experiment = client.get_run(run_id).info.experiment_id
    for candidate in branch.result["candidates"]:
        tags = {
            "mlflow.parentRunId": run_id,
            "model_type": branch.name,
            "best": str(candidate["best"]).lower(),
        }
        started = candidate["started"]
        run = client.create_run(
            experiment, start_time=_milliseconds(started), run_name=candidate["name"], tags=tags
        )
        metrics = _of_candidate(candidate, branch.result["select_by"])
        log_batch(run.info.run_id, metrics=metrics, params=candidate["values"])
        ended = _milliseconds(started + candidate["seconds"])
        client.set_terminated(run.info.run_id, end_time=ended)


def _of_candidate(candidate: Mapping[str, Any], select_by: str) -> dict[str, float]:
    metrics = {f"cv_{name}": value for name, value in candidate["scores"].items()}
    if candidate["spread"] is not None:
        metrics[f"cv_{select_by}_std"] = candidate["spread"]
    return {**metrics, "seconds": candidate["seconds"]}


def _log_pictures(client: Any, branch: Branch, run_id: str) -> None:
    settings = ", ".join(f"{name}={value}" for name, value in branch.result["best"].items())
    with tempfile.TemporaryDirectory() as folder:
        drawn = plots.pictures(branch.evaluation, f"{branch.name}: {settings}")
        for name, picture in drawn.items():
            picture.savefig(Path(folder) / f"{name}.png", dpi=_DPI)
        client.log_artifacts(run_id, folder, "plots")


def _milliseconds(seconds: float) -> int:
    return int(seconds * 1000)


def _provenance(fingerprint: str) -> dict[str, str]:
    return {"data_fingerprint": fingerprint, "code_version": code_version()}


def _markdown(table: pd.DataFrame) -> str:
    head = "| " + " | ".join(table.columns) + " |"
    rule = "|" + " --- |" * len(table.columns)
    rows = ["| " + " | ".join(str(cell) for cell in row) + " |" for row in table.to_numpy()]
    return "\n".join([head, rule, *rows])
