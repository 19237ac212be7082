"""The configuration of a project: its environments, and parts of it that may be missing."""

from pathlib import Path
from typing import Any

from kedro.config import MissingConfigException
from kedro.framework.context import KedroContext
from kedro.framework.project import settings
from kedro_flyte.errors import nearest
from kedro_flyte.plan.view import Finding, Severity

CONFIG_PATTERNS = ["flyte*", "flyte*/**", "**/flyte*"]


def environment(conf: Path, env: str | None) -> tuple[str | None, tuple[Finding, ...]]:
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
        place=env,
    )
    return base, (finding,)


def configured_folders(conf: Path, env: str | None) -> list[Path]:
    arguments = settings.CONFIG_LOADER_ARGS
    base = arguments.get("base_env", "base")
    return [conf / str(name) for name in dict.fromkeys([base, env or base])]


def load(context: KedroContext, key: str) -> dict[str, Any]:
    """Return a part of the configuration; empty where no file has any."""
    loader: Any = context.config_loader
    if key == "flyte" and hasattr(loader, "config_patterns"):  # a project's own may have none
        loader.config_patterns.setdefault("flyte", CONFIG_PATTERNS)
    try:
        return dict(loader[key])
    except MissingConfigException:
        return {}
