"""`kedro flyte init`, `explain`, `plan` and `export`: nothing runs."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource
from kedro_flyte.cli.entry import console, flyte, logs_to_stderr, relative, told
from kedro_flyte.cli.selection import Made, has_errors, plan_of, same_plan, show_errors, sliced
from kedro_flyte.errors import KedroFlyteError

if TYPE_CHECKING:
    from kedro_flyte.plan.model import Plan


@flyte.command()
@click.option(
    "--replace",
    multiple=True,
    type=click.Choice(("flyte.yml", "Dockerfile", ".dockerignore")),
    help="A file to write anew although it is there.",
)
@told
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
@told
def explain(code: str) -> None:
    """Print what a finding means: why it matters, what to do, an example."""
    from kedro_flyte.explanations import explained

    click.echo(explained(code).text())


@flyte.command()
@sliced
@click.option("--format", "style", type=click.Choice(["table", "json", "mermaid"]), default="table")
@click.option("--output", type=click.Path(path_type=Path), help="File, instead of the terminal.")
@told
def plan(style: str, output: Path | None, **selected: Any) -> None:
    """Show what runs where and why, how data travels, the inputs and what is wrong.

    Logs go to standard error. Only the line that Kedro logs at its start, before any plug-in,
    comes first in `kedro flyte plan`; `python -m kedro_flyte plan` is without it.
    """
    from kedro_flyte import export as files
    from kedro_flyte import show

    with logs_to_stderr():
        made = plan_of(**selected).plan
    text = {"table": show.as_table, "json": show.as_json, "mermaid": show.as_mermaid}[style]
    if output is not None:
        files.write({output.absolute(): text(made)})
    elif style == "table":
        show.show_plan(made, console())
    else:
        click.echo(text(made), nl=False)
    if has_errors(made):
        sys.exit(1)


@flyte.command()
@sliced
@click.option(
    "--output", type=click.Path(path_type=Path), default=None, help="Folder; default flows."
)
@click.option("--check", is_flag=True, help="Write nothing; fail with a diff where files are old.")
@click.option("--all", "every", is_flag=True, help="Every pipeline, if all can be.")
@told
def export(output: Path | None, check: bool, every: bool, **selected: Any) -> None:
    """Write the workflow's module and plan.json."""
    from kedro_flyte.export import module_of, out_of_date, write
    from kedro_flyte.project.git import folder_in_repository

    made = [plan_of(**one) for one in (_each(selected) if every else [selected])]
    folder = made[0].root / "flows" if output is None else Path(os.path.normpath(output.absolute()))
    within = folder_in_repository(made[0].root)
    files: dict[Path, str] = {}
    for one in made:
        files |= _files(one, folder, within)
    if check:
        diff = out_of_date(files)
        if diff:
            click.echo(diff, nl=False)
            again = f"kedro flyte export {same_plan(but=('check',))}".rstrip()
            raise KedroFlyteError(f"The exported files are out of date. Run: {again}")
        click.echo("The exported files are up to date.")
        return
    write(files)
    for path in files:
        click.echo(f"wrote {relative(path)}")
    for planned in made:
        plan, target = planned.plan, planned.target
        module = relative(module_of(plan, target, folder))
        whose = f"{plan.pipeline}: " if every else ""
        click.echo(f"\n{whose}{len(plan.nodes)} nodes -> {len(plan.tasks)} tasks. Run it\n")
        click.echo(target.commands(plan, module, same_plan(pipeline=plan.pipeline)))


def _each(selected: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what is selected of every pipeline of the project."""
    from kedro_flyte.project import find_project, registered_pipelines

    if click.get_current_context().get_parameter_source("pipeline") is not ParameterSource.DEFAULT:
        raise click.BadParameter("--all is every pipeline. Leave --pipeline out, or --all.")
    names = registered_pipelines(find_project(Path.cwd()))
    return [{**selected, "pipeline": name} for name in names]


def _files(planned: Made, folder: Path, within: str) -> dict[Path, str]:
    """Return the files of one export; none of them is somebody else's.

    `within` is the project's folder in its repository.

    Raises:
        KedroFlyteError: Its plan has errors, or a file is in the way.
    """
    from kedro_flyte.export import exported
    from kedro_flyte.ownership import require_own
    from kedro_flyte.targets import libraries

    root, made = planned.root, planned.plan
    show_errors(_with_left_behind(planned, folder))
    files = exported(made, planned.target, folder, root, within)
    require_own(files, made, root, libraries())
    return files


def _with_left_behind(planned: Made, folder: Path) -> "Plan":
    """Return the plan with what is found where tasks would not run this code and this module."""
    from dataclasses import replace

    from kedro_flyte.export import module_of
    from kedro_flyte.plan.checks.allow import allowed
    from kedro_flyte.target import Export

    made, target = planned.plan, planned.target
    place = Export(folder=folder, module=module_of(made, target, folder), root=planned.root)
    found = allowed(tuple(target.left_behind(place)), planned.config.allow)
    return replace(made, findings=(*made.findings, *found))
