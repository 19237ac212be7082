"""Parameters: written as text, numbers or booleans, and read back as they were."""

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kedro_flyte.plan.data import parameters
from kedro_flyte.plan.model import Kind
from kedro_flyte.plan.serialization import from_json, to_json
from plan_views import found, node, plan, view

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@given(VALUES)
def test_what_is_written_is_read_back(value):
    written = parameters.encode(value)

    assert written is not None
    assert parameters.decode(*written) == value
    assert type(parameters.decode(*written)) is type(value)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (3, Kind.INTEGER),
        (0.5, Kind.FLOAT),
        (True, Kind.BOOLEAN),
        ("a", Kind.TEXT),
        (None, Kind.JSON),
        ([1, 0.5], Kind.NUMBERS),
        (["a", "b"], Kind.TEXTS),
        ([1, "a"], Kind.JSON),
        ([1, True], Kind.JSON),
        ([[1], [2]], Kind.JSON),
        ([], Kind.JSON),
        ({}, Kind.JSON),
        (2**70, Kind.JSON),
        (float("inf"), Kind.JSON),
        (dt.date(2026, 1, 2), Kind.DATE),
        (dt.datetime(2026, 1, 2, 3, tzinfo=dt.timezone.utc), Kind.DATETIME),
        ({1: "one"}, Kind.JSON),
        ([dt.date(2026, 1, 2)], Kind.JSON),
    ],
)
def test_the_kind_follows_from_the_value(value, kind):
    written = parameters.encode(value)

    assert written is not None
    assert written[0] is kind
    assert parameters.decode(*written) == value


def test_a_value_that_no_text_carries_is_not_written():
    assert parameters.encode(object()) is None


def test_each_leaf_that_the_nodes_use_is_an_input():
    made = plan(
        view(
            node("one", "params:flow.a params:other", "x"),
            node("two", "x params:group", "y"),
            pipeline="flow",
            parameters={"flow": {"a": 1, "b": 2}, "other": "t", "group": {"deep": {"c": [1]}}},
        )
    )

    assert {p.path: p.id for p in made.parameters} == {
        "flow.a": "a",
        "other": "other",
        "group.deep.c": "group_deep_c",
    }
    assert {t.id: t.parameters for t in made.tasks} == {
        "one": ("a", "other"),
        "two": ("group_deep_c",),
    }


def test_all_parameters_are_inputs_of_a_node_that_takes_all():
    made = plan(view(node("one", "parameters", "x"), parameters={"a": 1, "b": {"c": None}}))

    assert [p.path for p in made.parameters] == ["a", "b.c"]


def test_two_parameters_of_one_short_name_keep_their_paths():
    made = plan(
        view(
            node("one", "params:flow.a params:a", "x"),
            pipeline="flow",
            parameters={"flow": {"a": 1}, "a": 2},
        )
    )

    ids = {p.path: p.id for p in made.parameters}
    assert ids["flow.a"] == "flow_a"
    assert re.fullmatch("a_[a-z0-9]{6}", ids["a"]), "`--a` meant flow.a before there was a"


def _ids(values: dict, **more) -> dict[str, str]:
    made = plan(view(node("one", "parameters", "x"), parameters=values, **more))
    return {p.path: p.id for p in made.parameters}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"C": 1}, "c"),
        ({"learningRate": 1}, "learning_rate"),
        ({"maxHTTPRetries": 1}, "max_http_retries"),
        ({"max-depth": 1}, "max_depth"),
        ({"model_options": {"C": 1}}, "model_options_c"),
        ({"n_estimators": 1}, "n_estimators"),
        ({"X2": 1}, "x2"),
        ({"lambda": 1}, "lambda_"),
        ({"float": 1}, "float_"),
        ({"taux d'apprentissage": 1}, "taux_d_apprentissage"),
        ({"train": {"evaluation": {"model_options": {"n_estimators": {"random_forest": 1}}}}},
         "train_evaluation_model_options_n_estimators_random_forest"),
    ],
)  # fmt: skip
def test_names_that_people_type_are_readable_first(values, expected):
    assert list(_ids(values).values()) == [expected]


@pytest.mark.parametrize("other", ["max_depth", "maxDepth", "max depth", "Max-Depth"])
def test_a_name_that_two_would_have_is_no_ones(other):
    ids = _ids({"max-depth": 1, other: 2})

    assert all(re.fullmatch("[a-z_]+_[a-z0-9]{6}", name) for name in ids.values())
    assert len(set(ids.values())) == 2
    assert ids["max-depth"] == _ids({"other": 0, "max-depth": 1, "max_depth": 2})["max-depth"]


def test_a_parameter_called_like_a_source_has_another_name():
    source = {"rows": {"type": "text.TextDataset", "filepath": "data/rows.txt"}}
    made = plan(view(node("one", "rows params:rows", "x"), catalog=source, parameters={"rows": 1}))

    ids = [made.dataset("rows").id, *(p.id for p in made.parameters)]
    assert len({*ids, "rows"}) == 3


def test_a_parameter_called_like_another_dataset_keeps_its_name():
    nodes = [node("one", "params:rows", "rows"), node("two", "rows", "x")]
    made = plan(view(*nodes, parameters={"rows": 1}))

    assert [p.id for p in made.parameters] == ["rows"]
    assert made.dataset("rows").id != "rows"


def test_the_option_that_switches_off_a_bool_is_no_other_parameter():
    ids = _ids({"verbose": True, "no_verbose": 1})

    assert ids["verbose"] == "verbose"
    assert re.fullmatch("no_verbose_[a-z0-9]{6}", ids["no_verbose"])


def test_a_name_that_ascii_cannot_say_carries_a_hash():
    (name,) = _ids({"скорость": 1}).values()

    assert re.fullmatch("x_[a-z0-9]{6}", name)


def test_a_runtime_parameter_is_an_input_of_every_task():
    made = plan(
        view(
            node("one", "", "x"),
            node("two", "x", ""),
            runtime_parameters={"day": "monday", "key": None},
            required_parameters=frozenset(["key"]),
        )
    )

    assert {p.id: p.required for p in made.parameters} == {"day": False, "key": True}
    assert all(t.parameters == ("day", "key") for t in made.tasks)


@pytest.mark.parametrize(
    ("values", "entry", "keys"),
    [
        ({"ns.k": 3}, "params:ns.k", ("ns.k",)),
        ({"g": {"x.y": 3}}, "params:g.x.y", ("g", "x.y")),
        ({"g": {1: 3, 2: 4}}, "params:g.1", ("g", 1)),
        ({1: 3}, "params:1", (1,)),
        ({"g": {True: 3}}, "params:g.True", ("g", True)),
        ({"a.b": 1, "a": {"b": 3}}, "params:a.b", ("a", "b")),
        ({"a": {"b": 1}, "a.b": 3}, "params:a.b", ("a.b",)),
    ],
)
def test_a_parameter_is_found_by_the_name_that_kedro_gives_it(values, entry, keys):
    made = plan(view(node("one", entry, "x"), parameters=values))

    (found_here,) = made.parameters
    assert (found_here.keys, found_here.default) == (keys, 3)
    assert not found(made, "KF116")
    assert from_json(to_json(made)).parameters == made.parameters


def test_what_kedro_gives_two_values_for_is_one_input():
    made = plan(view(node("one", "parameters", "x"), parameters={"a.b": 1, "a": {"b": 3}}))

    assert {p.keys: p.default for p in made.parameters} == {("a", "b"): 3}


def test_a_group_of_odd_keys_is_one_input_unless_a_value_in_it_is_named():
    values = {"labels": {1: "a", 2: "b"}}
    whole = plan(view(node("one", "params:labels", "x"), parameters=values))
    parts = plan(
        view(node("one", "params:labels", "x"), node("two", "params:labels.1"), parameters=values)
    )

    assert [p.keys for p in whole.parameters] == [("labels",)]
    assert {p.keys for p in parts.parameters} == {("labels", 1), ("labels", 2)}


def test_what_only_the_type_of_a_parameter_has_is_not_missing():
    project = view(
        node("one", "params:model.depth", "x"),
        parameters={"model": {"rate": 1}},
        typed_parameters=frozenset({"model.depth"}),
    )

    assert not found(plan(project), "KF116")


@pytest.mark.parametrize(
    ("typed", "value"),
    [("2024-01-01", "2024-01-01"), ("[2024-01-01]", [dt.date(2024, 1, 1)]), ("x", "x"), ("1", 1)],
)
def test_a_date_that_is_typed_for_null_is_text_as_for_kedro(typed, value):
    assert parameters.decode(Kind.JSON, typed) == value


@pytest.mark.parametrize(
    ("default", "given", "expected"),
    [
        ({}, {"em": {"a": 1}}, {"a": 1}),
        (None, {"em": {"a": 1, "b": {"c": "x"}}}, {"a": 1, "b": {"c": "x"}}),
        ({1: "one"}, {"em": {"two": 2}}, {1: "one", "two": 2}),
        (None, {"em": "2024-01-01"}, "2024-01-01"),
        (None, {"em": "5"}, "5"),
        (None, {"em": 5}, 5),
        ([1], {"em": []}, []),
    ],
)
def test_what_is_given_for_a_part_of_an_input_is_merged_into_it(default, given, expected):
    (known,) = plan(view(node("one", "params:em"), parameters={"em": default})).parameters

    ((name, value),) = parameters.by_input(given, {"em": known})

    assert name == "em"
    written = parameters.given_by_hand(known, value)
    assert parameters.decode(Kind.JSON, written) == expected


def test_a_list_of_numbers_takes_no_other_value():
    (known,) = plan(view(node("one", "params:em"), parameters={"em": [1]})).parameters

    assert parameters.given_by_hand(known, [1, 2.5]) == [1, 2.5]
    with pytest.raises(ValueError, match=r"takes a list of numbers, since its default is \[1\]"):
        parameters.given_by_hand(known, ["a"])


def test_a_name_that_is_no_input_stays_as_it_was_given():
    assert [*parameters.by_input({"a": {"b": 1}}, {})] == [("a.b", 1)]
