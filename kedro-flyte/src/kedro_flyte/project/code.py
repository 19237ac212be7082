"""What a node runs, as a digest: its function, and all that it uses of the project's modules.

Found by reading the sources, statement by statement: a function counts with the functions, classes
and constants that it names, and with those that these name, in any module of the project; with what
importing these modules does; and with the project's settings and types of datasets, which change
what the function gets. Where a name leads nowhere, or code finds code by names that it makes, all
that could be meant counts: too much costs a run, too little gives a wrong result. Other packages
count by name alone.
"""

import ast
import functools
import hashlib
import inspect
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from kedro.pipeline.node import Node
from kedro_flyte.plan.data.datasets import path_holder
from kedro_flyte.plan.data.places import before_pattern, disk_path
from kedro_flyte.plan.view import DatasetView
from kedro_flyte.project.modules import (
    Chain,
    Module,
    Modules,
    imports,
    origin,
    parts_of,
)
from kedro_flyte.project.objects import is_filled, members, written

_SCALARS = (str, bytes, int, float, complex, bool, type(None))
_DOTTED = re.compile(r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)+$")


def digest(
    node: Node, modules: Modules, root: Path, datasets: Mapping[str, DatasetView], package: str
) -> str:
    """Return what changes with a node's code, catalog entries and shipped source files.

    Args:
        node: A node of the pipeline.
        modules: Those of the project.
        root: The project's root.
        datasets: What the catalog says of the node's datasets.
        package: The project's package, whose settings count.
    """
    entries = {
        name: {**datasets[name].config, "metadata": None}  # type: ignore[dict-item]
        for name in (*node.inputs, *node.outputs)
        if name in datasets and datasets[name].config is not None
    }
    code = _Code(modules)
    code.add(node.func)
    code.add_settings(package)
    code.add_named(entries)
    files = [_content(root, datasets[name]) for name in node.inputs if name in datasets]
    what = [
        node.name, list(node.inputs), list(node.outputs), code.texts(), entries, files,
    ]  # fmt: skip
    text = json.dumps(what, sort_keys=True, default=str)
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def _content(root: Path, view: DatasetView) -> str:
    """Return a digest of the files of a source that is shipped with the code; else nothing."""
    holder = path_holder(view.config) if view.config and view.shipped and view.exists else None
    if holder is None:
        return ""
    own = disk_path(str(holder[1][holder[0]]))
    place = root / (own if (root / own).exists() else before_pattern(own))
    total = hashlib.sha256()
    for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
        if path.is_file():
            total.update(path.relative_to(root).as_posix().encode())
            total.update(path.read_bytes())
    return total.hexdigest()


class _Code:
    """Collects the text of everything that a function uses."""

    def __init__(self, modules: Modules) -> None:
        self._modules = modules
        self._seen: dict[int, Any] = {}  # with what is seen, so that no other gets its id
        self._texts: set[str] = set()
        self._ahead: list[Callable[[], None]] = []  # not by calls, of which a chain may be long

    def texts(self) -> list[str]:
        """Return all texts, in an order."""
        while self._ahead:
            self._ahead.pop()()
        return sorted(self._texts)

    def _is_new(self, what: Any) -> bool:
        known = id(what) in self._seen
        self._seen[id(what)] = what
        return not known

    def add(self, what: Any) -> None:
        """Add a function, or whatever else can be called."""
        if not self._is_new(what):
            return
        if isinstance(what, functools.partial):
            self._add_value("partial", [what.func, what.args, what.keywords])
        elif hasattr(what, "__func__"):
            self._add_value("method", [what.__func__, what.__self__])
        elif hasattr(what, "__code__"):
            self._add_function(what)
        elif isinstance(what, type):
            self._add_name(what.__module__, what.__qualname__.split(".")[0])
        else:
            self._add_object(type(what).__qualname__, what)

    def add_settings(self, package: str) -> None:
        """Add the project's hooks, resolvers and the like."""
        settings = self._modules.named(f"{package}.settings")
        if settings is not None:
            self._add_whole(settings)

    def add_named(self, value: Any) -> None:
        """Add the project's classes and functions that configuration names by their paths."""
        if isinstance(value, Mapping):
            value = list(value.values())
        if isinstance(value, (list, tuple)):
            for one in value:
                self.add_named(one)
        elif isinstance(value, str) and _DOTTED.match(value) and self._is_own(value):
            self._add_chain(tuple(value.split(".")))

    def _is_own(self, name: str) -> bool:
        return self._modules.is_folder(name.partition(".")[0])

    def _add_value(self, where: str, value: Any) -> None:
        """Add what an object holds: constants by where they are, functions by what they use."""
        if isinstance(value, _SCALARS):
            self._texts.add(f"{where} is {value!r}")
        elif isinstance(value, type(ast)):
            self._add_name(value.__name__, "*")
        elif callable(value):
            self.add(value)
        elif self._is_new(value):
            self._add_object(where, value)

    def _add_object(self, where: str, value: Any) -> None:
        """Add an object: its members, its class, or, of other packages, how it writes itself."""
        found = members(value)
        kind = type(value)
        is_own = self._is_own(kind.__module__)
        if found is None and (is_own or callable(value)):
            found = sorted(getattr(value, "__dict__", {}).items())
        if is_own:
            self.add(kind)
        if found is None:
            self._texts.add(f"{where} is {written(value)}")
        for key, member in found or ():
            self._add_value(f"{where}.{key}", member)

    def _add_function(self, function: Any) -> None:
        inner = inspect.unwrap(function)
        if inner is not function:
            self.add(inner)
        names = function.__code__.co_freevars
        for name, cell in zip(names, function.__closure__ or (), strict=True):
            if is_filled(cell):
                self._add_value(f"{function.__qualname__}.{name}", cell.cell_contents)
        module = self._modules.at(Path(function.__code__.co_filename).resolve())
        statement = module.at(function.__code__.co_firstlineno) if module else None
        if module is None or statement is None:
            self._texts.add(f"{function.__module__}.{function.__qualname__}")
        else:
            self._visit(module, statement)

    def _visit(self, module: Module, statement: ast.stmt) -> None:
        """Add a statement of a module, what importing the module does, and all they use."""
        if self._is_new(statement):
            self._ahead.append(lambda: self._read(module, statement))

    def _read(self, module: Module, statement: ast.stmt) -> None:
        self._texts.add(f"{module.name}: {module.text(statement)}")
        self._import(module)
        parts = parts_of(statement)
        if parts.looks_up:
            self._add_files("")
        local: dict[str, str] = {}
        for node in parts.imports:
            self._add_imports(module, node, None)
            local.update(imports(module, node))
        for chain in parts.chains:
            self._follow(module, chain[0])
            self._add_members(local.get(chain[0]) or _import_of(module, chain[0]), chain[1:])

    def _import(self, module: Module) -> None:
        """Add what importing a module does: in it, in the packages above, in what it imports."""
        if self._is_new(module):
            self._ahead.append(lambda: self._run(module))

    def _run(self, module: Module) -> None:
        for statement in module.acts:
            self._visit(module, statement)
        for other in self._modules.run_by(module):
            self._import(other)

    def _import_above(self, name: str) -> None:
        for package in self._modules.above(name):
            self._import(package)

    def _follow(self, module: Module, name: str) -> None:
        for statement in [*module.names.get(name, ()), *module.names.get("*", ())]:
            if isinstance(statement, (ast.Import, ast.ImportFrom)):
                self._add_imports(module, statement, name)
            else:
                self._visit(module, statement)

    def _add_imports(
        self, module: Module, statement: ast.Import | ast.ImportFrom, name: str | None
    ) -> None:
        """Add what an import brings under a name, or all that it brings."""
        for alias in statement.names:
            bound = alias.asname or alias.name.split(".")[0]
            if isinstance(statement, ast.Import):
                wanted, where = "*", alias.name
            else:
                wanted, where = alias.name, origin(module, statement)
            if wanted == "*" and alias.name == "*" and name is not None:
                self._add_from_all(where, name)
            elif name in (None, bound):
                self._add_name(where, wanted)

    def _add_from_all(self, module_name: str, name: str) -> None:
        """Add a name that `from module import *` may bring, where the module has it."""
        module = self._modules.named(module_name)
        if module is not None and {name, "*", "__getattr__"} & module.names.keys():
            self._follow(module, name)

    def _add_chain(self, chain: Chain) -> None:
        """Add what a path through packages and modules names."""
        self._add_name(chain[0], chain[1])
        self._add_members(chain[0], chain[1:])

    def _add_members(self, name: str, attributes: Chain) -> None:
        """Add what the attributes of a module name: of a package, modules that others import."""
        for attribute in attributes:
            if not self._modules.is_folder(name):
                return
            package = self._modules.named(name)
            if package is not None:
                self._add_whole(package)
            name = f"{name}.{attribute}"
            module = self._modules.named(name)
            if module is not None:
                self._add_whole(module)

    def _add_name(self, module_name: str, name: str) -> None:
        """Add a name of a module; a module's name, or `*`, adds the whole module."""
        module = self._modules.named(module_name)
        inner = None if name == "*" else self._modules.named(f"{module_name}.{name}")
        self._import_above(f"{module_name}.{name}")
        for whole in (inner, module if name == "*" else None):
            if whole is not None:
                self._add_whole(whole)
        if module is None and inner is None:
            self._texts.add(f"{module_name}.{name}")
            self._add_files(module_name if name == "*" else f"{module_name}.{name}")
        elif module is not None and name != "*":
            self._follow(module, name)
            if name not in module.names and "*" not in module.names and inner is None:
                self._add_whole(module)
                self._add_files(module_name)

    def _add_whole(self, module: Module) -> None:
        for statement in module.statements:
            self._visit(module, statement)

    def _add_files(self, name: str) -> None:
        """Add all files of a package that is a folder, or of the project."""
        if self._modules.is_folder(name) or not name:
            for path in self._modules.files(name):
                at = path.relative_to(self._modules.source).as_posix()
                self._texts.add(f"{at}: {hashlib.sha256(path.read_bytes()).hexdigest()}")


def _import_of(module: Module, name: str) -> str:
    """Return what a name of a module is as a module; empty where it was not imported."""
    for statement in module.names.get(name, ()):
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            return dict(imports(module, statement)).get(name, "")
    return ""
