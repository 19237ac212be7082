"""This project meets other libraries where they are open, and replaces no private part of theirs.

docs/decisions/0087-rooms-and-seams.md tells of each place where that takes some thought.
"""

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import e06_flows

SOURCE = Path(e06_flows.__file__).parent
STAND_IN = {"tracking/commands.py"}  # the price of doing without it is a second a command
STARTS = {"e06_flows.__main__", "e06_flows.h2o.scorer"}  # they do something when imported
ABSTRACT = {"_describe", "_exists"}  # Kedro asks every dataset for them


def _modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(SOURCE.rglob("*.py")):
        yield path.relative_to(SOURCE).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def _classes() -> set[type]:
    names = {module.name for module in pkgutil.walk_packages([str(SOURCE)], "e06_flows.")}
    modules = [importlib.import_module(name) for name in sorted(names - STARTS)]
    return {
        found
        for module in modules
        for _, found in inspect.getmembers(module, inspect.isclass)
        if found.__module__ == module.__name__
    }


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def _changes_modules(node: ast.AST) -> bool:
    """Tell whether an item of `sys.modules` is set, removed or popped."""
    if isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
        return ast.unparse(node.value) == "sys.modules"
    return isinstance(node, ast.Call) and ast.unparse(node.func) in {
        "sys.modules.pop", "sys.modules.update", "sys.modules.setdefault", "sys.modules.__setitem__",
    }  # fmt: skip


def test_modules_are_put_in_another_s_place_by_one_module_alone():
    found = {name for name, tree in _modules() if any(map(_changes_modules, ast.walk(tree)))}

    assert found == STAND_IN


def test_no_private_part_of_another_s_object_is_used():
    found = [
        f"{name}:{node.lineno} {ast.unparse(node)}"
        for name, tree in _modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and (_is_private(node.attr) and ast.unparse(node.value) == "super()")
    ]
    excused = [path.name for path in SOURCE.rglob("*.py") if "SLF001" in path.read_text("utf-8")]

    assert found == []
    assert excused == []  # ruff finds all others, unless it is told not to


def test_nothing_is_patched():
    tools = {"setattr", "delattr", "object.__setattr__"}
    found = [
        f"{name}:{node.lineno}"
        for name, tree in _modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in tools
    ]

    assert found == []


def test_no_private_method_of_a_library_is_overridden():
    found = [
        f"{made.__name__}.{name} replaces that of {base.__name__}"
        for made in _classes()
        for name, value in vars(made).items()
        if _is_private(name) and name not in ABSTRACT and callable(value)
        for base in made.__mro__[1:]
        if not base.__module__.startswith("e06_flows") and name in vars(base)
    ]

    assert found == []


def test_what_stands_at_the_top_is_what_kedro_looks_for_and_rooms_that_say_what_they_are():
    top = {path.name for path in SOURCE.iterdir() if path.suffix == ".py"}
    rooms = [path.parent for path in SOURCE.glob("*/__init__.py")]

    assert top == {"__init__.py", "__main__.py", "pipeline_registry.py", "settings.py"}
    assert all(ast.get_docstring(ast.parse((room / "__init__.py").read_text())) for room in rooms)
