"""The module for Domino Flows: what breaks generated code, the two profiles, snapshots, limits.

Modules are imported and serialised by real flytekit, with the stand-in for Domino's plugin.
"""

import ast
import copy
import importlib.util
import keyword
import shlex
import sys
from collections import OrderedDict
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from flytekit import LaunchPlan
from flytekit.configuration import Image, ImageConfig, SerializationSettings
from flytekit.core.context_manager import FlyteContextManager
from flytekit.models.core.types import BlobType
from flytekit.tools.translator import get_serializable
from golden_cases import CASES
from kedro_flyte.errors import ConfigError
from kedro_flyte.plan.conditions import IS_TRUE, Condition
from kedro_flyte.plan.model import Plan
from kedro_flyte.plan.settings.config import parse_config
from kedro_flyte.plan.view import AlternativeView, ChoiceView, FanOutView, Severity
from kedro_flyte.targets import flyte_yml
from kedro_flyte.targets.domino import module as domino
from kedro_flyte.targets.domino.stand_in import installed
from omegaconf import OmegaConf
from plan_views import found, node, plan, view

CSV = {"type": "pandas.CSVDataset", "filepath": "data/x.csv"}


def _plan(*nodes: Any, config: Any = None, **more: Any) -> Plan:
    """Return a plan with a job for each node, where the file does not group them otherwise."""
    return plan(view(*nodes, **more), {"group_by": "node", **(config or {})}, target="domino")


def _errors(made: Plan) -> list[str]:
    return [f.what for f in made.findings if f.severity is Severity.ERROR]


def _body(text: str) -> ast.FunctionDef:
    (function,) = (n for n in ast.parse(text).body if isinstance(n, ast.FunctionDef))
    return function


@pytest.fixture
def serialised(tmp_path, monkeypatch):
    """Return what imports a plan's module and serialises its workflow, launch plan and jobs."""
    monkeypatch.setenv("DOMINO_IS_GIT_BASED", "true")

    def serialise(made: Plan) -> SimpleNamespace:
        assert _errors(made) == []
        monkeypatch.setattr(LaunchPlan, "CACHE", {})
        path = tmp_path / f"{made.id}_flow.py"
        path.write_text(domino.render(made), encoding="utf-8")
        spec = importlib.util.spec_from_file_location(path.stem, path)
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, path.stem, module)
        with installed():
            spec.loader.exec_module(module)
        image = ImageConfig(default_image=Image(name="default", fqn="image", tag="1"))
        settings = SerializationSettings(
            project="p", domain="d", version="1", image_config=image, env={}
        )
        entities = OrderedDict()
        workflow = getattr(module, made.id)
        get_serializable(
            entities,
            settings,
            LaunchPlan.get_default_launch_plan(FlyteContextManager.current_context(), workflow),
        )
        templates = [m.template for m in entities.values() if hasattr(m, "template")]
        jobs = [t for t in templates if getattr(t, "type", "") == "domino_job"]
        (flow,) = (t for t in templates if hasattr(t, "nodes"))
        return SimpleNamespace(
            flow=flow, jobs={job.id.name: job for job in jobs}, workflow=workflow
        )

    return serialise


@pytest.mark.parametrize("case", CASES)
def test_flytekit_serialises_the_module_with_a_job_for_each_task(case, serialised):
    made = CASES[case]("domino")

    assert len(serialised(made).jobs) == len(made.tasks)


# 1
PUBLIC = {
    "flytekitplugins.domino.artifact": ("DATA", "MODEL", "REPORT", "Artifact"),
    "flytekitplugins.domino.helpers": ("Input", "Output", "run_domino_job_task"),
    "flytekitplugins.domino.task": (
        "DatasetSnapshot", "DominoJobConfig", "DominoJobTask", "EnvironmentRevisionSpecification",
        "EnvironmentRevisionType", "ExternalDataVolume", "GitRef",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_only_what_is_public_of_the_plugin_is_imported(case):
    imported = [
        (n.module, name.name)
        for n in ast.parse(domino.render(CASES[case]("domino"))).body
        if isinstance(n, ast.ImportFrom) and n.module.startswith("flytekitplugins")
        for name in n.names
    ]

    assert imported
    assert [name for module, name in imported if name not in PUBLIC[module]] == []


TWO = (
    node("make_one", "params:x", "one"),
    node("make_two", "params:x", "left right"),
    node("use", "one right", "end"),
)


# 2
def test_a_single_output_is_passed_itself_and_one_of_several_by_its_name(serialised):
    made = serialised(_plan(*TWO, parameters={"x": 1}))
    (use,) = (n for n in made.flow.nodes if {b.var for b in n.inputs} == {"one", "right"})

    bound = {b.var: b.binding.promise.var for b in use.inputs}
    assert bound == {"one": "one", "right": "right"}
    text = domino.render(_plan(*TWO, parameters={"x": 1}))
    assert "value=one)" in text
    assert "value=make_two.right)" in text


# 3
@pytest.mark.parametrize("name", ["val", "ref", "var"])
@pytest.mark.parametrize("others", ["", " other"])
def test_outputs_named_like_the_insides_of_a_promise_arrive(name, others, serialised):
    nodes = (node("make", "params:x", f"{name}{others}"), node("use", name, "end"))
    made = _plan(*nodes, parameters={"x": 1})
    own = made.dataset(name).id
    (use,) = (n for n in serialised(made).flow.nodes if [b.var for b in n.inputs] == [own])

    assert use.inputs[0].binding.promise.var == own


# 4
@pytest.mark.parametrize("case", CASES)
def test_no_result_is_subscripted_and_every_value_is_a_file_or_a_plain_value(case, serialised):
    made = CASES[case]("domino")
    jobs = serialised(made).jobs.values()

    assert not any(isinstance(n, ast.Subscript) for n in ast.walk(_body(domino.render(made))))
    faces = [face for job in jobs for face in (job.interface.inputs, job.interface.outputs)]
    types = [variable.type for face in faces for variable in face.values()]
    assert [t for t in types if t.blob is None and t.simple is None] == []
    assert [
        t for t in types if t.blob and t.blob.dimensionality != BlobType.BlobDimensionality.SINGLE
    ] == []


# 5
def test_workflow_inputs_are_lowercase_whatever_the_project_calls_them(serialised):
    made = serialised(
        _plan(
            node("use", "RawData params:Model.maxDepth", "end"),
            catalog={"RawData": CSV},
            parameters={"Model": {"maxDepth": 3}},
        )
    )

    names = list(made.flow.interface.inputs)
    assert len(names) == 2
    assert [name for name in names if name != name.lower()] == []


# 6
@pytest.mark.parametrize("name", ["a.b", "a:b", "a-b", "class", "_hidden", "1st", "a@pandas"])
def test_names_of_jobs_values_are_identifiers_and_lead_back_to_the_datasets(name, serialised):
    made = _plan(node("make", "params:x", name), node("use", name, "end"), parameters={"x": 1})
    ids = {i for job in serialised(made).jobs.values() for i in job.interface.outputs}

    assert [i for i in ids if not i.isidentifier() or keyword.iskeyword(i) or i[0] == "_"] == []
    assert {made.dataset(name.partition("@")[0]).id, made.dataset("end").id} == ids


# 7
@pytest.mark.parametrize("case", CASES)
def test_the_workflow_has_no_loop_no_branch_and_no_text_made_of_values(case, serialised):
    made = CASES[case]("domino")
    never = (ast.For, ast.If, ast.IfExp, ast.While, ast.JoinedStr, ast.ListComp)

    assert not any(isinstance(n, never) for n in ast.walk(_body(domino.render(made))))
    commands = [dict(j.custom)["Command"] for j in serialised(made).jobs.values()]
    assert [c for c in commands if "Promise" in c or "{" in c] == []


# 8
def test_names_of_jobs_are_unique_in_a_flow_and_among_pipelines_and_environments(serialised):
    names = []
    for pipeline, env in (("one", None), ("two", None), ("one", "credit")):
        made = _plan(*TWO, pipeline=pipeline, env=env, parameters={"x": 1})
        names += serialised(made).jobs

    assert len(names) == len(set(names)) == 3 * len(TWO)


# 9
def test_a_cached_job_says_its_version(serialised):
    config = {"nodes": {"make_one": {"cache": {"version": "7"}}}}
    made = serialised(_plan(*TWO, config=config, parameters={"x": 1}))
    cached = [j.metadata.discovery_version for j in made.jobs.values() if j.metadata.discoverable]

    assert cached == ["7"]


# 10
def test_defaults_have_the_type_of_their_inputs(serialised):
    values = {"whole": 1, "number": 1.0, "small": 1e-7, "yes": True, "word": "w", "none": None}
    made = _plan(node("use", "parameters", "end"), parameters=values)
    inputs = {n: v.type.simple for n, v in serialised(made).flow.interface.inputs.items()}

    assert inputs == {"whole": 1, "number": 2, "small": 2, "yes": 4, "word": 3, "none": 3}
    assert "number: float = 1.0" in domino.render(made)


PINNED: dict[str, Any] = {
    "domino": {
        "profile": "production",
        "environments": {"default": {"name": "Standard", "revision": "a1" * 12, "id": "e1"}},
        "tier_ids": {"small": "small-k8s"},
        "git_ref": {"value": "1a2b"},
        "volume_size_gib": 10,
        "artifacts_commit": "0" * 40,
        "external_volumes": [],
    },
    "tiers": {"small": {"cpu": 1, "domino": "Small"}},
    "snapshots": {"loans": {"version": 3, "paths": {"rows": "rows.csv"}}},
}
MISSING = {
    "domino.environments.default": "domino.environments.default.name",
    "domino.environments.default.revision": "domino.environments.default.revision",
    "tiers.small.domino": "Tier 'small'",
    "snapshots.loans.version": "snapshots.loans.version",
    "domino.git_ref": "domino.git_ref",
    "domino.volume_size_gib": "domino.volume_size_gib",
    "domino.artifacts_commit": "domino.artifacts_commit",
    "domino.external_volumes": "domino.external_volumes",
}


@pytest.mark.parametrize(
    ("section", "key"),
    [
        ("git_ref: {{value: {}}}", "git_ref.value"),
        ("artifacts_commit: {}", "artifacts_commit"),
        ("tier_ids: {{small: {}}}", "tier_ids.small"),
        ("environments: {{default: {{name: x, revision: {}}}}}", "environments.default.revision"),
        ("environments: {{default: {{name: x, id: {}}}}}", "environments.default.id"),
    ],
)
@pytest.mark.parametrize("commit", ["1234567", "12e4567", "0x12", "1_000"])
def test_an_id_that_yaml_reads_as_a_number_asks_for_quotes(section, key, commit):
    # The conversion is that of Kedro's configuration: YAML read by OmegaConf.
    text = OmegaConf.create(f"domino: {{{section.format(commit)}}}")

    with pytest.raises(ConfigError, match=rf"domino\.{key}: .*put quotes around it"):
        parse_config(OmegaConf.to_container(text), kind=flyte_yml())


def test_an_id_in_quotes_stays_as_it_is():
    text = OmegaConf.create("domino: {git_ref: {value: '12e4567'}}")

    assert (
        parse_config(OmegaConf.to_container(text), kind=flyte_yml()).domino.git_ref.value
        == "12e4567"
    )


def _pinned(config: Any = PINNED) -> Plan:
    return _plan(node("load", "rows", "table"), catalog={"rows": CSV}, config=config)


@pytest.mark.parametrize("key", MISSING)
def test_production_lacks_nothing_in_silence(key):
    config = copy.deepcopy(PINNED)
    *path, last = key.split(".")
    section = config
    for part in path:
        section = section[part]
    del section[last]

    (error,) = _errors(_pinned(config))
    assert MISSING[key] in error


@pytest.mark.parametrize("rule", [{}, {"retries": 2, "timeout": 60}], ids=["helper", "class"])
def test_production_leaves_nothing_to_the_projects_defaults(rule, serialised):
    made = _pinned({**PINNED, "nodes": {"load": rule}})
    (job,) = serialised(made).jobs.values()

    settings = dict(job.custom)
    assert {
        "HardwareTierId", "EnvironmentId", "EnvironmentRevisionSpec", "MainRepoGitRef", "CommitId",
        "VolumeSizeGiB", "DatasetSnapshots", "ExternalVolumeMountIds", "Command",
    } == settings.keys()  # fmt: skip
    assert [(s["Name"], s["Version"]) for s in settings["DatasetSnapshots"]] == [("loans", 3)]
    assert "use_latest" not in domino.render(made)


@pytest.mark.parametrize(("image", "count"), [("", 0), ("ours:1", 1)])
def test_an_environment_is_to_have_a_name_where_it_is_not_the_default_one(image, count):
    config = {"environments": {"java": {"image": image}}}
    nodes = (node("load", "params:x", "y", "env.java"), node("use", "y", "z", "env.unknown"))
    made = _plan(*nodes, config=config, parameters={"x": 1})

    assert len(found(made, "KF203")) == count


def test_a_job_has_the_tier_and_the_environment_of_its_tags(serialised):
    config = {
        "tiers": {"large": {"cpu": 4, "domino": "Large (GPU)"}},
        "environments": {"java": {"image": "ours:1"}},
        "domino": {"environments": {"java": {"name": "Java 17"}}},
    }
    nodes = (node("load", "params:x", "y"), node("train", "y", "z", "tier.large env.java"))
    jobs = serialised(_plan(*nodes, config=config, parameters={"x": 1})).jobs
    load, train = (dict(jobs[f"demo__default.{name}"].custom) for name in ("load", "train"))

    assert (load["HardwareTierId"], load.get("EnvironmentId")) == ("Small", None)
    assert (train["HardwareTierId"], train["EnvironmentId"]) == ("Large (GPU)", "Java 17")


def test_a_snapshot_is_named_with_the_id_of_its_dataset_where_it_has_one(serialised):
    loans = {"name": "credit", "version": 2, "id": "d1", "paths": {"rows": "rows.csv"}}
    jobs = serialised(_pinned({"snapshots": {"loans": loans}})).jobs.values()
    (told,) = (dict(job.custom)["DatasetSnapshots"] for job in jobs)

    assert [dict(one) for one in told] == [{"Id": "d1", "Name": "credit", "Version": 2}]


def test_a_chain_of_one_tier_is_a_job_and_what_runs_side_by_side_stays_apart():
    nodes = (
        node("load", "params:x", "raw", "tier.small"),
        node("clean", "raw", "rows", "tier.small"),
        *(node(f"train{n}", "rows", f"model{n}", "tier.small") for n in range(4)),
        node("compare", "model0 model1 model2 model3", "best", "tier.small"),
        node("tell", "best", "report", "tier.large"),
    )
    made = _plan(*nodes, config={"group_by": "tier"}, parameters={"x": 1})

    trainings = [(f"train{n}",) for n in range(4)]
    assert [task.nodes for task in made.tasks] == [
        ("load", "clean"), *trainings, ("compare",), ("tell",),
    ]  # fmt: skip


def test_the_default_grouping_is_by_tier_for_domino_alone():
    project = view(*TWO, parameters={"x": 1})

    assert plan(project, target="domino").grouping == "tier"
    assert plan(project, target="flyte").grouping == "node"
    assert plan(project, {"group_by": "node"}, target="domino").grouping == "node"


def test_more_than_100_jobs_are_an_error_that_names_the_groupings():
    fan = [node(f"n{number}", "params:x", f"y{number}") for number in range(101)]
    (error,) = found(_plan(*fan, parameters={"x": 1}), "KF215")

    assert error.severity is Severity.ERROR
    assert "--group-by namespace, tag or pipeline" in error.todo


def test_a_map_is_one_job_however_many_nodes_it_would_be_on_flyte():
    maps = [replace(node(f"n{number}", "params:xs", f"y{number}"),
                    fan_out=FanOutView(over="params:xs")) for number in range(40)]  # fmt: skip
    made = _plan(*maps, parameters={"xs": [1]})

    assert len(made.tasks) == 40
    assert made.sub_workflows == ()
    assert found(made, "KF113") == found(made, "KF215") == []


def test_development_takes_the_projects_defaults_for_all_else():
    text = domino.render(_plan(*TWO, parameters={"x": 1}))

    assert '"use_project_defaults_for_omitted": True' in text
    assert "environment_name" not in text


def test_retries_and_a_timeout_arrive_by_the_base_class(serialised):
    config = {
        "domino": {"tier_ids": {"small": "small-k8s"}},
        "nodes": {"use": {"retries": 2, "timeout": 60}},
    }
    jobs = serialised(_plan(*TWO, config=config, parameters={"x": 1})).jobs
    settings = {n.rpartition(".")[2]: j.metadata for n, j in jobs.items()}

    assert settings["use"].retries.retries == 2
    assert settings["use"].timeout.total_seconds() == 60
    assert settings["make_one"].retries.retries == 0


def test_a_job_with_retries_lacks_no_id_in_silence():
    (error,) = _errors(_plan(*TWO, config={"nodes": {"use": {"retries": 1}}}, parameters={"x": 1}))

    assert "domino.tier_ids.small" in error


@pytest.mark.parametrize(
    ("paths", "code"),
    [({"rowz": "rows.csv"}, "KF206"), ({"table": "t.csv"}, "KF207"), ({"sql": "s"}, "KF208")],
)
def test_a_snapshot_of_what_it_cannot_hold_is_an_error(paths, code):
    made = _plan(
        node("load", "rows sql", "table"),
        catalog={"rows": CSV, "sql": {"type": "pandas.SQLQueryDataset", "sql": "select 1"}},
        config={"snapshots": {"loans": {"version": 1, "paths": paths}}},
    )

    assert [f.severity for f in found(made, code)] == [Severity.ERROR]


def test_two_versions_of_one_dataset_in_a_job_are_an_error_and_in_two_jobs_are_not():
    versions = {
        f"v{n}": {"name": "loans", "version": n, "mount": f"/mnt/v{n}", "paths": {f"rows{n}": "r"}}
        for n in (1, 2)
    }
    catalog = {"rows1": CSV, "rows2": CSV}
    together = _plan(
        node("both", "rows1 rows2", "t"), catalog=catalog, config={"snapshots": versions}
    )
    apart = _plan(
        node("one", "rows1", "t", "tier.small"), node("two", "rows2", "u", "tier.large"),
        catalog=catalog, config={"snapshots": versions},
    )  # fmt: skip

    assert len(found(together, "KF210")) == 1
    assert found(apart, "KF210") == []


def test_a_version_below_one_is_an_error():
    with pytest.raises(ConfigError, match=r"snapshots\.loans\.version"):
        _pinned({"snapshots": {"loans": {"version": 0, "paths": {"rows": "rows.csv"}}}})


@pytest.mark.parametrize(
    ("project", "place"), [("git", "/mnt/data"), ("dfs", "/domino/datasets/local")]
)
def test_an_entry_is_read_where_its_snapshot_is_mounted(project, place):
    config = {"domino": {"project": project}, "snapshots": PINNED["snapshots"]}

    assert _pinned(config).dataset("rows").location == f"{place}/loans/rows.csv"


@pytest.mark.parametrize(
    ("metadata", "kind"),
    [
        ({"kedro-viz": {"layer": "models"}}, "MODEL"),
        ({"kedro-viz": {"layer": "reporting"}}, "REPORT"),
        ({"kedro-viz": {"layer": "primary"}}, "DATA"),
        ({"kedro-viz": {"layer": "models"}, "kedro-flyte": {"artifact": "REPORT"}}, "REPORT"),
        ({}, "DATA"),
    ],
)
def test_a_result_is_an_artifact_of_the_kind_that_its_entry_says(metadata, kind, serialised):
    entry = {"type": "pickle.PickleDataset", "filepath": "data/end.pkl", "metadata": metadata}
    nodes = (node("make", "params:x", "between"), node("use", "between", "end"))
    jobs = serialised(_plan(*nodes, catalog={"end": entry}, parameters={"x": 1})).jobs.values()
    outputs = {name: v for job in jobs for name, v in job.interface.outputs.items()}
    told = outputs["end"].artifact_partial_id

    assert told.partitions.value["artifact_type"].static_value == kind.lower()
    assert outputs["between"].artifact_partial_id is None


def test_on_flyte_a_snapshot_is_a_pinned_remote_prefix_or_a_warning():
    def made(**more: Any) -> Plan:
        config = {"snapshots": {"loans": {"version": 3, "paths": {"rows": "r.csv"}, **more}}}
        return plan(view(node("load", "rows", "t"), catalog={"rows": CSV}), config)

    (pinned,) = made(remote="s3://b/v3").snapshots
    assert pinned.paths == (("rows", "s3://b/v3/r.csv"),)
    assert found(made(remote="s3://b/v3"), "KF209") == []
    assert made().dataset("rows").location == "data/x.csv"
    assert len(found(made(), "KF209")) == 1


def test_a_branch_and_an_each_run_inside_their_jobs_and_the_plan_says_so():
    made = CASES["branches and maps"]("domino")
    controls = {task.id: task.control for task in made.tasks if task.control}

    assert controls["choose"].startswith("decides for choose: ")
    assert controls["score"].startswith("loops for score: ")
    assert [t.id for t in made.tasks if t.conditional or t.map_over or t.flags] == []
    assert len(found(made, "KF150")) == 2


def test_a_branch_and_an_each_may_share_a_job():
    choice = ChoiceView(
        when="params:x",
        condition=Condition(operator=IS_TRUE),
        then=AlternativeView(name="yes", func="f", inputs=()),
        otherwise=AlternativeView(name="no", func="f", inputs=()),
    )
    made = _plan(
        node("choose", "params:x", "items", choice=choice),
        node("score", "items", "scores", fan_out=FanOutView(over="items")),
        parameters={"x": True},
        config={"group_by": "tier"},
    )

    (task,) = made.tasks
    assert task.control.startswith("decides for choose, loops for score: ")


@pytest.mark.parametrize(
    ("setting", "code"),
    [
        ({"schedules": {"often": {"every": "6h"}}}, "KF211"),
        ({"notifications": [{"to": ["a@b.c"]}]}, "KF212"),
        ({"on_failure": "tell"}, "KF217"),
        ({"max_parallelism": 2}, "KF218"),
        ({"failure_policy": "finish_others"}, "KF219"),
        ({"sub_workflows": "namespace"}, "KF220"),
    ],
)
def test_what_domino_does_not_do_is_named_and_left_out(setting, code):
    config = {"pipelines": {"__default__": setting}}
    made = _plan(*TWO, config=config, parameters={"x": 1})

    assert len(found(made, code)) == 1
    assert (made.handler, made.max_parallelism, made.finish_others, made.sub_workflows) == (
        None, 0, False, (),
    )  # fmt: skip
    assert _errors(made) == []


@pytest.mark.parametrize(
    ("config", "code", "severity"),
    [
        ({"nodes": {"use": {"interruptible": True}}}, "KF213", Severity.WARNING),
        ({"secrets": [{"group": "g", "key": "k", "env": "TOKEN"}]}, "KF214", Severity.INFO),
        ({"domino": {"tier_ids": {"smal": "1"}}}, "KF204", Severity.ERROR),
        ({"domino": {"environments": {"java": {"name": "Java"}}}}, "KF204", Severity.ERROR),
    ],
)
def test_what_domino_does_not_know_is_named(config, code, severity):
    finds = found(_plan(*TWO, config=config, parameters={"x": 1}), code)

    assert [finding.severity for finding in finds] == [severity]


def test_a_schedule_by_cron_is_a_command_for_a_scheduled_job():
    config = {"pipelines": {"__default__": {"schedules": {"n": {"cron": "0 3 * * *"}}}}}
    text = domino.render(_plan(*TWO, config=config, parameters={"x": 1}))

    assert "Schedule 'n' (0 3 * * *): a scheduled job with the command" in text


@pytest.mark.parametrize("path", ["flows/x.json", "a b/it's {x}.json"])
@pytest.mark.parametrize("folder", ["src", "sr'c {y}"])
def test_a_shell_reads_paths_out_of_the_command_as_they_are(path, folder, serialised):
    made = _plan(node("act"), config={"domino": {"python_path": [folder]}})
    made = replace(made, own={**made.own, "plan": path})
    (job,) = serialised(made).jobs.values()
    shell, option, inner = shlex.split(dict(job.custom)["Command"])

    assert (shell, option) == ("bash", "-c")
    words = ["python", "-m", "kedro_flyte.targets.domino.job", path, "act"]
    found = shlex.split(inner)
    assert found[:-2] == [f"PYTHONPATH={folder}", *words]
    assert found[-2] == "--plan-digest"
