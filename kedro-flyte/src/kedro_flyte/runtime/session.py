"""Kedro's part of a task: open the project, change its configuration, run the nodes."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kedro.config import MissingConfigException
from kedro.framework.project import pipelines, settings
from kedro.framework.session import KedroServiceSession
from kedro.framework.startup import bootstrap_project
from kedro_flyte.control.hooks import Order, control_hook
from kedro_flyte.errors import TaskError
from kedro_flyte.placeholders import Placeholder
from kedro_flyte.plan.data.pending import marks, merged, without_marks
from kedro_flyte.plan.model import Plan, Task, pipeline_of
from kedro_flyte.plan.view import NodeView, base_name
from kedro_flyte.runtime import increments, tracking, versions
from kedro_flyte.runtime.agreement import Agreement
from kedro_flyte.runtime.binding import task_catalog
from kedro_flyte.runtime.changes import Changes
from kedro_flyte.runtime.credentials import keep_used
from kedro_flyte.runtime.failure import legible_log
from kedro_flyte.runtime.hooks import task_hook
from kedro_flyte.runtime.startup import unneeded_hooks
from kedro_flyte.runtime.values import TaskValues, Values, task_values


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is to be run: the nodes of a task, with these values and files."""

    root: Path
    plan: Plan
    task: Task
    run_id: str
    execution_id: str
    inputs: Mapping[str, Any]
    places: Mapping[str, str]
    entries: list[str]
    load_versions: dict[str, str]
    order: Order
    captured: Mapping[str, str] | None
    agreement: Agreement | None


def run_nodes(request: Request) -> None:
    """Run the nodes of a task in a session of their own."""
    bootstrap_project(request.root)
    pipeline = pipeline_of(request.plan, request.task)
    if hasattr(pipelines, "set_requested"):
        pipelines.set_requested([pipeline])
    followed = tracking.Tracking(request.plan, request.task, request.execution_id)
    env = _environment(request.plan.env)
    values = task_values(
        request.plan,
        request.task,
        request.inputs,
        lambda given: _own_parameters(request, env, given),
    )
    task_hook.arm(lambda context: _bind(context, request, values), followed.begin)
    task_hook.changes = Changes(request.plan, request.task, request.places, request.root)
    control_hook.order = request.order
    ended = "FAILED"
    hooks = settings.HOOKS
    unneeded = unneeded_hooks(settings.DISABLE_HOOKS_FOR_PLUGINS)
    settings.set("HOOKS", (*hooks, *map(Placeholder, unneeded)))
    try:
        session = KedroServiceSession.create(project_path=request.root, env=env)
        with session, legible_log():
            session.run(
                pipeline_names=[pipeline],
                node_names=list(request.task.nodes),
                run_id=request.run_id,
                runtime_params=_with_others(request.plan, values.runtime),
                load_versions=request.load_versions,  # more are added when the catalog is known
            )
        ended = "FINISHED"
    except ValueError as error:
        _require_nodes(pipeline, request, error)
        raise
    finally:
        settings.set("HOOKS", hooks)
        task_hook.disarm()
        control_hook.order = Order()
        followed.end(ended)


def _require_nodes(pipeline: str, request: Request, error: ValueError) -> None:
    """Say why, where Kedro stops since the pipeline that it made here lacks a node of the task."""
    gone = sorted(set(request.task.nodes) - {node.name for node in pipelines[pipeline].nodes})
    if gone:
        raise TaskError(
            f"Pipeline '{pipeline}' has no node {', '.join(gone)} in this task, and had it when it "
            "was exported. What it is made of comes from a parameter that was given another value "
            "for this execution, or from code that has changed since. Export again with what is "
            "to hold: kedro flyte export --params KEY=VALUE."
        ) from error


def _own_parameters(request: Request, env: str | None, runtime: Values) -> Values | None:
    """Return the parameters as the files have them, read as the session will read them."""
    try:
        loader = settings.CONFIG_LOADER_CLASS(
            conf_source=str(request.root / settings.CONF_SOURCE),
            env=env or os.environ.get("KEDRO_ENV"),
            runtime_params=_with_others(request.plan, runtime),
            **settings.CONFIG_LOADER_ARGS,
        )
        return dict(loader["parameters"])
    except Exception:  # noqa: BLE001 - a hook may be needed first; else Kedro itself will tell
        return None


def _with_others(plan: Plan, runtime: Values) -> Values:
    """Return runtime parameters with those that only other pipelines read."""
    return merged(marks(plan.other_runtime_parameters), runtime)


def _environment(env: str | None) -> str | None:
    """Return the environment of the plan: Kedro's default is that of one machine."""
    return env or settings.CONFIG_LOADER_ARGS.get("base_env")


def _catalog(loader: Any) -> dict[str, Any]:
    """Return the catalog as the files have it; Kedro itself asks for a file in an environment."""
    try:
        return dict(loader["catalog"])
    except MissingConfigException:
        return {}


def _bind(context: Any, request: Request, values: TaskValues) -> None:
    loader = context.config_loader
    others = marks(request.plan.other_runtime_parameters)
    if values.whole is not None or others:
        whole = dict(loader["parameters"]) if values.whole is None else values.whole
        loader["parameters"] = without_marks(whole, others)
    bound = task_catalog(_catalog(loader), request.entries, request.places, request.captured)
    loader["catalog"] = bound
    if loader["catalog"] is not bound:
        raise TaskError(
            f"The project's {type(loader).__name__} does not give back what is assigned to it, so "
            "the paths of this task cannot be set. Let its __getitem__ look into self.data first."
        )
    keep_used(loader, request.plan, bound)
    _agree(request, loader, bound)


def _agree(request: Request, loader: Any, bound: dict[str, Any]) -> None:
    """Let this task read what the others read, and write over nothing of another execution."""
    nodes = [request.plan.node(name) for name in request.task.nodes]
    made = {entry for node in nodes for entry in node.outputs}
    stores = {
        entry: store
        for entry, config in bound.items()
        if (store := versions.store_of(entry, config, lambda: loader["credentials"])) is not None
    }
    for entry in made & stores.keys():
        stores[entry].begin(request.run_id, request.agreement)
    open_ones = [(e, s) for e, s in stores.items() if e not in made | request.load_versions.keys()]
    request.load_versions.update(versions.pin(open_ones, request.agreement))
    if request.agreement is not None:
        _agree_on_increments(request, nodes, bound, request.agreement)


def _agree_on_increments(
    request: Request, nodes: Iterable[NodeView], bound: dict[str, Any], agreement: Agreement
) -> None:
    read = {entry for node in nodes for entry in node.inputs}
    confirmed = {entry for node in nodes for entry in node.confirms}
    loaded = {base_name(entry) for node in request.plan.nodes for entry in node.inputs}
    found = {e: c for e, c in bound.items() if increments.is_increment(c) and e in read | confirmed}
    for entry, config in found.items():
        is_known = increments.is_known(config, agreement)
        if entry not in read and base_name(entry) in loaded and not is_known:
            raise TaskError(
                f"Which partitions of '{entry}' are to be confirmed? A task of this execution "
                "should have loaded them, and none has: its result came from a cache or, after a "
                "recovery, from another execution, or this task was run by itself. Start the "
                "workflow anew, as a whole and without a cache of that task."
            )
        bound[entry] = increments.bound(config, agreement)
    task_hook.loaded = lambda name, data: (
        increments.say(name, found[name], data, agreement) if name in found else None
    )
