"""The configuration of a project: its environments, and parts of it that may be missing."""

import os
from pathlib import Path
from typing import Any

from kedro.config import MissingConfigException
from kedro.framework.context import KedroContext
from kedro.framework.project import settings
from kedro_flyte.errors import nearest
from kedro_flyte.plan.view import Finding, Severity

CONFIG_PATTERNS = ["flyte*", "flyte*/**", "**/flyte*"]


def base_env() -> str:
    """Return the environment that holds always; empty where the settings name none."""
    return str(settings.CONFIG_LOADER_ARGS.get("base_env") or "")


def default_env() -> str:
    """Return the environment that `kedro run` reads without --env: that of one machine."""
    return str(settings.CONFIG_LOADER_ARGS.get("default_run_env") or "")


def environment(conf: Path, env: str | None) -> tuple[str | None, tuple[Finding, ...]]:
    """Return the environment to plan for, None for base alone, and a finding where it is missing.

    It is the one that --env or KEDRO_ENV names. Kedro's default, conf/local, is of one machine and
    no task has it.
    """
    wanted = env or os.environ.get("KEDRO_ENV")
    if not wanted or wanted == base_env():
        return None, ()
    if (conf / wanted).is_dir():
        return wanted, ()
    known = sorted(path.name for path in conf.iterdir() if path.is_dir()) if conf.is_dir() else []
    finding = Finding(
        code="KF112",
        severity=Severity.ERROR,
        what=f"The environment '{wanted}' has no folder {conf.name}/{wanted}."
        f"{nearest(wanted, known)}",
        why=f"There are: {', '.join(known) or 'none'}. Git keeps no empty folders.",
        todo=f"Correct --env, or make {conf.name}/{wanted} and put a file into it.",
        place=wanted,
    )
    return None, (finding,)


def without_catalog(root: Path, env: str | None) -> tuple[Finding, ...]:
    """Return a finding where `kedro run` with this --env finds no file of a catalog, and stops.

    A clone without conf/local stops it, too, but not for want of a catalog: tasks need no such
    folder.
    """
    conf = root / settings.CONF_SOURCE
    env = env or os.environ.get("KEDRO_ENV")
    if not (conf / (env or default_env())).is_dir():
        return ()
    loader = settings.CONFIG_LOADER_CLASS(
        conf_source=str(conf), env=env, **settings.CONFIG_LOADER_ARGS
    )
    try:
        _ = loader["catalog"]
    except MissingConfigException:
        place = f"{settings.CONF_SOURCE}/{base_env()}/catalog.yml"
        finding = Finding(
            code="KF158",
            severity=Severity.ERROR,
            what="The project has no catalog.",
            why="`kedro run` stops here, too: it asks for a file, if only for an empty one.",
            todo=f"Make {place}; a node's data that it does not name stays in memory.",
            place="catalog",
        )
        return (finding,)
    except Exception:  # noqa: BLE001 - there is one; what is wrong with it, others tell
        return ()
    return ()


def configured_folders(conf: Path, env: str | None) -> list[Path]:
    """Return the folders that the plan is made from."""
    return [conf / name for name in dict.fromkeys([base_env(), env or base_env()])]


def load(context: KedroContext, key: str) -> dict[str, Any]:
    """Return a part of the configuration; empty where no file has any."""
    loader: Any = context.config_loader
    if key == "flyte" and hasattr(loader, "config_patterns"):  # a project's own may have none
        loader.config_patterns.setdefault("flyte", CONFIG_PATTERNS)
    try:
        return dict(loader[key])
    except MissingConfigException:
        return {}
