"""A plan for people: as tables in a terminal, as a mermaid graph, as JSON."""

import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

from kedro_flyte.plan.model import Kind, Plan, Task, Travel
from kedro_flyte.plan.serialization import to_json
from kedro_flyte.plan.view import Finding, Severity
from kedro_flyte.record.words import in_bytes
from kedro_flyte.sizing import Fit
from rich.console import Console
from rich.table import Table
from rich.text import Text

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}
_WORDS = {Kind.INTEGER: "int or float", Kind.BOOLEAN: "bool", Kind.TEXT: "str", Kind.JSON: "JSON"}


def as_json(plan: Plan) -> str:
    """Return the plan as `plan.json` has it, findings included."""
    return json.dumps(json.loads(to_json(plan)), indent=2, ensure_ascii=False) + "\n"


def as_table(plan: Plan) -> str:
    """Return what `show_plan` prints, as plain text."""
    console = Console(width=140, record=True, file=io.StringIO())
    show_plan(plan, console)
    return "\n".join(line.rstrip() for line in console.export_text().splitlines()) + "\n"


def as_mermaid(plan: Plan) -> str:
    """Return the tasks and what passes between them as a mermaid graph."""
    made = {name: task.id for task in plan.tasks for name in task.outputs}
    lines = ["graph TD"]
    for task in plan.tasks:
        count = "" if len(task.nodes) == 1 else f"<br/>{len(task.nodes)} nodes"
        lines.append(f'    {task.id}["{_escaped(task.label)}<br/>{task.tier}{count}"]')
    for name in plan.sources:
        dataset = plan.dataset(name)
        lines.append(f'    source_{dataset.id}[("{_escaped(name)}")]')
    for task in plan.tasks:
        for name in task.inputs:
            dataset = plan.dataset(name)
            if name in made:
                lines.append(f'    {made[name]} -- "{_escaped(name)}" --> {task.id}')
            else:
                lines.append(f"    source_{dataset.id} --> {task.id}")
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    return text.replace('"', "#quot;")


def show_plan(plan: Plan, console: Console) -> None:
    """Print what runs where, how data travels, the inputs and the findings."""
    nodes, tasks = len(plan.nodes), len(plan.tasks)
    console.print(
        f"[bold]{plan.pipeline}[/bold]: {nodes} nodes -> {tasks} tasks, grouped by {plan.grouping}",
        highlight=False,
    )
    console.print(_tasks(plan))
    if plan.datasets:
        console.print(_datasets(plan))
    if plan.sources or plan.parameters:
        console.print(_inputs(plan))
    operations = _operations(plan)
    if operations is not None:
        console.print(operations)
    show_findings(plan.findings, console)


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, title_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold", header_style="dim")
    return table


def _tasks(plan: Plan) -> Table:
    table = _table("\nTasks", "task", "tier", "why", "runs", "takes", "gives")
    for task in plan.tasks:
        table.add_row(
            Text(task.id, style="bold"),
            task.tier + _more(task),
            task.tier_reason,
            Text(_runs(task)),
            Text(_several([*task.inputs, *task.parameters])),
            Text(_several(task.outputs)),
        )
    return table


def _runs(task: Task) -> str:
    """Return the nodes of a task, and how its branches and maps are run."""
    nodes = [node for node in task.nodes if node != task.id]
    return "; ".join([*([_several(nodes)] if nodes else []), *filter(None, [task.control])]) or "-"


def _more(task: Task) -> str:
    environment = "" if task.environment == "default" else f" / {task.environment}"
    words = (
        (task.retries, f"{task.retries} retries"),
        (task.timeout, f"{task.timeout} s at most"),
        (task.cache_version, f"cached ({task.cache_version})"),
        (task.interruptible, "interruptible"),
        (task.secrets, f"secrets: {', '.join(task.secrets)}"),
    )
    return environment + "".join(f", {text}" for wanted, text in words if wanted)


def _operations(plan: Plan) -> Table | None:
    """Return what starts, limits and follows an execution; None where nothing was asked for."""
    table = _table("\nOperations", "what", "is")
    for schedule in plan.schedules:
        zone = f" {schedule.timezone}" if schedule.timezone else ""
        when = f"every {schedule.every} minutes" if schedule.every else f"{schedule.cron}{zone}"
        given = "".join(f", {key}={value}" for key, value in schedule.inputs)
        state = "" if schedule.active else ", not active"
        table.add_row(f"schedule {schedule.name}", Text(f"{when}{given}{state}"))
    for note in plan.notifications:
        phases = ", ".join(note.phases)
        table.add_row("notification", Text(f"{note.by} to {', '.join(note.to)}: {phases}"))
    if plan.handler:
        table.add_row("on failure", Text(f"{plan.handler.task.label}, {plan.handler.pipeline}"))
    if plan.finish_others:
        table.add_row("failure policy", "the other tasks finish")
    if plan.max_parallelism:
        table.add_row("at a time", f"{plan.max_parallelism} tasks")
    for one in plan.sub_workflows:
        table.add_row(f"sub-workflow {one.id}", Text(f"{one.label}: {len(one.tasks)} tasks"))
    return table if table.row_count else None


def _several(names: Sequence[str], shown: int = 6) -> str:
    more = f" and {len(names) - shown} more" if len(names) > shown else ""
    return ", ".join(names[:shown]) + more or "-"


def _datasets(plan: Plan) -> Table:
    table = _table("\nDatasets", "dataset", "travels as", "why", "result")
    for dataset in plan.datasets:
        kind = (
            f"{dataset.travel.value} ({dataset.format})" if dataset.format else dataset.travel.value
        )
        result = "yes" if dataset.name in plan.results else ""
        source = "source; " if dataset.name in plan.sources else ""
        table.add_row(Text(dataset.name), kind, Text(f"{source}{dataset.reason}"), result)
    return table


def _inputs(plan: Plan) -> Table:
    table = _table("\nInputs of the workflow", "input", "type", "default", "is")
    for dataset in map(plan.dataset, plan.sources):
        kind = "folder" if dataset.travel is Travel.DIRECTORY else "file"
        table.add_row(
            f"--{dataset.id}", kind, Text(dataset.location), Text(f"dataset {dataset.name}")
        )
    for parameter in plan.parameters:
        default: Any = "must be given" if parameter.required else parameter.default
        default = "read in the task" if parameter.read_in_task else default
        kind = _WORDS.get(parameter.kind, parameter.kind.value)
        about = Text(f"parameter {parameter.path}")
        table.add_row(f"--{parameter.id}", kind, Text(str(default)), about)
    return table


def show_findings(findings: Iterable[Finding], console: Console) -> None:
    """Print findings as a linter does: code, severity, what, why, what to do."""
    found = list(findings)
    if not found:
        console.print("\nNo findings.", style="green", highlight=False)
        return
    console.print("\n[bold]Findings[/bold]", highlight=False)
    for finding in found:
        severity = finding.severity.value
        state = f"allowed {severity}" if finding.allowed else severity
        style = "dim" if finding.allowed else _COLOURS[finding.severity]
        head = Text(f"{finding.code} {state}: ", style=style)
        place = f" [{finding.place}]" if finding.place else ""
        console.print(head + Text(f"{finding.what}{place}", style="not dim"), highlight=False)
        console.print(Text(_advice(finding)), highlight=False)
    console.print("\n`kedro flyte explain CODE` says more of each.", style="dim", highlight=False)


def _advice(finding: Finding) -> str:
    """Return why a finding matters and what to do; or why it may be so."""
    if finding.allowed:
        return f"  why: {finding.why}\n  allowed by flyte.yml: {finding.allowed}"
    return f"  why: {finding.why}\n  do:  {finding.todo}"


def show_fits(fits: Iterable[Fit], console: Console) -> None:
    """Print what each node needs, and the tier that fits it."""
    table = _table("", "node", "runs", "peak", "cores", "tier", "fits", "why")
    for one in fits:
        fitting = Text(one.fitting or "?", style="bold" if one.is_to_change else "")
        table.add_row(
            Text(one.node),
            str(one.runs),
            "-" if one.peak_memory is None else in_bytes(one.peak_memory),
            f"{one.cores:.1f}" if one.cores else "-",
            one.tier,
            fitting,
            one.why,
        )
    console.print(table)
