"""A session of Kedro that reads the configuration and runs nothing."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kedro.framework.context import KedroContext
from kedro.framework.project import settings
from kedro.framework.session import KedroServiceSession
from kedro_flyte.placeholders import OF_A_LAPTOP, Placeholder

# What these do, they do for runs: they open a tracking server, send statistics, write files for a
# viewer.
_FOR_RUNS = ("mlflow_hook", *OF_A_LAPTOP)
_RESOLVERS = {"mlflow_hook": "km.random_name"}  # what configuration may use, and the hook brings


@contextmanager
def reading(
    root: Path, env: str, params: dict[str, Any], resolvers: Collection[str] = ()
) -> Iterator[KedroContext]:
    """Yield the context of a project, without the hooks of other plugins that are for runs alone.

    The project's own hooks do as in any session, since they may change the configuration.

    Args:
        root: The project's folder.
        env: The environment; empty for the one that Kedro's settings have.
        params: Runtime parameters.
        resolvers: Those that the configuration uses, which such a hook may bring.
    """
    own = settings.HOOKS
    taken = {getattr(hook, "__name__", "") for hook in own}
    used = {name for name, resolver in _RESOLVERS.items() if resolver in resolvers}
    left_out = [name for name in _FOR_RUNS if name not in taken | used]
    settings.set("HOOKS", (*filter(_serves, own), *map(Placeholder, left_out)))
    try:
        session = KedroServiceSession.create(project_path=root, env=env)
        with session:
            yield session.load_context(params)
    finally:
        settings.set("HOOKS", own)


def _serves(hook: Any) -> bool:
    """Whether a hook is not kedro-mlflow's own, which a project may register by itself."""
    return not type(hook).__module__.startswith("kedro_mlflow.")
