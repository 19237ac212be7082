"""Kedro hooks that decide when the results of a run get their real names."""

import atexit
from typing import Any

from kedro.framework.hooks import hook_impl
from kedro.io import DataCatalog
from kedro.pipeline import Pipeline

from e06_flows.datasets.staging import Staged


class PublishAfterRun:
    """A failed run leaves the previous results as they were; see `e06_flows.datasets.staging`."""

    def __init__(self) -> None:
        self._staged: list[Staged] = []

    @hook_impl
    def before_pipeline_run(
        self, run_params: dict[str, Any], pipeline: Pipeline, catalog: DataCatalog
    ) -> None:
        """Let every dataset that the pipeline writes save to a file of this run.

        Raises:
            DatasetError: A catalog entry names a moment of publication that is not known.
        """
        run_id = str(run_params.get("run_id") or run_params["session_id"])
        outputs: list[Any] = [catalog.get(name) for name in sorted(pipeline.all_outputs())]
        self._staged = [dataset for dataset in outputs if isinstance(dataset, Staged)]
        for dataset in self._staged:
            dataset.stage(run_id)
        atexit.register(self._discard)  # Kedro calls no hook when Ctrl-C ends the run

    @hook_impl
    def after_pipeline_run(self) -> None:
        """Publish everything that the run has saved."""
        for dataset in self._staged:
            dataset.publish()
        self._discard()

    @hook_impl
    def on_pipeline_error(self) -> None:
        """Throw away what a failed run has saved and not published."""
        self._discard()

    def _discard(self) -> None:
        atexit.unregister(self._discard)
        for dataset in self._staged:
            dataset.discard()
        self._staged = []
