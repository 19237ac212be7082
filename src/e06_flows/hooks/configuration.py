"""Parameters that a pipeline is built from: how many nodes it has is said in conf/.

Kedro builds the pipelines after it has made the context of a run and before it gives them their
parameters. So a hook remembers the configuration of the newest context, with its environment and
`--params`; `configured` reads it while a pipeline is built. Without a context (`kedro registry
list`), the project's configuration is read as it is.
"""

import os
from pathlib import Path
from typing import Any

from kedro.config import AbstractConfigLoader
from kedro.framework.context import KedroContext
from kedro.framework.hooks import hook_impl
from kedro.framework.project import settings
from kedro.utils import find_kedro_project

_newest: list[AbstractConfigLoader] = []


class RememberConfiguration:
    """Keeps the configuration of the newest context for the pipelines that are built from it."""

    @hook_impl
    def after_context_created(self, context: KedroContext) -> None:
        """Remember it."""
        _newest[:] = [context.config_loader]


def configured(group: str) -> Any:
    """Return a group of parameters, not yet checked, while a pipeline is built.

    Raises:
        LookupError: There is no project here, or it has no such group.
    """
    found = (_newest[0] if _newest else _project())["parameters"].get(group)
    if not found:
        raise LookupError(
            f"The pipeline {group!r} is built from the parameters {group!r}, and there are none. "
            f"Put conf/base/parameters_{group}.yml back."
        )
    return found


def _project() -> AbstractConfigLoader:
    root = find_kedro_project(Path.cwd())
    if root is None:
        raise LookupError(f"{Path.cwd()} is in no Kedro project, so there are no parameters.")
    loader: AbstractConfigLoader = settings.CONFIG_LOADER_CLASS(
        conf_source=str(root / settings.CONF_SOURCE),
        env=os.environ.get("KEDRO_ENV"),
        **settings.CONFIG_LOADER_ARGS,
    )
    return loader
