"""MLflow tracking, loaded only by the runs that track.

kedro-mlflow imports MLflow in every session and for every `kedro` command, which more than doubles
the start of a run that tracks nothing. Both are put off, by means that pluggy and Python offer:

- pluggy leaves out an entry point whose name is taken. `TrackOnDemand` takes the name of
  kedro-mlflow's hook and passes on to it in runs of the pipelines that `mlflow.yml` does not list
  under `tracking.disable_tracking.pipelines`.
- `kedro mlflow` is one command. A stand-in for the module that defines it is replaced by the
  module itself when the command is asked for.
"""

import importlib
import importlib.util
import sys
from types import ModuleType
from typing import Any

import click
from kedro.config import MissingConfigException
from kedro.framework.context import KedroContext
from kedro.framework.hooks import hook_impl
from kedro.io import DataCatalog
from kedro.pipeline import Pipeline
from kedro.pipeline.node import Node

_COMMANDS = "kedro_mlflow.framework.cli.cli"
_HOOK = "kedro_mlflow.framework.hooks.mlflow_hook"


class TrackOnDemand:
    """kedro-mlflow's own hook, in the runs that track; nothing in the others."""

    __name__ = "mlflow_hook"  # the entry point's name: pluggy then does not load it

    def __init__(self) -> None:
        self._context: KedroContext | None = None
        self._catalog: dict[str, Any] = {}
        self._hook: Any = None

    @hook_impl
    def after_context_created(self, context: KedroContext) -> None:
        """Keep the context: whether this run tracks is known when its pipelines are."""
        self._context, self._hook = context, None

    @hook_impl
    def after_catalog_created(self, catalog: DataCatalog) -> None:
        """Keep the catalog for the hook."""
        self._catalog = {"catalog": catalog}

    @hook_impl
    def before_pipeline_run(
        self, run_params: dict[str, Any], pipeline: Pipeline, catalog: DataCatalog
    ) -> None:
        """Start tracking, if one of the pipelines is to be tracked."""
        names = run_params.get("pipeline_names") or ["__default__"]
        if not self._tracks(set(names)):
            return
        self._hook = importlib.import_module(_HOOK).mlflow_hook
        self._hook.after_context_created(context=self._context)
        self._hook.after_catalog_created(
            catalog=catalog, conf_catalog={}, conf_creds={}, parameters={},
            save_version="", load_versions={},
        )  # fmt: skip
        self._hook.before_pipeline_run(run_params=run_params, pipeline=pipeline, catalog=catalog)

    @hook_impl
    def before_node_run(
        self, node: Node, catalog: DataCatalog, inputs: dict[str, Any], is_async: bool
    ) -> None:
        """Log the node's parameters."""
        if self._hook is not None:
            self._hook.before_node_run(node=node, catalog=catalog, inputs=inputs, is_async=is_async)

    @hook_impl
    def after_pipeline_run(
        self, run_params: dict[str, Any], pipeline: Pipeline, catalog: DataCatalog
    ) -> None:
        """End the MLflow run."""
        if self._hook is not None:
            self._hook.after_pipeline_run(run_params=run_params, pipeline=pipeline, catalog=catalog)

    @hook_impl
    def on_pipeline_error(
        self, error: Exception, run_params: dict[str, Any], pipeline: Pipeline, catalog: DataCatalog
    ) -> None:
        """Mark the MLflow run as failed."""
        if self._hook is not None:
            self._hook.on_pipeline_error(
                error=error, run_params=run_params, pipeline=pipeline, catalog=catalog
            )

    def _tracks(self, pipelines: set[str]) -> bool:
        if self._context is None or importlib.util.find_spec("kedro_mlflow") is None:
            return False
        loader: Any = self._context.config_loader
        loader.config_patterns.setdefault("mlflow", ["mlflow*", "mlflow*/**", "**/mlflow*"])
        try:
            tracking = loader["mlflow"].get("tracking") or {}
        except MissingConfigException:
            return False
        disabled = (tracking.get("disable_tracking") or {}).get("pipelines") or []
        return not pipelines <= set(disabled)


class _DeferredCommands(click.Group):
    """The group that kedro-mlflow adds to `kedro`; it holds one command, `mlflow`."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return ["mlflow"]

    def get_command(  # click's signature
        self,
        ctx: click.Context,  # noqa: ARG002
        cmd_name: str,
    ) -> click.Command | None:
        if cmd_name != "mlflow":
            return None
        sys.modules.pop(_COMMANDS, None)
        command: click.Command = importlib.import_module(_COMMANDS).mlflow_commands
        return command


def defer_mlflow_commands() -> None:
    """Make the `kedro` command import MLflow for `kedro mlflow` alone.

    Kedro imports the module of every plugin's commands at every start. Found among the imported
    modules, ours is taken; after `get_command` it is kedro-mlflow's own again.
    """
    if _COMMANDS in sys.modules or importlib.util.find_spec("kedro_mlflow") is None:
        return
    stand_in = ModuleType(_COMMANDS, "Put in the place of the module until its command is used.")
    stand_in.commands = _DeferredCommands(name="Mlflow")  # type: ignore[attr-defined]
    sys.modules[_COMMANDS] = stand_in
