"""Files and code that cannot be read: one clear error, never a traceback of someone else's code."""

from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kedro.config import OmegaConfigLoader
from kedro_flyte.errors import ConfigError, KedroFlyteError, ProjectError
from kedro_flyte.plan.settings.config import FlyteConfig, parse_config
from kedro_flyte.project.configuration import load
from kedro_flyte.project.diagnosis import explained, lines_of, told
from kedro_projects import Project, command

BROKEN = {
    "a list": b"- a\n",
    "a number": b"5\n",
    "broken": b"group_by: node\na: [\n",
    "two keys": b"group_by: node\ngroup_by: tag\n",
    "two keys within": b"tiers:\n  a: {cpu: 1}\n  a: {cpu: 2}\n",
    "Latin-1": "#\ntiers: {größe: {cpu: 1}}\n".encode("latin-1"),
    "UTF-16": "group_by: node\n".encode("utf-16"),
    "NUL": b"group_by: node\na\0b: 1\n",
    "an interpolation": b"results: kept\ngroup_by: ${nothing}\n",
    "an unknown resolver": b"results: kept\ngroup_by: ${nosuch:1}\n",
    "an interpolation of no name": b"allow:\n  ? ''\n  : ${oc.env:X}\n",
    "a broken interpolation": b"group_by: ${\n",
    "a tag": b"results: kept\ngroup_by: !foo node\n",
    "code in a tag": b"group_by: !!python/object/apply:os.system [exit]\n",
    "3,000 lists deep": b"a: " + b"[" * 3000 + b"]" * 3000,
    "3,000 groups deep": "".join(f"{' ' * at}a:\n" for at in range(3000)).encode(),
    "itself within itself": b"a: &a {b: *a}\n",
    "two documents": b"group_by: node\n---\ngroup_by: tag\n",
    "a tab": b"tiers:\n\ta: 1\n",
    "a key that is a number": b"1: a\n",
    "a key that is nothing": b"null: a\n",
    "a key that is a list": b"? [a]\n: b\n",
    "a set": b"tiers: !!set {a, b}\n",
    "a wrong value": b"results: kept\ngroup_by: nodes\n",
}
LINES = {
    "broken": 3, "two keys": 2, "two keys within": 3, "Latin-1": 2, "NUL": 2, "an interpolation": 2,
    "an unknown resolver": 2, "a tag": 2, "two documents": 2, "a tab": 2, "a wrong value": 2,
}  # fmt: skip


def _read(conf: Path, kind: str, content: bytes) -> FlyteConfig | None:
    base = conf / "base"
    base.mkdir(parents=True, exist_ok=True)
    (base / f"{kind}.yml").write_bytes(content)
    with told(conf.parent, lambda: [base]):
        loader = OmegaConfigLoader(str(conf), base_env="base", default_run_env="base")
        found = load(SimpleNamespace(config_loader=loader), kind)
        return parse_config(found, lines_of(conf.parent, [base])) if kind == "flyte" else None


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_flyte_yml_is_one_error_that_names_file_and_line(tmp_path, what):
    with pytest.raises(ConfigError, match=r"conf/base/flyte\.yml") as caught:
        _read(tmp_path / "conf", "flyte", BROKEN[what])

    said = str(caught.value)
    assert f"line {LINES[what]}" in said if what in LINES else said
    assert len(said) < 500


@pytest.mark.parametrize("kind", ["catalog", "parameters", "credentials"])
@pytest.mark.parametrize(
    "what", ["a list", "broken", "Latin-1", "NUL", "a tag", "an interpolation"]
)
def test_another_broken_file_is_one_error_that_names_it(tmp_path, kind, what):
    with pytest.raises(ProjectError, match=rf"conf/base/{kind}\.yml"):
        _read(tmp_path / "conf", kind, BROKEN[what])


def test_a_key_in_two_files_is_an_error_that_names_both(tmp_path):
    (tmp_path / "conf/base").mkdir(parents=True)
    (tmp_path / "conf/base/flyte_more.yml").write_text("group_by: tag\n")

    with pytest.raises(ProjectError, match=r"flyte_more\.yml"):
        _read(tmp_path / "conf", "flyte", b"group_by: node\n")


def test_an_error_of_the_projects_code_keeps_the_lines_of_that_code(tmp_path):
    module = tmp_path / "src/registry.py"
    module.parent.mkdir()
    module.write_text("def register():\n    return {}['nowhere']\n")
    space: dict[str, object] = {}
    exec(compile(module.read_text(), str(module), "exec"), space)

    with pytest.raises(ProjectError, match=r"src/registry\.py, line 2: KeyError") as caught:
        explained(lambda _: space["register"]())(tmp_path)

    assert "in register" in str(caught.value)
    assert "kedro_flyte" not in str(caught.value)


def test_code_that_is_no_python_is_told_with_its_line(tmp_path):
    def read(_):
        compile("x = 1\nx = = 2\n", str(tmp_path / "nodes.py"), "exec")

    with pytest.raises(ProjectError, match=r"nodes\.py, line 2: SyntaxError"):
        explained(read)(tmp_path)


def test_an_error_that_nothing_of_the_project_explains_stays_as_it_is(tmp_path):
    def read(_):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        explained(read)(tmp_path)


# ---------------------------------------------------------------------------------------- fuzz

_KEYS = st.sampled_from(sorted(FlyteConfig.model_fields)) | st.sampled_from(
    ["cpu", "cron", "every", "inputs", "env", "key", "reason", "tier", "a", "", "${x}", "timezone"]
)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.dates() | st.text(max_size=8)
    | st.sampled_from(["node", "kept", "1", "2Gi", "* * * * *", "6h", "${oc.env:X}", "???", "a.b"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3),
    max_leaves=12,
)  # fmt: skip
_DOCUMENTS = (
    st.dictionaries(_KEYS, _VALUES, max_size=4).map(lambda d: yaml.safe_dump(d).encode())
    | st.binary(max_size=60)
    | st.text("ab:-[]{}&*!|>#?%@`\"'\t\n ${},", max_size=40).map(str.encode)
)


def _one_error_at_most(conf: Path, content: bytes) -> None:
    try:
        _read(conf, "flyte", content)
    except KedroFlyteError as error:
        if "flyte.yml" not in str(error):
            raise


@settings(max_examples=60, deadline=None, derandomize=True,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(content=_DOCUMENTS)
def test_no_flyte_yml_ends_in_a_traceback(tmp_path, content):
    _one_error_at_most(tmp_path / "conf", content)


@pytest.mark.slow
@settings(max_examples=2000, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(content=_DOCUMENTS)
def test_no_flyte_yml_of_many_ends_in_a_traceback(tmp_path, content):
    _one_error_at_most(tmp_path / "conf", content)


def test_a_registry_that_raises_is_told_by_the_command_with_the_projects_lines(tmp_path):
    root = Project(nodes="def create():\n    return 1 / 0\n").write(tmp_path / "project")
    done = command(root, "plan")

    assert done.returncode == 1
    assert "src/demo/flow.py, line" in done.stderr
    assert "ZeroDivisionError: division by zero" in done.stderr
    assert "site-packages" not in done.stderr
