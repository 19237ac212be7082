"""Checks of a launch plan: its inputs are those of the workflow, and a schedule needs them all.

Source: flyteadmin, pkg/manager/impl/validation: launch_plan_validator.go, notifications_validator.go,
validation.go; the scheduler reads cron texts by robfig/cron.
"""

import re
from collections.abc import Iterator
from zoneinfo import available_timezones

from flyteidl.admin.common_pb2 import Notification
from flyteidl.admin.launch_plan_pb2 import LaunchPlan
from flyteidl.core.execution_pb2 import WorkflowExecution
from flyteidl.core.literals_pb2 import Literal
from flyteidl.core.types_pb2 import SimpleType

from flyte_standin.binding_checks import Types, check_local_paths
from flyte_standin.findings import CodeAndMessage, Finding
from flyte_standin.literal_types import castable, describe, type_of
from flyte_standin.package import Package
from flyte_standin.workflow_checks import types_of

_FIELDS = 5
_LABEL = re.compile(r"([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?")
_ENDS = {
    WorkflowExecution.SUCCEEDED,
    WorkflowExecution.FAILED,
    WorkflowExecution.ABORTED,
    WorkflowExecution.TIMED_OUT,
}


def check_launch_plan(plan: LaunchPlan, package: Package) -> Iterator[Finding]:
    """Yield everything that FlyteAdmin refuses in this launch plan, and local paths in it."""
    workflow = package.workflows.get(plan.spec.workflow_id.name)
    if workflow is None:
        found: list[CodeAndMessage] = [
            ("WorkflowReferenceNotFound", f"there is no workflow {plan.spec.workflow_id.name!r}")
        ]
    else:
        expected = types_of(workflow.interface.inputs)
        found = [*_check_inputs(plan, expected), *_check_schedule(plan, expected)]
    found += [*_check_cron(plan), *_check_notifications(plan), *_check_labels(plan)]
    for code, message in found:
        yield Finding(code, plan.id.name, message)


def given_inputs(plan: LaunchPlan) -> dict[str, Literal]:
    """Return the inputs that a launch plan brings, fixed ones over defaults."""
    defaults = {
        name: parameter.default
        for name, parameter in plan.spec.default_inputs.parameters.items()
        if parameter.WhichOneof("behavior") == "default"
    }
    return {**defaults, **plan.spec.fixed_inputs.literals}


def _check_inputs(plan: LaunchPlan, expected: Types) -> Iterator[CodeAndMessage]:
    declared = {
        name: parameter.var.type for name, parameter in plan.spec.default_inputs.parameters.items()
    }
    given = {name: type_of(literal) for name, literal in given_inputs(plan).items()}
    for name in sorted({*declared, *given} - set(expected)):
        yield "UnexpectedInput", f"{name!r} is no input of the workflow"
    for types in (declared, given):
        for name in sorted(types.keys() & expected.keys()):
            if not castable(types[name], expected[name]):
                yield (
                    "MismatchingTypes",
                    f"{name!r} is {describe(types[name])}, not {describe(expected[name])}",
                )
    for name, literal in given_inputs(plan).items():
        for code, message in check_local_paths(literal):
            yield code, f"{name!r} {message}"


def _check_schedule(plan: LaunchPlan, expected: Types) -> Iterator[CodeAndMessage]:
    schedule = plan.spec.entity_metadata.schedule
    if schedule.WhichOneof("ScheduleExpression") is None:
        return
    kickoff = schedule.kickoff_time_input_arg
    for name in sorted(set(expected) - set(given_inputs(plan)) - {kickoff}):
        yield "UnboundScheduleInput", f"{name!r} has no value when the schedule starts a run"
    if kickoff and (kickoff not in expected or expected[kickoff].simple != SimpleType.DATETIME):
        yield "InvalidKickoffTime", f"{kickoff!r} is no datetime input of the workflow"


def _check_cron(plan: LaunchPlan) -> Iterator[CodeAndMessage]:
    text = plan.spec.entity_metadata.schedule.cron_schedule.schedule
    zone, _, rest = text.partition(" ") if text.startswith("CRON_TZ=") else ("", "", text)
    if zone and zone.removeprefix("CRON_TZ=") not in available_timezones():
        yield "InvalidSchedule", f"there is no time zone {zone.removeprefix('CRON_TZ=')!r}"
    if rest and not rest.startswith("@") and len(rest.split()) != _FIELDS:
        yield "InvalidSchedule", f"{rest!r} has not {_FIELDS} fields"


def _check_notifications(plan: LaunchPlan) -> Iterator[CodeAndMessage]:
    for one in plan.spec.entity_metadata.notifications:
        if not _recipients(one):
            yield "ValueRequired", "a notification has no recipients"
        if not set(one.phases) <= _ENDS or not one.phases:
            yield "InvalidValue", "a notification waits for a phase that is no end"


def _recipients(one: Notification) -> list[str]:
    kind = one.WhichOneof("type")
    return list(getattr(one, kind).recipients_email) if kind else []


def _check_labels(plan: LaunchPlan) -> Iterator[CodeAndMessage]:
    for key, value in plan.spec.labels.values.items():
        if not _LABEL.fullmatch(value):
            yield "InvalidValue", f"label {key!r} cannot be {value!r} in Kubernetes"
