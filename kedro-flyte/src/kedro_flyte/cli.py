"""`kedro flyte ...`: parse, call, print. Loaded at each `kedro` command, so it imports late."""

import contextlib
import functools
import logging
import os
import re
import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click
from kedro.framework.cli.utils import split_node_names, split_string
from kedro_flyte.errors import KedroFlyteError
from kedro_flyte.targets import DEFAULT, registered

if TYPE_CHECKING:
    from kedro_flyte.local import Given
    from kedro_flyte.plan.model import Plan
    from kedro_flyte.plan.settings.config import FlyteConfig
    from kedro_flyte.plan.view import ProjectView
    from kedro_flyte.stage import Manner
    from kedro_flyte.target import Target
    from rich.console import Console

GROUPINGS = ("node", "namespace", "tag", "tier", "pipeline")
_OLDEST_KEDRO = (1, 4)


@click.group(name="kedro-flyte")
def commands() -> None:
    """Kedro's entry to the plugin."""


@commands.group(name="flyte")
def flyte() -> None:
    """Run pipelines on Flyte: plan, export, run."""
    _refuse_old_kedro()
    logging.getLogger("kedro").setLevel(logging.WARNING)


def _refuse_old_kedro() -> None:
    """End with a message where an older Kedro is installed, which has no session for reading."""
    import kedro

    if tuple(int(part) for part in kedro.__version__.split(".")[:2]) < _OLDEST_KEDRO:
        needed = ".".join(map(str, _OLDEST_KEDRO))
        raise click.ClickException(
            f"Kedro {kedro.__version__} is installed, and kedro-flyte needs {needed} or newer: it "
            "opens projects by a session that came with Kedro 1. Bring the project to Kedro 1 "
            "first, as Kedro's notes for release 1.0 say: "
            f"pip install 'kedro>={needed},<2', take over what has other names (`...DataSet` is "
            "`...Dataset`, `kedro.extras` is kedro-datasets, `ConfigLoader` is "
            "`OmegaConfigLoader`), and set kedro_init_version in pyproject.toml."
        )


def _told(command: Callable[..., Any]) -> Callable[..., Any]:
    """Show our own errors as a message; anything else keeps its traceback."""

    @functools.wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except KedroFlyteError as error:
            click.secho(str(error), fg="red", err=True)
            sys.exit(1)

    return wrapped


@contextlib.contextmanager
def _logs_to_stderr() -> Iterator[None]:
    """Keep standard output for the command's own words, whatever a project logs or prints."""
    handlers = [h for name in ("", "kedro") for h in logging.getLogger(name).handlers]
    streams = [h for h in handlers if isinstance(h, logging.StreamHandler)]
    for handler in streams:
        if handler.stream is sys.stdout:
            handler.setStream(sys.stderr)
    with contextlib.redirect_stdout(sys.stderr):
        yield


def _sliced(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that choose a pipeline and a part of it, as `kedro run` has them."""
    options = [
        click.option(
            "--pipeline", "--pipelines", "-p", default="__default__", help="Registered pipeline."
        ),
        click.option("--env", "-e", default=None, help="Kedro environment, a folder of conf/."),
        click.option(
            "--target",
            type=click.Choice(tuple(registered())),
            default=DEFAULT,
            help="Orchestrator.",
        ),
        click.option("--group-by", type=click.Choice(GROUPINGS), help="Which nodes share a task."),
        click.option("--strict", is_flag=True, help="In-memory data between tasks is an error."),
        click.option(
            "--params", "-P", multiple=True, metavar="KEY=VALUE", help="Like kedro run's."
        ),
        click.option("--tags", "-t", default="", callback=split_string, help="Nodes with a tag."),
        click.option("--nodes", "-n", "node_names", default="", callback=split_node_names),
        click.option("--from-nodes", default="", callback=split_node_names),
        click.option("--to-nodes", default="", callback=split_node_names),
        click.option("--from-inputs", default="", callback=split_string),
        click.option("--to-outputs", default="", callback=split_string),
        click.option(
            "--namespaces", "-ns", "node_namespaces", default="", callback=split_node_names
        ),
    ]
    return functools.reduce(lambda func, option: option(func), reversed(options), command)


class _Made(NamedTuple):
    """A plan, and what it was made from."""

    root: Path
    target: "Target"
    plan: "Plan"
    config: "FlyteConfig"
    view: "ProjectView"


def _plan(
    *,
    group_by: str | None,
    strict: bool,
    params: tuple[str, ...],
    target: str,
    **selected: Any,
) -> "_Made":
    from kedro_flyte.plan.build import build_plan
    from kedro_flyte.project import Selection, find_project, read_project
    from kedro_flyte.targets import flyte_yml, load

    words: Any = {k: tuple(v) if isinstance(v, list) else v for k, v in selected.items()}
    root = find_project(Path.cwd())
    found = load(target)
    selection = Selection(params=_values(params), **words)
    view, config = read_project(root, selection, found.platform, flyte_yml())
    made = build_plan(view, config, found.platform, group_by=group_by, strict=strict)
    return _Made(root, found, made, config, view)


def _values(params: tuple[str, ...]) -> dict[str, Any]:
    """Return `a.b=1,c=2` as nested values, converted as `kedro run --params` converts them."""
    from omegaconf import OmegaConf

    # Other than there, a value may have commas itself: a list in brackets.
    items = [item for text in params for item in re.split(r",(?=[\w.:-]+=)", text)]
    wrong = [item for item in items if "=" not in item]
    if wrong:
        raise click.BadParameter(f"'{wrong[0]}' is not KEY=VALUE.")
    found: Any = OmegaConf.to_container(OmegaConf.from_dotlist(items))
    return dict(found)


@flyte.command()
@click.option(
    "--replace",
    multiple=True,
    type=click.Choice(("flyte.yml", "Dockerfile", ".dockerignore")),
    help="A file to write anew although it is there.",
)
@_told
def init(replace: tuple[str, ...]) -> None:
    """Write conf/base/flyte.yml with every key explained, its schema, and a Dockerfile.

    What is there stays, unless --replace names it. The schema is written anew each time.
    """
    from kedro_flyte.plan.settings.config import json_schema
    from kedro_flyte.project import base_folder, find_project
    from kedro_flyte.scaffold import scaffold
    from kedro_flyte.targets import flyte_yml

    root = find_project(Path.cwd())
    schema = json_schema(flyte_yml())
    for path, written in scaffold(root, base_folder(root), schema, replace):
        state = "written" if written else f"left as it is (--replace {path.name})"
        click.echo(f"{path.relative_to(root)}: {state}")


@flyte.command()
@click.argument("code")
@_told
def explain(code: str) -> None:
    """Print what a finding means: why it matters, what to do, an example."""
    from kedro_flyte.explanations import explained

    click.echo(explained(code).text())


@flyte.command()
@_sliced
@click.option("--format", "style", type=click.Choice(["table", "json", "mermaid"]), default="table")
@click.option("--output", type=click.Path(path_type=Path), help="File, instead of the terminal.")
@_told
def plan(style: str, output: Path | None, **selected: Any) -> None:
    """Show what runs where and why, how data travels, the inputs and what is wrong.

    Logs go to standard error. Only the line that Kedro logs at its start, before any plug-in,
    comes first in `kedro flyte plan`; `python -m kedro_flyte plan` is without it.
    """
    from kedro_flyte import export as files
    from kedro_flyte import show

    with _logs_to_stderr():
        made = _plan(**selected).plan
    text = {"table": show.as_table, "json": show.as_json, "mermaid": show.as_mermaid}[style]
    if output is not None:
        files.write({output.absolute(): text(made)})
    elif style == "table":
        show.show_plan(made, _console())
    else:
        click.echo(text(made), nl=False)
    if _has_errors(made):
        sys.exit(1)


def _console(*, stderr: bool = False) -> "Console":
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    return Console(stderr=stderr, width=None if stream.isatty() else 140)


def _has_errors(made: "Plan") -> bool:
    return any(finding.forbids for finding in made.findings)


def _show_errors(made: "Plan") -> None:
    from kedro_flyte.show import show_findings

    found = [f for f in made.findings if f.severity.value != "info" and not f.allowed]
    if found:
        show_findings(found, _console(stderr=True))
    if _has_errors(made):
        raise KedroFlyteError("The plan has errors, so nothing was written.")


@flyte.command()
@click.argument("runs", nargs=-1)
@_sliced
@click.option("--margin", default=0.25, show_default=True, help="Of memory, above the peak.")
@click.option("--write", "is_written", is_flag=True, help="Put the tiers into flyte.yml.")
@_told
def size(runs: tuple[str, ...], margin: float, is_written: bool, **selected: Any) -> None:
    """Say which tier fits each node, by what RUNS of the pipeline have measured.

    A run is named by its id, as its file in .kedro-flyte/runs is; none: all of the pipeline.
    """
    from kedro_flyte import export as files
    from kedro_flyte.plan.settings.tiers import tiers
    from kedro_flyte.project import base_folder
    from kedro_flyte.show import show_fits
    from kedro_flyte.sizing import fits, records_of
    from kedro_flyte.tier_rules import with_tiers

    planned = _plan(**selected)
    records = records_of(planned.root, planned.plan.pipeline, runs)
    found = fits(planned.plan, tiers(planned.config), records, margin)
    show_fits(found, _console())
    click.echo("\nMeasured with the data of these runs: more data needs more.")
    changes = {one.node: one.fitting for one in found if one.is_to_change}
    if not changes:
        click.echo("Each node that was measured has the tier that fits.")
    elif is_written:
        path = base_folder(planned.root) / "flyte.yml"
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        files.write({path: with_tiers(before, changes)})
        click.echo(f"wrote {len(changes)} rules to {_relative(path)}")
    else:
        click.echo(f"{len(changes)} nodes fit another tier: --write puts that into flyte.yml.")


@flyte.command()
@_sliced
@click.option(
    "--output", type=click.Path(path_type=Path), default=None, help="Folder; default flows."
)
@click.option("--check", is_flag=True, help="Write nothing; fail with a diff where files are old.")
@_told
def export(output: Path | None, check: bool, **selected: Any) -> None:
    """Write the workflow's module and plan.json."""
    from kedro_flyte.export import exported, module_of, out_of_date, write
    from kedro_flyte.ownership import require_own
    from kedro_flyte.project.git import folder_in_repository
    from kedro_flyte.targets import libraries

    planned = _plan(**selected)
    root, target, made = planned.root, planned.target, planned.plan
    folder = root / "flows" if output is None else Path(os.path.normpath(output.absolute()))
    _show_errors(_with_left_behind(planned, folder))
    files = exported(made, target, folder, root, folder_in_repository(root))
    require_own(files, made, root, libraries())
    if check:
        diff = out_of_date(files)
        if diff:
            click.echo(diff, nl=False)
            again = f"kedro flyte export {_same_plan(but=('check',))}".rstrip()
            raise KedroFlyteError(f"The exported files are out of date. Run: {again}")
        click.echo("The exported files are up to date.")
        return
    write(files)
    module = _relative(module_of(made, target, folder))
    for path in files:
        click.echo(f"wrote {_relative(path)}")
    click.echo(f"\n{len(made.nodes)} nodes -> {len(made.tasks)} tasks. Run it\n")
    click.echo(target.commands(made, module, _same_plan()))


def _with_left_behind(planned: _Made, folder: Path) -> "Plan":
    """Return the plan with what is found where tasks would not run this code and this module."""
    from dataclasses import replace

    from kedro_flyte.export import module_of
    from kedro_flyte.plan.checks.allow import allowed
    from kedro_flyte.target import Export

    made, target = planned.plan, planned.target
    place = Export(folder=folder, module=module_of(made, target, folder), root=planned.root)
    found = allowed(tuple(target.left_behind(place)), planned.config.allow)
    return replace(made, findings=(*made.findings, *found))


def _same_plan(but: tuple[str, ...] = ("output", "check")) -> str:
    """Return the options of this command, but for some, by which another makes the same plan."""
    context = click.get_current_context()
    words: list[str] = []
    for option in context.command.params:
        value = context.params[option.name or ""]
        if option.name in but or not value or value == option.get_default(context):
            continue
        flag = option.opts[0]
        if option.multiple:
            words += [word for one in value for word in (flag, one)]
        elif value is True:
            words.append(flag)
        else:
            words += [flag, ",".join(value) if isinstance(value, list) else str(value)]
    return shlex.join(words)


def _relative(path: Path) -> Path:
    path = path.absolute()
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


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
@_sliced
@_as_run
@_told
def run(**words: Any) -> None:
    """Run the exported workflow on this machine and copy its results."""
    from kedro_flyte.local import run_workflow

    with _local(**words) as (made, told, manner):
        run_workflow(made.root, made.plan, told, manner, click.echo)


@flyte.command(name="run-task")
@click.argument("task")
@_sliced
@_as_run
@_told
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
) -> "Iterator[tuple[_Made, Given, Manner]]":
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
        made = _plan(**selected)
        _show_errors(made.plan)
        if processes is not None:
            entries = [view.config for view in made.view.datasets.values()]
            processes.prepare(libraries.used(made.root, entries))
        manner = Manner(
            target=target,
            isolated=isolated,
            processes=processes,
            variables=environment.given(variables),
        )
        yield made, Given(params=_values(given), files=_pairs(files), output=output), manner


def _pairs(items: tuple[str, ...]) -> dict[str, str]:
    pairs = [item.partition("=") for item in items]
    wrong = [name for name, sign, value in pairs if not (name and sign and value)]
    if wrong:
        raise click.BadParameter(f"'{wrong[0]}' is not NAME=PATH.")
    return {name: value for name, _, value in pairs}
