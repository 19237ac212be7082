"""The parameters of a task: what the workflow hands over, above what the task's own files say.

Only a value that differs from the task's own configuration is passed on, as `kedro run --params`
would pass it, so that what is computed from other parameters is computed anew.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kedro_flyte.plan.data.parameters import decode, encode
from kedro_flyte.plan.model import Parameter, Plan, Task
from kedro_flyte.plan.view import Keys

_log = logging.getLogger(__name__)
_NOTHING = object()

Values = dict[Any, Any]  # keys are texts, or numbers
Read = Callable[[Values], Values | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskValues:
    """What a task computes with.

    `runtime` is what `kedro run --params` would have got. `whole` are all parameters, with them;
    None where Kedro is to read its files itself.
    """

    runtime: Values
    whole: Values | None = None


def task_values(plan: Plan, task: Task, inputs: Mapping[str, Any], read: Read) -> TaskValues:
    """Return the parameters of a task.

    Args:
        plan: The plan of the task.
        task: The task.
        inputs: What the workflow hands over, by the ids of inputs.
        read: Gives the parameters that the task's own files say with some runtime parameters; None
            where they cannot be read before the session.
    """
    handed = [p for p in plan.parameters if p.id in task.parameters and _is_handed(p, inputs)]
    if not handed:
        return TaskValues(runtime={})
    values = {p.keys: decode(p.kind, inputs[p.id]) for p in handed}
    required = [p for p in handed if p.required]
    own = read(_nested(required, values))
    if own is None:
        passed = [p for p in handed if p.required or p.given or not _is_default(p, inputs)]
        return TaskValues(runtime=_nested(passed, values))
    named = {entry for name in task.nodes for entry in plan.node(name).inputs}
    differ = [p for p in handed if p.required or _differs(p, values[p.keys], own, named)]
    stays = [p for p in differ if not p.required and not p.given and _is_default(p, inputs)]
    changed = [p for p in differ if p not in stays]
    if stays and changed != required:
        stays = _without_followers(stays, own, read(_nested(changed, values)))
    _tell([p.path for p in stays])
    runtime = _nested([*changed, *stays], values)
    whole = read(runtime) if [*changed, *stays] != required else own
    return TaskValues(runtime=runtime, whole=_laid_over(whole, [*changed, *stays], values))


def _is_handed(parameter: Parameter, inputs: Mapping[str, Any]) -> bool:
    """Whether there is a value; None may stand for what the files of the task make."""
    found = inputs.get(parameter.id, _NOTHING)
    return found is not _NOTHING and not (parameter.read_in_task and found is None)


def _is_default(parameter: Parameter, inputs: Mapping[str, Any]) -> bool:
    """Whether the workflow hands over what it had at its export."""
    handed = decode(parameter.kind, inputs[parameter.id])
    default = _default(parameter)
    return handed == default and type(handed) is type(default)


def _default(parameter: Parameter) -> Any:
    return decode(parameter.kind, parameter.default)


def _differs(parameter: Parameter, value: Any, own: Values, named: set[str]) -> bool:
    """Whether a value is another one than the files have.

    What they do not have is one that only `${runtime_params:...}` reads, unless a node names it.
    """
    found = _at(own, parameter.keys)
    if found is not _NOTHING:
        return encode(found) != encode(value)
    path = parameter.path
    is_named = any(f"params:{path}.".startswith(f"{entry}.") for entry in named)
    return is_named or parameter.given or encode(value) != encode(_default(parameter))


def _without_followers(
    stays: list[Parameter], own: Values, moved: Values | None
) -> list[Parameter]:
    """Return parameters without those that are computed from what was given by hand."""
    if moved is None:
        return stays
    return [p for p in stays if encode(_at(own, p.keys)) == encode(_at(moved, p.keys))]


def _at(values: Any, keys: Keys) -> Any:
    for key in keys:
        if not isinstance(values, Mapping) or key not in values:
            return _NOTHING
        values = values[key]
    return values


def _nested(chosen: Iterable[Parameter], values: Mapping[Keys, Any]) -> Values:
    found: Values = {}
    for parameter in chosen:
        _put(found, parameter.keys, values[parameter.keys])
    return found


def _put(found: Values, keys: Keys, value: Any) -> None:
    for key in keys[:-1]:
        if not isinstance(found.get(key), dict):
            found[key] = {}
        found = found[key]
    found[keys[-1]] = value


def _laid_over(
    whole: Values | None, passed: list[Parameter], values: Mapping[Keys, Any]
) -> Values | None:
    """Set what a merge has not set: an empty group, say, is merged into one that is not."""
    for parameter in passed if whole is not None else []:
        value = values[parameter.keys]
        if encode(_at(whole, parameter.keys)) != encode(value) and not parameter.required:
            _put(whole, parameter.keys, value)  # type: ignore[arg-type]
    return whole


def _tell(paths: list[str]) -> None:
    if paths:
        _log.warning(
            "The configuration of this task has other values than the workflow for %s. The "
            "workflow's are used; export again to take over what was edited.",
            ", ".join(sorted(paths)),
        )
