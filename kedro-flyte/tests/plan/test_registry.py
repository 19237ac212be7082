"""All names of a module come from one registry: any legal project is a module that can be imported.

The project of these tests has a source, a branch, a map, parameters, schedules and several results,
and is called in every way that has made modules fail, and in others.
"""

import ast
import re
import sys
import types
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flytekit.core.python_function_task import PythonFunctionTask
from flytekit.core.workflow import PythonFunctionWorkflow
from hypothesis import given, settings
from hypothesis import strategies as st
from kedro_flyte.plan.conditions import Condition
from kedro_flyte.plan.model import Plan
from kedro_flyte.plan.names.identifiers import DATASETS, PARAMETERS, TASKS
from kedro_flyte.plan.names.registry import Names
from kedro_flyte.plan.view import AlternativeView, ChoiceView, FanOutView
from kedro_flyte.targets.domino import module as domino
from kedro_flyte.targets.flyte import module as flyte
from kedro_flyte.targets.source import constants
from plan_views import node, plan, view

NASTY = """
    retrain keep model raw score score_split score_item score_gather score_if choose choose_if
    choose_task default default_part_1 demo TIER_SMALL TIER_ small PickleFile CsvFile FlyteFile
    PlanFile ChooseOutputs DefaultOutputs Default_Outputs aB_Outputs PLAN JOB TASK Input MODELS
    run_task task workflow conditional map_task functools locals timedelta Path NamedTuple
    LaunchPlan LAUNCH_A_B CronSchedule WorkflowFailurePolicy parameters data item_keys item_key err
    a.b a_b a-b aB AB a__b a.B import None lambda print str float x no_x no_no_x C c learningRate
    learning_rate learning-rate 1st модель модел _ self inputs ref
""".split()  # noqa: SIM905
NAMES = st.sampled_from(NASTY) | st.text("aAbB_.- 1é", min_size=1, max_size=5)
KEYS = st.sampled_from([name for name in NASTY if "." not in name])
FORMATS = st.sampled_from(["csv", "CSV", "flyte", "plan", "7z", "c++", "tar-gz", "csv_v2", "ö"])


def _lists(names: st.SearchStrategy[str], count: int, *, unique: bool = True) -> Any:
    return st.lists(names, min_size=count, max_size=count, unique=unique)


WORDS = st.fixed_dictionaries(
    {
        "nodes": _lists(NAMES, 4),
        "datasets": _lists(NAMES, 7),
        "keys": _lists(KEYS, 4),
        "alternatives": _lists(NAMES, 2, unique=False),
    }
)


def project(
    words: dict[str, list[str]], pipeline: str = "__default__", suffix: str = "csv", **more: Any
) -> Plan:
    """Return the plan of a project whose things are called so."""
    load, choose, score, end = words["nodes"]
    source, raw, items, picked, scored, *ends = map(_safe, words["datasets"])
    flag, group, one, other = words["keys"]
    then, otherwise = (
        AlternativeView(name=name, func="f", inputs=(raw,)) for name in words["alternatives"]
    )
    choice = ChoiceView(
        when=f"params:{flag}", condition=Condition(), then=then, otherwise=otherwise
    )
    project = view(
        _node(load, [source], [raw, items]),
        _node(choose, [f"params:{flag}", raw], [picked], choice=choice),
        _node(score, [items], [scored], fan_out=FanOutView(over=items)),
        _node(end, [picked, scored, f"params:{group}", f"params:{one}"], ends),
        pipeline=pipeline,
        parameters={flag: True, group: {one: 1, other: 0.5}, one: "text"},
        catalog={
            source: {"type": "text.TextDataset", "filepath": f"data/in.{suffix}"},
            ends[0]: {"type": "text.TextDataset", "filepath": f"data/out.{suffix}"},
        },
    )
    return plan(project, {"pipelines": {pipeline: more}})


def _safe(name: str) -> str:
    """Return a name that Kedro takes for a dataset: not a parameter, and no transcoding."""
    return name.replace("@", "").replace("params:", "").replace("parameters", "parameters_")


def _node(name: str, inputs: list[str], outputs: list[str], **more: Any) -> Any:
    return replace(node(name, **more), inputs=tuple(inputs), outputs=tuple(outputs))


def _structure(text: str, workflow: str) -> None:
    """Every name of the module is defined once, and no variable of a function hides one."""
    tree = ast.parse(text)
    defined = [name for statement in tree.body for name in _defined(statement)]
    assert [name for name, count in Counter(defined).items() if count > 1] == []
    for function in tree.body:
        if isinstance(function, ast.FunctionDef):
            assert _variables(function) & set(defined) <= {workflow}, function.name


def _defined(statement: ast.stmt) -> list[str]:
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return [name.asname or name.name for name in statement.names]
    if isinstance(statement, ast.Assign):
        return [target.id for target in statement.targets if isinstance(target, ast.Name)]
    named = isinstance(statement, ast.FunctionDef | ast.ClassDef)
    return [statement.name] if named else []


def _variables(function: ast.FunctionDef) -> set[str]:
    stored = {
        n.id for n in ast.walk(function)
        if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }  # fmt: skip
    return stored | {argument.arg for argument in function.args.args}


def _imported(text: str, folder: Path) -> Any:
    path = folder / "module_of_names.py"
    path.write_text(text, encoding="utf-8")
    module = types.ModuleType(path.stem)
    module.__file__ = str(path)
    sys.modules[path.stem] = module
    exec(compile(text, path, "exec"), vars(module))  # an import may take older byte-code
    return module


def _require_whole(made: Plan, folder: Path) -> None:
    """The module is imported, and each function of the plan is a task of its name in it."""
    text = flyte.render(made)
    _structure(text, made.id)
    module = _imported(text, folder)
    ids = [name for task in made.tasks for name in task.function_ids or (task.id,)]
    assert isinstance(getattr(module, made.id), PythonFunctionWorkflow)
    tasks = {name: getattr(module, name) for name in ids}
    assert all(isinstance(task, PythonFunctionTask) for task in tasks.values())
    assert sorted(task.name.split(".")[-1] for task in tasks.values()) == sorted(ids)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("modules")


@settings(max_examples=20, deadline=None)
@given(words=WORDS, pipeline=NAMES, suffix=FORMATS)
def test_any_names_make_a_module_that_holds_every_task(words, pipeline, suffix, folder):
    _require_whole(project(words, pipeline, suffix), folder)


@settings(max_examples=60, deadline=None)
@given(words=WORDS, pipeline=NAMES, suffix=FORMATS)
def test_no_variable_hides_what_the_module_defines(words, pipeline, suffix):
    made = project(words, pipeline, suffix)

    _structure(flyte.render(made), made.id)
    _structure(domino.render(made), made.id)


GOLDEN = sorted((Path(__file__).parents[1] / "golden").glob("*/*.py"))


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_what_a_module_has_but_functions_is_kept_from_all_else(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    own = [s for s in tree.body if not isinstance(s, ast.FunctionDef)]

    for kept in (TASKS, PARAMETERS, DATASETS):
        assert [name for one in own for name in _defined(one) if name not in kept] == []


PLAIN = {
    "nodes": ["load", "choose", "score", "end"],
    "datasets": ["source", "raw", "items", "picked", "scored", "e1", "e2"],
    "keys": ["go", "group", "one", "other"],
    "alternatives": ["then", "else_"],
}


@pytest.mark.parametrize(
    ("kind", "place", "name"),
    [
        ("alternatives", 0, "go"),
        ("alternatives", 0, "raw"),
        ("alternatives", 0, "picked"),
        ("alternatives", 0, "default"),
        ("alternatives", 0, "TIER_SMALL"),
        ("alternatives", 1, "then"),
        ("datasets", 1, "score_split"),
        ("datasets", 4, "score_item"),
        ("keys", 2, "score_gather"),
        ("nodes", 3, "score_gather"),
        ("datasets", 1, "choose_if"),
        ("datasets", 1, "DefaultOutputs"),
        ("nodes", 0, "TIER_SMALL"),
        ("nodes", 0, "PickleFile"),
        ("nodes", 0, "LAUNCH_A_B"),
        ("nodes", 0, "LoadOutputs"),
        ("keys", 2, "str"),
    ],
)
def test_late_names_are_looked_at(kind, place, name, folder):
    words = {**PLAIN, kind: [*PLAIN[kind][:place], name, *PLAIN[kind][place + 1 :]]}

    _require_whole(project(words), folder)


@pytest.mark.parametrize("suffix", ["flyte", "plan", "csv"])
def test_a_format_of_files_takes_no_name_of_another_type(suffix, folder):
    made = project(PLAIN, suffix=suffix)

    _require_whole(made, folder)
    assert re.search(rf'^\w+File = FlyteFile\["{suffix}"\]$', flyte.render(made), re.MULTILINE)


def test_schedules_that_differ_in_marks_alone_are_two_variables():
    schedules = {name: {"cron": "0 1 * * *"} for name in ("a-b", "a_b", "модель", "мода")}
    text = flyte.render(project(PLAIN, schedules=schedules))

    variables = re.findall(r"^(LAUNCH_\w+) = ", text, re.MULTILINE)
    names = re.findall(r'name="(demo__default__\w+)"', text)
    assert len(set(variables)) == len(set(names)) == 4


def test_two_constants_that_look_alike_are_told_apart():
    made = constants("SECRET", {"one": "PASSWORD", "two": "PASSWORD", "модель": "", "a": "A"})

    assert made["a"] == "SECRET_A"
    assert len({name for name in made.values() if name.isidentifier() and name[-1] != "_"}) == 4


def test_a_name_that_two_want_is_nobodys():
    names = Names(["taken"])

    given = names.give({1: ("a", "b"), 2: ("a",), 3: ("taken", "c"), 4: ("d",)}, "marked_{}".format)

    assert given == {1: "b", 2: "marked_2", 3: "c", 4: "d"}
    assert names.give({5: ("a",), 6: ("d",)}, "marked_{}".format) == {5: "a", 6: "marked_6"}


@given(st.permutations(NASTY))
def test_names_do_not_depend_on_the_order_of_things(labels):
    names, again = Names(["raw"]), Names(["raw"])

    assert names.functions(labels) == again.functions(NASTY)
