"""What control-flow nodes need of a run, told by a hook: reading on demand, and how outputs save.

Without it, as under a bare runner, such nodes read all of their inputs and save once: the results
are the same.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kedro.framework.hooks import hook_impl
from kedro_flyte.control import demand
from kedro_flyte.control.branch import Told, choice_of
from kedro_flyte.control.each import Items, mapping_of

_log = logging.getLogger(__name__)
_PARTITIONED = "PartitionedDataset"


Collect = Callable[[Any, Any, Any], Items]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What an orchestrator wants done in place of all that a control-flow node does.

    `then` is a choice that it has made. `collect` makes the items of an `each`, from the node, the
    catalog and the first input, which may be deferred. `after` sees the catalog after the run.
    """

    then: bool | None = None
    collect: Collect | None = None
    after: Callable[[Any], None] | None = None


class ControlHook:
    """Registered by entry point in every session."""

    def __init__(self) -> None:
        self.order = Order()

    @hook_impl(trylast=True)
    def before_pipeline_run(self, pipeline: Any, catalog: Any) -> None:
        """Let the catalog load on demand, where a node wants it."""
        if any(self._defers(node) for node in pipeline.nodes):
            demand.begin(catalog)

    @hook_impl
    def after_pipeline_run(self, catalog: Any) -> None:
        """Take it back."""
        demand.end(catalog)
        if self.order.after is not None:
            self.order.after(catalog)

    @hook_impl
    def on_pipeline_error(self, catalog: Any) -> None:
        """Take it back."""
        demand.end(catalog)

    @hook_impl(trylast=True)
    def before_dataset_loaded(self, dataset_name: str, node: Any) -> None:
        """Defer the load that follows; last of all hooks, since another may load something."""
        demand.defer(dataset_name if self._defers(node) else "")

    @hook_impl
    def before_node_run(self, node: Any, catalog: Any, inputs: Any) -> dict[str, Any] | None:
        """Put what the node should know in place of its first input."""
        mapped, first = mapping_of(node.func), node.inputs[0] if node.inputs else ""
        if mapped is None and choice_of(node.func) is None:
            return None
        given = inputs[first]
        if mapped is not None:
            collect = self.order.collect or items
            return {first: collect(node, catalog, given)}
        known = partitioned(node, catalog)
        return {first: Told(argument=given, then=self.order.then, partitioned=known)}

    def _defers(self, node: Any) -> bool:
        if choice_of(node.func):
            return True
        return self.order.collect is not None and mapping_of(node.func) is not None


def partitioned(node: Any, catalog: Any) -> tuple[bool, ...]:
    """Return which outputs of a node are PartitionedDatasets."""
    return tuple(_is_partitioned(dataset) for dataset in _outputs(node, catalog))


def items(node: Any, catalog: Any, data: Any) -> Items:
    """Return a collection with how the outputs of its node are saved."""
    kept = _outputs(node, catalog)
    found = partitioned(node, catalog)
    once = [
        name
        for name, dataset in zip(node.outputs, kept, strict=True)
        if not _is_partitioned(dataset) or getattr(dataset, "_overwrite", False)
    ]
    if once and any(found):
        _log.warning(
            "Node '%s' keeps all of its results in memory: %s is saved once, at the end.",
            node.name,
            ", ".join(once),
        )
    return Items(data=data, partitioned=found, stream=not once)


def _outputs(node: Any, catalog: Any) -> list[Any]:
    return [catalog.get(name, fallback_to_runtime_pattern=True) for name in node.outputs]


def _is_partitioned(dataset: Any) -> bool:
    return any(kind.__name__ == _PARTITIONED for kind in type(dataset).__mro__)


control_hook = ControlHook()
