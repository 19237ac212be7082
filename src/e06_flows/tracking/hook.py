"""MLflow tracking, loaded only by the runs that track.

kedro-mlflow's hook imports MLflow in every session, which takes a second that a run that tracks
nothing has no use for. Kedro's `DISABLE_HOOKS_FOR_PLUGINS` comes after the import. pluggy, which
Kedro finds hooks with, leaves out an entry point whose name a plugin has: so `TrackOnDemand` goes
by the name of kedro-mlflow's hook, and passes on to it in runs of the pipelines that `mlflow.yml`
does not list under `tracking.disable_tracking.pipelines`.

Three things are done besides: the parameters of a run are logged in one call, before its nodes; a
database that `mlflow.yml` names relative to the project is found from any folder; and a run that
Ctrl-C ends is marked as killed, where MLflow would call it finished.
"""

import atexit
import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from kedro.config import MissingConfigException
from kedro.framework.context import KedroContext
from kedro.framework.hooks import hook_impl
from kedro.framework.project import pipelines
from kedro.io import DataCatalog
from kedro.pipeline import Pipeline
from kedro.pipeline.node import Node
from pydantic import BaseModel

from e06_flows.tracking import attempts
from e06_flows.tracking.client import (
    active_run_id,
    import_mlflow,
    import_quietly,
    system_metrics,
)
from e06_flows.tracking.commands import commands_are_in_use

_HOOK = "kedro_mlflow.framework.hooks.mlflow_hook"
_SQLITE = "sqlite:///"
_LONGEST = 6000  # characters of a parameter in MLflow


class TrackOnDemand:
    """kedro-mlflow's own hook, in the runs that track; nothing in the others."""

    __name__ = "mlflow_hook"  # the entry point's name: pluggy then does not load it

    def __init__(self) -> None:
        self._context: KedroContext | None = None
        self._catalog: dict[str, Any] = {}
        self._hook: Any = None

    @hook_impl
    def after_context_created(self, context: KedroContext) -> None:
        """Keep the context: whether this run tracks is known when its pipelines are.

        The commands of `kedro mlflow` have no run, and need the settings at once.
        """
        self._context, self._hook = context, None
        if commands_are_in_use():
            self._load_hook()
            self._hook = None

    @hook_impl
    def after_catalog_created(self, catalog: DataCatalog) -> None:
        """Keep the catalog for the hook."""
        self._catalog = {"catalog": catalog}

    @hook_impl
    def before_pipeline_run(
        self, run_params: dict[str, Any], pipeline: Pipeline, catalog: DataCatalog
    ) -> None:
        """Start tracking, if one of the pipelines is to be tracked."""
        attempts.begin()
        names = run_params.get("pipeline_names") or ["__default__"]
        if not self._tracks(set(names)):
            return

        def start() -> bool:
            self._load_hook()
            self._hook.after_catalog_created(
                catalog=catalog, conf_catalog={}, conf_creds={}, parameters={},
                save_version="", load_versions={},
            )  # fmt: skip
            with system_metrics():
                self._hook.before_pipeline_run(
                    run_params=run_params, pipeline=pipeline, catalog=catalog
                )
            atexit.register(_end_as_killed)
            _log_parameters(pipeline, catalog)
            return True

        if attempts.attempt("the run", start) is None and not active_run_id():
            self._hook = None  # the nodes run untracked

    @hook_impl
    def before_node_run(self, node: Node, catalog: DataCatalog, is_async: bool) -> None:
        """Make the run the active one of the node's thread, unless it is.

        The hook would log the parameters of each node, one call a parameter: they are logged. It
        would also open an active run once more a node, and tell of each when it closes them.
        """
        hook = self._hook
        if hook is not None and import_mlflow().active_run() is None:
            attempts.attempt(
                "the run",
                lambda: hook.before_node_run(
                    node=node, catalog=catalog, inputs={}, is_async=is_async
                ),
            )

    @hook_impl
    def after_pipeline_run(
        self, run_params: dict[str, Any], pipeline: Pipeline, catalog: DataCatalog
    ) -> None:
        """End the MLflow run."""
        if self._hook is not None:
            self._end(
                lambda: self._hook.after_pipeline_run(
                    run_params=run_params, pipeline=pipeline, catalog=catalog
                )
            )
        attempts.tell()

    @hook_impl
    def on_pipeline_error(
        self, error: Exception, run_params: dict[str, Any], pipeline: Pipeline, catalog: DataCatalog
    ) -> None:
        """Mark the MLflow run as failed."""
        if self._hook is not None:
            self._end(
                lambda: self._hook.on_pipeline_error(
                    error=error, run_params=run_params, pipeline=pipeline, catalog=catalog
                )
            )
        attempts.tell()

    def _end(self, do: Callable[[], None]) -> None:
        atexit.unregister(_end_as_killed)
        attempts.attempt("the end of the run", do)

    def _tracks(self, pipelines: set[str]) -> bool:
        if self._context is None or importlib.util.find_spec("kedro_mlflow") is None:
            return False
        disabled = (_settings(self._context).get("tracking") or {}).get("disable_tracking") or {}
        return not pipelines <= set(disabled.get("pipelines") or [])

    def _load_hook(self) -> None:
        import_mlflow()
        self._hook = import_quietly(_HOOK).mlflow_hook
        if self._context is not None:
            _place_in_project(self._context)
            self._hook.after_context_created(context=self._context)


def _settings(context: KedroContext) -> dict[str, Any]:
    """Return what `mlflow.yml` says."""
    loader: Any = context.config_loader
    loader.config_patterns.setdefault("mlflow", ["mlflow*", "mlflow*/**", "**/mlflow*"])
    try:
        settings: dict[str, Any] = loader["mlflow"]
    except MissingConfigException:
        return {"tracking": {"disable_tracking": {"pipelines": list(pipelines)}}}
    return settings


def _place_in_project(context: KedroContext) -> None:
    """Put a database that is named by a relative path, and its artifacts, into the project.

    SQLAlchemy and MLflow look from the current folder, which may be any in the project.
    """
    settings = _settings(context)
    uri = str((settings.get("server") or {}).get("mlflow_tracking_uri"))
    if not uri.startswith(_SQLITE):
        return
    database = Path(context.project_path, uri.removeprefix(_SQLITE)).absolute()
    settings["server"]["mlflow_tracking_uri"] = f"{_SQLITE}{database}"
    experiment = settings.setdefault("tracking", {}).setdefault("experiment", {})
    place = experiment.setdefault("create_experiment_kwargs", {})
    place.setdefault("artifact_location", str(database.with_name("mlruns")))
    context.config_loader["mlflow"] = settings


def _log_parameters(pipeline: Pipeline, catalog: DataCatalog) -> None:
    """Log the parameters that the pipeline uses, in one call, a leaf each.

    A dataset that is asked itself does not tell that it is loaded, as the nodes do.
    """
    mlflow = import_mlflow()
    names = sorted(name for name in pipeline.inputs() if name.startswith("params:"))
    given: dict[str, Any] = {name: catalog.get(name) for name in names}
    leaves = {
        key: str(value)[:_LONGEST]
        for name, dataset in given.items()
        for key, value in _leaves(name.removeprefix("params:"), dataset.load())
    }
    mlflow.log_params(leaves)


def _leaves(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, BaseModel):
        value = value.model_dump(mode="json")
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _leaves(f"{name}.{key}", inner)
    else:
        yield name, value


def _end_as_killed() -> None:
    """Close what Ctrl-C has left open, before MLflow closes it as finished."""
    mlflow = import_mlflow()
    while mlflow.active_run():
        attempts.attempt("the end of the run", lambda: mlflow.end_run("KILLED"))
