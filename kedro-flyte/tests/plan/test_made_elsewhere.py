"""Parameters that are made when the configuration is read: their values are in no file."""

from dataclasses import replace

import pytest
from kedro_flyte.plan.conditions import IS_TRUE, Condition
from kedro_flyte.plan.model import Kind, Travel
from kedro_flyte.plan.serialization import to_json
from kedro_flyte.plan.view import AlternativeView, ChoiceView, DatasetView, MadeView, Severity
from kedro_flyte.runtime.values import task_values
from kedro_flyte.targets import load, registered
from kedro_flyte.targets.domino import module as domino
from kedro_flyte.targets.domino.exchange import parse
from kedro_flyte.targets.flyte import module as flyte
from plan_views import found, node, plan, view

HOST = MadeView(keys=("db", "host"), by=("oc.env",))
PASSWORD = MadeView(keys=("db", "password"), by=("oc.env",), is_secret=True)
OWN = {"db": {"host": "CANARY-host", "password": "CANARY-word", "port": 5432}}
PROJECT = view(
    node("a", "params:db", "x"),
    parameters=OWN,
    made_parameters=(HOST, PASSWORD),
    variables={"DB_PASSWORD": True, "DB_HOST": False},
)


def _host(made):
    return next(one for one in made.parameters if one.path == "db.host")


@pytest.mark.parametrize("target", registered())
def test_a_value_from_elsewhere_is_in_neither_module_nor_plan(target):
    made = plan(PROJECT, target=target)
    text = load(target).render(made)

    assert "CANARY" not in to_json(made) + text
    assert "5432" in text


def test_it_is_an_input_without_which_the_task_makes_it():
    host = _host(plan(PROJECT))

    assert (host.kind, host.default, host.read_in_task) == (Kind.TEXT, None, True)
    assert f"{host.id}: str | None = None" in flyte.render(plan(PROJECT))
    assert f'{host.id}: str = "null"' in domino.render(plan(PROJECT, target="domino"))
    assert parse(host, "null") is None
    assert parse(host, "other") == "other"


def test_a_secret_from_elsewhere_is_no_input():
    assert [one.path for one in plan(PROJECT).parameters] == ["db.host", "db.port"]


def test_both_are_told():
    host, password = found(plan(PROJECT), "KF170")

    assert host.severity is Severity.INFO
    assert (host.place, password.place) == ("parameters.db.host", "parameters.db.password")
    assert "no input" in password.todo
    assert not found(plan(PROJECT), "KF120")


def test_a_task_is_given_only_what_the_launch_gives():
    made = plan(PROJECT)
    host, port = (one.id for one in made.parameters)

    def computed(**handed):
        return task_values(made, made.tasks[0], {port: 5432, **handed}, lambda _: OWN).runtime

    assert computed(**{host: None}) == {}
    assert computed(**{host: "other"}) == {"db": {"host": "other"}}


def test_a_value_that_was_given_for_the_export_is_the_default():
    made = plan(
        replace(
            PROJECT,
            given_parameters={"db": {"host": "given"}},
            parameters={"db": {"host": "given", "password": "x", "port": 1}},
        )
    )
    host = _host(made)

    assert (host.default, host.read_in_task) == ("given", False)


def test_a_runtime_parameter_with_a_computed_default_is_made_in_the_task():
    made = plan(view(node("a"), runtime_parameters={"day": None}))

    assert made.parameters[0].read_in_task


def test_a_branch_by_such_a_value_is_decided_in_the_task():
    choice = ChoiceView(
        when="params:fast",
        condition=Condition(operator=IS_TRUE, value=None),
        then=AlternativeView(name="t", func="f", inputs=()),
        otherwise=AlternativeView(name="o", func="f", inputs=()),
    )
    project = view(
        node("a", "params:fast", "x", choice=choice),
        parameters={"fast": True},
        made_parameters=(MadeView(keys=("fast",), by=("oc.env",)),),
    )

    assert plan(project).tasks[0].conditional is None
    assert plan(replace(project, made_parameters=())).tasks[0].conditional is not None


def test_each_task_asks_for_the_secrets_that_all_of_the_configuration_reads():
    secret = {"secrets": [{"group": "db", "key": "password", "env": "DB_PASSWORD"}]}

    assert plan(PROJECT, secret).tasks[0].secrets == ("DB_PASSWORD",)
    assert not found(plan(PROJECT, secret), "KF142")
    assert not found(plan(PROJECT, secret), "KF143")


def test_a_variable_without_a_secret_or_a_default_is_told():
    (told,) = found(plan(PROJECT), "KF142")

    assert told.place == "DB_PASSWORD"


def _entry(path, **more):
    config = {"type": "json.JSONDataset", "filepath": path, **more}
    return DatasetView(name="x", config=config, path_text="${oc.env:ROOT}/x.json")


def test_a_remote_path_that_tasks_make_is_used_in_place_in_order():
    made = plan(
        view(node("a", "", "x"), node("b", "x", "y"), catalog={"x": _entry("s3://canary/x.json")})
    )

    assert made.dataset("x").travel is Travel.IN_PLACE
    assert made.task("b").inputs == ("x",)
    assert "canary" not in to_json(made)


def test_a_local_path_that_tasks_make_travels_as_a_file():
    made = plan(
        view(node("a", "", "x"), node("b", "x", "y"), catalog={"x": _entry("canary/x.json")})
    )

    assert (made.dataset("x").travel, made.dataset("x").format) == (Travel.FILE, "json")
    assert made.dataset("x").location == "${oc.env:ROOT}/x.json"
    assert "canary" not in to_json(made)


def test_a_setting_that_is_made_at_the_export_is_told():
    image = MadeView(keys=("environments", "default", "image"), by=("oc.env",))
    token = MadeView(keys=("tiers", "a", "token"), by=("oc.env",), is_secret=True)
    told = found(plan(view(node("a"), made_settings=(image, token))), "KF171")

    assert {one.place: one.forbids for one in told} == {
        "environments.default.image": False,
        "tiers.a.token": True,
    }
