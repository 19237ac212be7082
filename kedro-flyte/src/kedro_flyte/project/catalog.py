"""The catalog's entries for the datasets of a pipeline. Dataset objects are not made."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from kedro.framework.context import KedroContext
from kedro.framework.project import settings
from kedro.io import CatalogConfigResolver
from kedro.pipeline import Pipeline
from kedro_flyte.plan.data.datasets import credential_names, path_holder
from kedro_flyte.plan.data.own_data import own_data
from kedro_flyte.plan.data.pending import refers, with_references
from kedro_flyte.plan.data.places import before_pattern, disk_path, is_remote, normal
from kedro_flyte.plan.view import OF_HOOK, DatasetView, base_name, is_parameter
from kedro_flyte.project.configuration import load
from kedro_flyte.project.shipping import Shipping, place_of


class Entries:
    """The catalog's entries for the datasets of a pipeline; `all_names` has those of others too."""

    def __init__(
        self,
        root: Path,
        context: KedroContext,
        pipeline: Pipeline,
        shipping: Shipping,
        texts: Mapping[tuple[str, ...], str],
    ) -> None:
        self._root = root
        self._shipping = shipping
        self._made = texts
        self._context = context
        self._names = sorted(name for name in pipeline.datasets() if not is_parameter(name))
        made = pipeline.all_outputs()
        self._read_only = {name for name in self._names if name not in made}
        config = load(context, "catalog")  # read once: of a large project it takes the longest
        self.all_names = frozenset(map(base_name, config))
        names = {name: name for entry in config.values() for name in credential_names(entry)}
        self._resolver = CatalogConfigResolver(
            config=config,
            credentials=names,  # type: ignore[arg-type]
            default_runtime_patterns={"{default}": {"type": "MemoryDataset"}},
        )

    def views(self) -> dict[str, DatasetView]:
        """Return a record of every dataset, by name."""
        configs = self._configs
        places = {name: self._place(config) for name, config in configs.items() if config}
        local = {n: p for n, p in places.items() if p is not None and n in self._read_only}
        shipped = self._shipping.of(set(local.values()))
        obstacles = {name: shipped[place].obstacle for name, place in local.items()}
        return {
            name: DatasetView(
                name=name,
                config=configs[name],
                place=self._canonical(configs[name]),
                path_text=self._path_text(name),
                shipped=obstacles[name] is None if name in local else None,
                obstacle=obstacles.get(name),
                exists=(self._root / local[name]).exists() if name in local else True,
                is_directory=(self._root / local[name]).is_dir() if name in local else False,
            )
            for name in self._names
        }

    @cached_property
    def _configs(self) -> dict[str, dict[str, Any] | None]:
        return {name: with_references(self._config(name)) for name in self._names}

    @property
    def used_credentials(self) -> set[str]:
        """The names of the credentials of the datasets of the pipeline."""
        return {name for config in self._configs.values() for name in credential_names(config)}

    @property
    def used(self) -> set[str]:
        """The keys of the catalog that the datasets of the pipeline are of, patterns too."""
        resolver = self._resolver
        patterns = {
            resolver.match_dataset_pattern(name) or resolver.match_user_catch_all_pattern(name)
            for name in self._names
            if name not in resolver.config
        }
        return {*self._names, *(str(pattern) for pattern in patterns if pattern)}

    def _config(self, name: str) -> dict[str, Any] | None:
        resolver = self._resolver
        if name in resolver.config:
            return dict(resolver.config[name])
        if resolver.match_dataset_pattern(name) or resolver.match_user_catch_all_pattern(name):
            return dict(resolver.resolve_pattern(name))
        return {"type": OF_HOOK} if name in self._added_by_hooks() else None

    def _path_text(self, name: str) -> str:
        """Return the path as the file has it, where it is made when it is read; else nothing."""
        entry = (
            name if name in self._resolver.config else self._resolver.match_dataset_pattern(name)
        )
        ways = (("filepath",), ("path",), ("dataset", "filepath"), ("dataset", "path"), ())
        found = (self._made.get((str(entry), *way)) for way in ways)
        return next(filter(None, found), "")

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
        """Return what is on this disk of a dataset; of one without a path, what its type keeps."""
        location = _location(config) or next((d.path for d in own_data(config) if d.path), "")
        if not location or is_remote(location) or refers(location):
            return None
        path = disk_path(location)
        return path if (self._root / path).exists() else before_pattern(path)

    def _canonical(self, config: Mapping[str, Any] | None) -> str:
        """Return where a dataset is: links are followed, and paths are relative to the project."""
        location = _location(config or {})
        if not location or is_remote(location):
            return ""
        root = self._root.resolve()
        return place_of(root, (root / normal(location)).resolve())


def _location(config: Mapping[str, Any]) -> str:
    holder = path_holder(config)
    return str(holder[1][holder[0]]) if holder else ""
