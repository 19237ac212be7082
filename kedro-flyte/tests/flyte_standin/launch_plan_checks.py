"""Checks of a launch plan: its inputs are those of the workflow, and a schedule needs them all.

Source: flyteadmin, pkg/manager/impl/validation/launch_plan_validator.go.
"""

from collections.abc import Iterator

from flyteidl.admin.launch_plan_pb2 import LaunchPlan
from flyteidl.core.literals_pb2 import Literal
from flyteidl.core.types_pb2 import SimpleType

from flyte_standin.binding_checks import Types, check_local_paths
from flyte_standin.findings import CodeAndMessage, Finding
from flyte_standin.literal_types import castable, describe, type_of
from flyte_standin.package import Package
from flyte_standin.workflow_checks import types_of


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
