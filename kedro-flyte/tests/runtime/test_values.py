"""The values that a task computes with: the workflow's, whatever the task's own files say."""

import datetime as dt
import logging
from pathlib import Path
from typing import Any

import pytest
import yaml
from kedro.config import OmegaConfigLoader
from kedro_flyte.plan.model import Plan
from kedro_flyte.plan.view import HandlerView
from kedro_flyte.runtime.values import Values, task_values
from plan_views import node, plan, view

EXPORTED = """
n: 5
g: {x: 1, y: 2}
a: 1
b: ${.a}
c: ${.b}
none:
day: 2024-01-31
empty: {}
many: [1, 2]
rate: 0.5
"""
READS = "params:n params:g params:a params:b params:c params:none params:day params:empty params:many params:rate"


class Files:
    """Parameters in a file, as a task has them, and how often they have been read."""

    def __init__(self, folder: Path, text: str) -> None:
        self._folder, self.count = folder, 0
        (folder / "base").mkdir(exist_ok=True)
        (folder / "base/parameters.yml").write_text(text)

    def read(self, runtime: Values) -> Values | None:
        """Return the parameters, as Kedro reads them."""
        self.count += 1
        loader = OmegaConfigLoader(
            conf_source=str(self._folder), env="base", base_env="base", runtime_params=runtime
        )
        return dict(loader["parameters"])


def _plan(folder: Path, reads: str = READS, text: str = EXPORTED, **more: Any) -> Plan:
    written = Files(folder, text).read(more.get("given_parameters", {}))
    config = more.pop("config", {})
    return plan(view(node("f", reads, "res"), parameters=written, **more), config)


def _computed(made: Plan, files: Files, **handed: Any) -> Values:
    """Return the parameters that a task computes with, where it is handed these and the defaults."""
    inputs = {p.id: p.default for p in made.parameters if not p.required} | handed
    found = task_values(made, made.tasks[0], inputs, files.read)
    assert found.whole is not None
    return found.whole


def test_what_the_files_say_too_is_read_once_and_not_passed_on(tmp_path):
    made = _plan(tmp_path)
    files = Files(tmp_path, EXPORTED)
    inputs = {p.id: p.default for p in made.parameters}

    found = task_values(made, made.tasks[0], inputs, files.read)

    assert found.runtime == {}
    assert found.whole is not None
    assert list(found.whole) == list(yaml.safe_load(EXPORTED))
    assert files.count == 1


def test_a_task_without_parameters_reads_no_files(tmp_path):
    made = plan(view(node("f", outputs="res")))

    def read(runtime: Values) -> Values:
        raise AssertionError

    assert task_values(made, made.tasks[0], {}, read).whole is None


def test_the_default_of_the_workflow_reaches_a_task_whose_files_were_edited(tmp_path, caplog):
    made = _plan(tmp_path)
    edited = Files(tmp_path, EXPORTED.replace("n: 5", "n: 7").replace("x: 1", "x: 9"))

    with caplog.at_level(logging.WARNING):
        computed = _computed(made, edited)

    assert (computed["n"], computed["g"]) == (5, {"x": 1, "y": 2})
    assert "other values than the workflow for g.x, n." in caplog.text
    assert "7" not in caplog.text


def test_a_value_given_by_hand_that_is_the_old_default_reaches_the_task(tmp_path):
    made = _plan(tmp_path)
    edited = Files(tmp_path, EXPORTED.replace("n: 5", "n: 7"))

    assert _computed(made, edited, n=5)["n"] == 5


def test_a_value_that_is_computed_from_another_follows_it(tmp_path, caplog):
    made = _plan(tmp_path)

    computed = _computed(made, Files(tmp_path, EXPORTED), a=3)

    assert (computed["a"], computed["b"], computed["c"]) == (3, 3, 3)
    assert caplog.text == ""


def test_it_follows_where_the_files_were_edited_too(tmp_path):
    made = _plan(tmp_path)
    edited = Files(tmp_path, EXPORTED.replace("a: 1", "a: 6").replace("n: 5", "n: 7"))

    computed = _computed(made, edited, a=3)

    assert (computed["a"], computed["b"], computed["c"], computed["n"]) == (3, 3, 3, 5)
    assert _computed(made, edited)["c"] == 1


@pytest.mark.parametrize(
    ("name", "written", "value"),
    [
        ("none", "x", "x"),
        ("day", "2025-02-28", "2025-02-28"),
        ("empty", '{"k": 1}', {"k": 1}),
        ("many", "[3]", [3]),
        ("rate", 1.0, 1.0),
        ("n", 2.5, 2.5),
    ],
)
def test_a_value_of_any_kind_is_passed_on(tmp_path, name, written, value):
    assert _computed(_plan(tmp_path), Files(tmp_path, EXPORTED), **{name: written})[name] == value


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("none:", "none: 3"),
        ("day: 2024-01-31", "day: 2020-01-01"),
        ("empty: {}", "empty: {k: 1}"),
        ("many: [1, 2]", "many: []"),
        ("rate: 0.5", "rate: 1"),
        ("n: 5", "n: 5.0"),
        ("n: 5", "n: '5'"),
        ("n: 5", "m: 5"),
        ("g: {x: 1, y: 2}", "g: 3"),
    ],
)
def test_an_edit_of_any_kind_gives_way(tmp_path, before, after):
    made = _plan(tmp_path)
    exported = Files(tmp_path, EXPORTED).read({})

    computed = _computed(made, Files(tmp_path, EXPORTED.replace(before, after)))

    assert {name: computed[name] for name in exported} == exported
    assert type(computed["n"]) is int


def test_a_date_that_a_loader_knows_is_compared_as_a_date(tmp_path):
    made = plan(view(node("f", "params:day", "res"), parameters={"day": dt.date(2024, 1, 31)}))

    def computed(own: dt.date) -> Any:
        inputs = {p.id: p.default for p in made.parameters}
        return task_values(made, made.tasks[0], inputs, lambda runtime: {"day": own}).runtime

    assert computed(dt.date(2024, 1, 31)) == {}
    assert computed(dt.date(2020, 1, 1)) == {"day": dt.date(2024, 1, 31)}


def test_parameters_as_a_whole_are_those_of_the_workflow(tmp_path):
    made = _plan(tmp_path, "parameters")
    edited = Files(tmp_path, EXPORTED.replace("n: 5", "n: 7"))

    assert _computed(made, edited, a=2) == Files(tmp_path, EXPORTED).read({"a": 2})


def test_the_node_for_failures_computes_with_the_values_of_the_workflow(tmp_path):
    tell = node("tell", "params:n params:c")
    made = _plan(
        tmp_path, config={"pipelines": {"__default__": {"on_failure": "tell"}}},
        handler=HandlerView(node=tell, pipeline="alarms", datasets={}),
    )  # fmt: skip
    edited = Files(tmp_path, EXPORTED.replace("n: 5", "n: 7"))
    inputs = {p.id: p.default for p in made.parameters} | {"a": 3}

    assert made.handler is not None
    found = task_values(made, made.handler.task, inputs, edited.read).whole

    assert found is not None
    assert (found["n"], found["c"]) == (5, 3)


def test_a_default_that_was_given_for_the_export_is_no_edit(tmp_path, caplog):
    made = _plan(tmp_path, given_parameters={"a": 4})

    assert _computed(made, Files(tmp_path, EXPORTED))["c"] == 4
    assert _computed(made, Files(tmp_path, EXPORTED), a=9)["c"] == 9
    assert caplog.text == ""


def test_a_runtime_parameter_that_has_no_default_is_always_passed_on(tmp_path):
    made = _plan(
        tmp_path, "params:n", "n: 5\n", runtime_parameters={"key": None},
        required_parameters=frozenset({"key"}),
    )  # fmt: skip
    files = Files(tmp_path, "n: 5\nm: '${runtime_params:key}'\n")

    computed = _computed(made, files, key="k")

    assert (computed["n"], computed["m"]) == (5, "k")
    assert files.count == 1


def test_a_runtime_parameter_at_its_default_is_not_passed_on(tmp_path):
    made = _plan(tmp_path, "params:n", "n: 5\n", runtime_parameters={"day": "monday"})
    files = Files(tmp_path, "n: 5\n")

    assert _computed(made, files) == {"n": 5}
    assert _computed(made, files, day="friday") == {"n": 5, "day": "friday"}


def test_files_that_cannot_be_read_yet_are_left_to_kedro(tmp_path):
    made = _plan(tmp_path, "params:n params:a")

    found = task_values(made, made.tasks[0], {"n": 6, "a": 1}, lambda runtime: None)

    assert found.whole is None
    assert found.runtime == {"n": 6}
