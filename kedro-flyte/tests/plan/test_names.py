"""Names: one to one, readable, and never a word that something else needs."""

import keyword

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kedro_flyte.plan.names import (
    DATASETS,
    LONGEST,
    LONGEST_TASK,
    PARAMETERS,
    TASKS,
    identifier,
    input_name,
)

NAMES = st.text(min_size=1, max_size=90) | st.from_regex(r"[ab._\-]{1,6}", fullmatch=True)


@given(NAMES)
def test_every_name_becomes_an_identifier(name):
    for reserved in (TASKS, DATASETS, PARAMETERS):
        found = identifier(name, reserved)
        assert found.isascii()
        assert found.isidentifier()
        assert not keyword.iskeyword(found)
        assert not found.startswith("_")
        assert found.lower() not in reserved
        assert len(found) <= LONGEST
        assert len(identifier(name, reserved, LONGEST_TASK)) <= LONGEST_TASK


@given(NAMES, NAMES)
def test_two_names_never_become_one(one, other):
    assert (identifier(one) == identifier(other)) == (one == other)


@given(NAMES, NAMES)
def test_two_names_of_inputs_never_become_one_in_lower_case(one, other):
    assert (input_name(one) == input_name(other)) == (one == other)
    assert input_name(one) == input_name(one).lower()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("train_model", "train_model"),
        ("X_train", "X_train"),
        ("ns.node", "ns__node"),
        ("model_options.features", "model_options__features"),
    ],
)
def test_a_plain_name_is_spelled_as_it_is(name, expected):
    assert identifier(name) == expected


@pytest.mark.parametrize(
    "name", ["1st", "class", "modèle", "数据", "a-b", "a__b", "_a", "a_.b", ""]
)
def test_another_name_carries_a_hash(name):
    assert identifier(name)[-7] == "_"


def test_names_that_differ_in_marks_alone_stay_apart():
    names = ["a_b", "a.b", "a-b", "aB", "AB", "a b", "a__b"]

    assert len({identifier(name) for name in names}) == len(names)
    assert len({input_name(name) for name in names}) == len(names)


def test_a_long_name_keeps_its_head_and_its_tail():
    found = identifier("head_" + "x" * 200 + "_tail")

    assert found.startswith("head_")
    assert "_tail_" in found
