"""The commands' groups, and what all commands share: errors, logs, the terminal."""

import contextlib
import functools
import logging
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from kedro_flyte.errors import KedroFlyteError

if TYPE_CHECKING:
    from rich.console import Console

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


def told(command: Callable[..., Any]) -> Callable[..., Any]:
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
def logs_to_stderr() -> Iterator[None]:
    """Keep standard output for the command's own words, whatever a project logs or prints."""
    handlers = [h for name in ("", "kedro") for h in logging.getLogger(name).handlers]
    streams = [h for h in handlers if isinstance(h, logging.StreamHandler)]
    for handler in streams:
        if handler.stream is sys.stdout:
            handler.setStream(sys.stderr)
    with contextlib.redirect_stdout(sys.stderr):
        yield


def console(*, stderr: bool = False) -> "Console":
    """Return a terminal, or what takes its place: wide enough for a table."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    return Console(stderr=stderr, width=None if stream.isatty() else 140)


def relative(path: Path) -> Path:
    """Return a path as somebody in this folder would write it."""
    path = path.absolute()
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
