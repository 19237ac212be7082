"""Flyte's own compiler says what the stand-in says, and takes every good package.

Run by `make test-real`, which needs Go: the first build takes minutes. What a task, workflow or
launch plan is refused for comes from propeller's compiler, or from our reading of FlyteAdmin.
"""

import dataclasses
import time

import pytest
import test_flyte_standin as standin
from flyte_standin import Package, check
from flyteidl.admin.launch_plan_pb2 import LaunchPlan
from flyteidl.core.tasks_pb2 import Resources
from flyteidl.core.types_pb2 import LiteralType
from kedro_flyte.export import exported
from kedro_flyte.export import write as write_files
from plan_views import node as plan_node
from plan_views import plan, view
from real import Verdict, codes, verdicts
from real.binary import KEPT, binary, build_seconds, why_not
from real.graphs import dense, graph, launch_plan, layers, node, task, visits, workflow
from real.groups import GROUPS
from real.hand_made import CASES
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


# ------------------------------------------------------------- the stand-in's own examples


@pytest.fixture(scope="module")
def good(tmp_path_factory) -> Package:
    """Return the package of the stand-in's examples."""
    folder = standin.write_flows(tmp_path_factory.mktemp("good") / "flows", "flows")
    return standin.packaged(folder, "flows")


ANOTHER_CODE = {
    "two nodes have one id": "UnreachableNodes",
    "a node has Flyte's own id": "NodeReferenceNotFound",
    "an id has capitals": "NodeReferenceNotFound",
    "an id is too long": "NodeReferenceNotFound",
    "nodes read each other": "UnreachableNodes",
    "a condition has an unbound input": "VariableNameNotFound",
}
"""What the compiler says to a broken workflow, where that is not what the stand-in says.

It knows no duplicate and no bad id: what remains of these workflows is refused, and each has a case
of its own in the table of agreement. A loop that the start does not reach is unreachable to it.
"""

OURS = {"a node waits for nothing known": "see the table of agreement"}


@pytest.fixture(scope="module")
def broken(good, tmp_path_factory) -> dict[str, set[str]]:
    """Return the codes for each of the stand-in's broken workflows."""
    folder = tmp_path_factory.mktemp("broken")
    paths = {
        what: write(standin.broken(good, "flows.graph", change), folder / f"{number}.tgz")
        for number, (what, (_, change)) in enumerate(standin.BREAKAGES.items())
    }
    found = verdicts(*paths.values())
    return {what: codes(v for v in found if v.package == path) for what, path in paths.items()}


def test_the_stand_ins_good_examples_are_taken(good, tmp_path):
    found = verdicts(write(good, tmp_path / "good.tgz"))

    assert [v for v in found if v.refusals] == []
    assert len(found) == len(good.tasks) + len(good.workflows) + len(good.launch_plans)


@pytest.mark.parametrize("what", standin.BREAKAGES)
def test_a_broken_workflow_gets_the_same_code(what, broken):
    code, _ = standin.BREAKAGES[what]

    if what in OURS:
        assert broken[what] == set()
    else:
        assert ANOTHER_CODE.get(what, code) in broken[what]


def _table(test) -> list:
    """Return the rows that a test of the stand-in is parametrized with."""
    (mark,) = (mark for mark in test.pytestmark if mark.name == "parametrize")
    return list(mark.args[1])


@pytest.mark.parametrize(
    ("change", "code"), _table(standin.test_a_launch_plan_must_fit_its_workflow)
)
def test_a_bad_launch_plan_gets_the_same_code(change, code, good, tmp_path):
    plan = LaunchPlan()
    plan.CopyFrom(good.launch_plans["flows.inner_by_three"])
    change(plan)
    others = {name: w for name, w in good.workflows.items() if name != "flows.graph"}
    changed = dataclasses.replace(good, launch_plans={plan.id.name: plan}, workflows=others)

    assert codes(verdicts(write(changed, tmp_path / "package.tgz"))) == {code}


OUR_TYPES = {("a file", "a folder")}
"""Bindings that Flyte takes and the stand-in refuses: their reader finds nothing that it can read."""


def test_the_same_types_may_be_bound(tmp_path):
    rows = _table(standin.test_a_type_may_be_bound_to_another)
    entities = []
    for number, (upstream, downstream, _) in enumerate(rows):
        entities += [
            task(f"make{number}", taken=None, made=upstream),
            task(f"take{number}", taken=downstream),
            workflow(
                f"flow{number}",
                [
                    node("a", runs=f"make{number}", listed=False),
                    node("b", "a", runs=f"take{number}", listed=False),
                ],
            ),
        ]
    found = {v.name: v for v in verdicts(write(entities, tmp_path / "types.tgz"))}
    theirs = {
        (_told(upstream), _told(downstream)): not found[f"flow{number}"].refusals
        for number, (upstream, downstream, _) in enumerate(rows)
    }
    ours = {(_told(upstream), _told(downstream)): fits for upstream, downstream, fits in rows}

    assert {pair for pair, fits in ours.items() if fits != theirs[pair]} == OUR_TYPES


def _told(kind: LiteralType) -> str:
    if kind == standin.file():
        return "a file"
    return "a folder" if kind == standin.folder_type() else str(kind)


# --------------------------------------------------------------------- the table of agreement


@pytest.fixture(scope="module")
def answers(tmp_path_factory) -> dict[str, set[str]]:
    """Return Flyte's codes for each package made by hand."""
    folder = tmp_path_factory.mktemp("hand_made")
    paths = {
        what: write(case.entities, folder / f"{number}.tgz")
        for number, (what, case) in enumerate(CASES.items())
    }
    found = verdicts(*paths.values())
    return {what: codes(v for v in found if v.package == path) for what, path in paths.items()}


@pytest.mark.parametrize("what", CASES)
def test_flyte_says_what_the_table_says(what, answers):
    assert answers[what] == CASES[what].theirs


@pytest.mark.parametrize("what", [what for what, case in CASES.items() if case.ours])
def test_the_stand_in_refuses_what_the_table_says(what):
    case = CASES[what]

    assert case.ours in {finding.code for finding in check(Package.of(case.entities))}
    assert case.theirs or case.why


def _taken_here_alone(what: str):
    case = CASES[what]
    reason = f"the stand-in takes what Flyte refuses: {', '.join(sorted(case.theirs))}"
    lacking = pytest.mark.xfail(strict=True, reason=reason)
    return pytest.param(what, marks=[lacking] if case.theirs and not case.ours else [])


@pytest.mark.parametrize("what", [_taken_here_alone(what) for what in CASES])
def test_the_stand_in_takes_nothing_that_flyte_refuses(what):
    case = CASES[what]

    assert bool(check(Package.of(case.entities))) or not case.theirs


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
    write_files(exported(made, "flyte", tmp_path / "flows", tmp_path))
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
