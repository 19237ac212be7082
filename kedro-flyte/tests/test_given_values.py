"""Values that are typed for a local run: taken in the way of the input's kind, or refused by name."""

import datetime as dt
import functools
import math
from pathlib import Path
from typing import Any

import pytest
from kedro_flyte.errors import ProjectError
from kedro_flyte.local import Given, run_one_task, run_workflow
from kedro_flyte.plan.data import parameters
from kedro_flyte.stage import Manner
from kedro_flyte.targets import load
from plan_views import node, plan, view

VALUES = {
    "threshold": 0.5, "n": 5, "flag": True, "word": "a", "many": [1, "a"],
    "few": [1],
    "day": dt.date(2026, 1, 31), "at": dt.datetime(2026, 1, 31, 12, tzinfo=dt.timezone.utc),
}  # fmt: skip
PLAN = plan(
    view(
        node("a", " ".join(f"params:{name}" for name in VALUES), "x"),
        parameters=VALUES,
        runtime_parameters={"bucket": None},
        required_parameters=frozenset({"bucket"}),
    )
)
BY_PATH = {p.path: p for p in PLAN.parameters}


def _refusal(params: dict[str, Any], task: str = "") -> str:
    given = Given(params=params, files={}, output=None)
    run = (
        functools.partial(run_one_task, Path(), PLAN, task)
        if task
        else functools.partial(run_workflow, Path(), PLAN)
    )
    with pytest.raises(ProjectError) as caught:
        run(given, Manner(target=load("flyte")), print)
    return str(caught.value)


@pytest.mark.parametrize("task", ["", "a"], ids=["workflow", "task"])
@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("threshold", "abc", "a number, since its default is 0.5. It was given 'abc'."),
        ("threshold", True, "a number"),
        ("threshold", None, "a number"),
        ("threshold", 10**400, "a number"),
        ("n", "1e", "a number"),
        ("n", [1], "a number"),
        ("flag", 1, "true or false"),
        ("flag", "yes", "true or false"),
        ("word", None, "a text"),
        ("word", [1], "a text"),
        ("day", "2026-02-30", "a date as 2026-01-31"),
        ("few", [2, "a"], "a list of numbers, since its default is [1]"),
        ("few", None, "a list of numbers"),
        ("at", "noon", "a moment as 2026-01-31T12:00:00"),
    ],
)
def test_a_value_of_another_kind_is_refused(task, name, value, kind):
    said = _refusal({name: value, "bucket": "b"}, task)

    assert said.startswith(f"Parameter '{name}' takes {kind}")


@pytest.mark.parametrize("task", ["", "a"], ids=["workflow", "task"])
def test_a_value_without_a_default_must_be_given(task):
    said = _refusal({}, task)

    assert said.startswith("Nothing gives bucket")
    assert "--param bucket=VALUE" in said


@pytest.mark.parametrize(
    ("name", "value", "taken"),
    [
        ("threshold", 1, 1.0),
        ("threshold", math.inf, math.inf),
        ("n", 0.5, 0.5),
        ("n", 10**19, 10**19),
        ("word", 12, "12"),
        ("word", True, "True"),
        ("few", [2, 3.5], [2, 3.5]),
        ("few", [], []),
        ("many", None, None),
        ("many", [2, {"a": 1}], '[2, {"a": 1}]'),
        ("many", "[2]", '"[2]"'),  # as for Kedro: it was text in quotes
        ("day", "2026-02-28", "2026-02-28"),
        ("day", dt.date(2026, 2, 28), "2026-02-28"),
        ("at", "2026-02-28T01:00:00+01:00", "2026-02-28T01:00:00+01:00"),
    ],
)
def test_a_value_that_fits_is_taken(name, value, taken):
    found = parameters.given_by_hand(BY_PATH[name], value)

    assert found == taken
    assert type(found) is type(taken)
