"""The node that runs when a workflow fails: one of another registered pipeline."""

from collections.abc import Callable, Mapping

from kedro.framework.project import pipelines
from kedro.pipeline import Pipeline
from kedro_flyte.plan.settings.config import FlyteConfig
from kedro_flyte.plan.view import DatasetView, HandlerView, ProjectView
from kedro_flyte.project.nodes import node_view

Views = Callable[[Pipeline], Mapping[str, DatasetView]]


def handler_view(config: FlyteConfig, own: ProjectView, views: Views) -> HandlerView | None:
    """Return the node that flyte.yml names; None where it names none, or none is found.

    Args:
        config: What flyte.yml says.
        own: The pipeline that is exported, whose own nodes cannot handle its failure.
        views: Returns what the catalog says of a pipeline's datasets.
    """
    wanted = config.pipelines[own.pipeline].on_failure if own.pipeline in config.pipelines else ""
    if not wanted or wanted in {node.name for node in own.nodes}:
        return None
    if hasattr(pipelines, "set_requested"):
        pipelines.set_requested(None)
    for name in sorted(pipelines):
        for node in pipelines[name].nodes:
            if node.name == wanted:
                datasets = views(Pipeline([node]))
                return HandlerView(node=node_view(node), pipeline=name, datasets=datasets)
    return None
