"""The launch plans: schedules and notifications."""

import re

from kedro_flyte.plan.model import Notification, Plan, Schedule
from kedro_flyte.targets.flyte.head import NOTIFIERS
from kedro_flyte.targets.source import bracketed, literal

_PHASES = {
    "succeeded": "SUCCEEDED",
    "failed": "FAILED",
    "aborted": "ABORTED",
    "timed_out": "TIMED_OUT",
}


def launch_plan_blocks(plan: Plan) -> list[list[str]]:
    """Return a block for each schedule; one for the notifications where nothing is scheduled."""
    plans = [_schedule(plan, schedule) for schedule in plan.schedules]
    if plan.notifications and not plan.schedules:
        plans.append(_launch_plan(plan, f"{plan.id}_notified", []))
    return plans


def _schedule(plan: Plan, schedule: Schedule) -> list[str]:
    more = [f"schedule=CronSchedule(schedule={literal(schedule.cron)})"]
    if schedule.inputs:
        pairs = ", ".join(f"{literal(key)}: {literal(value)}" for key, value in schedule.inputs)
        more.append(f"default_inputs={{{pairs}}}")
    if schedule.active:
        more.append("auto_activate=True")
    return _launch_plan(plan, f"{plan.id}_{schedule.name}", more)


def _launch_plan(plan: Plan, name: str, more: list[str]) -> list[str]:
    arguments = [plan.id, f"name={literal(name)}", *more]
    variable = re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_").upper()
    lines = bracketed(f"{variable} = LaunchPlan.get_or_create(", arguments)
    if plan.notifications:
        notes = ", ".join(_notification(n) for n in plan.notifications)
        arguments.append(f"notifications=[{notes}]")
        lines = bracketed(f"{variable} = LaunchPlan.get_or_create(", arguments)
    return ["", "", *lines]


def _notification(notification: Notification) -> str:
    phases = ", ".join(f"WorkflowExecutionPhase.{_PHASES[p]}" for p in notification.phases)
    people = ", ".join(literal(person) for person in notification.to)
    name = NOTIFIERS[notification.by]
    return f"{name}(phases=[{phases}], recipients_email=[{people}])"
