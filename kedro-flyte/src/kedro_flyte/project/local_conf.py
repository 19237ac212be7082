"""What conf/local says otherwise than what ships: `kedro run` reads it, and no task does."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from kedro.framework.project import settings
from kedro.pipeline import Pipeline
from kedro_flyte.plan.view import Finding, Severity, base_name, is_parameter
from kedro_flyte.project.configuration import base_env, default_env
from kedro_flyte.project.unresolved import Keys, files, leaves

_KINDS = ("parameters", "catalog", "globals", "flyte", "mlflow", "credentials")
_HARMLESS = ("mlflow", "credentials")  # what tasks lack of the latter, KF128 tells
_SHOWN = 5


def local_conf(root: Path, conf: Path, pipeline: Pipeline) -> Iterator[Finding]:
    """Yield a finding for each file of conf/local with keys that the plan does not have.

    It is a warning where the pipeline may compute otherwise without them.
    """
    local = conf / default_env()
    if default_env() in ("", base_env()) or not local.is_dir():
        return
    arguments = settings.CONFIG_LOADER_ARGS
    for kind in dict.fromkeys((*_KINDS, *arguments.get("config_patterns", {}))):
        changed = list(files([local], (kind,)))
        base = _values(files([conf / base_env()], (kind,))) if changed else {}
        merges = arguments.get("merge_strategy", {}).get(kind) == "soft"
        for path in changed:
            keys = _differing(_values([path]), base, merges=merges)
            if keys:
                is_used = any(_is_used(kind, one[0], pipeline) for one in keys)
                place = path.relative_to(root).as_posix()
                yield _finding(place, [".".join(one) for one in sorted(keys)], is_used=is_used)


def _values(paths: Iterable[Path]) -> dict[Keys, Any]:
    return {leaf.keys: leaf.value for path in paths for leaf in leaves(path)}


def _differing(local: dict[Keys, Any], base: dict[Keys, Any], *, merges: bool) -> set[Keys]:
    """Return the keys whose values differ; a group replaces that of base, unless they merge."""
    changed = {keys for keys, value in local.items() if keys not in base or base[keys] != value}
    tops = {keys[0] for keys in local}
    gone = {keys for keys in base if keys[0] in tops and keys not in local}
    return changed if merges else changed | gone


def _is_used(kind: str, key: str, pipeline: Pipeline) -> bool:
    if kind in _HARMLESS:
        return False
    if kind == "parameters":
        named = {one.removeprefix("params:") for one in filter(is_parameter, pipeline.inputs())}
        return "parameters" in named or any(f"{one}.".startswith(f"{key}.") for one in named)
    if kind == "catalog" and "{" not in key and not key.startswith("_"):
        return base_name(key) in {base_name(one) for one in pipeline.datasets()}
    return True


def _finding(place: str, keys: list[str], *, is_used: bool) -> Finding:
    more = f" and {len(keys) - _SHOWN} more" if len(keys) > _SHOWN else ""
    return Finding(
        code="KF151",
        severity=Severity.WARNING if is_used else Severity.INFO,
        what=f"{place} is no part of the plan. It has other values than what ships for "
        f"{', '.join(keys[:_SHOWN])}{more}.",
        why="`kedro run` reads it on this machine, and no task has it.",
        todo="Move what tasks need to base or to an environment that ships (--env). To run here "
        f"with it: kedro flyte run --env {default_env()}.",
        place=place,
    )
