"""An export replaces its own files alone, and its folders hide no library."""

import json
from pathlib import Path

import pytest
from kedro_flyte.errors import ExportError
from kedro_flyte.export import exported, module_of, write
from kedro_flyte.ownership import require_own
from kedro_flyte.plan.model import Plan
from kedro_flyte.targets import libraries, load
from plan_views import node, plan, view


def _plan(pipeline: str = "__default__", env: str | None = None, package: str = "demo") -> Plan:
    return plan(view(node("load", "", "x"), pipeline=pipeline, env=env, package=package))


def _export(made: Plan, root: Path, output: str = "flows", target: str = "flyte") -> Path:
    folder = root / output
    files = exported(made, load(target), folder, root)
    require_own(files, made, root, libraries())
    write(files)
    return module_of(made, load(target), folder)


OTHERS = [_plan("default"), _plan(env="prod"), _plan(package="other"), _plan("Default")]


@pytest.mark.parametrize("other", OTHERS, ids=lambda one: one.identity)
def test_two_exports_do_not_overwrite_each_other(other, tmp_path):
    first, second = (_export(made, tmp_path) for made in (_plan(), other))

    assert first != second
    assert json.loads(first.with_suffix(".plan.json").read_text())["pipeline"] == "__default__"
    plan = json.loads(second.with_suffix(".plan.json").read_text())
    assert (plan["package"], plan["pipeline"], plan["env"]) == (
        other.package, other.pipeline, other.env,
    )  # fmt: skip


def test_an_export_replaces_an_earlier_one_of_the_same_thing(tmp_path):
    module = _export(_plan(), tmp_path)
    module.with_suffix(".plan.json").unlink()

    assert _export(_plan(), tmp_path) == module
    assert module.with_suffix(".plan.json").exists()


def test_a_conflict_of_a_merge_is_written_over(tmp_path):
    module = _export(_plan(), tmp_path)
    for path in (module, module.with_suffix(".plan.json")):
        text = path.read_text()
        path.write_text(f"{text[:90]}\n<<<<<<< one\n{text[90:]}\n=======\n{text}>>>>>>> other\n")

    _export(_plan(), tmp_path)

    assert "<<<<<<<" not in module.read_text() + module.with_suffix(".plan.json").read_text()


@pytest.mark.parametrize("suffix", [".py", ".plan.json"])
@pytest.mark.parametrize("content", [b"mine = 1\n", b"", b"{}", b"[1]", b"\xff\xfe"])
def test_a_file_that_no_export_has_written_is_not_replaced(suffix, content, tmp_path):
    path = module_of(_plan(), load("flyte"), tmp_path / "flows").with_suffix(suffix)
    path.parent.mkdir(parents=True)
    path.write_bytes(content)

    with pytest.raises(ExportError, match=f"{path.name} was not written by `kedro flyte export`"):
        _export(_plan(), tmp_path)

    assert [p.read_bytes() for p in path.parent.iterdir()] == [content]


@pytest.mark.parametrize("other", OTHERS, ids=lambda one: one.identity)
def test_the_export_of_something_else_is_not_replaced(other, tmp_path):
    there = _export(other, tmp_path)
    for suffix in (".py", ".plan.json"):
        path = module_of(_plan(), load("flyte"), tmp_path / "flows").with_suffix(suffix)
        there.with_suffix(suffix).rename(path)

    with pytest.raises(ExportError, match=f"is the export of pipeline '{other.pipeline}' of"):
        _export(_plan(), tmp_path)


@pytest.mark.parametrize("target", ["flyte", "domino"])
@pytest.mark.parametrize("output", ["flyte", "domino", "out/flytekit", "demo", "json", "v1.2"])
def test_no_folder_of_exports_hides_a_library(output, target, tmp_path):
    with pytest.raises(ExportError, match=f"The folder '{output}' cannot hold exported modules"):
        _export(_plan(), tmp_path, output, target)

    assert list(tmp_path.iterdir()) == []


def test_the_folder_of_a_target_is_not_called_as_its_sdk(tmp_path):
    for target in ("flyte", "domino"):
        _export(_plan(), tmp_path, target=target)

    assert {path.name for path in tmp_path.rglob("*") if path.is_dir()} == {
        "flows", "on_flyte", "on_domino",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("output", "packages"),
    [
        (".", {"on_flyte"}),
        ("flows", {"flows", "flows/on_flyte"}),
        ("build/flows", {"build", "build/flows", "build/flows/on_flyte"}),
    ],
)
def test_the_root_of_the_code_is_the_root_of_the_project(output, packages, tmp_path):
    _export(_plan(), tmp_path, output)

    made = {path.parent.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("__init__.py")}
    assert made == packages


def test_a_file_in_the_place_of_a_folder_is_told(tmp_path):
    (tmp_path / "flows").write_text("mine")

    with pytest.raises(ExportError, match="flows is a file, and an export needs a folder there"):
        _export(_plan(), tmp_path)
