"""`kedro flyte run`, `run-task` and `size`: on this machine, and what that has shown."""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from kedro_flyte.cli.entry import console, flyte, relative, told
from kedro_flyte.cli.selection import Made, plan_of, show_errors, sliced, values

if TYPE_CHECKING:
    from kedro_flyte.local import Given
    from kedro_flyte.stage import Manner


@flyte.command()
@click.argument("runs", nargs=-1)
@sliced
@click.option("--margin", default=0.25, show_default=True, help="Of memory, above the peak.")
@click.option("--write", "is_written", is_flag=True, help="Put the tiers into flyte.yml.")
@told
def size(runs: tuple[str, ...], margin: float, is_written: bool, **selected: Any) -> None:
    """Say which tier fits each node, by what RUNS of the pipeline have measured.

    A run is named by its id, as its file in .kedro-flyte/runs is; none: all of the pipeline.
    """
    from kedro_flyte import export as files
    from kedro_flyte.plan.settings.tiers import tiers
    from kedro_flyte.project import base_folder
    from kedro_flyte.record.find import records_of
    from kedro_flyte.show import show_fits
    from kedro_flyte.sizing import fits
    from kedro_flyte.tier_rules import with_tiers

    planned = plan_of(**selected)
    records = records_of(planned.root, planned.plan.pipeline, runs)
    found = fits(planned.plan, tiers(planned.config), records, margin)
    show_fits(found, console())
    click.echo("\nMeasured with the data of these runs: more data needs more.")
    changes = {one.node: one.fitting for one in found if one.is_to_change}
    if not changes:
        click.echo("Each node that was measured has the tier that fits.")
    elif is_written:
        path = base_folder(planned.root) / "flyte.yml"
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        files.write({path: with_tiers(before, changes)})
        click.echo(f"wrote {len(changes)} rules to {relative(path)}")
    else:
        click.echo(f"{len(changes)} nodes fit another tier: --write puts that into flyte.yml.")


@flyte.command()
@click.argument("run_id", metavar="[RUN]", required=False)
@click.option("--compare", metavar="OTHER", help="A run to compare with.")
@click.option("--format", "style", type=click.Choice(["html", "json"]), default="html")
@click.option("--output", type=click.Path(path_type=Path), help="File, instead of the default.")
@told
def report(run_id: str | None, compare: str | None, style: str, output: Path | None) -> None:
    """Write a page on RUN, by its id in .kedro-flyte/runs; the last one, if none is named.

    The page needs nothing beside it; its default is RUN.html in .kedro-flyte/reports.
    """
    from kedro_flyte import export as files
    from kedro_flyte.project import find_project
    from kedro_flyte.record.find import recorded
    from kedro_flyte.report import as_html, as_json

    root = find_project(Path.cwd())
    record = recorded(root, run_id)
    other = recorded(root, compare) if compare else None
    text = as_json(record) if style == "json" else as_html(record, other)
    path = output or root / ".kedro-flyte/reports" / f"{record.id}.{style}"
    files.write({path.absolute(): text})
    click.echo(f"wrote {relative(path)}")


def _as_run(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say how tasks run on this machine, and what they are given."""
    options = [
        click.option("--output", type=click.Path(path_type=Path), help="Folder for results."),
        click.option("--param", "given", multiple=True, metavar="KEY=VALUE", help="A parameter."),
        click.option("--input", "files", multiple=True, metavar="NAME=PATH", help="A file."),
        click.option(
            "--variable", "variables", multiple=True, metavar="NAME[=VALUE]",
            help="For every task; without a value, that of here.",
        ),
        click.option(
            "--in-process", is_flag=True, help="All in this process and folder, for a debugger."
        ),
    ]  # fmt: skip
    return functools.reduce(lambda func, option: option(func), reversed(options), command)


@flyte.command()
@sliced
@_as_run
@told
def run(**words: Any) -> None:
    """Run the exported workflow on this machine and copy its results."""
    from kedro_flyte.local import run_workflow

    with _local(**words) as (made, told, manner):
        run_workflow(made.root, made.plan, told, manner, click.echo)


@flyte.command(name="run-task")
@click.argument("task")
@sliced
@_as_run
@told
def run_task(task: str, **words: Any) -> None:
    """Run one task on this machine, with its input files given by hand."""
    from kedro_flyte.local import run_one_task

    with _local(**words) as (made, told, manner):
        run_one_task(made.root, made.plan, task, told, manner, click.echo)


@contextmanager
def _local(
    *,
    output: Path | None,
    given: tuple[str, ...],
    files: tuple[str, ...],
    variables: tuple[str, ...],
    in_process: bool,
    **selected: Any,
) -> "Iterator[tuple[Made, Given, Manner]]":
    """Yield a plan, what is given for its run, and how it is to run.

    The server of processes gets ready while the plan is made; it must not see the project.
    """
    from kedro_flyte.isolated import client, environment, libraries
    from kedro_flyte.local import Given
    from kedro_flyte.stage import Manner
    from kedro_flyte.targets import load

    target = load(selected["target"])
    isolated = not in_process and client.is_possible()
    needed = isolated and target.forks
    shared = click.get_current_context().find_object(client.Processes)  # of several commands
    with nullcontext(shared) if shared or not needed else client.processes() as processes:
        made = plan_of(**selected)
        show_errors(made.plan)
        if processes is not None:
            entries = [view.config for view in made.view.datasets.values()]
            processes.prepare(libraries.used(made.root, entries))
        manner = Manner(
            target=target,
            isolated=isolated,
            processes=processes,
            variables=environment.given(variables),
        )
        yield made, Given(params=values(given), files=_pairs(files), output=output), manner


def _pairs(items: tuple[str, ...]) -> dict[str, str]:
    pairs = [item.partition("=") for item in items]
    wrong = [name for name, sign, value in pairs if not (name and sign and value)]
    if wrong:
        raise click.BadParameter(f"'{wrong[0]}' is not NAME=PATH.")
    return {name: value for name, _, value in pairs}
