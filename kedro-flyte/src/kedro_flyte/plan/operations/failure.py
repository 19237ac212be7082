"""The task that runs when the workflow has failed."""

from kedro_flyte.plan.model import Handler, Task
from kedro_flyte.plan.operations.secrets import secrets_of
from kedro_flyte.plan.passes.inputs import Inputs
from kedro_flyte.plan.passes.travel import Flow
from kedro_flyte.plan.settings.config import FlyteConfig, PipelineConfig
from kedro_flyte.plan.settings.demand import Demand, demand, together
from kedro_flyte.plan.settings.tiers import tiers
from kedro_flyte.plan.view import ProjectView, base_name


def handler_demand(view: ProjectView, config: FlyteConfig) -> Demand | None:
    """Return what the node that handles failures asks for; None where there is no such node."""
    if view.handler is None:
        return None
    return together([demand(view.handler.node, config)], tiers(config))


def handler(
    view: ProjectView, config: FlyteConfig, flow: Flow, inputs: Inputs, task_id: str
) -> Handler | None:
    """Return the handler. Flyte gives it all inputs of the workflow; it uses those it knows."""
    need = handler_demand(view, config)
    if view.handler is None or need is None:
        return None
    read = {base_name(entry) for entry in view.handler.node.inputs}
    task = Task(
        id=task_id,
        label=view.handler.node.name,
        nodes=(view.handler.node.name,),
        inputs=tuple(name for name in flow.sources if name in read),
        parameters=tuple(p.id for p in inputs.all),
        tier=need.tier,
        tier_reason=need.tier_reason,
        environment=need.environment,
        retries=need.retries,
        timeout=need.timeout,
        interruptible=need.interruptible,
        secrets=secrets_of([view.handler.node], need, view, config),
    )
    return Handler(task=task, node=view.handler.node, pipeline=view.handler.pipeline)


def own_config(view: ProjectView, config: FlyteConfig) -> PipelineConfig:
    """Return what flyte.yml says of this pipeline alone."""
    return config.pipelines.get(view.pipeline, PipelineConfig())
