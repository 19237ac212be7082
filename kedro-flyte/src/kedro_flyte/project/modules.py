"""The modules of a project as text: their statements, what each binds, and what importing does."""

import ast
import functools
import tokenize
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_BINDINGS = (ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign)
# Decorators that change what they decorate and put it nowhere else. Any other one may.
_HARMLESS = frozenset(
    """
    cache lru_cache dataclass wraps contextmanager asynccontextmanager total_ordering singledispatch
    staticmethod classmethod property overload njit jit vectorize check_types check_io check_input
    check_output hook_impl final override
    """.split()  # noqa: SIM905
)
# By these, code finds other code in ways that cannot be read off.
_LOOKUPS = frozenset(
    """
    import_module __import__ __subclasses__ __init_subclass__ iter_modules walk_packages
    entry_points load_obj
    """.split()  # noqa: SIM905
)
_LOOKUPS_BY_NAME = _LOOKUPS | {"eval", "exec", "globals"}
Chain = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """A module of the project: its statements, and which of them binds a name."""

    name: str
    is_package: bool
    lines: list[str]
    statements: list[ast.stmt]
    names: Mapping[str, list[ast.stmt]]
    acts: tuple[ast.stmt, ...]  # those that do something when the module is imported
    imports: tuple[ast.Import | ast.ImportFrom, ...]

    def text(self, statement: ast.stmt) -> str:
        """Return a statement as it is written, with its decorators."""
        return "\n".join(self.lines[_first_line(statement) - 1 : statement.end_lineno])

    def at(self, line: int) -> ast.stmt | None:
        """Return the statement that a line is in."""
        for statement in self.statements:
            if _first_line(statement) <= line <= (statement.end_lineno or line):
                return statement
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a statement holds: names with their attributes, imports, and a look for other code."""

    chains: frozenset[Chain]
    imports: tuple[ast.Import | ast.ImportFrom, ...]
    looks_up: bool


class Modules:
    """The modules in the folder of a project's source code."""

    def __init__(self, source: Path) -> None:
        self.source = source.resolve()
        self._named: dict[str, Module | None] = {}
        self._folders: dict[str, bool] = {}
        self._above: dict[str, tuple[Module, ...]] = {}
        self._run: dict[str, tuple[Module, ...]] = {}

    def named(self, name: str) -> Module | None:
        """Return a module by its full name; None where the project has none."""
        if name not in self._named:
            self._named[name] = self._find(name)
        return self._named[name]

    def _find(self, name: str) -> Module | None:
        place = self.source.joinpath(*name.split("."))
        for path in (place / "__init__.py", place.with_name(f"{place.name}.py")):
            if name and path.is_file():
                return self.at(path)
        return None

    def above(self, name: str) -> tuple[Module, ...]:
        """Return the packages that a name is in, the outermost first."""
        if name not in self._above:
            parts = name.split(".")
            found = (self.named(".".join(parts[:depth])) for depth in range(1, len(parts)))
            self._above[name] = tuple(module for module in found if module is not None)
        return self._above[name]

    def run_by(self, module: Module) -> tuple[Module, ...]:
        """Return the modules that importing one runs: packages above it, and what it imports."""
        if module.name not in self._run:
            names = [n for one in module.imports for n in imported_modules(module, one)]
            every = [self.above(module.name), *(self.above(f"{name}.") for name in names)]
            self._run[module.name] = tuple({m.name: m for many in every for m in many}.values())
        return self._run[module.name]

    def at(self, path: Path) -> Module | None:
        """Return the module of a file; None where it is not of the project."""
        if not path.is_relative_to(self.source) or not path.is_file():
            return None
        return _parsed(path, self.source, path.stat().st_mtime_ns)

    def is_folder(self, name: str) -> bool:
        """Whether a name is that of a package, also of one without `__init__.py`."""
        if name not in self._folders:
            self._folders[name] = bool(name) and self.source.joinpath(*name.split(".")).is_dir()
        return self._folders[name]

    def files(self, name: str = "") -> Iterator[Path]:
        """Yield the files of all modules, or of all in a package."""
        folder = self.source.joinpath(*name.split(".")) if name else self.source
        yield from sorted(folder.rglob("*.py"))


@functools.cache
def parts_of(statement: ast.stmt) -> Parts:
    """Return what a statement holds."""
    found = (node for node in ast.walk(statement) if isinstance(node, (ast.Import, ast.ImportFrom)))
    return Parts(
        chains=frozenset(chains(statement)), imports=tuple(found), looks_up=looks_up(statement)
    )


def chains(statement: ast.AST) -> Iterator[Chain]:
    """Yield what stands in a statement as `name`, `name.attribute`, `name.attribute.more` ..."""
    for node in ast.walk(statement):
        parts: list[str] = []
        inner = node
        while isinstance(inner, ast.Attribute):
            parts.append(inner.attr)
            inner = inner.value
        if isinstance(inner, ast.Name):
            yield (inner.id, *reversed(parts))


def looks_up(statement: ast.AST) -> bool:
    """Whether a statement finds code by names that are made when it runs."""
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and node.id in _LOOKUPS_BY_NAME:
            return True
        if isinstance(node, ast.Attribute) and node.attr in _LOOKUPS:
            return True
        if isinstance(node, (ast.FunctionDef, ast.alias)) and node.name in _LOOKUPS:
            return True
    return False


def origin(module: Module, statement: ast.ImportFrom) -> str:
    """Return the full name of the module that `from ... import` names."""
    if not statement.level:
        return statement.module or ""
    parts = module.name.split(".")
    kept = len(parts) - statement.level + (1 if module.is_package else 0)
    return ".".join([*parts[:kept], *filter(None, [statement.module])])


def imports(module: Module, statement: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    """Yield each name that an import binds, with the full name of what it would be as a module."""
    for alias in statement.names:
        if isinstance(statement, ast.ImportFrom):
            yield alias.asname or alias.name, f"{origin(module, statement)}.{alias.name}"
        elif alias.asname:
            yield alias.asname, alias.name
        else:
            yield alias.name.split(".")[0], alias.name.split(".")[0]


def imported_modules(module: Module, statement: ast.Import | ast.ImportFrom) -> Iterator[str]:
    """Yield the full names of the modules that an import may run."""
    if isinstance(statement, ast.ImportFrom):
        yield origin(module, statement)
    for alias in statement.names:
        start = f"{origin(module, statement)}." if isinstance(statement, ast.ImportFrom) else ""
        yield f"{start}{alias.name}"


def _first_line(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(one.lineno for one in decorators)])


def _acts(statement: ast.stmt) -> bool:
    if isinstance(statement, _DEFINITIONS):
        return any(_word(one) not in _HARMLESS for one in statement.decorator_list)
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return False
    if isinstance(statement, _BINDINGS):
        return not any(_bound(statement))  # as in `TABLE["x"] = f`
    is_docstring = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return not is_docstring and not _is_idle(statement)


def _is_idle(statement: ast.stmt) -> bool:
    """Whether a statement is for type checkers, or for a module that is run as a script."""
    if not isinstance(statement, ast.If):
        return False
    words = {chain[-1] for chain in chains(statement.test)}
    return words in ({"TYPE_CHECKING"}, {"__name__"}) and not statement.orelse


def _word(decorator: ast.expr) -> str:
    """Return the last word of a decorator: `cache` of `functools.cache` and of `cache(3)`."""
    named = decorator.func if isinstance(decorator, ast.Call) else decorator
    return next((chain[-1] for chain in chains(named)), "")


@functools.cache
def _parsed(path: Path, source: Path, _: int) -> Module:
    parts = path.relative_to(source).with_suffix("").parts
    with tokenize.open(path) as stream:
        text = stream.read()
    statements = ast.parse(text).body
    names: dict[str, list[ast.stmt]] = {}
    for statement in statements:
        for name in _bound(statement):
            names.setdefault(name, []).append(statement)
    is_package = parts[-1] == "__init__"
    return Module(
        name=".".join(parts[:-1] if is_package else parts),
        is_package=is_package,
        lines=text.split("\n"),  # as the parser counts them
        statements=statements,
        names=names,
        acts=tuple(filter(_acts, statements)),
        imports=tuple(s for s in statements if isinstance(s, (ast.Import, ast.ImportFrom))),
    )


def _bound(statement: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement of a module binds."""
    if isinstance(statement, _DEFINITIONS):
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
