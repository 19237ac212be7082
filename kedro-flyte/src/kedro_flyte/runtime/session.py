"""Kedro's part of a task: open the project, change its configuration, run the nodes."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kedro.framework.project import pipelines, settings
from kedro.framework.session import KedroServiceSession
from kedro.framework.startup import bootstrap_project
from kedro_flyte.control.hooks import Order, control_hook
from kedro_flyte.errors import TaskError
from kedro_flyte.plan.datasets import path_holder
from kedro_flyte.plan.model import Plan, Task, pipeline_of
from kedro_flyte.plan.places import is_remote
from kedro_flyte.runtime import tracking
from kedro_flyte.runtime.binding import task_catalog
from kedro_flyte.runtime.credentials import keep_used
from kedro_flyte.runtime.hooks import task_hook
from kedro_flyte.runtime.startup import UNNEEDED, Placeholder
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
    attempt: int
    order: Order
    captured: Mapping[str, str] | None


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
    control_hook.order = request.order
    ended = "FAILED"
    hooks = settings.HOOKS
    settings.set("HOOKS", (*hooks, *map(Placeholder, UNNEEDED)))
    try:
        session = KedroServiceSession.create(project_path=request.root, env=env)
        with session:
            session.run(
                pipeline_names=[pipeline],
                node_names=list(request.task.nodes),
                run_id=request.run_id,
                runtime_params=values.runtime,
                load_versions=request.load_versions or None,
            )
        ended = "FINISHED"
    finally:
        settings.set("HOOKS", hooks)
        task_hook.disarm()
        control_hook.order = Order()
        followed.end(ended)


def _own_parameters(request: Request, env: str | None, runtime: Values) -> Values | None:
    """Return the parameters as the files have them, read as the session will read them."""
    try:
        loader = settings.CONFIG_LOADER_CLASS(
            conf_source=str(request.root / settings.CONF_SOURCE),
            env=env or os.environ.get("KEDRO_ENV"),
            runtime_params=runtime,
            **settings.CONFIG_LOADER_ARGS,
        )
        return dict(loader["parameters"])
    except Exception:  # noqa: BLE001 - a hook may be needed first; else Kedro itself will tell
        return None


def _environment(env: str | None) -> str | None:
    """Return the environment of the plan: Kedro's default is that of one machine."""
    return env or settings.CONFIG_LOADER_ARGS.get("base_env")


def _bind(context: Any, request: Request, values: TaskValues) -> None:
    loader = context.config_loader
    if values.whole is not None:
        loader["parameters"] = values.whole
    whole = loader["catalog"]
    bound = task_catalog(whole, request.entries, request.places, request.captured)
    if request.attempt:
        made = {e for name in request.task.nodes for e in request.plan.node(name).outputs}
        for name in made & bound.keys():
            _remove_version(bound[name], context, request.run_id)
    loader["catalog"] = bound
    if loader["catalog"] is not bound:
        raise TaskError(
            f"The project's {type(loader).__name__} does not give back what is assigned to it, so "
            "the paths of this task cannot be set. Let its __getitem__ look into self.data first."
        )
    keep_used(loader, request.plan, bound)


def _remove_version(entry: Mapping[str, Any], context: Any, version: str) -> None:
    """Remove what an earlier attempt of this very task has saved as this run's version.

    Kedro refuses to save a version that is there; after a failed attempt it is half a result.
    """
    holder = path_holder(entry)
    if holder is None or not entry.get("versioned"):
        return
    key, stored = holder  # of a wrapper, the entry that it wraps
    location = str(stored[key])
    if not is_remote(location):
        return
    import fsspec

    asked = {k: v for k, v in (stored.get("fs_args") or {}).items() if not k.startswith("open_")}
    fs, path = fsspec.core.url_to_fs(location, **_credentials(stored, context), **asked)
    if fs.exists(f"{path}/{version}"):
        fs.rm(f"{path}/{version}", recursive=True)


def _credentials(entry: Mapping[str, Any], context: Any) -> dict[str, Any]:
    name = entry.get("credentials")
    if isinstance(name, str):
        return dict(context.config_loader["credentials"][name])
    return dict(name or {})
