"""Schedules: when they start, and what each gives to the workflow's inputs."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kedro_flyte.plan.data import parameters
from kedro_flyte.plan.data.places import is_remote
from kedro_flyte.plan.model import Dataset, Kind, Parameter, Schedule
from kedro_flyte.plan.settings.config import PipelineConfig, ScheduleConfig
from kedro_flyte.plan.settings.times import minutes
from kedro_flyte.plan.view import Default, dotted

SHIPPED = "shipped"


class UnfitError(Exception):
    """A schedule gives a value that its input cannot take."""


def schedules(
    own: PipelineConfig, inputs: tuple[Parameter, ...], sources: Sequence[Dataset]
) -> tuple[Schedule, ...]:
    """Return the schedules of a pipeline. What does not fit is left out; a check has named it."""
    return tuple(
        Schedule(
            name=name,
            cron=one.cron or "",
            timezone=one.timezone,
            every=minutes(one.every) if one.every else 0,
            inputs=tuple(sorted(_fitting(one, inputs, sources))),
            active=one.active,
            max_parallelism=one.max_parallelism or own.max_parallelism or 0,
        )
        for name, one in own.schedules.items()
    )


def known_inputs(inputs: tuple[Parameter, ...]) -> dict[str, Parameter]:
    """Return the parameters by what a schedule may call them: path or id."""
    return {p.path: p for p in inputs} | {p.id: p for p in inputs}


def known_sources(sources: Sequence[Dataset]) -> dict[str, Dataset]:
    """Return the sources by what a schedule may call them: name or id."""
    return {one.id: one for one in sources} | {one.name: one for one in sources}


def given_inputs(
    schedule: ScheduleConfig, inputs: tuple[Parameter, ...]
) -> Iterator[tuple[str, Any]]:
    """Yield what a schedule gives, each under the name that it has there; groups by their leaves.

    `model: {rate: 0.1}` is `model.rate`, unless `model` is an input itself.
    """
    known = known_inputs(inputs)
    for name, value in schedule.inputs.items():
        if name in known or not isinstance(value, Mapping):
            yield name, value
        else:
            yield from ((dotted(keys), leaf) for keys, leaf in parameters.leaves(value, (name,)))


def _fitting(
    schedule: ScheduleConfig, inputs: tuple[Parameter, ...], sources: Sequence[Dataset]
) -> Iterator[tuple[str, Default]]:
    known = known_inputs(inputs)
    ids = known_sources(sources)
    for name, value in given_inputs(schedule, inputs):
        if name in known:
            try:
                yield known[name].id, fitted(known[name], value)
            except UnfitError:
                continue
        elif name in ids and value != SHIPPED:
            yield ids[name].id, str(value)


def fitted(parameter: Parameter, value: Any) -> Default:
    """Return a value in the way of its input.

    Raises:
        UnfitError: The input takes another kind.
    """
    kind = parameter.kind
    written = parameters.encode(value)
    if kind in (Kind.NUMBERS, Kind.TEXTS) and value == []:
        return ()
    if kind is Kind.JSON and not isinstance(value, str):
        return parameters.as_text(value)
    if kind is Kind.FLOAT and written is not None and written[0] is Kind.INTEGER:
        return float(value)
    if kind is Kind.INTEGER and written is not None and written[0] is Kind.FLOAT:
        return float(value)
    if written is None or written[0] is not kind:
        raise UnfitError(f"{value!r} is not of the kind '{kind.value}'")
    return written[1]


def unfit_source(value: Any) -> bool:
    """Whether a schedule gives for a dataset what is neither a URI nor the shipped file."""
    return value != SHIPPED and not (isinstance(value, str) and is_remote(value))
