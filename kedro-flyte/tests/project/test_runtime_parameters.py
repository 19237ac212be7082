"""Runtime parameters: inputs are those that the entries in use read, and no other text."""

import json

import pytest
from kedro_flyte.plan.data import pending
from kedro_flyte.project.runtime_parameters import RuntimeParameters
from kedro_projects import Project, command, content, flyte, flyte_all

CATALOG = """
# old: {type: text.TextDataset, filepath: "${runtime_params:commented}/x.txt"}
_root: "data/${runtime_params:who}"
"{name}_in": {type: text.TextDataset, filepath: "${_root}/{name}.txt", credentials: store}
other: {type: text.TextDataset, filepath: "s3://${runtime_params:bucket}/${runtime_params:day, today}"}
"""
PARAMETERS = """
n: ${runtime_params:n, 3}
label: for ${runtime_params:who}
odd: ${runtime_params:odd}
bucket: mine
deep: {of: "${..label}", kept: 1}
"""


@pytest.fixture(scope="module")
def runtime(tmp_path_factory):
    folder = tmp_path_factory.mktemp("conf")
    (folder / "catalog.yml").write_text(CATALOG)
    (folder / "parameters.yml").write_text(PARAMETERS)
    (folder / "credentials.yml").write_text("store: {key: '${runtime_params:key}'}\nfree: {a: b}")
    return RuntimeParameters([folder])


@pytest.mark.parametrize(
    ("used", "required", "defaults"),
    [
        ({}, set(), set()),
        ({"catalog": {"{name}_in"}}, {"who"}, {"who"}),
        ({"catalog": {"other"}}, {"bucket"}, {"bucket", "day"}),
        ({"parameters": {"n", "bucket"}}, set(), {"n"}),
        ({"parameters": {"deep"}}, {"who"}, {"who"}),
        ({"credentials": {"store"}}, {"key"}, {"key"}),
        ({"credentials": {"free"}}, set(), set()),
    ],
)
def test_what_the_used_entries_read_is_an_input(used, required, defaults, runtime):
    needs = runtime.needed(used, {})

    assert (needs.required, set(needs.defaults)) == (required, defaults)
    assert needs.others == {"who", "bucket", "odd", "key"} - required


def test_what_is_given_for_the_export_is_no_longer_required(runtime):
    needs = runtime.needed({"catalog": {"{name}_in"}}, {"who": "bob"})

    assert (needs.required, needs.defaults) == (set(), {"who": "bob"})


def test_a_mark_is_shown_as_the_reference_that_it_stands_for():
    marks = pending.marks(["a.b", "c"])

    assert pending.is_pending({"x": [marks["a"]["b"]]})
    assert not pending.is_pending({"x": ["${runtime_params:c}"]})
    assert pending.with_references({"x": [f"data/{marks['c']}/x"]}) == {
        "x": ["data/${runtime_params:c}/x"]
    }


def test_marks_leave_no_trace_among_parameters():
    marks = pending.marks(["a.b", "c", "d.e", "g"])
    values = pending.merged({"a": {"x": 1}, "f": 2, "g": {}}, marks)

    assert pending.without_marks({**values, "g": "mine"}, marks) == {
        "a": {"x": 1}, "f": 2, "g": "mine",
    }  # fmt: skip


PROJECT = Project(
    """
from kedro.pipeline import Node, Pipeline

def see(raw, n, label, bucket, kept):
    return [raw, n, label, bucket, kept]

def create():
    names = ["raw_in", "params:n", "params:label", "params:bucket", "params:deep.kept"]
    return Pipeline([Node(see, names, "seen", name="see")])
""",
    catalog=CATALOG.replace(", credentials: store", ""),
    parameters=PARAMETERS,
    files={"data/bob/raw.txt": "hello"},
)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    root = PROJECT.write(tmp_path_factory.mktemp("runtime") / "project")
    given = ["run", "--param", "who=bob"]
    flyte_all(
        root,
        (["plan", "--format", "json", "--output", "plan.json"], {}),
        (["export"], {}),
        ([*given, "--output", "one"], {}),
        ([*given, "--param", "n=5", "--param", "label=mine", "--output", "two"], {}),
    )
    return root


def test_only_what_this_pipeline_needs_must_be_given(root):
    made = json.loads((root / "plan.json").read_text())

    assert [p["id"] for p in made["parameters"] if p.get("required")] == ["who"]
    assert {p["id"] for p in made["parameters"]} == {"who", "n", "label", "bucket", "deep_kept"}
    assert made["other_runtime_parameters"] == ["bucket", "odd"]


def test_a_path_is_told_with_the_reference_in_it(root):
    made = json.loads((root / "plan.json").read_text())

    assert made["datasets"][0]["location"] == "data/${runtime_params:who}/raw.txt"
    assert not [f for f in made.get("findings", []) if f["code"] == "KF107"]
    assert "\ufdd0" not in "".join(p.read_text() for p in (root / "flows").rglob("*.*"))


def test_what_is_computed_from_a_required_parameter_is_computed_in_the_task(root):
    (one,), (two,) = ([*(root / name).glob("seen*")] for name in ("one", "two"))

    assert content(one) == ["hello", 3, "for bob", "mine", 1]
    assert content(two) == ["hello", 5, "mine", "mine", 1]


def test_a_runtime_parameter_of_flyte_yml_must_be_given_for_the_export(root):
    (root / "conf/base/flyte.yml").write_text("default: {tier: '${runtime_params:tier}'}\n")

    assert "Give it: --params tier=..." in command(root, "export").stderr
    assert "large" in flyte(root, "plan", "--params", "tier=large").stdout
