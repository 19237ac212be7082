"""What Flyte's back end cannot bear is told by the plan; each figure is of flytepropeller 1.16.8."""

import pytest
from kedro_flyte.plan.view import Severity
from kedro_flyte.targets.flyte.burden import compilation, resource_bytes
from plan_views import found, node, plan, view

SERVER = "${oc.env:MLFLOW_TRACKING_URI,sqlite:///mlflow.db}"


def _reading_all_before(count: int, **more):
    """Return nodes of which each reads what all before it make."""
    return [
        node(f"n{at}", " ".join(f"d{one}" for one in range(at)), f"d{at}", **more)
        for at in range(count)
    ]


@pytest.mark.parametrize(("count", "seconds"), [(20, 0.12), (22, 0.57), (24, 2.0), (26, 7.5)])
def test_the_time_of_the_compiler_is_as_it_was_measured(count, seconds):
    made = plan(view(*_reading_all_before(count)))

    assert compilation(made.tasks, made.sub_workflows).seconds == pytest.approx(seconds, rel=0.25)
    assert not found(made, "KF174")


@pytest.mark.parametrize(("count", "severity"), [(28, "warning"), (33, "error")])
def test_a_graph_with_too_many_paths_is_told_with_what_mends_it(count, severity):
    (finding,) = found(plan(view(*_reading_all_before(count))), "KF174")

    assert finding.severity is Severity(severity)
    assert "minutes" in finding.what or "seconds" in finding.what
    assert "--group-by tag" in finding.todo
    assert not found(plan(view(*_reading_all_before(count)), target="domino"), "KF174")
    assert not found(plan(view(*_reading_all_before(count)), group_by="pipeline"), "KF174")


def test_namespaces_mend_a_dense_graph_and_are_named_where_there_are_any():
    nodes = _reading_all_before(34)
    nodes = [
        node(f"{'ab'[at >= 17]}.{one.name}", " ".join(one.inputs), " ".join(one.outputs),
             namespace="ab"[at >= 17])
        for at, one in enumerate(nodes)
    ]  # fmt: skip

    (finding,) = found(plan(view(*nodes)), "KF174")
    assert "sub_workflows: namespace" in finding.todo
    assert not found(plan(view(*nodes), {"sub_workflows": "namespace"}), "KF174")


def test_a_part_with_too_many_paths_is_named():
    nodes = [*_reading_all_before(34), *(node(f"x{at}", "", f"y{at}") for at in range(90))]

    (finding,) = found(plan(view(*nodes)), "KF174")
    assert finding.what.startswith("Sub-workflow 'default_part_1'")


def test_chains_and_fans_have_few_paths():
    chain = [node(f"n{at}", f"d{at}", f"d{at + 1}") for at in range(90)]
    fan = [node("a", "", "x"), *(node(f"b{at}", "x", f"y{at}") for at in range(90))]

    for nodes in (chain, fan):
        made = plan(view(*nodes))
        assert compilation(made.tasks, made.sub_workflows).seconds < 0.01


def test_a_workflow_that_etcd_does_not_take_is_told():
    chain = [node(f"n{at}", f"d{at} e{at}", f"d{at + 1} e{at + 1}") for at in range(1000)]
    made = plan(view(*chain))

    assert resource_bytes(made.tasks) == pytest.approx(2.2e6, rel=0.15)
    (finding,) = found(made, "KF175")
    assert finding.severity is Severity.WARNING
    assert not found(plan(view(*chain[:500])), "KF175")


def test_tasks_that_share_no_mlflow_server_are_warned():
    one = plan(view(node("a", "", "x"), tracking=SERVER))
    two = plan(view(node("a", "", "x"), node("b", "x", "y"), tracking=SERVER))

    assert [f.severity for f in found(one, "KF129")] == [Severity.INFO]
    assert [f.severity for f in found(two, "KF129")] == [Severity.WARNING]
