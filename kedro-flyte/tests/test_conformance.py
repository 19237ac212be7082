"""The exported workflow does what `kedro run` does: shapes of graphs, kinds of data, nasty names.

Each case is a project. The oracle is Kedro itself: equal results, each node once, every edge of
`node_dependencies` kept by the order of the tasks, an export that is the same twice, and a package
that Flyte's compiler takes and whose tasks run as processes of their own.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from conformance import CASES, GROUPINGS, PASSWORD, REFUSED, SECRETS
from flyte_standin import LocalStorage, Package, Propeller, S3Server, check
from kedro_projects import (
    ByKedro,
    command,
    content,
    flyte,
    flyte_all,
    kedro_run,
    logged,
)
from selection import REPRESENTATIVES
from workflows import packaged

# What runs one process a task, where that is not one node a task.
FEWER_PROCESSES = {
    "a fan of 120 nodes": "tag",
    "names of nodes and datasets": "tier",
    "Kedro's starter": "namespace",
    "Kedro's starter without a folder src": "pipeline",
}


@dataclass(frozen=True)
class Cell:
    """A case by Kedro, and a fresh copy of its project in which its groupings have run.

    `exported` has a folder a grouping that was asked for, with the export, its twin, the results and
    the nodes' log.
    `left` is what the runs have left in the project's data.
    """

    kedro: ByKedro
    root: Path
    exported: Path
    left: set[str]

    def plan(self, grouping: str) -> dict[str, Any]:
        """Return the plan as its file has it."""
        (path,) = (self.exported / grouping / "one/on_flyte").glob("*.plan.json")
        found: dict[str, Any] = json.loads(path.read_text())
        return found


@pytest.fixture(scope="module")
def cell(request, tmp_path_factory):
    """Return a case, by Kedro and by each grouping that the chosen tests look at."""
    found: dict[str, Cell] = {}
    chosen = [item.callspec.params for item in request.session.items if _is_cell(item)]

    def of(case: str) -> Cell:
        if case not in found:
            groupings = {one["grouping"] for one in chosen if one["case"] == case}
            groupings.add(_usual(case))
            found[case] = _run(case, sorted(groupings), tmp_path_factory.mktemp("case"))
        return found[case]

    return of


def _is_cell(item: pytest.Item) -> bool:
    params = item.callspec.params if hasattr(item, "callspec") else {}
    return item.path == Path(__file__) and {"case", "grouping"} <= set(params)


def _usual(case: str) -> str:
    return FEWER_PROCESSES.get(case, "node")


def _run(case: str, groupings: list[str], folder: Path) -> Cell:
    project = CASES[case]
    by_kedro, root, out = (folder / name for name in ("by_kedro", "project", "out"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE", str(folder / "database"))
        patch.setenv("WAREHOUSE_PASSWORD", PASSWORD)
        kedro = kedro_run(project.write(by_kedro), project.pipeline, env=project.env)
        (folder / "database").unlink(missing_ok=True)
        project.write(root)
        served = [g for g in groupings if (case, g) not in REFUSED]
        words = {g: ["--pipeline", project.pipeline, "--group-by", g] for g in served}
        flyte_all(
            root,
            *((["export", *words[g], "--output", str(out / g / "one")], {}) for g in served),
            PYTHONHASHSEED="1",
        )
        flyte_all(
            root,
            *((["export", *words[g], "--output", str(out / g / "two")], {}) for g in served),
            *((["run", *words[g], "--output", str(out / g / "results")],
               {"NODE_LOG": str(out / g / "nodes.log")}) for g in served),
            PYTHONHASHSEED="2",
        )  # fmt: skip
    left = {p.relative_to(root).as_posix() for p in (root / "data").rglob("*") if p.is_file()}
    project.write(root)  # once more: an increment that was confirmed is new again
    return Cell(kedro, root, out, left)


def _of(case: str, *more: str) -> Any:
    if case not in REPRESENTATIVES:
        return _long(case, *more)
    """Return a parameter of tests; one worker has all tests of a case, and runs it once."""
    return pytest.param(case, *more, marks=pytest.mark.xdist_group(case))


def _long(case: str, *more: str) -> Any:
    """Return a parameter of tests that `make test` leaves out."""
    return pytest.param(case, *more, marks=[pytest.mark.xdist_group(case), pytest.mark.long])


ALL = [_of(case) for case in CASES]
CELLS = [
    _of(case, g) if g == _usual(case) else _long(case, g)
    for case in CASES
    for g in GROUPINGS
    if (case, g) not in REFUSED
]


@pytest.mark.parametrize(("case", "grouping"), CELLS)
def test_results_equal_those_of_kedro_run(case, grouping, cell):
    done = cell(case)
    folder = done.exported / grouping

    assert sorted(logged(folder / "nodes.log")) == sorted(done.kedro.nodes)
    names = {path.stem: path for path in folder.glob("results/*")}
    _compare(done, done.plan(grouping), {name: content(path) for name, path in names.items()})


def _compare(done: Cell, plan: dict[str, Any], results: dict[str, Any]) -> None:
    """Every result equals Kedro's: a free output by value, one in a file by its content."""
    by_name = {dataset["name"]: dataset for dataset in plan["datasets"]}
    kept = [n for n in plan["results"] if by_name[n]["travel"] in ("file", "directory")]
    in_memory = [n for n in plan["results"] if by_name[n]["travel"] == "pickle"]
    assert sorted(in_memory) == sorted(done.kedro.free)
    for name in (*kept, *in_memory):
        dataset = by_name[name]
        found = _named(results, dataset)
        if name in in_memory:
            assert found == done.kedro.free[name], name
        else:
            assert found == content(_latest(done.kedro.root / dataset["location"])), name


def _named(results: dict[str, Any], dataset: dict[str, Any]) -> Any:
    """Return a result by its dataset's name, or by its id where the name is no file name."""
    keys = [dataset["name"], Path(dataset["name"]).stem, dataset["id"]]
    assert set(keys) & set(results), (keys, sorted(results))
    return next(results[key] for key in keys if key in results)


def _latest(path: Path) -> Path:
    """Return the last version of a file that Kedro keeps in versions."""
    versions = sorted(path.glob(f"*Z/{path.name}"))
    return versions[-1] if versions else path


@pytest.mark.parametrize("case", ALL)
def test_a_run_leaves_the_data_of_the_project_as_it_is(case, cell):
    before = {name for name in CASES[case].files if name.startswith("data/")}

    assert cell(case).left == {"data/.gitkeep"} | before


@pytest.mark.parametrize(("case", "grouping"), CELLS)
def test_each_node_has_one_task_and_every_edge_is_kept(case, grouping, cell):
    done = cell(case)
    plan = done.plan(grouping)
    place = {name: (t["id"], i) for t in plan["tasks"] for i, name in enumerate(t["nodes"])}
    waits = _closure(_task_edges(plan))

    assert sorted(n for t in plan["tasks"] for n in t["nodes"]) == sorted(done.kedro.dependencies)
    for node, before in done.kedro.dependencies.items():
        for other in before:
            (task, index), (earlier, other_index) = place[node], place[other]
            assert earlier in waits[task] or (earlier == task and other_index < index), (
                other,
                node,
            )


@pytest.mark.parametrize(("case", "grouping"), CELLS)
def test_no_two_names_are_one_in_any_case_of_letters(case, grouping, cell):
    plan = cell(case).plan(grouping)
    inputs = [d["id"] for d in plan["datasets"] if d["name"] in plan["sources"]]
    inputs += [parameter["id"] for parameter in plan["parameters"]]

    for names in ([t["id"] for t in plan["tasks"]] + [plan["id"]], inputs):
        assert len({name.lower() for name in names}) == len(names)
    assert len({d["id"] for d in plan["datasets"]}) == len(plan["datasets"])


@pytest.mark.parametrize(("case", "grouping"), CELLS)
def test_a_second_export_is_the_same_to_the_byte(case, grouping, cell):
    folder = cell(case).exported / grouping
    one, two = (
        {p.name: p.read_bytes() for p in (folder / number / "on_flyte").iterdir() if p.is_file()}
        for number in ("one", "two")
    )

    assert one == two


@pytest.mark.parametrize("case", ALL)
def test_an_export_needs_no_formatter_and_no_linter(case, cell):
    folder = cell(case).exported
    for words in (["format", "--check"], ["check"]):
        for length in ("88", "120"):
            done = subprocess.run(
                [sys.executable, "-m", "ruff", *words, "--isolated", "--line-length", length, folder],
                capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(("case", "grouping"), [_of(*pair) for pair in sorted(REFUSED)])
def test_groups_that_would_wait_for_each_other_are_refused(case, grouping, cell):
    done = command(cell(case).root, "export", "--group-by", grouping)

    assert done.returncode == 1
    assert "KF101" in done.stderr


@pytest.fixture(scope="module")
def package(cell, tmp_path_factory):
    """Return a case's package, made by `pyflyte package`, and the grouping of its tasks."""
    found: dict[str, Package] = {}

    def of(case: str, *more: str) -> Package:
        key = " ".join((case, *more))
        if key not in found:
            words = ("--pipeline", CASES[case].pipeline, "--group-by", _usual(case))
            flyte(cell(case).root, "export", *words)
            path = tmp_path_factory.mktemp("package") / "package.tgz"
            found[key] = packaged(cell(case).root, f"flows.on_flyte.{_module(case)}", path, *more)
        return found[key]

    return of


def _workflow(case: str) -> str:
    return "default" if CASES[case].pipeline == "__default__" else CASES[case].pipeline


def _module(case: str) -> str:
    return f"{CASES[case].package}__{_workflow(case)}"


@pytest.mark.parametrize("case", ALL)
def test_the_package_passes_the_compiler(case, package):
    assert check(package(case)) == []


@pytest.mark.parametrize("case", ALL)
def test_one_process_a_task_makes_what_kedro_run_makes(case, cell, package, tmp_path):
    made, done = package(case), cell(case)
    propeller = Propeller(
        storage=LocalStorage(tmp_path / "store"),
        folder=tmp_path / "pods",
        workdir=done.root,
        pod_env={
            "NODE_LOG": str(tmp_path / "nodes.log"),
            "DATABASE": str(tmp_path / "database"),
            "DO_NOT_TRACK": "true",
        },
        secrets=SECRETS,
    )

    execution = propeller.run(made, f"flows.on_flyte.{_module(case)}.{_workflow(case)}")

    assert execution.error is None, execution.error
    assert sorted(logged(tmp_path / "nodes.log")) == sorted(done.kedro.nodes)
    plan = done.plan(_usual(case))
    _compare(done, plan, dict(_results(plan, execution, tmp_path / "results")))


def _results(plan: dict[str, Any], execution: Any, folder: Path) -> Iterator[tuple[str, Any]]:
    """Yield what an execution has made, by the id of its dataset."""
    from kedro_flyte.plan.serialization import from_json
    from kedro_flyte.runtime.workplace import Workplace

    made = from_json(json.dumps(plan))
    for number, name in enumerate(plan["results"]):
        dataset = made.dataset(name)
        key = dataset.id if len(plan["results"]) > 1 else f"o{number}"
        if dataset.travel.is_handed_over:
            path = execution.output_path(key)
            yield dataset.id, content(Workplace().receive(dataset, path))


def _task_edges(plan: dict[str, Any]) -> dict[str, set[str]]:
    """Return the tasks whose outputs each task takes."""
    maker = {name: t["id"] for t in plan["tasks"] for name in t.get("outputs", ())}
    return {
        t["id"]: {maker[name] for name in t.get("inputs", ()) if name in maker} - {t["id"]}
        for t in plan["tasks"]
    }


def _closure(edges: dict[str, set[str]]) -> dict[str, set[str]]:
    """Return everything that each task waits for; tasks are in an order in which they can run."""
    found: dict[str, set[str]] = {}
    for task, before in edges.items():
        found[task] = before.union(*(found[other] for other in before))
    return found


@pytest.mark.parametrize(
    ("case", "result"),
    [
        _of("diamond of files and memory", "data/joined.csv"),
        _long("odd keys of partitions", "data/found.json"),
    ],
)
def test_shipped_code_and_files_on_s3_make_what_kedro_run_makes(
    case, result, cell, package, tmp_path
):
    done = cell(case)
    made = package(case, "--copy", "all")
    with S3Server() as storage:
        propeller = Propeller(
            storage=storage,
            folder=tmp_path / "pods",
            pod_env={"NODE_LOG": str(tmp_path / "nodes.log"), "DO_NOT_TRACK": "true"},
        )
        execution = propeller.run(made, "flows.on_flyte.demo__default.default")
        assert execution.error is None, execution.error
        made_there = execution.output_bytes(Path(result).stem)

    assert sorted(logged(tmp_path / "nodes.log")) == sorted(done.kedro.nodes)
    assert made_there == (done.kedro.root / result).read_bytes()


def test_the_representatives_that_make_test_runs_are_cases():
    assert set(CASES) > REPRESENTATIVES
