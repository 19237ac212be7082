"""The tier that fits a node: the smallest with memory for its peak and a margin, and its cores."""

import pytest
import yaml
from kedro_flyte.errors import ConfigError, ProjectError
from kedro_flyte.plan.settings.config import parse_config
from kedro_flyte.plan.settings.tiers import tiers
from kedro_flyte.record import lines
from kedro_flyte.record.find import records_of
from kedro_flyte.record.read import NodeRun, RunRecord
from kedro_flyte.sizing import fits
from kedro_flyte.tier_rules import with_tiers
from kedro_projects import Project, flyte
from plan_views import node, plan, view
from record_runs import by_kedro

GIB = 2**30
TIERS = {
    "small": {"cpu": 1, "memory": "1Gi"},
    "medium": {"cpu": 2, "memory": "4Gi"},
    "large": {"cpu": 4, "memory": "16Gi"},
    "gpu": {"cpu": 4, "memory": "64Gi", "gpu": 1},
}
CONFIG = {"tiers": TIERS}


def run(name="n", peak=GIB // 4, state="done", seconds=10.0, cpu=8.0):
    return NodeRun(
        name=name, state=state, started=0.0, seconds=seconds, computing_seconds=seconds,
        cpu_seconds=cpu, peak_memory=peak,
    )  # fmt: skip


def record(*nodes):
    return RunRecord(
        id="1", of="kedro run", pipeline="__default__", state="done", started=0.0, ended=1.0,
        planned=("n",), nodes=nodes,
    )  # fmt: skip


def fit(*nodes, tier="medium", **more):
    """Return what fits a node that has a tier now, after a run for each of these."""
    made = plan(view(node("n", "params:x", "y", f"tier.{tier}"), parameters={"x": 1}), CONFIG)
    (found,) = fits(made, tiers(parse_config(CONFIG)), [record(one) for one in nodes], **more)
    return found


@pytest.mark.parametrize(
    ("peak", "cores", "now", "fitting"),
    [
        (peak, cores, now, memory if now != "gpu" else "gpu")
        for peak, memory in ((0.3, "small"), (0.79, "small"), (1.5, "medium"), (3.1, "medium"),
                             (3.9, "large"), (12.0, "large"))
        for now in ("small", "medium", "large", "gpu")
        for cores in (0.5,)
    ]
    + [(0.3, cores, "large", tier) for cores, tier in
       ((0.2, "small"), (1.0, "small"), (1.05, "small"), (1.95, "medium"), (3.5, "large"), (9.0, "large"))],
)  # fmt: skip
def test_the_smallest_tier_with_memory_and_cores_fits(peak, cores, now, fitting):
    found = fit(run(peak=int(peak * GIB), seconds=100.0, cpu=100.0 * cores), tier=now)

    assert found.fitting == fitting


def test_the_most_of_several_runs_counts():
    found = fit(run(peak=GIB // 2), run(peak=2 * GIB), run(peak=GIB // 4))

    assert (found.runs, found.peak_memory, found.fitting) == (3, 2 * GIB, "medium")


def test_a_larger_margin_needs_a_larger_tier():
    assert fit(run(peak=3 * GIB)).fitting == "medium"
    assert fit(run(peak=3 * GIB), margin=0.5).fitting == "large"


def test_a_node_that_was_killed_gets_the_next_tier():
    found = fit(run(peak=GIB // 4, state="killed"))

    assert found.fitting == "large"
    assert "was killed in 4Gi" in found.why


def test_where_no_tier_is_enough_that_is_said():
    found = fit(run(peak=30 * GIB))

    assert (found.fitting, found.is_to_change) == ("", False)
    assert "no tier of these machines has so much" in found.why


def test_a_node_without_a_run_stays_as_it_is():
    found = fit(run("another"))

    assert (found.runs, found.fitting, found.why) == (0, "", "no run has measured it")


TEXT = """\
# of us
tiers: {small: {cpu: 1}}   # one

nodes: # the own
    first: { retries: 2 } # because

default: { retries: 1 }
"""


@pytest.mark.parametrize(
    "text", ["", "# nothing yet\n", "tiers: {}", TEXT, "nodes:\n\ntags: {a: {retries: 1}}\n"]
)
def test_rules_are_added_and_all_else_stays(text):
    changed = with_tiers(text, {"n.a": "large", "on": "small", 'x "y"\\': "small"})

    before = yaml.safe_load(text) or {}
    rules = {n: {"tier": t} for n, t in (("n.a", "large"), ("on", "small"), ('x "y"\\', "small"))}
    assert yaml.safe_load(changed) == {**before, "nodes": {**(before.get("nodes") or {}), **rules}}
    assert [line for line in text.splitlines() if line not in changed.splitlines()] == []


def test_a_rule_that_is_there_is_left_to_its_author():
    with pytest.raises(ConfigError, match=r"has rules for first already") as caught:
        with_tiers(TEXT, {"first": "large", "other": "small"})
    assert "first: { tier: large }" in str(caught.value)


@pytest.mark.parametrize(
    "text", ["nodes: {a: {tier: small}}\n", '"nodes":\n  a: {}\n', "nodes: *x"]
)
def test_rules_in_another_form_are_left_to_their_author(text):
    with pytest.raises(ConfigError, match="by hand"):
        with_tiers(text, {"b": "large"})


NODES = """
from kedro.pipeline import Node, Pipeline

def take(gibibytes):
    taken = bytearray(int(gibibytes * 2**30))
    taken[::4096] = b"x" * len(taken[::4096])
    return len(taken)

def create():
    return Pipeline([
        Node(take, "params:low", "one", name="low", tags="tier.large"),
        Node(take, "params:high", "two", name="high", tags="tier.large"),
    ])
"""


def test_the_command_measures_and_writes_what_fits(tmp_path):
    tier_text = yaml.safe_dump(CONFIG)
    root = Project(
        NODES, parameters="{low: 0.3, high: 1.5}", files={"conf/base/flyte.yml": tier_text}
    ).write(tmp_path)
    assert by_kedro(root).returncode == 0
    flyte(root, "run")

    assert "2 nodes fit another tier" in flyte(root, "size").stdout
    flyte(root, "size", "--write")

    written = yaml.safe_load((root / "conf/base/flyte.yml").read_text())
    assert written["nodes"] == {"low": {"tier": "small"}, "high": {"tier": "medium"}}
    assert "Each node that was measured has the tier that fits" in flyte(root, "size").stdout


def test_a_run_that_was_not_recorded_is_refused_by_name(tmp_path):
    with pytest.raises(ProjectError, match="No run of pipeline 'p' has been recorded"):
        records_of(tmp_path, "p")
    path = lines.begin(tmp_path, "2026")
    path.write_text("broken")

    with pytest.raises(ProjectError, match="no record of run '2027'"):
        records_of(tmp_path, "p", ["2027"])
    with pytest.raises(ProjectError, match="has been recorded"):
        records_of(tmp_path, "p")
