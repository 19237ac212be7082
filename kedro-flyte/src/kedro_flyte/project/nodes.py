"""Kedro's nodes as records, and the names that rules may use."""

import inspect
from typing import Any

from kedro.framework.project import pipelines
from kedro.pipeline import Pipeline
from kedro.pipeline.node import Node
from kedro_flyte.control.branch import Choice, choice_of
from kedro_flyte.control.each import mapping_of
from kedro_flyte.plan.settings.config import FlyteConfig
from kedro_flyte.plan.view import AlternativeView, ChoiceView, FanOutView, KnownNames, NodeView
from kedro_flyte.project.descriptions import about_function


def node_view(node: Node) -> NodeView:
    """Return a node as a record."""
    return NodeView(
        name=node.name,
        func=_function_name(node.func),
        inputs=tuple(node.inputs),
        outputs=tuple(node.outputs),
        tags=frozenset(node.tags),
        namespace=node.namespace,
        confirms=tuple(node.confirms),
        choice=_choice(node),
        fan_out=_fan_out(node),
        about="" if choice_of(node.func) else about_function(node.func),
    )


def _choice(node: Node) -> ChoiceView | None:
    choice = choice_of(node.func)
    if choice is None:
        return None
    return ChoiceView(
        when=node.inputs[0],
        condition=choice.condition,
        then=_alternative(node, choice, choice.then),
        otherwise=_alternative(node, choice, choice.otherwise),
    )


def _alternative(node: Node, choice: Choice, one: Node) -> AlternativeView:
    """Return an alternative with the inputs that the branch has now, whatever they were."""
    return AlternativeView(
        name=one.name,
        func=_function_name(one.func),
        inputs=tuple(node.inputs[at] for at in choice.positions(one)),
        about=about_function(one.func),
    )


def _fan_out(node: Node) -> FanOutView | None:
    mapped = mapping_of(node.func)
    if mapped is None:
        return None
    return FanOutView(
        over=node.inputs[0],
        concurrency=mapped.concurrency,
        min_success_ratio=mapped.min_success_ratio,
    )


def _function_name(func: Any) -> str:
    inner = func if hasattr(func, "__name__") else getattr(func, "func", func)  # functools.partial
    return str(getattr(inner, "__name__", type(inner).__name__))


def output_types(func: Any, count: int) -> tuple[str, ...]:
    """Return the annotated type of each output, as text; nothing where it is not known."""
    func = getattr(func, "func", func)
    if inspect.isgeneratorfunction(func):
        return ()
    returned = getattr(func, "__annotations__", {}).get("return")
    if count == 1:
        return (_type_text(returned),)
    inner = getattr(returned, "__args__", ())
    return tuple(map(_type_text, inner)) if len(inner) == count else ()


def _type_text(annotation: Any) -> str:
    if isinstance(annotation, str):
        return annotation.split("[", 1)[0]
    origin = getattr(annotation, "__origin__", None) or annotation
    module, name = getattr(origin, "__module__", ""), getattr(origin, "__qualname__", "")
    return f"{module}.{name}" if module else str(name)


def known_names(config: FlyteConfig, pipeline: Pipeline, name: str) -> KnownNames:
    """Return the names that rules may use; all pipelines are loaded where this one lacks some."""
    here = _names_of([pipeline], [name])
    ruled = set(config.nodes) - here.nodes or set(config.tags) - here.tags
    ruled = ruled or set(config.namespaces) - here.namespaces
    if not ruled and not set(config.pipelines) - here.pipelines:
        return here
    if hasattr(pipelines, "set_requested"):
        pipelines.set_requested(None)
    return _names_of(list(pipelines.values()), list(pipelines))


def _names_of(all_pipelines: list[Pipeline], names: list[str]) -> KnownNames:
    nodes = [node for pipeline in all_pipelines for node in pipeline.nodes]
    return KnownNames(
        nodes=frozenset(node.name for node in nodes),
        tags=frozenset(tag for node in nodes for tag in node.tags),
        namespaces=frozenset(prefix for node in nodes for prefix in _prefixes(node.namespace)),
        pipelines=frozenset(names),
    )


def _prefixes(namespace: str | None) -> list[str]:
    parts = namespace.split(".") if namespace else []
    return [".".join(parts[:depth]) for depth in range(1, len(parts) + 1)]
