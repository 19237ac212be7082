"""The stand-in for Flyte says what Flyte's own compiler says, or the difference is in a table here.

Run by `make test-real`.
"""

import dataclasses

import pytest
import test_flyte_standin as standin
from flyte_standin import Package, check
from flyteidl.admin.launch_plan_pb2 import LaunchPlan
from flyteidl.core.types_pb2 import LiteralType
from real import codes, verdicts
from real.binary import why_not
from real.graphs import node, task, workflow
from real.hand_made import CASES
from real.packages import write

pytestmark = [pytest.mark.real, pytest.mark.skipif(bool(why_not()), reason=why_not())]


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


def test_flyte_counts_a_branch_as_one_node_whatever_it_chooses_from(good, tmp_path):
    nodes = good.workflows["flows.graph"].nodes
    found = {v.name: v.nodes for v in verdicts(write(good, tmp_path / "good.tgz"))}

    assert [one.id for one in nodes if one.HasField("branch_node")]
    assert found["flows.graph"] == len(nodes)


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


@pytest.mark.parametrize("what", CASES)
def test_the_stand_in_takes_nothing_that_flyte_refuses(what):
    case = CASES[what]

    assert bool(check(Package.of(case.entities))) or not case.theirs
