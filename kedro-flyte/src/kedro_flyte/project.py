"""READ: open a Kedro project once and return plain records of one of its pipelines.

The only module of the export that opens a session. Dataset objects are not made: the plan needs
what the catalog says of them, not the objects. Credentials are not read: only their names are seen.
"""

import inspect
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kedro.config import MissingConfigException
from kedro.framework.context import KedroContext
from kedro.framework.project import pipelines, settings
from kedro.framework.session import KedroServiceSession
from kedro.framework.startup import bootstrap_project
from kedro.io import CatalogConfigResolver
from kedro.pipeline import Pipeline
from kedro.pipeline.node import Node
from kedro.utils import find_kedro_project
from kedro_flyte import scan
from kedro_flyte.errors import ProjectError, nearest
from kedro_flyte.plan.config import FlyteConfig, parse_config
from kedro_flyte.plan.datasets import is_remote, path_holder
from kedro_flyte.plan.model import (
    DatasetView,
    Finding,
    KnownNames,
    NodeView,
    ProjectView,
    Severity,
    is_parameter,
)

CONFIG_PATTERNS = ["flyte*", "flyte*/**", "**/flyte*"]


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


def read_project(root: Path, selection: Selection) -> tuple[ProjectView, FlyteConfig]:
    """Open the project and return what the plan is made from.

    Raises:
        ProjectError: The project, the pipeline or the slice cannot be opened.
        ConfigError: flyte.yml is wrong.
    """
    metadata = bootstrap_project(root)
    conf = root / settings.CONF_SOURCE
    env, problems = _environment(conf, selection.env)
    texts = scan.scan(root, _configured_folders(conf, env))
    given = {**texts.placeholders, **selection.params}
    session = KedroServiceSession.create(project_path=root, env=env)
    with session:
        context = session.load_context(given)
        config = parse_config(_load(context, "flyte"))
        pipeline = _pipeline(selection)
        catalog = _Entries(root, context, pipeline)
        view = ProjectView(
            package=metadata.package_name,
            pipeline=selection.pipeline,
            env=selection.env,
            nodes=tuple(_node(node) for node in pipeline.nodes),
            dependencies={
                node.name: frozenset(before.name for before in all_before)
                for node, all_before in pipeline.node_dependencies.items()
            },
            datasets=catalog.views(),
            parameters=_load(context, "parameters"),
            runtime_parameters={**texts.runtime_parameters, **_given_in_catalog(texts, selection)},
            required_parameters=texts.required - set(selection.params),
            output_types={n.name: _output_types(n.func, len(n.outputs)) for n in pipeline.nodes},
            known=_known(config, pipeline, selection.pipeline),
            secrets=texts.secrets,
            left_out=_left_out(root),
            problems=problems,
        )
    return view, config


def _environment(conf: Path, env: str | None) -> tuple[str | None, tuple[Finding, ...]]:
    """Return the environment to use, and a finding where its folder is missing.

    Without one, Kedro reads conf/local; where that is missing, as in a fresh clone, base alone.
    """
    arguments = settings.CONFIG_LOADER_ARGS
    default = arguments.get("default_run_env", "local")
    base = str(arguments.get("base_env", "base"))
    if env is None:
        return (None if (conf / default).is_dir() else base), ()
    if (conf / env).is_dir():
        return env, ()
    known = sorted(path.name for path in conf.iterdir() if path.is_dir()) if conf.is_dir() else []
    finding = Finding(
        code="KF112",
        severity=Severity.ERROR,
        what=f"The environment '{env}' has no folder {conf.name}/{env}.{nearest(env, known)}",
        why=f"There are: {', '.join(known) or 'none'}. Git keeps no empty folders.",
        todo=f"Correct --env, or make {conf.name}/{env} and put a file into it.",
    )
    return base, (finding,)


def _configured_folders(conf: Path, env: str | None) -> list[Path]:
    arguments = settings.CONFIG_LOADER_ARGS
    base = arguments.get("base_env", "base")
    return [conf / str(name) for name in dict.fromkeys([base, env or base])]


def _given_in_catalog(texts: scan.Texts, selection: Selection) -> dict[str, Any]:
    return {name: selection.params[name] for name in texts.all_names if name in selection.params}


def _load(context: KedroContext, key: str) -> dict[str, Any]:
    """Return a part of the configuration; empty where no file has any."""
    loader: Any = context.config_loader
    if key == "flyte":
        loader.config_patterns.setdefault("flyte", CONFIG_PATTERNS)
    try:
        return dict(loader[key])
    except MissingConfigException:
        return {}


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


def _node(node: Node) -> NodeView:
    return NodeView(
        name=node.name,
        func=_function_name(node.func),
        inputs=tuple(node.inputs),
        outputs=tuple(node.outputs),
        tags=frozenset(node.tags),
        namespace=node.namespace,
        confirms=tuple(node.confirms),
    )


def _function_name(func: Any) -> str:
    inner = getattr(func, "func", func)  # functools.partial
    return str(getattr(inner, "__name__", type(inner).__name__))


def _output_types(func: Any, count: int) -> tuple[str, ...]:
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


class _Entries:
    """The catalog's entries for the datasets of a pipeline."""

    def __init__(self, root: Path, context: KedroContext, pipeline: Pipeline) -> None:
        self._root = root
        self._context = context
        self._names = sorted(name for name in pipeline.datasets() if not is_parameter(name))
        made = pipeline.all_outputs()
        self._read_only = {name for name in self._names if name not in made}
        config = _load(context, "catalog")
        names = {name: name for entry in config.values() for name in _credentials(entry)}
        self._resolver = CatalogConfigResolver(
            config=config,
            credentials=names,  # type: ignore[arg-type]
            default_runtime_patterns={"{default}": {"type": "MemoryDataset"}},
        )

    def views(self) -> dict[str, DatasetView]:
        """Return a record of every dataset, by name."""
        configs = {name: self._config(name) for name in self._names}
        places = {name: self._place(config) for name, config in configs.items() if config}
        local = {n: p for n, p in places.items() if p is not None and n in self._read_only}
        ignored = _ignored(self._root, set(local.values()))
        return {
            name: DatasetView(
                name=name,
                config=configs[name],
                shipped=local[name] not in ignored if name in local else None,
                exists=(self._root / local[name]).exists() if name in local else True,
                is_directory=(self._root / local[name]).is_dir() if name in local else False,
            )
            for name in self._names
        }

    def _config(self, name: str) -> dict[str, Any] | None:
        resolver = self._resolver
        if name in resolver.config:
            return dict(resolver.config[name])
        if resolver.match_dataset_pattern(name) or resolver.match_user_catch_all_pattern(name):
            return dict(resolver.resolve_pattern(name))
        return {"type": "dataset of a hook"} if name in self._added_by_hooks() else None

    def _added_by_hooks(self) -> set[str]:
        """Return the datasets that a hook of the project puts into the catalog."""
        hooks = [hook for hook in settings.HOOKS if hasattr(hook, "after_catalog_created")]
        if not hooks:
            return set()
        if not hasattr(self, "_hooked"):
            catalog = self._context.catalog
            self._hooked = {name for name in self._names if name in catalog}
        return self._hooked

    def _place(self, config: Mapping[str, Any]) -> str | None:
        holder = path_holder(config)
        if holder is None or is_remote(str(holder[1][holder[0]])):
            return None
        return str(holder[1][holder[0]]).removeprefix("file://")


def _credentials(entry: Any) -> Iterator[str]:
    """Yield the names of the credentials that an entry uses, also in nested ones."""
    if isinstance(entry, Mapping):
        for key, value in entry.items():
            if key == "credentials" and isinstance(value, str):
                yield value
            else:
                yield from _credentials(value)


def _git(root: Path, *arguments: str, lines: Iterable[str] = ()) -> list[str]:
    """Return the lines that git prints; none where there is no git, or no repository."""
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command, and paths on standard input
            ["git", "-C", str(root), *arguments],  # noqa: S607
            input="\n".join(lines),
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return []
    return done.stdout.splitlines()


def _ignored(root: Path, places: set[str]) -> set[str]:
    inside = {place for place in places if not place.startswith(("/", ".."))}
    if not inside:
        return set()
    return set(_git(root, "-c", "core.quotePath=off", "check-ignore", "--stdin", lines=inside))


def _left_out(root: Path) -> tuple[str, ...]:
    """Return what git ignores of the configuration, as folders where it can."""
    found = _git(
        root, "ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "--",
        settings.CONF_SOURCE,
    )  # fmt: skip
    return tuple(sorted(found))


def _known(config: FlyteConfig, pipeline: Pipeline, name: str) -> KnownNames:
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
