"""What the multi-train flow writes to MLflow: runs, and versions of registered models.

Below the run of `kedro run` there is one a model, and below that one a value of the grid.

Every call names the run that it writes to, so that branches may run in threads, or in processes on
other machines. What belongs together goes in one call. Where the pipeline is not tracked, MLflow is
not imported.
"""

import contextlib
import platform
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from e06_flows.metrics import METRICS, Metric, describe
from e06_flows.pipelines.multitrain import plots, split
from e06_flows.pipelines.multitrain.evaluation import Evaluation
from e06_flows.pipelines.multitrain.parameters import MultitrainParameters
from e06_flows.pipelines.multitrain.plots import Picture
from e06_flows.pipelines.multitrain.search import Candidate, Search
from e06_flows.registry.models import libraries, log_and_register
from e06_flows.tracking.client import active_run_id, import_mlflow
from e06_flows.tracking.provenance import code_version

_DPI = 110
ALIAS = "candidate"


def registered_name(name: str) -> str:
    """Return the name in the registry of a model whose name for people is given."""
    return "e06-" + name.lower().replace(" ", "-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """One model's part of the flow, and its run in MLflow.

    Attributes:
        name: Of the model, for people.
        train: The training part.
        holdout: The rows to test on.
        parameters: Of the flow.
        run_id: None where nothing is tracked.
    """

    name: str
    train: pd.DataFrame
    holdout: pd.DataFrame
    parameters: MultitrainParameters
    run_id: str | None

    def log(self, search: Search, evaluation: Evaluation) -> dict[str, str] | None:
        """Write all there is to the run, register the model; return where it is.

        Returns:
            The keys `run_id`, `registered_model` and `version`; None where nothing is tracked.
        """
        if self.run_id is None:
            return None
        client = _client()
        features = self.holdout.drop(columns=self.parameters.target)
        select_by = self.parameters.select_by
        reached = f"{select_by} on the hold-out: {evaluation.metrics[select_by]:.4f}"
        version = log_and_register(
            registered_name(self.name),
            search.model,
            features,
            run_id=self.run_id,
            about=f"{self.name}, {search.best.name}; {reached}",
            tags={"select_by": select_by, "code_version": code_version()},
        )
        client.set_registered_model_alias(version.name, ALIAS, version.number)
        _log_numbers(client, self, search, evaluation, version.model_id)
        _log_candidates(client, self, search)
        _log_pictures(client, self, search, evaluation)
        return {
            "run_id": self.run_id,
            "registered_model": version.name,
            "version": version.number,
        }


@contextlib.contextmanager
def branch_run(
    name: str, train: pd.DataFrame, holdout: pd.DataFrame, parameters: MultitrainParameters
) -> Iterator[Branch]:
    """Open a run below the active one, if there is one; close it, also when the branch fails."""
    parent, run_id = active_run_id(), None
    if parent is not None:
        run_id = _open(name, parent)
    status = "FAILED"
    try:
        yield Branch(name=name, train=train, holdout=holdout, parameters=parameters, run_id=run_id)
        status = "FINISHED"
    except KeyboardInterrupt:
        status = "KILLED"
        raise
    finally:
        if run_id is not None:
            _client().set_terminated(run_id, status)


def log_data(profile: dict[str, Any]) -> None:
    """Write the description of the data to the active run, if there is one."""
    run_id = active_run_id()
    if run_id is None:
        return
    import_mlflow()
    from mlflow.entities import Dataset, DatasetInput

    client = _client()
    rows = {f"{part}_rows": float(count) for part, count in profile["rows"].items()}
    _log_batch(client, run_id, metrics=rows, tags=_provenance(profile["fingerprint"]))
    client.log_dict(run_id, profile, "data/profile.json")
    data = Dataset(
        name="multitrain", digest=profile["fingerprint"][:16], source_type="code", source="{}"
    )
    client.log_inputs(run_id, [DatasetInput(data)])


def log_comparison(
    table: pd.DataFrame, picture: Picture, winner: Mapping[str, Any], select_by: Metric
) -> None:
    """Write the comparison to the active run, if there is one; mark the winner's version."""
    run_id = active_run_id()
    if run_id is None:
        return
    client = _client()
    shown = table[["rank", "model", *METRICS]].round(4)
    tags = {
        "winner": winner["model"],
        "select_by": select_by,
        "mlflow.note.content": f"Best by {select_by}: **{winner['model']}**\n\n{_markdown(shown)}",
    }
    best = {f"best_{metric}": value for metric, value in winner["metrics"].items()}
    _log_batch(client, run_id, metrics=best, tags=tags)
    with tempfile.TemporaryDirectory() as folder:
        table.to_csv(Path(folder) / "comparison.csv", index=False)
        picture.savefig(Path(folder) / "comparison.png", dpi=_DPI)
        client.log_artifacts(run_id, folder, "comparison")
    if winner["mlflow"] is not None:
        name, number = winner["mlflow"]["registered_model"], winner["mlflow"]["version"]
        client.set_model_version_tag(name, number, "winner", select_by)


def _client() -> Any:
    return import_mlflow().MlflowClient()


def _open(name: str, parent: str) -> str:
    import_mlflow()
    from mlflow.tracking.context.registry import resolve_tags

    client = _client()
    run = client.create_run(
        client.get_run(parent).info.experiment_id,
        run_name=name,
        tags=resolve_tags({"mlflow.parentRunId": parent, "model_type": name}),
    )
    return str(run.info.run_id)


def _log_numbers(
    client: Any, branch: Branch, search: Search, evaluation: Evaluation, model_id: str
) -> None:
    select_by = branch.parameters.select_by
    metrics: dict[str, float] = {
        **{str(name): value for name, value in evaluation.metrics.items()},
        **{f"cv_{name}": value for name, value in search.best.scores.items()},
        "search_seconds": search.seconds,
    }
    if search.best.spread is not None:
        metrics[f"cv_{select_by}_std"] = search.best.spread
    fingerprint = split.profile(branch.train, branch.holdout, branch.parameters)["fingerprint"]
    tags = {
        **_provenance(fingerprint),
        **{f"library.{name}": number for name, number in libraries(search.model).items()},
        "library.python": platform.python_version(),
        "mlflow.note.content": _note(evaluation),
    }
    _log_batch(
        client, str(branch.run_id), metrics=metrics, params=search.best.values, tags=tags,
        model_id=model_id,
    )  # fmt: skip


def _note(evaluation: Evaluation) -> str:
    lines = [f"- `{name}`: {text}" for name, text in describe(evaluation.classes).items()]
    return "\n".join(
        [
            "Metrics of the hold-out:",
            *lines,
            "",
            "`cv_...` is the mean over the folds of the cross-validation, on the training part.",
        ]
    )


def _log_candidates(client: Any, branch: Branch, search: Search) -> None:
    experiment = client.get_run(branch.run_id).info.experiment_id
    for candidate in search.candidates:
        tags = {
            "mlflow.parentRunId": str(branch.run_id),
            "model_type": branch.name,
            "best": str(candidate is search.best).lower(),
        }
        start, end = candidate.started, candidate.started + candidate.seconds
        run = client.create_run(
            experiment, start_time=_milliseconds(start), run_name=candidate.name, tags=tags
        )
        _log_batch(
            client, run.info.run_id, metrics=_candidate_metrics(candidate, branch),
            params=candidate.values,
        )  # fmt: skip
        client.set_terminated(run.info.run_id, end_time=_milliseconds(end))


def _candidate_metrics(candidate: Candidate, branch: Branch) -> dict[str, float]:
    metrics = {f"cv_{name}": value for name, value in candidate.scores.items()}
    if candidate.spread is not None:
        metrics[f"cv_{branch.parameters.select_by}_std"] = candidate.spread
    return {**metrics, "seconds": candidate.seconds}


def _log_pictures(client: Any, branch: Branch, search: Search, evaluation: Evaluation) -> None:
    title = f"{branch.name}: {search.best.name}"
    with tempfile.TemporaryDirectory() as folder:
        for name, picture in plots.pictures(evaluation, title).items():
            picture.savefig(Path(folder) / f"{name}.png", dpi=_DPI)
        client.log_artifacts(branch.run_id, folder, "plots")


def _log_batch(
    client: Any,
    run_id: str,
    *,
    metrics: Mapping[Any, float],
    params: Mapping[str, Any] | None = None,
    tags: Mapping[str, str] | None = None,
    model_id: str | None = None,
) -> None:
    from mlflow.entities import Metric as Number
    from mlflow.entities import Param, RunTag

    now = _milliseconds(time.time())
    client.log_batch(
        run_id,
        metrics=[Number(key, value, now, 0, model_id=model_id) for key, value in metrics.items()],
        params=[Param(key, str(value)) for key, value in (params or {}).items()],
        tags=[RunTag(key, value) for key, value in (tags or {}).items()],
    )


def _milliseconds(seconds: float) -> int:
    return int(seconds * 1000)


def _provenance(fingerprint: str) -> dict[str, str]:
    return {"data_fingerprint": fingerprint, "code_version": code_version()}


def _markdown(table: pd.DataFrame) -> str:
    head = "| " + " | ".join(table.columns) + " |"
    rule = "|" + " --- |" * len(table.columns)
    rows = ["| " + " | ".join(str(cell) for cell in row) + " |" for row in table.to_numpy()]
    return "\n".join([head, rule, *rows])
