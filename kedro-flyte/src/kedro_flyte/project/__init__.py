"""READ: open a Kedro project once and return plain records of one of its pipelines.

The only part of the export that opens a session. Dataset objects are not made: the plan needs
what the catalog says of them, not the objects. Of credentials, only the names are taken.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from kedro.framework.project import pipelines, settings
from kedro.framework.startup import bootstrap_project
from kedro.pipeline import Pipeline
from kedro.utils import find_kedro_project
from kedro_flyte.errors import ProjectError, nearest
from kedro_flyte.plan.data.pending import merged
from kedro_flyte.plan.platform import Platform
from kedro_flyte.plan.settings.config import FlyteConfig, parse_config
from kedro_flyte.plan.settings.demand import BY_CODE, demand
from kedro_flyte.plan.view import DatasetView, ProjectView
from kedro_flyte.project.catalog import Entries
from kedro_flyte.project.code import digest
from kedro_flyte.project.configuration import (
    base_env,
    configured_folders,
    environment,
    load,
    without_catalog,
)
from kedro_flyte.project.credential_data import credential_data
from kedro_flyte.project.credentials import credentials
from kedro_flyte.project.descriptions import about_pipeline
from kedro_flyte.project.diagnosis import explained, lines_of, refuse_broken_credentials
from kedro_flyte.project.elsewhere import Elsewhere
from kedro_flyte.project.failure import handler_view
from kedro_flyte.project.local_conf import local_conf
from kedro_flyte.project.modules import Modules
from kedro_flyte.project.needed import environments, needed
from kedro_flyte.project.nodes import known_names, node_view, output_types
from kedro_flyte.project.reading import reading
from kedro_flyte.project.runtime_parameters import RuntimeParameters, refuse_pending
from kedro_flyte.project.runtime_uses import used_keys, without
from kedro_flyte.project.secrets import written_out
from kedro_flyte.project.shipped_conf import ShippedConf
from kedro_flyte.project.shipping import Shipping
from kedro_flyte.project.tracking import tracking_address
from kedro_flyte.project.typed import typed_parameters


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which pipeline, and which part of it, in the words of `kedro run`."""

    pipeline: str = "__default__"
    env: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    node_names: tuple[str, ...] = ()
    from_nodes: tuple[str, ...] = ()
    to_nodes: tuple[str, ...] = ()
    from_inputs: tuple[str, ...] = ()
    to_outputs: tuple[str, ...] = ()
    node_namespaces: tuple[str, ...] = ()

    def of(self, pipeline: Pipeline) -> Pipeline:
        """Return the part of a pipeline; all of it where nothing is selected."""
        words = (
            "tags", "node_names", "from_nodes", "to_nodes", "from_inputs", "to_outputs",
            "node_namespaces",
        )  # fmt: skip
        chosen = {word: list(getattr(self, word)) for word in words if getattr(self, word)}
        return pipeline.filter(**chosen) if chosen else pipeline


def find_project(start: Path) -> Path:
    """Return the root of the Kedro project that a folder is in.

    Raises:
        ProjectError: It is in none.
    """
    found = find_kedro_project(start)
    if found is None:
        raise ProjectError(
            f"No Kedro project was found in {start} or above it: no pyproject.toml there has a "
            "[tool.kedro] section. Change into your project's folder and try again."
        )
    return Path(found)


@explained
def base_folder(root: Path) -> Path:
    """Return the folder of the project's configuration that holds in every environment."""
    bootstrap_project(root)
    arguments = settings.CONFIG_LOADER_ARGS
    return Path(root, settings.CONF_SOURCE, arguments.get("base_env", "base"))


@explained
def registered_pipelines(root: Path) -> list[str]:
    """Return the names of the project's pipelines, in order.

    Raises:
        ProjectError: They cannot be found.
    """
    bootstrap_project(root)
    if hasattr(pipelines, "set_requested"):
        pipelines.set_requested(None)
    return sorted(pipelines)


@explained
def read_project(
    root: Path, selection: Selection, platform: Platform, flyte_yml: type[FlyteConfig]
) -> tuple[ProjectView, FlyteConfig]:
    """Open the project and return what the plan is made from; what ships says the platform.

    Args:
        root: The project's folder.
        selection: What is read of it.
        platform: What it is read for.
        flyte_yml: The model of flyte.yml.

    Raises:
        ProjectError: The project, the pipeline or the slice cannot be opened.
        ConfigError: flyte.yml is wrong.
    """
    metadata = bootstrap_project(root)
    conf = root / settings.CONF_SOURCE
    env, problems = environment(conf, selection.env)
    refuse_broken_credentials(root, configured_folders(conf, env))
    runtime = RuntimeParameters(configured_folders(conf, env))
    refuse_pending(runtime.of_flyte(selection.params))
    carrier = platform.can.carrier
    shipping = Shipping(root, carrier)
    shipped = ShippedConf(shipping, root)
    elsewhere = Elsewhere(configured_folders(conf, env))
    given = merged(runtime.marks(selection.params), selection.params)
    with reading(root, env or base_env(), given, runtime.resolvers) as context:
        places = lines_of(root, configured_folders(conf, env))
        config = parse_config(load(context, "flyte"), places, flyte_yml)
        pipeline = _pipeline(selection)
        made = elsewhere.texts("catalog")
        catalog = Entries(root, context, pipeline, shipping, made)
        all_entries = [catalog]
        values = load(context, "parameters")
        view = ProjectView(
            package=metadata.package_name,
            pipeline=selection.pipeline,
            env=env,
            nodes=tuple(node_view(node) for node in pipeline.nodes),
            dependencies={
                node.name: frozenset(before.name for before in all_before)
                for node, all_before in pipeline.node_dependencies.items()
            },
            datasets=catalog.views(),
            parameters=values,
            given_parameters=selection.params,
            typed_parameters=typed_parameters(context, pipeline, values),
            output_types={n.name: output_types(n.func, len(n.outputs)) for n in pipeline.nodes},
            known=known_names(config, pipeline, selection.pipeline),
            credential_variables=credentials(configured_folders(conf, env)),
            credential_data=credential_data(
                [_of_this_machine(conf), *configured_folders(conf, env)], shipping
            ),
            credentials=shipped.credentials(configured_folders(conf, env)),
            secrets=tuple(
                secret
                for secret in written_out(root, configured_folders(conf, env))
                if not shipped.stays(secret)
            ),
            left_out=shipped.left_out,
            problems=(
                *problems,
                *(() if catalog.all_names else without_catalog(root, selection.env)),
                *(local_conf(root, conf, pipeline) if env is None else ()),
                *platform.problems(root),
                *environments(root, shipping),
                *shipped.taken_along(carrier),
                *needed(root, shipping, Path(metadata.source_dir), configured_folders(conf, env)),
            ),
            made_parameters=elsewhere.made("parameters"),
            made_settings=elsewhere.made("flyte"),
            variables=elsewhere.variables(("parameters", "catalog")),
            entries=catalog.all_names,
            tracking=tracking_address(configured_folders(conf, env), selection.pipeline),
            about=about_pipeline(metadata.package_name, selection.pipeline),
        )

        def views(other: Pipeline) -> dict[str, DatasetView]:
            all_entries.append(Entries(root, context, other, shipping, made))
            return all_entries[-1].views()

        handler = handler_view(config, view, views)
    used = used_keys(all_entries, values, view.nodes + ((handler.node,) if handler else ()))
    needs = runtime.needed(used, selection.params)
    view = replace(
        view,
        parameters=without(values, needs.others, configured_folders(conf, env)),
        runtime_parameters=needs.defaults,
        required_parameters=needs.required,
        other_runtime_parameters=needs.others,
    )
    code = _code(pipeline, view, config, Path(metadata.source_dir), root)
    return replace(view, handler=handler, code=code), config


def _of_this_machine(conf: Path) -> Path:
    """Return the folder of the configuration that stays on this machine."""
    return conf / str(settings.CONFIG_LOADER_ARGS.get("default_run_env", "local"))


def _code(
    pipeline: Pipeline, view: ProjectView, config: FlyteConfig, source: Path, root: Path
) -> dict[str, str]:
    """Return a digest for each node whose task is cached by its code."""
    wanted = {node.name for node in view.nodes if demand(node, config).cache == BY_CODE}
    modules = Modules(source)
    return {
        node.name: digest(node, modules, root, view.datasets, view.package)
        for node in pipeline.nodes
        if node.name in wanted
    }


def _pipeline(selection: Selection) -> Pipeline:
    name = selection.pipeline
    if hasattr(pipelines, "set_requested"):
        pipelines.set_requested([name])
    try:
        whole = pipelines[name]
    except (KeyError, ImportError) as error:
        if isinstance(error, ImportError) and error.__cause__ is not None:
            raise
        if hasattr(pipelines, "set_requested"):
            pipelines.set_requested(None)
        known = sorted(pipelines)
        raise ProjectError(
            f"The project has no pipeline '{name}'.{nearest(name, known)} It has: "
            f"{', '.join(known)}. Name one with --pipeline."
        ) from None
    try:
        chosen = selection.of(whole)
    except (ValueError, KeyError) as error:
        raise ProjectError(f"The slice does not fit pipeline '{name}': {error}") from error
    if not chosen.nodes:
        raise ProjectError(
            f"Pipeline '{name}' has no nodes, or the slice leaves none. Check --tags, --nodes, "
            "--from-nodes, --to-nodes, --from-inputs, --to-outputs and --namespaces."
        )
    return chosen
