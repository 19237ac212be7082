"""What is wrong with a project that cannot be read: which file, which line, and what to do.

A fault in a file of the configuration is told without a traceback. The project's own code keeps
its traceback, of its own lines alone. Whatever else fails is not explained, and stays as it is.
"""

import functools
import re
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ParamSpec, TypeVar

import kedro
import yaml
from kedro.framework.project import settings
from kedro.io import DatasetError
from kedro_flyte.errors import ConfigError, KedroFlyteError, ProjectError
from kedro_flyte.project.configuration import configured_folders, environment
from kedro_flyte.project.unresolved import files, leaves
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

P = ParamSpec("P")
T = TypeVar("T")

KINDS = ("flyte", "catalog", "parameters", "credentials", "globals", "mlflow")
_OURS = Path(__file__).parents[1]
_KEDRO = Path(kedro.__file__).parent
_WORD = re.compile(r"[A-Za-z_]\w*")
_NO_MAPPING = "it is no mapping; write `key: value`"
_MEND = {
    "flyte": "Correct it; `kedro flyte init` writes a flyte.yml with every key explained.",
    "": "Correct it; `kedro run` stops here too.",
}


def explained(read: Callable[P, T]) -> Callable[P, T]:
    """Let a function that reads a project, its first argument, tell what is wrong with it."""

    @functools.wraps(read)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> T:
        root, env = Path(str(args[0])), getattr(args[1] if len(args) > 1 else None, "env", None)
        with told(root, lambda: _folders(root, env)):
            return read(*args, **kwargs)

    return wrapped


def _folders(root: Path, env: str | None) -> list[Path]:
    conf = root / settings.CONF_SOURCE
    return configured_folders(conf, environment(conf, env)[0])


@contextmanager
def told(root: Path, folders: Callable[[], Iterable[Path]]) -> Iterator[None]:
    """Raise an error of ours in place of one that a file of the project explains.

    Args:
        root: The project's root.
        folders: Returns the folders of its configuration, once its settings can be read.
    """
    try:
        yield
    except KedroFlyteError:
        raise
    except Exception as error:
        found = _of_files(root, folders, error) or _of_code(root, error) or _of_kedro(root, error)
        if found is None:
            raise
        raise found from None


def refuse_broken_credentials(root: Path, folders: Iterable[Path]) -> None:
    """Tell of files that only tasks read.

    Raises:
        ProjectError: One is broken.
    """
    for path in files(folders, ("credentials",)):
        found = fault(path)
        if found:
            raise _error(root, path, "credentials", found)


def _of_files(
    root: Path, folders: Callable[[], Iterable[Path]], error: Exception
) -> KedroFlyteError | None:
    """Return what is wrong with the first file of the configuration that is at fault."""
    try:
        places = list(folders())
    except Exception:  # noqa: BLE001 - the settings are what is wrong
        return None
    by_key, by_words = (
        functools.partial(_by_key, error=error),
        functools.partial(_by_words, error=error),
    )
    for look in (fault, by_key, by_words):
        for kind in KINDS:
            for path in files(places, (kind,)):
                found = look(path)
                if found:
                    return _error(root, path, kind, found)
    if isinstance(error, ValueError) and str(error).startswith("Duplicate keys found in"):
        return ProjectError(f"{error} Keep one of them.")
    return None


def _error(root: Path, path: Path, kind: str, found: tuple[str, int]) -> KedroFlyteError:
    what, line = found
    where = f"{path.relative_to(root).as_posix()}{f', line {line}' if line else ''}"
    level = ConfigError if kind == "flyte" else ProjectError
    return level(f"{where}: {what}. {_MEND.get(kind, _MEND[''])}")


def lines_of(root: Path, folders: Iterable[Path]) -> Callable[[Iterable[str]], str]:
    """Return what tells where a key of flyte.yml stands: `conf/base/flyte.yml, line 3`."""

    def line(keys: Iterable[str]) -> str:
        wanted, places = tuple(keys), list(folders)
        for end in range(len(wanted), 0, -1):
            for path in reversed(list(files(places, ("flyte",)))):
                for leaf in leaves(path):
                    if leaf.keys[:end] == wanted[:end]:
                        return f"{path.relative_to(root).as_posix()}, line {leaf.line}"
        return ""

    return line


def fault(path: Path) -> tuple[str, int] | None:
    """Return what is wrong with a file of the configuration, and in which line; 0: in all of it."""
    content = path.read_bytes()
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return f"byte {content[error.start]:#04x} is not UTF-8; save the file as UTF-8", line
    try:
        found = OmegaConf.load(path)
    except yaml.YAMLError as error:
        return _of_yaml(error, content.decode("utf-8"))
    except RecursionError:
        return "it is nested too deeply, or has an alias within what it names", 0
    except OSError:  # a number
        return _NO_MAPPING, 0
    except (OmegaConfBaseException, ValueError, TypeError, AttributeError) as error:
        return _words(error), 0
    return _shape(found)


def _of_yaml(error: yaml.YAMLError, text: str) -> tuple[str, int]:
    if isinstance(error, yaml.reader.ReaderError):
        line = text[: error.position].count("\n") + 1
        return f"the character U+{error.character:04X} is not allowed in YAML", line
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    what = getattr(error, "problem", None) or getattr(error, "context", None) or error
    return _words(what), mark.line + 1 if mark else 0


def _shape(found: object) -> tuple[str, int] | None:
    if not isinstance(found, DictConfig):
        return _NO_MAPPING, 0
    wrong = [key for key in found if not isinstance(key, str)]
    return (f"the key {wrong[0]!r} is no text; put it into quotes", 0) if wrong else None


def _by_key(path: Path, error: Exception) -> tuple[str, int] | None:
    """Return what cannot be resolved, where its key stands in this file."""
    key = str(getattr(error, "full_key", None) or "").replace("[", ".").replace("]", "")
    found = (leaf for leaf in leaves(path) if ".".join(leaf.keys) == key)
    leaf = next(found, None) if key and isinstance(error, OmegaConfBaseException) else None
    return (f"'{key}' cannot be resolved: {_words(error)}", leaf.line) if leaf else None


def _by_words(path: Path, error: Exception) -> tuple[str, int] | None:
    """Return what cannot be resolved, where a reference has a word of what is said of it."""
    said = set(_WORD.findall(str(error))) if isinstance(error, OmegaConfBaseException) else set()
    for leaf in leaves(path) if said else ():
        if "${" in str(leaf.value) and said & set(_WORD.findall(str(leaf.value))):
            return f"{leaf.value} cannot be resolved: {_words(error)}", leaf.line
    return None


def _words(error: object) -> str:
    """Return the first line of a message, which is what it says."""
    lines = str(error).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(error).__name__


def _of_code(root: Path, error: Exception) -> ProjectError | None:
    """Return an error with the lines of the project's own code through which another came."""
    chain: list[BaseException] = [error]
    while (cause := chain[-1].__cause__ or chain[-1].__context__) and cause not in chain:
        chain.append(cause)
    for one in reversed(chain):
        own = [f for f in traceback.extract_tb(one.__traceback__) if _is_own(root, f.filename)]
        syntax = isinstance(one, SyntaxError) and _is_own(root, one.filename or "")
        if own or syntax:
            return ProjectError(_code_message(root, one, own))
    return None


def _of_kedro(root: Path, error: Exception) -> ProjectError | None:
    """Return what Kedro says of the project, where Kedro itself refuses it."""
    frames = traceback.extract_tb(error.__traceback__)
    by_kedro = bool(frames) and Path(frames[-1].filename).is_relative_to(_KEDRO)
    lacks = isinstance(error, ModuleNotFoundError) and _is_of_project(root, error.name or "")
    if lacks or (by_kedro and isinstance(error, (RuntimeError, OSError, DatasetError, ValueError))):
        said = " ".join(str(error).split()).rstrip(".")
        return ProjectError(f"Kedro cannot open the project: {said}. `kedro run` stops here too.")
    return None


def _is_of_project(root: Path, module: str) -> bool:
    top = module.split(".", maxsplit=1)[0]
    return bool(top) and ((root / top).is_dir() or any(root.glob(f"*/{top}")))


def _is_own(root: Path, file: str) -> bool:
    path = Path(file)
    inside = path.is_absolute() and path.is_relative_to(root) and not path.is_relative_to(_OURS)
    return inside and not {"site-packages", "dist-packages", ".venv"} & set(path.parts)


def _code_message(root: Path, error: BaseException, own: list[traceback.FrameSummary]) -> str:
    said = "".join(traceback.format_exception_only(error)).strip()
    place, line = _last(root, error, own)
    where = f"{Path(place).relative_to(root).as_posix()}, line {line}"
    lines = "".join(traceback.format_list(own))
    return (
        f"The project's own code fails at {where}: {said.splitlines()[-1]}. Correct it; "
        f"`kedro run` stops here too.\n\nThrough the project's code:\n{lines}{said}"
    )


def _last(root: Path, error: BaseException, own: list[traceback.FrameSummary]) -> tuple[str, int]:
    """Return the file and line that are wrong: where code is no Python, they are in no frame."""
    if isinstance(error, SyntaxError) and _is_own(root, error.filename or ""):
        return str(error.filename), error.lineno or 0
    return own[-1].filename, own[-1].lineno or 0
