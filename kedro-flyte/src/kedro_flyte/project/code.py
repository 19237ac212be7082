"""What a node runs, as a digest: its function, and all that it uses of the project's modules.

Found by reading the sources, statement by statement: a function counts with the functions, classes
and constants that it names, and with those that these name, in any module of the project. Other
packages count by name alone, and what is only found at run time (`getattr`, plug-ins) not at all.
"""

import ast
import functools
import hashlib
import inspect
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any

from kedro.pipeline.node import Node
from kedro_flyte.plan.datasets import path_holder
from kedro_flyte.plan.view import DatasetView

_SCALARS = (str, bytes, int, float, bool, type(None))
_DEFINITIONS = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Assign,
    ast.AnnAssign,
)  # fmt: skip


def digest(node: Node, source: Path, root: Path, datasets: Mapping[str, DatasetView]) -> str:
    """Return what changes with a node's code, catalog entries and shipped source files.

    Args:
        node: A node of the pipeline.
        source: The folder of the project's packages.
        root: The project's root.
        datasets: What the catalog says of the node's datasets.
    """
    code = _Code(source)
    code.add(node.func)
    entries = {
        name: {**datasets[name].config, "metadata": None}  # type: ignore[dict-item]
        for name in (*node.inputs, *node.outputs)
        if name in datasets and datasets[name].config is not None
    }
    files = [_content(root, datasets[name]) for name in node.inputs if name in datasets]
    what = [
        node.name, list(node.inputs), list(node.outputs), sorted(code.texts), entries, files,
    ]  # fmt: skip
    text = json.dumps(what, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _content(root: Path, view: DatasetView) -> str:
    """Return a digest of the files of a source that is shipped with the code; else nothing."""
    holder = path_holder(view.config) if view.config and view.shipped and view.exists else None
    if holder is None:
        return ""
    place = root / str(holder[1][holder[0]]).removeprefix("file://")
    total = hashlib.sha256()
    for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
        if path.is_file():
            total.update(path.relative_to(root).as_posix().encode())
            total.update(path.read_bytes())
    return total.hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Module:
    """A module of the project: its statements, and which of them binds a name."""

    name: str
    is_package: bool
    lines: list[str]
    statements: list[ast.stmt]
    names: Mapping[str, list[ast.stmt]]

    def text(self, statement: ast.stmt) -> str:
        decorators = getattr(statement, "decorator_list", [])
        first = min([statement.lineno, *(one.lineno for one in decorators)])
        return "\n".join(self.lines[first - 1 : statement.end_lineno])

    def at(self, line: int) -> ast.stmt | None:
        for statement in self.statements:
            decorators = getattr(statement, "decorator_list", [])
            first = min([statement.lineno, *(one.lineno for one in decorators)])
            if first <= line <= (statement.end_lineno or first):
                return statement
        return None


class _Code:
    """Collects the text of everything that a function uses."""

    def __init__(self, source: Path) -> None:
        self._source = source.resolve()
        self._seen: set[int] = set()
        self.texts: set[str] = set()

    def add(self, what: Any) -> None:
        """Add a function, or whatever else can be called."""
        if id(what) in self._seen:
            return
        self._seen.add(id(what))
        if isinstance(what, functools.partial):
            self._add_value("partial", [what.func, what.args, what.keywords])
        elif hasattr(what, "__func__"):
            self._add_value("method", [what.__func__, what.__self__])
        elif hasattr(what, "__code__"):
            self._add_function(what)
        elif isinstance(what, type):
            self._add_name(what.__module__, what.__qualname__.split(".")[0])
        else:
            self.add(type(what))
            self._add_value(type(what).__qualname__, getattr(what, "__dict__", {}))

    def _add_value(self, where: str, value: Any) -> None:
        """Add what an object holds: constants by where they are, functions by what they use."""
        if isinstance(value, _SCALARS):
            self.texts.add(f"{where} is {value!r}")
        elif callable(value):
            self.add(value)
        elif id(value) not in self._seen:
            self._seen.add(id(value))
            for key, member in _members(value):
                self._add_value(f"{where}.{key}", member)

    def _add_function(self, function: Any) -> None:
        inner = inspect.unwrap(function)
        if inner is not function:
            self.add(inner)
        names = function.__code__.co_freevars
        for name, cell in zip(names, function.__closure__ or (), strict=True):
            if _is_filled(cell):
                self._add_value(f"{function.__qualname__}.{name}", cell.cell_contents)
        path = Path(function.__code__.co_filename).resolve()
        module = _module(path, self._source)
        statement = module.at(function.__code__.co_firstlineno) if module else None
        if module is None or statement is None:
            self.texts.add(f"{function.__module__}.{function.__qualname__}")
        else:
            self._visit(module, statement)

    def _visit(self, module: _Module, statement: ast.stmt) -> None:
        """Add a statement of a module, what importing the module does, and all they use."""
        if id(statement) in self._seen:
            return
        self._seen.add(id(statement))
        self.texts.add(f"{module.name}: {module.text(statement)}")
        for other in module.statements:
            if not isinstance(other, _DEFINITIONS) and not _is_docstring(other):
                self._visit(module, other)
        for node in ast.walk(statement):
            if isinstance(node, ast.Name):
                self._follow(module, node.id)
            elif isinstance(node, (ast.Import, ast.ImportFrom)):
                self._add_imports(module, node, None)

    def _follow(self, module: _Module, name: str) -> None:
        for statement in [*module.names.get(name, ()), *module.names.get("*", ())]:
            if isinstance(statement, (ast.Import, ast.ImportFrom)):
                self._add_imports(module, statement, name)
            else:
                self._visit(module, statement)

    def _add_imports(
        self, module: _Module, statement: ast.Import | ast.ImportFrom, name: str | None
    ) -> None:
        """Add what an import brings under a name, or all that it brings."""
        for alias in statement.names:
            bound = alias.asname or alias.name.split(".")[0]
            if name not in (None, bound) and alias.name != "*":
                continue
            if isinstance(statement, ast.Import):
                self._add_name(alias.name, "*")
            else:
                self._add_name(_origin(module, statement), alias.name)

    def _add_name(self, module_name: str, name: str) -> None:
        """Add a name of a module; a module's name, or `*`, adds the whole module."""
        whole = _by_name(f"{module_name}.{name}", self._source) if name != "*" else None
        module = whole or _by_name(module_name, self._source)
        if module is None:
            self.texts.add(f"{module_name}.{name}")
        elif whole or name == "*":
            for statement in module.statements:
                self._visit(module, statement)
        else:
            self._follow(module, name)


def _members(value: Any) -> list[tuple[Any, Any]]:
    """Return what a container or record holds, in an order; nothing for another object."""
    if isinstance(value, Mapping):
        return list(value.items())
    if isinstance(value, (list, tuple)):
        return list(enumerate(value))
    return [(f.name, getattr(value, f.name)) for f in fields(value)] if is_dataclass(value) else []


def _is_filled(cell: Any) -> bool:
    try:
        _ = cell.cell_contents
    except ValueError:
        return False
    return True


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _origin(module: _Module, statement: ast.ImportFrom) -> str:
    """Return the full name of the module that `from ... import` names."""
    if not statement.level:
        return statement.module or ""
    parts = module.name.split(".")
    kept = len(parts) - statement.level + (1 if module.is_package else 0)
    return ".".join([*parts[:kept], *filter(None, [statement.module])])


def _by_name(name: str, source: Path) -> _Module | None:
    place = source.joinpath(*name.split("."))
    for path in (place / "__init__.py", place.with_name(f"{place.name}.py")):
        if name and path.is_file():
            return _module(path, source)
    return None


def _module(path: Path, source: Path) -> _Module | None:
    if not path.is_relative_to(source) or not path.is_file():
        return None
    return _parsed(path, source, path.stat().st_mtime_ns)


@functools.cache
def _parsed(path: Path, source: Path, _: int) -> _Module:
    parts = path.relative_to(source).with_suffix("").parts
    text = path.read_text(encoding="utf-8")
    statements = ast.parse(text).body
    names: dict[str, list[ast.stmt]] = {}
    for statement in statements:
        for name in _bound(statement):
            names.setdefault(name, []).append(statement)
    is_package = parts[-1] == "__init__"
    return _Module(
        name=".".join(parts[:-1] if is_package else parts),
        is_package=is_package,
        lines=text.splitlines(),
        statements=statements,
        names=names,
    )


def _bound(statement: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement of a module binds."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield statement.name
    elif isinstance(statement, (ast.Import, ast.ImportFrom)):
        for alias in statement.names:
            yield alias.asname or alias.name.split(".")[0]
    else:
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id
            elif node is not statement and isinstance(node, ast.stmt):
                yield from _bound(node)
