"""Views of projects for tests of the plan: what would have been read, written in a line or two."""

from typing import Any

from kedro_flyte.plan.build import build_plan
from kedro_flyte.plan.model import Plan
from kedro_flyte.plan.settings.config import parse_config
from kedro_flyte.plan.view import (
    DatasetView,
    Finding,
    KnownNames,
    NodeView,
    ProjectView,
    base_name,
    is_parameter,
)
from kedro_flyte.targets import DEFAULT, flyte_yml, load


def node(name: str, inputs: str = "", outputs: str = "", tags: str = "", **more: Any) -> NodeView:
    """Return a node; inputs, outputs and tags are separated by spaces."""
    return NodeView(
        name=name,
        func="function",
        inputs=tuple(inputs.split()),
        outputs=tuple(outputs.split()),
        tags=frozenset(tags.split()),
        **more,
    )


def view(*nodes: NodeView, catalog: dict[str, Any] | None = None, **more: Any) -> ProjectView:
    """Return a project of these nodes, which are given in an order in which they can run."""
    catalog = catalog or {}
    made = {base_name(entry): n.name for n in nodes for entry in n.outputs}
    entries = {e for n in nodes for e in (*n.inputs, *n.outputs) if not is_parameter(e)}
    words = {
        "package": "demo",
        "pipeline": "__default__",
        "env": None,
        "parameters": {},
        "datasets": {
            e: catalog[e]
            if isinstance(catalog.get(e), DatasetView)
            else DatasetView(name=e, config=catalog.get(e))
            for e in entries
        },
        "known": KnownNames(
            nodes=frozenset(n.name for n in nodes),
            tags=frozenset(tag for n in nodes for tag in n.tags),
            namespaces=frozenset(n.namespace for n in nodes if n.namespace),
            pipelines=frozenset(["__default__"]),
        ),
        **more,
    }
    return ProjectView(
        nodes=nodes,
        dependencies={
            n.name: frozenset(
                made[base_name(e)] for e in n.inputs if base_name(e) in made
            )
            for n in nodes
        },
        **words,
    )  # fmt: skip


def plan(
    project: ProjectView, config: dict[str, Any] | None = None, target: str = DEFAULT, **more: Any
) -> Plan:
    """Return the plan of a project."""
    return build_plan(
        project, parse_config(config or {}, kind=flyte_yml()), load(target).platform, **more
    )


def found(made: Plan, code: str) -> list[Finding]:
    """Return the findings of a plan that have this code."""
    return [finding for finding in made.findings if finding.code == code]
