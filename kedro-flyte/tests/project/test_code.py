"""The digest of a node's code changes with all that may change what the node gives."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kedro.pipeline import Node
from kedro_flyte.plan.view import DatasetView
from kedro_flyte.project.code import digest
from kedro_flyte.project.modules import Modules

NODES = """
import functools
import app.deep.leaf
import app.deep.leaf as leaf
import app.spaced
import app.spaced.one
from app import lib, registry, lazy
from app.again import shown
from app.stars import *
from app.lib import Child, CONST, deco, Instance

def by_package(x): return app.deep.in_package(x)
def by_chain(x): return app.deep.leaf.f(x)
def by_other(x): return app.deep.other.f(x)
def by_alias(x): return leaf.f(x)
def by_folder(x): return app.spaced.one.f(x)
def by_table(x): return registry.TABLE["late"](x)
def by_registered(x):
    from app.registry import KNOWN
    return KNOWN["known"](x)
def by_lazy(x): return lazy.late(x)
def by_lazy_name(x):
    from app.lazy import late
    return late(x)
def by_export(x): return shown(x)
def by_star(x): return starred(x)
def by_class(x): return Child().run(x)
def by_default(x, y=CONST): return x
@deco
def by_decorator(x): return x
def by_import(x):
    from app import late_module
    return late_module.f(x)
def by_name(x):
    import importlib
    return importlib.import_module("app.plugged").f(x)
def by_subclasses(x): return [c().run(x) for c in lib.Base.__subclasses__()]
by_method = Instance(3).run
by_partial = functools.partial(shown, y=Instance(4))
def alone(x): return x
"""
FILES = {
    "app/__init__.py": "",
    "app/settings.py": "from app.hooks import Hook\nHOOKS = (Hook(),)\n",
    "app/hooks.py": "class Hook:\n    def after(self): return 1\n",
    "app/nodes.py": NODES,
    "app/io.py": "class Own:\n    def load(self): return 1\n",
    "app/deep/__init__.py": "def in_package(x): return x\nimport app.quiet\n",
    "app/deep/leaf.py": "def f(x): return x\n",
    "app/deep/other.py": "def f(x): return x\n",
    "app/quiet.py": "import os\nos.environ['Q'] = '1'\n",
    "app/spaced/one.py": "def f(x): return x\n",
    "app/registry.py": (
        "TABLE = {}\nKNOWN = {}\ndef early(x): return x\nTABLE['late'] = early\n"
        "def known(f):\n    KNOWN[f.__name__] = f\n    return f\n"
        "@known\ndef registered(x): return x + 1\n"
    ),
    "app/lazy/__init__.py": "def __getattr__(name):\n    return NAMES[name]\nNAMES = {}\n",
    "app/lazy/hidden.py": "def late(x): return x\n",
    "app/again.py": "from app.shown import shown\n",
    "app/shown.py": "def shown(x, y=0): return x\n",
    "app/stars.py": "from app.bright import *\n",
    "app/bright.py": "def starred(x): return x\n",
    "app/lib.py": (
        "CONST = 1\nclass Base:\n    STEP = 1\n    def run(self, x): return x + self.STEP\n"
        "class Child(Base): pass\n"
        "class Instance:\n    def __init__(self, n): self.n = n\n"
        "    def run(self, x): return self.more(x)\n    def more(self, x): return x * self.n\n"
        "def deco(f):\n    def g(x): return f(x) + 0\n    return g\n"
    ),
    "app/late_module.py": "def f(x): return x\n",
    "app/plugged.py": "def f(x): return x\n",
}  # fmt: skip


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package `app` that can be imported."""
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path
    _forget()


def _forget() -> None:
    for name in [n for n in sys.modules if n == "app" or n.startswith("app.")]:
        del sys.modules[name]


def _digests(source: Path, config: Any = None) -> dict[str, str]:
    _forget()
    importlib.invalidate_caches()
    nodes = importlib.import_module("app.nodes")
    importlib.import_module("app.deep.other")
    names = [n for n in vars(nodes) if n.startswith("by_") or n == "alone"]
    datasets = {"out": DatasetView(name="out", config=config)} if config else {}
    modules = Modules(source)
    return {
        n: digest(Node(getattr(nodes, n), "x", "out", name=n), modules, source, datasets, "app")
        for n in names
    }


@pytest.mark.parametrize(
    ("file", "old", "new", "changed"),
    [
        ("deep/__init__.py", "return x", "return -x", "package chain other"),
        ("deep/leaf.py", "return x", "return -x", "chain alias"),
        ("deep/other.py", "return x", "return -x", "other"),
        ("quiet.py", "'1'", "'2'", "package chain alias other alone"),
        ("spaced/one.py", "return x", "return -x", "folder"),
        ("registry.py", "def early(x): return x", "def early(x): return -x", "table registered alone"),
        ("registry.py", "return x + 1", "return x - 1", "registered table alone"),
        ("lazy/hidden.py", "return x", "return -x", "lazy_name"),
        ("shown.py", "return x", "return -x", "export partial"),
        ("bright.py", "return x", "return -x", "star"),
        ("lib.py", "STEP = 1", "STEP = 2", "class subclasses"),
        ("lib.py", "CONST = 1", "CONST = 2", "default"),
        ("lib.py", "f(x) + 0", "f(x) + 1", "decorator alone"),
        ("lib.py", "x * self.n", "self.n * x", "method partial"),
        ("nodes.py", "Instance(3)", "Instance(5)", "method"),
        ("nodes.py", "Instance(4)", "Instance(5)", "partial"),
        ("late_module.py", "return x", "return -x", "import"),
        ("plugged.py", "return x", "return -x", "name subclasses"),
    ],
)  # fmt: skip
def test_a_change_of_what_a_node_may_reach_changes_its_digest(source, file, old, new, changed):
    before = _digests(source)
    path = source / "app" / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new) + "\n")
    after = _digests(source)

    different = {name for name in before if before[name] != after[name]}
    assert different >= {name if name == "alone" else f"by_{name}" for name in changed.split()}
    assert ("alone" in different) == ("alone" in changed)


def test_the_digest_of_unchanged_code_stays(source):
    assert _digests(source) == _digests(source)


def test_a_hook_of_the_project_counts_for_every_node(source):
    before = _digests(source)
    (source / "app/hooks.py").write_text(FILES["app/hooks.py"].replace("return 1", "return 2"))
    after = _digests(source)

    assert all(before[name] != after[name] for name in before)


def test_a_dataset_type_of_the_project_counts_with_its_code(source):
    config = {"type": "CachedDataset", "dataset": {"type": "app.io.Own"}}
    before = _digests(source, config)
    (source / "app/io.py").write_text(FILES["app/io.py"].replace("return 1", "return 2"))
    after = _digests(source, config)

    assert before["alone"] != after["alone"]


def test_a_source_in_another_encoding_or_with_odd_line_ends_is_read(source):
    odd = "# -*- coding: latin-1 -*-\nA = '\xe9\x0c\x1c'\n\ndef f(x): return x\n"
    (source / "app/late_module.py").write_bytes(odd.encode("latin-1"))
    before = _digests(source)
    changed = odd.replace("return x", "return -x")
    (source / "app/late_module.py").write_bytes(changed.encode("latin-1"))
    after = _digests(source)

    assert before["by_import"] != after["by_import"]


def test_a_long_chain_of_modules_is_followed_to_its_end(source):
    count = 400
    for at in range(count):
        text = f"from app.chain{at + 1} import f as g\ndef f(x): return g(x)\n"
        (source / f"app/chain{at}.py").write_text(text)
    (source / f"app/chain{count}.py").write_text("def f(x): return x\n")
    (source / "app/late_module.py").write_text("from app.chain0 import f\n")
    before = _digests(source)
    (source / f"app/chain{count}.py").write_text("def f(x): return -x\n")
    after = _digests(source)

    assert before["by_import"] != after["by_import"]
