"""Which secrets a task asks for: those whose variables its datasets' credentials read."""

from collections.abc import Iterable, Iterator

from kedro_flyte.plan.data.datasets import credential_names
from kedro_flyte.plan.model import Secret
from kedro_flyte.plan.settings.config import FlyteConfig
from kedro_flyte.plan.settings.demand import Demand
from kedro_flyte.plan.view import Credentials, NodeView, ProjectView


def all_secrets(config: FlyteConfig) -> tuple[Secret, ...]:
    """Return the secrets that flyte.yml names."""
    return tuple(Secret(**secret.model_dump()) for secret in config.secrets)


def _credentials_of(nodes: Iterable[NodeView], view: ProjectView) -> Iterator[str]:
    """Yield the names of the credentials that the datasets of some nodes use."""
    more = view.handler.datasets if view.handler else {}
    for entry in dict.fromkeys(e for node in nodes for e in (*node.inputs, *node.outputs)):
        dataset = view.datasets.get(entry) or more.get(entry)
        if dataset is not None:
            yield from credential_names(dataset.config)


def _variables_of(nodes: Iterable[NodeView], view: ProjectView) -> set[str]:
    names = set(_credentials_of(nodes, view))
    return {v for one in view.credential_variables if one.name in names for v in one.variables}


def secrets_of(
    nodes: Iterable[NodeView], need: Demand, view: ProjectView, config: FlyteConfig
) -> tuple[str, ...]:
    """Return the names of the secrets that a task asks for, in the order of flyte.yml."""
    wanted = _variables_of(nodes, view) | set(need.secrets) | view.variables.keys()
    return tuple(secret.name for secret in all_secrets(config) if secret.name in wanted)


def used_credentials(view: ProjectView) -> list[Credentials]:
    """Return the credentials that the datasets of the workflow use."""
    names = set(_credentials_of([*view.nodes, *_handlers(view)], view))
    return [one for one in view.credential_variables if one.name in names]


def _handlers(view: ProjectView) -> list[NodeView]:
    return [view.handler.node] if view.handler else []
