"""Values that are made when the configuration is read: which they are, through all references."""

import pytest
from kedro_flyte.plan.view import MadeView
from kedro_flyte.project.elsewhere import Elsewhere


def _elsewhere(tmp_path, parameters, **others):
    for name, text in {"parameters": parameters, **others}.items():
        (tmp_path / f"{name}.yml").write_text(text, encoding="utf-8")
    return Elsewhere([tmp_path])


@pytest.mark.parametrize(
    "text",
    [
        "a: {b: '${oc.env:X}'}",
        "a: {b: '${oc.env:X,default}'}",
        "a: {b: 'https://${oc.env:X}/'}",
        "a: {b: '${today:}'}",
        "a: {b: ['${today:}']}",
        "a: {b: '${runtime_params:b,${oc.env:X}}'}",
        "c: '${oc.env:X}'\na: {b: '${c}'}",
        "c: '${oc.env:X}'\na: {b: '${..c}'}",
        "a: {b: '${.c}', c: '${today:}'}",
        "c: [1, '${today:}']\na: {b: '${c[1]}'}",
        "c: {d: {e: '${today:}'}}\na: {b: '${c}'}",
        "c: '${.d}'\nd: '${today:}'\na: {b: '${c}'}",
        "_c: &c '${oc.env:X}'\na: {b: *c}",
        "a: '${some_dict:}'",
    ],
)
def test_a_value_that_a_resolver_makes_is_seen_through_references(tmp_path, text):
    made = _elsewhere(tmp_path, text).made("parameters")

    assert any(one.reaches(("a", "b")) for one in made)


@pytest.mark.parametrize(
    "text",
    [
        "a: {b: 1}",
        "c: 1\na: {b: '${c}'}",
        "a: {b: '${globals:c}'}",
        "a: {b: '${runtime_params:b,1}'}",
    ],
)
def test_a_value_that_stands_in_the_files_is_not_made(tmp_path, text):
    assert not _elsewhere(tmp_path, text, globals="c: 1").made("parameters")


def test_what_globals_take_from_elsewhere_is_made_as_well(tmp_path):
    (made,) = _elsewhere(tmp_path, "a: '${globals:c}'", globals="c: '${today:}'").made("parameters")

    assert made == MadeView(keys=("a",), by=("today",))


def test_a_key_tells_which_of_them_are_secrets(tmp_path):
    made = _elsewhere(tmp_path, "db: {password: '${oc.env:X}', host: '${oc.env:Y}'}")

    assert {one.keys[-1]: one.is_secret for one in made.made("parameters")} == {
        "password": True,
        "host": False,
    }


def test_the_variables_are_those_that_all_of_the_files_read(tmp_path):
    made = _elsewhere(tmp_path, "a: '${oc.env:A}'\nb: '${oc.env:B,1}'", catalog="c: '${oc.env:C}'")

    assert made.variables(["parameters", "catalog"]) == {"A": True, "B": False, "C": True}
    assert made.variables(["parameters"]) == {"A": True, "B": False}


def test_references_in_a_circle_end(tmp_path):
    assert not _elsewhere(tmp_path, "a: '${b}'\nb: '${a}'").made("parameters")
