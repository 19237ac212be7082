"""Kedro hooks that decide when the results of a run get their real names."""

from typing import Any

from kedro.framework.hooks import hook_impl
from kedro.io import DataCatalog
from kedro.pipeline import Pipeline


def _staged(catalog: DataCatalog, names: set[str]) -> list[Any]:
    datasets = (catalog.get(name) for name in sorted(names))
    return [dataset for dataset in datasets if hasattr(dataset, "published_with")]


class PublishAfterRun:
    """A failed run leaves the previous results as they were; see `e06_flows.datasets`."""

    @hook_impl
    def before_pipeline_run(
        self, run_params: dict[str, Any], pipeline: Pipeline, catalog: DataCatalog
    ) -> None:
        """Let every dataset that the pipeline writes save to a file of this run."""
        run_id = str(run_params.get("run_id") or run_params["session_id"])
        for dataset in _staged(catalog, pipeline.all_outputs()):
            dataset.stage(run_id)

    @hook_impl
    def after_pipeline_run(self, pipeline: Pipeline, catalog: DataCatalog) -> None:
        """Publish everything that the run has saved."""
        for dataset in _staged(catalog, pipeline.all_outputs()):
            dataset.publish()
            dataset.discard()

    @hook_impl
    def on_pipeline_error(self, pipeline: Pipeline, catalog: DataCatalog) -> None:
        """Throw away what a failed run has saved and not published."""
        for dataset in _staged(catalog, pipeline.all_outputs()):
            dataset.discard()
