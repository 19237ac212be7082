"""The launch plans: schedules and notifications."""

from kedro_flyte.plan.model import Dataset, Notification, Plan, Schedule
from kedro_flyte.plan.names.identifiers import joined
from kedro_flyte.plan.view import Default
from kedro_flyte.targets.flyte.head import NOTIFIERS
from kedro_flyte.targets.flyte.types import type_of
from kedro_flyte.targets.source import bracketed, call, constants, literal

_PHASES = {
    "succeeded": "SUCCEEDED",
    "failed": "FAILED",
    "aborted": "ABORTED",
    "timed_out": "TIMED_OUT",
}


def launch_plan_blocks(plan: Plan) -> list[list[str]]:
    """Return a block for each schedule; one for the rest where nothing is scheduled."""
    plans = [_scheduled(plan, schedule) for schedule in plan.schedules]
    if not plans and plan.notifications:
        plans.append(_launch_plan(plan, "notified", [], plan.max_parallelism))
    elif not plans and plan.max_parallelism:
        plans.append(_launch_plan(plan, "limited", [], plan.max_parallelism))
    return plans


def _scheduled(plan: Plan, schedule: Schedule) -> list[str]:
    more = [_when(schedule)]
    if schedule.inputs:
        datasets = {plan.dataset(name).id: plan.dataset(name) for name in plan.sources}
        pairs = [f"{literal(key)}: {_value(datasets.get(key), v)}" for key, v in schedule.inputs]
        more.append(call("default_inputs={", pairs, "}", column=4))
    if schedule.active:
        more.append("auto_activate=True")
    return _launch_plan(plan, schedule.name, more, schedule.max_parallelism)


def _when(schedule: Schedule) -> str:
    if schedule.every:
        return f"schedule=FixedRate(duration=timedelta(minutes={schedule.every}))"
    if not schedule.timezone:
        return f"schedule=CronSchedule(schedule={literal(schedule.cron)})"
    # flytekit's own check of CronSchedule refuses what Flyte's scheduler reads: a time zone.
    text = literal(f"CRON_TZ={schedule.timezone} {schedule.cron}")
    inner = call("cron_schedule=Schedule.CronSchedule(", [text, "None"], column=8)
    return call("schedule=Schedule(", ['""', inner], column=4)


def _value(dataset: Dataset | None, value: Default) -> str:
    if dataset is None:
        return literal(value)
    return f"{type_of(dataset)}({literal(value)})"


def _launch_plan(plan: Plan, name: str, more: list[str], limit: int) -> list[str]:
    arguments = [plan.id, f"name={literal(joined(plan.identity, name))}", *more]
    if plan.notifications:
        notes = [_notification(notification) for notification in plan.notifications]
        arguments.append(call("notifications=[", notes, "]", column=4))
    if limit:
        arguments.append(f"max_parallelism={limit}")
    names = [schedule.name for schedule in plan.schedules] or [name]
    head = f"{constants('LAUNCH', {one: one for one in names})[name]} = LaunchPlan.get_or_create("
    return ["", "", *bracketed(head, arguments)]


def _notification(notification: Notification) -> str:
    phases = [f"WorkflowExecutionPhase.{_PHASES[phase]}" for phase in notification.phases]
    people = [literal(person) for person in notification.to]
    words = [
        call("phases=[", phases, "]", column=12),
        call("recipients_email=[", people, "]", column=12),
    ]
    return call(f"{NOTIFIERS[notification.by]}(", words, column=8)
