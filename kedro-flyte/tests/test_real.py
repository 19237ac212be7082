"""Flyte's own compiler takes every good package, within a second and within etcd.

Run by `make test-real`, which needs Go: the first build takes minutes. What a task, workflow or
launch plan is refused for comes from propeller's compiler, or from our reading of FlyteAdmin.
"""

import time

import pytest
from flyteidl.core.tasks_pb2 import Resources
from kedro_flyte.export import exported
from kedro_flyte.export import write as write_files
from kedro_flyte.targets import load
from plan_views import node as plan_node
from plan_views import plan, view
from real import Verdict, codes, verdicts
from real.binary import KEPT, binary, build_seconds, why_not
from real.graphs import dense, graph, launch_plan, layers, node, task, visits, workflow
from real.groups import GROUPS
from real.packages import Workshop, modules, write

pytestmark = [pytest.mark.real, pytest.mark.skipif(bool(why_not()), reason=why_not())]

ETCD_BYTES = 1_500_000
"""The usual limit of a request to etcd, which keeps the resource of a run."""


@pytest.fixture(scope="module")
def measures():
    """Collect what is measured; `make test-real` prints it at its end."""
    lines: list[str] = []
    binary()
    lines.append(f"{build_seconds():8.1f} s  to build the compiler, the last time")
    yield lines
    (KEPT / "measures.txt").write_text("\n".join(lines) + "\n")


@pytest.fixture(scope="module")
def shop():
    made = Workshop()
    yield made
    made.close()


# --------------------------------------------------------------------------- good packages


@pytest.fixture(scope="module", params=GROUPS)
def group(request, shop, measures, tmp_path_factory) -> list[Verdict]:
    """Return the verdicts on a group of good packages."""
    began = time.monotonic()
    paths = GROUPS[request.param](shop, tmp_path_factory.mktemp("group"))
    if not paths:
        pytest.skip("only `make test-real ALL=1` runs all tests, and keeps their packages")
    made = time.monotonic() - began
    found = verdicts(*paths)
    flows = [verdict for verdict in found if verdict.kind == "workflow"]
    measures.append(
        f"{sum(v.seconds for v in found):8.3f} s  to compile {len(flows)} workflows of"
        f" {len(paths)} packages: {request.param} (made in {made:.0f} s); the largest has"
        f" {max(v.nodes for v in flows)} nodes and {max(v.bytes for v in flows)} bytes"
    )
    return found


def test_a_good_package_is_taken(group):
    assert [v for v in group if v.refusals] == []
    assert {v.kind for v in group} == {"task", "workflow", "launch_plan"}


def test_a_workflow_of_at_most_a_hundred_nodes_fits_into_etcd(group):
    assert {v.name: v.bytes for v in group if v.bytes > ETCD_BYTES} == {}


def test_a_good_workflow_compiles_within_a_second(group):
    assert {v.name: v.seconds for v in group if v.seconds > 1} == {}


# ------------------------------------------------------------------------- FlyteAdmin's rules


def test_a_hundred_nodes_are_taken_and_no_more(tmp_path):
    def flow(count: int):
        return graph(f"of_{count}", {f"n{i}": [] for i in range(count)})

    path = write([task(), flow(100), flow(101)], tmp_path / "package.tgz")
    limited = {v.name: codes([v]) for v in verdicts(path) if v.kind == "workflow"}

    assert limited == {"of_100": set(), "of_101": {"TooManyNodes"}}
    assert codes(verdicts(path, max_nodes=0)) == set()


@pytest.mark.parametrize("version", ["1/2", "a b", "a:b", "a+b", "x" * 256])
def test_a_version_must_be_safe_in_an_address(version, tmp_path):
    path = write([task()], tmp_path / "package.tgz")

    assert codes(verdicts(path, version=version)) <= {"InvalidVersion", "TooLong"}
    assert codes(verdicts(path, version=version))
    assert codes(verdicts(path, version="1.0-a_b~c")) == set()


def test_a_task_may_ask_for_what_the_platform_gives(tmp_path):
    spec = task()
    spec.template.container.resources.requests.add(name=Resources.MEMORY, value="2Gi")
    path = write([spec], tmp_path / "package.tgz")

    assert codes(verdicts(path, limits="cpu=2,memory=1Gi")) == {"TooManyResources"}
    assert codes(verdicts(path, limits="cpu=2,memory=2Gi")) == set()
    assert codes(verdicts(path)) == set()


def test_the_default_tier_registers_with_flyteadmins_own_limits(shop, tmp_path):
    made = plan(view(plan_node("act")))
    write_files(exported(made, load("flyte"), tmp_path / "flows", tmp_path))
    (module,) = modules(tmp_path / "flows", tmp_path)
    path = shop.package(tmp_path, module, tmp_path / "package.tgz").result()

    assert codes(verdicts(path, limits="cpu=2,memory=1Gi")) == set()
    assert codes(verdicts(path, limits="cpu=2,memory=512Mi")) == {
        "TooManyResources", "TaskReferenceNotFound",
    }  # fmt: skip


def test_a_workflow_may_start_a_launch_plan_of_another(tmp_path):
    inner = node("n0")
    inner.ClearField("task_node")
    inner.ClearField("inputs")
    plan = launch_plan("nightly", of="flow")
    inner.workflow_node.launchplan_ref.CopyFrom(plan.id)
    outer, flow = workflow("outer", [inner]), graph("flow", {"n0": []})

    known = verdicts(write([task(), flow, outer, plan], tmp_path / "known.tgz"))
    unknown = verdicts(write([task(), flow, outer], tmp_path / "unknown.tgz"))

    assert codes(known) == set()
    assert codes(unknown) == {"WorkflowReferenceNotFound"}


# --------------------------------------------------------------------------- time and size


DENSE = (20, 22, 24, 26)


@pytest.fixture(scope="module")
def seconds(measures, tmp_path_factory) -> dict[int, float]:
    """Return the time for dense graphs, by their nodes."""
    flows = [graph(f"of_{count}", dense(count)) for count in DENSE]
    path = write([task(), *flows], tmp_path_factory.mktemp("dense") / "package.tgz")
    found = {v.nodes: v.seconds for v in verdicts(path) if v.kind == "workflow"}
    measures += [
        f"{taken:8.3f} s  for a dense graph of {count} nodes" for count, taken in found.items()
    ]
    return found


def test_the_time_of_a_dense_graph_doubles_with_every_node(seconds):
    first, last = DENSE[0], DENSE[-1]
    growth = (seconds[last] / seconds[first]) ** (1 / (last - first))

    assert 1.7 < growth < 2.4


def test_the_time_follows_the_number_of_paths(seconds, measures, tmp_path):
    """Two other shapes take as long as their paths say: counting paths is a fair check of a plan."""
    shapes = {"wide": layers(5, 18), "long": layers(18, 2)}
    path = write(
        [task(), *(graph(name, reads) for name, reads in shapes.items())], tmp_path / "package.tgz"
    )
    each = seconds[24] / visits(dense(24))
    found = {v.name: v for v in verdicts(path) if v.kind == "workflow"}
    for name, reads in shapes.items():
        measures.append(f"{found[name].seconds:8.3f} s  for {visits(reads)} paths: {name}")

        assert visits(reads) > 500_000
        assert 1 / 3 < found[name].seconds / (each * visits(reads)) < 3


def test_a_dense_graph_has_twice_the_paths_with_every_node():
    assert [visits(dense(count)) for count in (2, 3, 4, 24)] == [4, 7, 13, 1 + 3 * 2**22]
