"""The options that choose what is planned, and the plan that they make."""

import functools
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click
from kedro.framework.cli.utils import split_node_names, split_string
from kedro_flyte.cli.entry import console
from kedro_flyte.errors import KedroFlyteError
from kedro_flyte.targets import DEFAULT, registered

if TYPE_CHECKING:
    from kedro_flyte.plan.model import Plan
    from kedro_flyte.plan.settings.config import FlyteConfig
    from kedro_flyte.plan.view import ProjectView
    from kedro_flyte.target import Target

GROUPINGS = ("node", "namespace", "tag", "tier", "pipeline")


def sliced(command: Callable[..., Any]) -> Callable[..., Any]:
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


class Made(NamedTuple):
    """A plan, and what it was made from."""

    root: Path
    target: "Target"
    plan: "Plan"
    config: "FlyteConfig"
    view: "ProjectView"


def plan_of(
    *,
    group_by: str | None,
    strict: bool,
    params: tuple[str, ...],
    target: str,
    **selected: Any,
) -> Made:
    """Return the plan of what was chosen, and what it was made from."""
    from kedro_flyte.plan.build import build_plan
    from kedro_flyte.project import Selection, find_project, read_project
    from kedro_flyte.targets import flyte_yml, load

    words: Any = {k: tuple(v) if isinstance(v, list) else v for k, v in selected.items()}
    root = find_project(Path.cwd())
    found = load(target)
    selection = Selection(params=values(params), **words)
    view, config = read_project(root, selection, found.platform, flyte_yml())
    made = build_plan(view, config, found.platform, group_by=group_by, strict=strict)
    return Made(root, found, made, config, view)


def values(params: tuple[str, ...]) -> dict[str, Any]:
    """Return `a.b=1,c=2` as nested values, converted as `kedro run --params` converts them."""
    from omegaconf import OmegaConf

    # Other than there, a value may have commas itself: a list in brackets.
    items = [item for text in params for item in re.split(r",(?=[\w.:-]+=)", text)]
    wrong = [item for item in items if "=" not in item]
    if wrong:
        raise click.BadParameter(f"'{wrong[0]}' is not KEY=VALUE.")
    found: Any = OmegaConf.to_container(OmegaConf.from_dotlist(items))
    return dict(found)


def has_errors(made: "Plan") -> bool:
    """Whether something forbids the export."""
    return any(finding.forbids for finding in made.findings)


def show_errors(made: "Plan") -> None:
    """Print errors and warnings.

    Raises:
        KedroFlyteError: There is an error.
    """
    from kedro_flyte.show import show_findings

    found = [f for f in made.findings if f.severity.value != "info" and not f.allowed]
    if found:
        show_findings(found, console(stderr=True))
    if has_errors(made):
        raise KedroFlyteError(
            f"The plan of pipeline '{made.pipeline}' has errors, so nothing was written."
        )


def same_plan(but: tuple[str, ...] = ("output", "check", "every"), **instead: str) -> str:
    """Return the options of this command by which another makes the same plan.

    Args:
        but: Options that do not matter to it.
        instead: What some have in place of what was typed.
    """
    context = click.get_current_context()
    words: list[str] = []
    for option in context.command.params:
        value = instead.get(option.name or "", context.params[option.name or ""])
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
