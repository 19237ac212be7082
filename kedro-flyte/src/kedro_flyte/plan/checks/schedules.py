"""Checks of the schedules: whether each gives all that a start without a person needs."""

from collections.abc import Iterator
from typing import Any

from kedro_flyte.errors import nearest
from kedro_flyte.plan.checks.facts import Facts, error
from kedro_flyte.plan.operations.schedules import (
    SHIPPED,
    UnfitError,
    fitted,
    given_inputs,
    known_inputs,
    known_sources,
    unfit_source,
)
from kedro_flyte.plan.settings.config import ScheduleConfig
from kedro_flyte.plan.view import Finding


def schedule_inputs(facts: Facts) -> Iterator[Finding]:
    for name, schedule in facts.scope.own.schedules.items():
        for given, value in given_inputs(schedule, facts.named.parameters):
            yield from _given(facts, name, given, value)
        known = known_inputs(facts.named.parameters)
        reached = {
            known[g].id for g, _ in given_inputs(schedule, facts.named.parameters) if g in known
        }
        for needed in facts.named.parameters:
            if needed.required and needed.id not in reached:
                yield error(
                    "KF126",
                    f"Schedule '{name}' does not give '{needed.id}', which has no default.",
                    "A schedule starts with defaults alone.",
                    f"Add it under pipelines.{facts.view.pipeline}.schedules.{name}.inputs.",
                    place=name,
                )


def _given(facts: Facts, schedule: str, name: str, value: Any) -> Iterator[Finding]:
    parameters = known_inputs(facts.named.parameters)
    sources = known_sources(facts.source_datasets)
    if name in sources:
        if unfit_source(value):
            yield error(
                "KF148",
                f"Schedule '{schedule}' gives {value!r} for the dataset '{name}'.",
                "It starts elsewhere, where no file of this machine is.",
                f"Give a URI, or '{SHIPPED}' for the file that is shipped with the code.",
                place=schedule,
            )
    elif name not in parameters:
        known = [*dict.fromkeys(p.id for p in facts.named.parameters), *facts.travelling.sources]
        yield error(
            "KF125",
            f"Schedule '{schedule}' gives '{name}', which is no input of the workflow."
            f"{nearest(name, [*known, *parameters])}",
            f"The inputs are: {', '.join(known) or 'none'}.",
            "Correct the name.",
            place=schedule,
        )
    else:
        yield from _unfit(facts, schedule, name, value)


def _unfit(facts: Facts, schedule: str, name: str, value: Any) -> Iterator[Finding]:
    try:
        fitted(known_inputs(facts.named.parameters)[name], value)
    except UnfitError as problem:
        yield error(
            "KF148",
            f"Schedule '{schedule}' cannot give '{name}': {problem}.",
            "An input of the workflow has the type of its configured value.",
            f"Correct it under pipelines.{facts.view.pipeline}.schedules.{schedule}.inputs.",
            place=schedule,
        )


def unscheduled_sources(facts: Facts) -> Iterator[tuple[str, str]]:
    """Yield each schedule with each source at a local path that it does not replace."""
    for schedule, config in facts.scope.own.schedules.items():
        named = _named(facts, config)
        for name in facts.travelling.sources:
            if name not in named or (named[name] == SHIPPED and not _is_shipped(facts, name)):
                yield schedule, name


def schedule_sources(facts: Facts) -> Iterator[Finding]:
    """A source at a local path is the same at every start, or not there at all."""
    for schedule, name in unscheduled_sources(facts):
        where = facts.routes[name].location
        is_shipped = _is_shipped(facts, name)
        state = "" if is_shipped else ", and is not shipped with the code"
        again = f", or {{{name}: {SHIPPED}}} to read the shipped file each time"
        yield error(
            "KF107",
            f"Schedule '{schedule}' starts with source '{name}', a local file ({where}){state}.",
            "A schedule starts elsewhere and again and again: it would never see new data.",
            f"Move the dataset to a remote path, or add to the schedule's inputs {{{name}: URI}}"
            f"{again if is_shipped else ''}.",
            place=name,
        )


def _named(facts: Facts, schedule: ScheduleConfig) -> dict[str, Any]:
    known = known_sources(facts.source_datasets)
    return {known[n].name: v for n, v in schedule.inputs.items() if n in known}


def _is_shipped(facts: Facts, name: str) -> bool:
    found = facts.entry_of(name)
    return found is None or (found.shipped is not False and found.exists)
