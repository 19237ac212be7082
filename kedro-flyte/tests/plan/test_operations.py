"""Rules, schedules, secrets, caches, failure handling and sub-workflows, as the plan has them."""

import pytest
from kedro_flyte.errors import ConfigError
from kedro_flyte.plan.serialization import from_json, to_json
from kedro_flyte.plan.settings.config import parse_config
from kedro_flyte.plan.view import Credentials, DatasetView, HandlerView, Severity
from kedro_flyte.targets.flyte.module import render
from plan_views import found, node, plan, view

CSV = {"type": "pandas.CSVDataset", "filepath": "data/raw.csv"}
REMOTE = {"type": "pandas.CSVDataset", "filepath": "s3://bucket/x.csv"}
TABLE = {"type": "pandas.SQLTableDataset", "table_name": "x"}


def _task(made, name):
    return next(task for task in made.tasks if task.nodes == (name,))


def _tier(made, name):
    return next(tier for tier in made.tiers if tier.name == _task(made, name).tier)


# -------------------------------------------------------------------------------------- rules


@pytest.mark.parametrize(
    ("rules", "retries"),
    [
        ({}, 0),
        ({"default": {"retries": 1}}, 1),
        ({"default": {"retries": 1}, "tiers": {"t": {"retries": 2}}}, 2),
        ({"tiers": {"t": {"retries": 2}}, "namespaces": {"n": {"retries": 3}}}, 3),
        ({"namespaces": {"n": {"retries": 3}}, "tags": {"tier.t": {"retries": 4}}}, 4),
        ({"tags": {"tier.t": {"retries": 4}}, "nodes": {"n.a": {"retries": 5}}}, 5),
    ],
)
def test_the_strongest_rule_holds_node_tag_namespace_tier_default(rules, retries):
    rules = {**rules, "tiers": rules.get("tiers", {"t": {}})}
    made = plan(view(node("n.a", "", "x", tags="tier.t", namespace="n")), rules)

    assert _task(made, "n.a").retries == retries


def test_resources_of_a_node_replace_those_of_its_tier_one_by_one():
    rules = {"nodes": {"a": {"resources": {"memory": "64Gi", "gpu": 2}}}}
    made = plan(view(node("a", "", "x", tags="tier.large"), node("b", "x", "y")), rules)

    tier = _tier(made, "a")
    assert (tier.cpu, tier.memory, tier.gpu) == ("4", "64Gi", "2")
    assert _tier(made, "b").memory == "1Gi"


def test_a_task_of_several_nodes_gets_the_most_that_one_of_them_asks_for():
    rules = {"nodes": {"a": {"resources": {"memory": "512Mi"}}, "b": {"resources": {"cpu": 9}}}}
    nodes = [node("a", "", "x", tags="tier.large"), node("b", "x", "y", tags="tier.small")]
    made = plan(view(*nodes), rules, group_by="pipeline")

    (tier,) = made.tiers
    assert (tier.cpu, tier.memory) == ("9", "1Gi")


def test_tiers_of_names_that_look_alike_are_two_constants():
    rules = {"tiers": {"gpu-a": {"gpu": 1}, "gpu.a": {"gpu": 2}, "GPU_A": {"gpu": 3},
                       "gpu_a": {"gpu": 4}}}  # fmt: skip
    names = ("gpu-a", "gpu.a", "GPU_A", "gpu_a")
    made = plan(view(*(node(f"n{i}", "", f"d{i}", tags=f"tier.{t}") for i, t in enumerate(names))),
                rules)  # fmt: skip

    lines = [line for line in render(made).splitlines() if line.startswith("TIER_")]
    assert len({line.split(" = ")[0] for line in lines}) == len(names)


def test_a_tag_rule_and_an_environment_tag_are_two_environments():
    rules = {"environments": {"one": {}, "two": {}}, "tags": {"t": {"environment": "two"}}}
    made = plan(view(node("a", "", "x", tags="t env.one")), rules)

    (finding,) = found(made, "KF123")
    assert "one, two" in finding.what


def test_a_node_rule_wins_over_environment_tags():
    rules = {"environments": {"one": {}, "two": {}}, "nodes": {"a": {"environment": "two"}}}
    made = plan(view(node("a", "", "x", tags="env.one")), rules)

    assert not found(made, "KF123")
    assert _task(made, "a").environment == "two"


# -------------------------------------------------------------------------------------- caches


def _cached(*nodes, **more):
    return plan(view(*nodes, **more), {"nodes": {nodes[-1].name: {"cache": True}}})


@pytest.mark.parametrize(
    ("nodes", "catalog"),
    [
        ([node("a", "params:p", "")], {}),
        ([node("a", "params:p", "x")], {"x": TABLE}),
        ([node("a", "params:p", "x")], {"x": REMOTE}),
    ],
)
def test_a_cached_task_that_only_acts_on_the_world_is_refused(nodes, catalog):
    made = _cached(*nodes, catalog=catalog, parameters={"p": 1})

    assert [f.severity for f in found(made, "KF140")] == [Severity.ERROR]


def test_a_cached_task_may_save_versions_at_a_remote_path():
    made = _cached(node("a", "", "x"), catalog={"x": {**REMOTE, "versioned": True}})

    assert not found(made, "KF140")


@pytest.mark.parametrize("entry", [TABLE, REMOTE])
def test_a_cached_reader_of_what_another_task_keeps_in_place_is_refused(entry):
    made = _cached(node("a", "", "x"), node("b", "x", "y"), catalog={"x": entry})

    assert [f.severity for f in found(made, "KF141")] == [Severity.ERROR]


@pytest.mark.parametrize("entry", [TABLE, REMOTE, {**REMOTE, "versioned": True}])
def test_a_cached_reader_of_outside_data_is_warned_of(entry):
    made = _cached(node("b", "x", "y"), catalog={"x": entry})

    assert [f.severity for f in found(made, "KF141")] == [Severity.WARNING]


def test_false_takes_a_node_out_of_a_wider_cache():
    rules = {"default": {"cache": True}, "nodes": {"b": {"cache": False}}}
    made = plan(view(node("a", "", "x"), node("b", "x", "y")), rules)

    assert _task(made, "a").cache_version
    assert not _task(made, "b").cache_version


# ----------------------------------------------------------------------------------- schedules


def _scheduled(schedule, *, inputs=("params:rate", "params:deep.n"), catalog=None, **more):
    nodes = node("a", " ".join([*inputs, *(catalog or {})]), "y")
    parameters = {"rate": 0.5, "deep": {"n": 3, "word": "x"}}
    project = view(nodes, catalog=catalog, parameters=parameters, **more)
    rules = {"pipelines": {"__default__": {"schedules": {"s": schedule}}}}
    return plan(project, rules)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("0 3 * *", "five fields"),
        ("0 0 3 * * *", "five fields"),
        ("61 3 * * *", "no moment"),
        ("0 3 30 2 *", "no moment"),
        ("0 3 * * 7", "Sunday is 0"),
        ("0 3 L * *", "five fields"),
        ("hourly", "five fields"),
        ("CRON_TZ=Europe/Berlin 0 3 * * *", "five fields"),
    ],
)
def test_a_cron_text_that_flyte_would_not_take_is_refused(text, why):
    with pytest.raises(ConfigError, match=why) as caught:
        parse_config({"pipelines": {"p": {"schedules": {"s": {"cron": text}}}}})
    assert "pipelines.p.schedules.s.cron" in str(caught.value)


@pytest.mark.parametrize("text", ["0 3 * * *", "*/5 8-18 * * MON-FRI", "@daily", " 0  3 1 1 0 "])
def test_a_cron_text_that_flyte_takes_is_kept(text):
    made = _scheduled({"cron": text})

    assert made.schedules[0].cron == " ".join(text.split())


@pytest.mark.parametrize(
    ("schedule", "why"),
    [
        ({}, "either 'cron' or 'every'"),
        ({"cron": "@daily", "every": "1d"}, "either 'cron' or 'every'"),
        ({"every": "0m"}, "no interval"),
        ({"every": "90s"}, "no interval"),
        ({"every": "1d", "timezone": "Europe/Berlin"}, "no time zone"),
        ({"cron": "@daily", "timezone": "Mars/Olympus"}, "no time zone"),
    ],
)
def test_a_schedule_that_means_nothing_is_refused(schedule, why):
    with pytest.raises(ConfigError, match=why):
        parse_config({"pipelines": {"p": {"schedules": {"s": schedule}}}})


@pytest.mark.parametrize(
    ("inputs", "kept"),
    [
        ({"rate": 1, "deep.n": 4}, (("deep_n", 4), ("rate", 1.0))),
        ({"deep": {"n": 4}}, (("deep_n", 4),)),
        ({"deep_n": 4.5}, (("deep_n", 4.5),)),
    ],
)
def test_a_schedule_gives_parameters_by_path_or_id_in_the_type_of_the_input(inputs, kept):
    made = _scheduled({"cron": "@daily", "inputs": inputs})

    assert made.schedules[0].inputs == kept
    assert [type(value) for _, value in made.schedules[0].inputs] == [type(v) for _, v in kept]


@pytest.mark.parametrize(
    ("inputs", "code"),
    [({"rat": 1}, "KF125"), ({"rate": "fast"}, "KF148"), ({"rate": True}, "KF148")],
)
def test_what_a_schedule_cannot_give_is_an_error(inputs, code):
    made = _scheduled({"cron": "@daily", "inputs": inputs})

    assert [f.severity for f in found(made, code)] == [Severity.ERROR]


@pytest.mark.parametrize(
    ("given", "shipped", "codes"),
    [
        ({}, True, ["KF107"]),
        ({}, False, ["KF107"]),
        ({"raw": "shipped"}, True, []),
        ({"raw": "shipped"}, False, ["KF107"]),
        ({"raw": "s3://bucket/raw.csv"}, False, []),
        ({"raw": "/tmp/raw.csv"}, True, ["KF148"]),
    ],
)
def test_a_schedule_that_starts_with_a_local_file_is_refused(given, shipped, codes):
    source = DatasetView(name="raw", config=CSV, shipped=shipped)
    made = _scheduled({"every": "1d", "inputs": given}, catalog={"raw": source})

    errors = [f.code for f in made.findings if f.severity is Severity.ERROR]
    assert errors == codes


# ------------------------------------------------------------------------------------- secrets

DB = {**TABLE, "credentials": "db"}
SECRETS = [
    {"group": "db", "key": "password", "env": "DB_PASSWORD"},
    {"group": "mail", "key": "token"},
]


def _secret_plan(rules=None, **more):
    nodes = [node("a", "x", "y"), node("b", "y", "z")]
    names = (Credentials(name="db", variables=("DB_PASSWORD",)),
             Credentials(name="unused", variables=("OTHER",)))  # fmt: skip
    project = view(*nodes, catalog={"x": DB}, credential_variables=names)
    return plan(project, {"secrets": more.get("secrets", SECRETS), **(rules or {})})


def test_a_secret_is_asked_for_by_the_tasks_whose_datasets_read_it():
    made = _secret_plan()

    assert _task(made, "a").secrets == ("DB_PASSWORD",)
    assert _task(made, "b").secrets == ()
    assert "'mail/token'" in found(made, "KF143")[0].what


def test_a_rule_asks_for_a_secret_that_no_dataset_names():
    made = _secret_plan({"nodes": {"b": {"secrets": ["mail/token"]}}})

    assert _task(made, "b").secrets == ("mail/token",)
    assert not found(made, "KF143")


def test_a_rule_for_an_unknown_secret_names_the_nearest():
    (finding,) = found(_secret_plan({"default": {"secrets": ["mail/toke"]}}), "KF149")

    assert "Did you mean 'mail/token'?" in finding.what


def test_a_variable_that_no_secret_holds_is_told_where_its_credentials_are_used():
    made = _secret_plan(secrets=[])

    (finding,) = found(made, "KF142")
    assert "DB_PASSWORD" in finding.what


# ------------------------------------------------------------------------------ failure handling


def _failing(handler, catalog=None):
    nodes = [node("a", "params:p", "x"), node("b", "x", "y")]
    entries = {e: DatasetView(name=e, config=(catalog or {}).get(e))
               for e in (*handler.inputs, *handler.outputs) if not e.startswith("params:")}  # fmt: skip
    project = view(
        *nodes, parameters={"p": 1},
        handler=HandlerView(node=handler, pipeline="alarms", datasets=entries),
    )  # fmt: skip
    return plan(project, {"pipelines": {"__default__": {"on_failure": handler.name}}})


def test_the_handler_is_a_task_of_its_own_pipeline_and_survives_serialisation():
    made = _failing(node("tell", "params:p", ""))

    assert made.handler.pipeline == "alarms"
    assert made.handler.task.parameters == ("p",)
    again = from_json(to_json(made))
    assert again.handler == made.handler
    assert again.task("tell") == made.handler.task


def test_a_handler_that_reads_what_tasks_hand_over_is_refused():
    made = _failing(node("tell", "x", ""))

    assert [f.severity for f in found(made, "KF146")] == [Severity.ERROR]


def test_a_handler_that_saves_to_its_own_disk_is_warned_of():
    made = _failing(node("tell", "params:p", "note"), {"note": CSV})

    assert [f.severity for f in found(made, "KF147")] == [Severity.WARNING]


def test_a_handler_that_is_one_of_the_pipelines_own_nodes_is_refused():
    project = view(node("a", "", "x"))
    made = plan(project, {"pipelines": {"__default__": {"on_failure": "a"}}})

    assert "`kedro run` would run it always" in found(made, "KF146")[0].why


def test_a_handler_that_is_nowhere_is_refused():
    made = plan(view(node("a", "", "x")), {"pipelines": {"__default__": {"on_failure": "tell"}}})

    assert "no node 'tell'" in found(made, "KF146")[0].what


# -------------------------------------------------------------------------------- sub-workflows

BY_NAMESPACE = {"sub_workflows": "namespace"}


def _in_order(made):
    done = set(made.sources)
    for task in made.tasks:
        assert set(task.inputs) <= done
        done |= set(task.outputs)


@pytest.mark.parametrize("count", [120, 250, 3000])
def test_a_large_pipeline_has_parts_of_a_hundred_with_one_id_each(count):
    nodes = [node(f"n{i}", f"d{i // 3}" if i else "", f"d{i + 1}" if i else "d0 d1")
             for i in range(count)]  # fmt: skip
    made = plan(view(*nodes))

    _in_order(made)
    inside = [task for part in made.sub_workflows for task in part.tasks]
    assert max(len(part.tasks) for part in made.sub_workflows) <= 100
    assert len(inside) == len(set(inside))
    assert len(made.tasks) - len(inside) + len(made.sub_workflows) <= 100
    ids = [t.id for t in made.tasks] + [p.id for p in made.sub_workflows]
    assert len(set(ids)) == len(ids)


def test_namespaces_become_sub_workflows_and_their_tasks_stand_together():
    nodes = [
        node("start", "", "s"),
        node("one.a", "s", "a1", namespace="one"),
        node("two.a", "s", "a2", namespace="two.deep"),
        node("one.b", "a1", "b1", namespace="one"),
        node("two.b", "a2", "b2", namespace="two"),
        node("lone.c", "s", "c", namespace="lone"),
        node("end", "b1 b2 c", "e"),
    ]
    made = plan(view(*nodes), BY_NAMESPACE)

    _in_order(made)
    assert {p.id: p.tasks for p in made.sub_workflows} == {
        "one": ("one__a", "one__b"),
        "two": ("two__a", "two__b"),
    }
    assert from_json(to_json(made)) == made


def test_a_namespace_called_like_a_task_or_the_pipeline_gets_another_id():
    nodes = [
        node("train", "", "s"),
        node("train.a", "s", "a", namespace="train"),
        node("train.b", "a", "b", namespace="train"),
    ]
    made = plan(view(*nodes), BY_NAMESPACE)

    (part,) = made.sub_workflows
    assert part.id not in {task.id for task in made.tasks}


def test_a_namespace_called_like_a_dataset_is_not_hidden_by_it_in_the_workflow():
    nodes = [
        node("start", "", "s"),
        node("train.a", "s", "a", namespace="train"),
        node("train.b", "a", "train", namespace="train"),
        node("end", "train", "e"),
    ]
    made = plan(view(*nodes), BY_NAMESPACE)

    (part,) = made.sub_workflows
    assert part.id not in {dataset.id for dataset in made.datasets}
    assert f"train = {part.id}(" in render(made)


def test_namespaces_that_would_wait_for_each_other_are_an_error_with_the_path():
    nodes = [
        node("n.a", "", "x", namespace="n"),
        node("b", "x", "y"),
        node("n.c", "y", "z", namespace="n"),
    ]
    made = plan(view(*nodes), BY_NAMESPACE)

    (finding,) = found(made, "KF145")
    assert "n.a -> b -> n.c" in finding.why
    assert not made.sub_workflows


def test_more_namespaces_than_a_workflow_may_call_are_an_error():
    nodes = [node(f"n{i}.{j}", "", f"d{i}_{j}", namespace=f"n{i}")
             for i in range(101) for j in range(2)]  # fmt: skip

    assert "101 namespaces" in found(plan(view(*nodes), BY_NAMESPACE), "KF145")[0].what


def test_many_tasks_outside_of_namespaces_are_divided_too():
    nodes = [node(f"n{i}", "", f"d{i}") for i in range(240)]
    nodes += [node(f"own.{i}", "", f"e{i}", namespace="own") for i in range(150)]
    made = plan(view(*nodes), BY_NAMESPACE)

    _in_order(made)
    inside = sum(len(part.tasks) for part in made.sub_workflows)
    assert len(made.tasks) - inside + len(made.sub_workflows) <= 100
    assert "own" in {part.id for part in made.sub_workflows}


# --------------------------------------------------------------------------- the Flyte module


def test_a_pod_template_of_the_cluster_needs_no_kubernetes_client():
    made = plan(
        view(node("a", "", "x", tags="tier.t")), {"tiers": {"t": {"pod_template": "spot-machines"}}}
    )

    source = render(made)
    assert 'pod_template_name="spot-machines"' in source
    assert "kubernetes" not in source


def test_schedules_of_names_that_look_alike_are_two_launch_plans():
    rules = {"pipelines": {"__default__": {"schedules": {
        name: {"cron": "@daily"} for name in ("a-b", "a.b", "a_b")}}}}  # fmt: skip
    source = render(plan(view(node("a", "", "x")), rules))

    names = [line.split(" = ")[0] for line in source.splitlines() if "get_or_create" in line]
    assert len(set(names)) == 3


@pytest.mark.parametrize(
    ("own", "name"), [({"max_parallelism": 3}, "limited"), ({"notifications": [{"to": ["a@b"]}]},
                                                            "notified")]
)  # fmt: skip
def test_without_a_schedule_the_rest_has_a_launch_plan_of_its_own(own, name):
    source = render(plan(view(node("a", "", "x")), {"pipelines": {"__default__": own}}))

    assert f'name="demo__default__{name}"' in source


# ------------------------------------------------------------------------------------- tracking


@pytest.mark.parametrize(
    ("address", "severity", "said"),
    [
        ("sqlite:///mlflow.db", "warning", "at sqlite:///mlflow.db, which each task has for itself"),
        ("mlruns", "warning", "at mlruns"),
        ("${oc.env:MLFLOW_TRACKING_URI,sqlite:///mlflow.db}", "info",
         "sqlite:///mlflow.db without the variable MLFLOW_TRACKING_URI"),
        ("${oc.env:SERVER, 'mlruns'}", "info", "at mlruns without the variable SERVER"),
    ],
)  # fmt: skip
def test_runs_that_would_end_with_their_task_are_told(address, severity, said):
    (finding,) = found(plan(view(node("a", "", "x"), tracking=address)), "KF129")

    assert finding.severity.value == severity
    assert said in finding.what
    assert "MLFLOW_TRACKING_URI" in finding.todo or "--env SERVER=" in finding.todo


@pytest.mark.parametrize(
    "address",
    ["", "https://mlflow.example.org", "${oc.env:MLFLOW_TRACKING_URI}", "databricks",
     "${oc.env:MLFLOW_TRACKING_URI,http://localhost:5000}", "postgresql://db/mlflow"],
)  # fmt: skip
def test_a_server_or_none_is_no_finding(address):
    assert found(plan(view(node("a", "", "x"), tracking=address)), "KF129") == []


def test_a_job_of_domino_has_a_server():
    made = plan(view(node("a", "", "x"), tracking="mlruns"), target="domino")

    assert found(made, "KF129") == []
