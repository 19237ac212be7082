"""Findings that flyte.yml allows: they forbid nothing, and stay where they can be seen."""

import pytest
from kedro_flyte.errors import ConfigError
from kedro_flyte.plan.checks.allow import NEVER
from kedro_flyte.plan.settings.config import parse_config
from kedro_flyte.plan.view import SecretView, Severity
from kedro_flyte.show import as_json, as_table
from plan_views import found, node, plan, view

PROJECT = view(
    node("a", "params:pad_token", "x"),
    parameters={"pad_token": "<pad>"},
    secrets=(SecretView(file="conf/base/parameters.yml", line=1, key="pad_token"),),
)


def _allowing(**entry):
    return {"allow": [{"reason": "it is a sign of the tokenizer", **entry}]}


@pytest.mark.parametrize("at", ["pad_token", "pad_*", ""])
def test_an_allowed_finding_forbids_nothing_and_shows_its_reason(at):
    (alarm,) = found(plan(PROJECT), "KF109")
    made = plan(PROJECT, _allowing(code="KF109", at=at))
    (allowed,) = found(made, "KF109")

    assert alarm.forbids
    assert allowed.severity is Severity.ERROR
    assert not allowed.forbids
    assert "allowed by flyte.yml: it is a sign of the tokenizer" in as_table(made)
    assert '"allowed": "it is a sign of the tokenizer"' in as_json(made)
    assert not found(made, "KF168")


def test_a_finding_is_allowed_at_its_own_place_alone():
    made = plan(PROJECT, _allowing(code="KF109", at="api_token"))

    assert found(made, "KF109")[0].forbids
    assert "'api_token'" in found(made, "KF168")[0].what


def test_a_place_with_brackets_is_itself_and_no_pattern():
    project = view(node("a[1]", tags="tier.small tier.large"))
    made = plan(project, _allowing(code="KF103", at="a[1]"))

    assert found(made, "KF103")[0].allowed


def test_an_entry_that_allows_nothing_is_told():
    (idle,) = found(plan(view(node("a")), _allowing(code="KF141")), "KF168")

    assert idle.severity is Severity.INFO
    assert "KF141" in idle.what


def test_what_would_make_the_export_wrong_cannot_be_allowed():
    made = plan(view(node("a", tags="tier.lage")), _allowing(code="KF105"))

    assert found(made, "KF105")[0].forbids
    assert found(made, "KF168")[0].severity is Severity.WARNING
    assert NEVER["KF105"] in found(made, "KF168")[0].why


def test_an_idle_entry_can_be_allowed_itself():
    twice = [
        {"code": "KF141", "reason": "another pipeline needs it"},
        {"code": "KF168", "at": "KF141", "reason": "so this one has no use for it"},
    ]

    assert all(f.allowed for f in found(plan(view(node("a")), {"allow": twice}), "KF168"))


def test_every_finding_says_its_place():
    project = view(node("a", "nowhere params:none", "x", tags="tier.lage env.h2"), node("b", "x"))

    assert all(finding.place for finding in plan(project).findings)


def test_a_finding_of_another_distribution_may_be_allowed():
    assert parse_config({"allow": [{"code": "TOY001", "reason": "so"}]}).allow


@pytest.mark.parametrize(
    "entry", [{"code": "KF109"}, {"code": "KF109", "reason": " "}, {"code": "109", "reason": "so"}]
)
def test_an_entry_has_a_code_and_a_reason(entry):
    with pytest.raises(ConfigError, match=r"allow\.0\.(reason|code)"):
        parse_config({"allow": [entry]})
