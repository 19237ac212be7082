"""Findings: each appears where it should, and says what to do."""

import pytest
from kedro_flyte.errors import ConfigError
from kedro_flyte.plan.settings.config import json_schema, parse_config
from kedro_flyte.plan.view import DatasetView, SecretView, Severity
from plan_views import found, node, plan, view

CSV = {"type": "pandas.CSVDataset", "filepath": "data/x.csv"}


def _one(made, code):
    (finding,) = found(made, code)
    assert finding.why
    assert finding.todo
    return finding


def test_a_dataset_that_crosses_tasks_in_memory_is_told():
    project = view(node("a", "", "x"), node("b", "x", ""))

    assert _one(plan(project), "KF102").severity is Severity.INFO
    assert _one(plan(project, strict=True), "KF102").severity is Severity.ERROR
    assert not found(plan(project, group_by="pipeline"), "KF102")


def test_a_dataset_of_a_type_that_cannot_be_pickled_is_told():
    project = view(
        node("a", "", "x"), node("b", "x", ""), output_types={"a": ("sqlite3.Connection",)}
    )

    assert "Connection" in _one(plan(project), "KF108").what


def test_two_tiers_on_a_node_give_the_larger():
    made = plan(view(node("a", "", "x", tags="tier.small tier.large")))

    assert made.tasks[0].tier == "large"
    assert "small" in _one(made, "KF103").what


def test_two_tiers_in_a_task_give_the_larger():
    made = plan(
        view(node("a", "", "x", tags="tier.small"), node("b", "x", "", tags="tier.medium")),
        group_by="pipeline",
    )

    assert made.tasks[0].tier == "medium"
    assert found(made, "KF104")


def test_an_unknown_tier_suggests_the_nearest():
    finding = _one(plan(view(node("a", tags="tier.lage"))), "KF105")

    assert finding.severity is Severity.ERROR
    assert "Did you mean 'large'?" in finding.what


@pytest.mark.parametrize("tag", ["Tier.large", "tier-large", "tire.large", "large"])
def test_a_tag_that_looks_like_a_tier_is_told(tag):
    assert "tier.large" in _one(plan(view(node("a", tags=tag))), "KF106").what


@pytest.mark.parametrize("tag", ["daily", "tier.large", "env.default", "preprocessing"])
def test_another_tag_is_not_taken_for_a_tier(tag):
    assert not found(plan(view(node("a", tags=tag))), "KF106")


def test_a_source_that_is_not_shipped_is_told_and_forbidden_to_a_schedule():
    source = DatasetView(name="raw", config=CSV, shipped=False)
    project = view(node("a", "raw", "x"), catalog={"raw": source})
    scheduled = {"pipelines": {"__default__": {"schedules": {"daily": {"cron": "0 3 * * *"}}}}}

    assert _one(plan(project), "KF107").severity is Severity.WARNING
    assert _one(plan(project, scheduled), "KF107").severity is Severity.ERROR


def test_a_schedule_with_a_uri_leaves_a_launch_by_hand_told():
    source = DatasetView(name="raw", config=CSV, shipped=False)
    project = view(node("a", "raw", "x"), catalog={"raw": source})
    daily = {"cron": "0 3 * * *", "inputs": {"raw": "s3://bucket/x.csv"}}
    scheduled = {"pipelines": {"__default__": {"schedules": {"daily": daily}}}}

    assert _one(plan(project, scheduled), "KF107").severity is Severity.WARNING


def test_a_missing_dataset_suggests_one_that_is_there():
    catalog = {"raws": CSV}
    made = plan(view(node("a", "raw raws", "x"), catalog=catalog))
    alone = plan(view(node("a", "raw", "x"), node("b", "raw_", "y")))

    assert "Did you mean 'raws'?" in _one(made, "KF115").what
    assert all("Did you mean" not in finding.what for finding in found(alone, "KF115"))


def test_a_secret_in_the_configuration_is_an_error():
    secret = SecretView(file="conf/base/catalog.yml", line=3, key="password")

    assert "line 3" in _one(plan(view(node("a"), secrets=(secret,))), "KF109").what


def test_a_dataset_with_a_path_of_its_own_is_told():
    own = {"type": "my.FolderDataset", "folder": "data/own"}
    project = view(node("a", "", "x"), node("b", "x", ""), catalog={"x": own})

    assert _one(plan(project), "KF114").severity is Severity.ERROR


def test_what_kedro_run_would_refuse_is_an_error():
    made = plan(view(node("a", "nowhere params:none", "x"), parameters={"nine": 1}))

    assert "nowhere" in _one(made, "KF115").what
    assert "none" in _one(made, "KF116").what


def test_configuration_that_stays_behind_is_told():
    assert "conf/local/" in _one(plan(view(node("a"), left_out=("conf/local/",))), "KF117").what


def test_an_unknown_environment_is_an_error():
    made = plan(view(node("a", tags="env.h2")), {"environments": {"h2o": {}}})

    assert "Did you mean 'h2o'?" in _one(made, "KF118").what


def test_two_environments_in_a_task_are_an_error():
    made = plan(
        view(node("a", "", "x", tags="env.one"), node("b", "x", "", tags="env.two")),
        {"environments": {"one": {}, "two": {}}},
        group_by="pipeline",
    )

    assert found(made, "KF123")


def test_a_checkpoint_on_the_disk_of_a_task_is_told():
    entry = {"type": "partitions.IncrementalDataset", "path": "data/parts", "dataset": "x"}

    assert found(plan(view(node("a", "raw", "x"), catalog={"raw": entry})), "KF119")


def test_a_parameter_that_no_text_carries_is_told():
    made = plan(view(node("a", "params:x", "y"), parameters={"x": object()}))

    assert "'x'" in _one(made, "KF120").what


def test_two_datasets_of_one_file_are_told():
    project = view(node("a", "", "x"), node("b", "y", ""), catalog={"x": CSV, "y": CSV})

    assert "x, y" in _one(plan(project), "KF121").what


def test_a_rule_for_nothing_is_an_error_that_suggests_the_nearest():
    made = plan(view(node("train")), {"nodes": {"trian": {"retries": 1}}})

    assert "Did you mean 'train'?" in _one(made, "KF122").what


def test_a_schedule_must_fit_the_inputs():
    config = {
        "pipelines": {
            "__default__": {"schedules": {"daily": {"cron": "0 3 * * *", "inputs": {"y": 1}}}}
        }
    }
    project = view(
        node("a", "params:x", ""),
        parameters={"x": 1},
        runtime_parameters={"key": None},
        required_parameters=frozenset(["key"]),
    )

    assert "'y'" in _one(plan(project, config), "KF125").what
    assert "'key'" in _one(plan(project, config), "KF126").what


def test_versions_at_remote_paths_are_told_how_to_sort():
    entry = {"type": "pandas.CSVDataset", "filepath": "s3://b/x.csv", "versioned": True}

    assert (
        "KEDRO_FLYTE_RUN_ID"
        in _one(plan(view(node("a", "", "x"), catalog={"x": entry})), "KF127").todo
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ({"tires": {}}, ["tires", "Did you mean 'tiers'?"]),
        ({"tiers": {"big": {"memroy": "1Gi"}}}, ["memroy", "Did you mean 'memory'?"]),
        ({"tiers": {"big": {"memory": "lots"}}}, ["tiers.big.memory", "lots"]),
        ({"default": {"retries": -1}}, ["default.retries"]),
        ({"group_by": "colour"}, ["group_by", "colour"]),
        ({"pipelines": {"a": {"scedules": {}}}}, ["scedules", "Did you mean 'schedules'?"]),
    ],
)
def test_a_wrong_configuration_is_named(text, words):
    with pytest.raises(ConfigError) as caught:
        parse_config(text)

    assert all(word in str(caught.value) for word in words)


def test_a_rule_for_a_node_wins_over_tag_namespace_and_default():
    config = {
        "default": {"retries": 1, "timeout": 10},
        "namespaces": {"n": {"retries": 2, "timeout": 20, "tier": "medium"}},
        "tags": {"flaky": {"retries": 3}},
        "nodes": {"n.a": {"tier": "large"}},
    }
    made = plan(view(node("n.a", tags="flaky tier.small", namespace="n")), config)

    task = made.tasks[0]
    assert (task.tier, task.retries, task.timeout) == ("large", 3, 20)
    assert task.tier_reason == "node in flyte.yml"


def test_the_schema_names_every_section():
    for word in ("tiers", "environments", "pipelines", "secrets", "group_by"):
        assert f'"{word}"' in json_schema()


def test_the_default_tier_is_within_the_limits_that_flyteadmin_has_by_itself():
    made = plan(view(node("a")))

    assert (made.tiers[0].cpu, made.tiers[0].memory) == ("1", "1Gi")
    assert not found(made, "KF173")


def test_tiers_above_the_limits_that_flyteadmin_has_by_itself_are_told():
    nodes = (node("a", "", "x", tags="tier.large"), node("b", "x"))

    finding = _one(plan(view(*nodes)), "KF173")
    assert finding.severity is Severity.INFO
    assert "Tier 'large' asks for cpu 4 and memory 16Gi" in finding.what
    assert not found(plan(view(*nodes), target="domino"), "KF173")
