"""Branches and maps do the same under `kedro run`, `kedro flyte run`, and one process a task.

Where a task is a branch alone, Flyte chooses; where it is an `each` alone, Flyte maps. The oracle
is Kedro itself.
"""

import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flyte_standin import LocalStorage, Package, Propeller, check
from kedro_projects import Project, content, environment, flyte, kedro_run, logged

PARTS = "{type: partitions.PartitionedDataset, path: data/%s, filename_suffix: .txt, dataset: text.TextDataset}"
JSON = "{type: json.JSONDataset, filepath: data/%s.json}"

BRANCH = """
from kedro.pipeline import Node, Pipeline
from kedro_flyte import branch

def measure(x):
    log("measure")
    return x, x > 0.9

def keep(champion, x):
    log("keep")
    return champion + [x], "kept"

def retrain(fresh):
    log("retrain")
    return [fresh], "trained"

def tell(chosen, how):
    log("tell")
    return {"chosen": chosen, "how": how}

def create():
    return Pipeline([
        Node(measure, "params:x", ["auc", "is_good"], name="measure"),
        branch(WHEN, Node(keep, ["champion", "params:x"], ["chosen", "how"], name="keep"),
               Node(retrain, "params:fresh", ["chosen", "how"], name="retrain"), name="choose"),
        Node(tell, ["chosen", "how"], "told", name="tell"),
    ])
"""

EACH = """
from kedro.pipeline import Node, Pipeline
from kedro_flyte import branch, each

def shout(text, mark):
    log("shout " + text)
    if text == "bad":
        raise ValueError("no good")
    return text.upper() + mark

def sort(text):
    log("sort " + text)
    return (None, text) if text == "bad" else (text.upper(), None)

def make(words):
    log("make")
    return {word: word * 2 for word in words}

def count(parts):
    log("count")
    return {key: load() if callable(load) else load for key, load in sorted(parts.items())}

def create():
    return Pipeline([NODES])
"""


@dataclass
class Case:
    """A project, and what its generated workflow is expected to hold."""

    project: Project
    holds: tuple[str, ...] = ()
    holds_not: tuple[str, ...] = ("part=",)
    options: tuple[str, ...] = ()
    control: dict[str, str] = field(default_factory=dict)


def branching(when: str, x: float, **more) -> Project:
    word, mode = ("true", "keep") if x > 0.9 else ("false", "retrain")
    return Project(
        BRANCH.replace("WHEN", when),
        catalog=f"champion: {JSON % 'champion'}\ntold: {JSON % 'told'}\nauc: {JSON % 'auc'}",
        parameters=f"x: {x}\ngood: {word}\nmode: {mode}\nrate: {x}\nwhole: {round(x * 10)}\nfresh: new",
        files={"data/champion.json": "[1]"} if x > 0.9 else {},
        **more,
    )


def mapping(nodes: str, catalog: str, parameters: str = 'mark: "!"', *texts: str) -> Project:
    return Project(
        EACH.replace("NODES", nodes),
        catalog=catalog,
        parameters=parameters,
        files={f"data/parts/{name}.txt": name for name in texts},
    )


CONDITIONAL = ('conditional("choose")', 'part="then"', 'part="otherwise"')
CASES = {
    "a result, true": Case(branching('"is_good"', 0.95), (*CONDITIONAL, ".if_(choose_if.is_true())")),
    "a result, false": Case(branching('"is_good"', 0.5), CONDITIONAL),
    "a result compared": Case(branching('("auc", ">=", 0.9)', 0.95), (*CONDITIONAL, "# auc >= 0.9")),
    "a result compared, false": Case(branching('("auc", ">=", 0.9)', 0.2), CONDITIONAL),
    "a flag parameter": Case(branching('"params:good"', 0.95), (*CONDITIONAL, ".if_(good.is_true())")),
    "a text parameter": Case(
        branching('("params:mode", "==", "keep")', 0.5), (*CONDITIONAL, '.if_(mode == "keep")')
    ),
    "a float parameter": Case(
        branching('("params:rate", ">", 0.9)', 0.95), (*CONDITIONAL, ".if_(rate > 0.9)")
    ),
    "an int parameter": Case(
        branching('("params:whole", ">", 9)', 0.95), (), ("conditional", "part="),
        control={"choose": "decides for choose: the workflow's input 'whole' is int or float"},
    ),
    "grouped": Case(
        branching('"is_good"', 0.95), (), ("conditional", "part="), ("--group-by", "pipeline"),
        control={"all": "decides for choose: the task has 3 nodes"},
    ),
    "partitions to partitions": Case(
        mapping(
            'each(shout, "parts", "params:mark", "loud", name="loud", concurrency=2), '
            'Node(count, "loud", "counted", name="count")',
            f"parts: {PARTS % 'parts'}\nloud: {PARTS % 'loud'}\ncounted: {JSON % 'counted'}",
            'mark: "!"', "b", "a", "deep/c",
        ),
        ("concurrency=2", 'part="split"', 'part="item"', 'part="gather"', "parts=parts"),
    ),
    "a list in a parameter": Case(
        mapping(
            'each(shout, "params:words", "params:mark", "loud", name="loud")',
            f"loud: {JSON % 'loud'}", 'mark: "!"\nwords: [x, a, bb]',
        ),
        ('part="split"',), ("concurrency", "items_folder"),
    ),
    "a dict in memory": Case(
        mapping(
            'Node(make, "params:words", "made", name="make"), '
            'each(shout, "made", "params:mark", "loud", name="loud")',
            "{}", 'mark: "!"\nwords: [x, a]',
        ),
        ("items_folder",),
    ),
    "an empty dict in memory": Case(
        mapping(
            'Node(make, "params:words", "made", name="make"), '
            'each(shout, "made", "params:mark", "loud", name="loud")',
            "{}", 'mark: "!"\nwords: []',
        ),
        ("items_folder",),
    ),
    "items that fail": Case(
        mapping(
            'each(shout, "parts", "params:mark", "loud", name="loud", min_success_ratio=0.5)',
            f"parts: {PARTS % 'parts'}\nloud: {PARTS % 'loud'}",
            'mark: "!"', "a", "bad", "c",
        ),
        ("min_success_ratio=0.5", "list[ZipFile | None]"),
    ),
    "items that are rejected": Case(
        mapping(
            'each(sort, "parts", outputs=["good", "rejected"], name="sort")',
            f"parts: {PARTS % 'parts'}\ngood: {PARTS % 'good'}\nrejected: {JSON % 'rejected'}",
            "{}", "a", "bad", "c",
        ),
    ),
    "an each in a branch": Case(
        mapping(
            'branch("params:go", each(shout, "parts", "params:mark", "loud", name="shout_all"), '
            'Node(make, "params:mark", "loud", name="make"), name="choose")',
            f"parts: {PARTS % 'parts'}\nloud: {PARTS % 'loud'}", 'mark: "!"\ngo: true', "a", "b",
        ),
        ("conditional",), ('part="item"',),
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Return each case's project, exported, and run by Kedro once in a copy."""
    found: dict[str, tuple[Path, Path, dict]] = {}

    def of(name: str) -> tuple[Path, Path, dict]:
        if name not in found:
            folder = tmp_path_factory.mktemp("case")
            case = CASES[name]
            own, other = case.project.write(folder / "kedro"), case.project.write(folder / "flyte")
            flyte(other, "export", *case.options)
            found[name] = own, other, kedro_run(own)
        return found[name]

    return of


def _expected(own: Path, free: dict) -> dict:
    kept = {p.stem: content(p) for p in (own / "data").iterdir() if p.name != ".gitkeep"}
    return {**kept, **free}


def _compare(results: dict[str, Path], own: Path, free: dict) -> None:
    expected = _expected(own, free)
    assert results
    for name, path in results.items():
        assert content(path) == expected[name], name


@pytest.mark.parametrize("name", CASES)
def test_kedro_flyte_run_gives_what_kedro_run_gives(name, made, tmp_path):
    own, other, free = made(name)
    log = tmp_path / "nodes.log"

    flyte(other, "run", *CASES[name].options, "--output", str(tmp_path / "out"), NODE_LOG=str(log))

    _compare({p.name.split(".")[0]: p for p in (tmp_path / "out").iterdir()}, own, free)
    assert sorted(logged(log)) == sorted(logged(own / "kedro.log"))


@pytest.mark.parametrize("name", CASES)
def test_one_process_a_task_gives_what_kedro_run_gives(name, made, tmp_path):
    own, other, free = made(name)
    log = tmp_path / "nodes.log"
    package = _package(other, tmp_path / "package.tgz")
    assert check(package) == []
    propeller = Propeller(
        storage=LocalStorage(tmp_path / "store"),
        folder=tmp_path / "pods",
        workdir=other,
        pod_env=_pod_environment(NODE_LOG=str(log)),
    )

    execution = propeller.run(package, "flows.flyte.default.default")

    assert execution.succeeded, execution.error
    assert sorted(logged(log)) == sorted(logged(own / "kedro.log"))
    plan = json.loads((other / "flows/flyte/default.plan.json").read_text())
    names = plan["results"]
    ids = {d["name"]: d["id"] for d in plan["datasets"]}
    outputs = ["o0"] if len(names) == 1 else [ids[name] for name in names]
    paths = {
        result: Path(execution.output_path(output))
        for result, output in zip(names, outputs, strict=True)
    }
    expected = _expected(own, free)
    for result, path in paths.items():
        assert _content(path) == expected[result], result


def _content(path: Path):
    """Return what a result holds, whatever the store calls it."""
    if path.is_dir() or path.suffix:
        return content(path)
    renamed = path.with_name(f"{path.name}.pickle")
    renamed.write_bytes(path.read_bytes())
    return content(renamed)


@pytest.mark.parametrize("name", CASES)
def test_the_workflow_reads_well_and_says_how_it_chooses_and_maps(name, made, tmp_path):
    _, other, _ = made(name)
    case = CASES[name]
    text = (other / "flows/flyte/default.py").read_text()

    for part in case.holds:
        assert part in text
    if not case.holds:
        for part in case.holds_not:
            assert part not in text
    for words in (["format", "--check"], ["check"]):
        for length in ("88", "100", "120"):
            done = subprocess.run(
                [sys.executable, "-m", "ruff", *words, "--isolated", "--line-length", length,
                 other / "flows"],
                capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert done.returncode == 0, done.stdout + done.stderr
    plan = json.loads((other / "flows/flyte/default.plan.json").read_text())
    for task, said in case.control.items():
        found = next(one for one in plan["tasks"] if one["label"] == task)
        assert found["control"].startswith(said)


def _package(root: Path, path: Path) -> Package:
    done = subprocess.run(
        [Path(sys.executable).with_name("pyflyte"), "--pkgs", "flows.flyte.default", "package",
         "--image", "registry/image:1", "--force", "--output", path],
        cwd=root, env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return Package.read(path)


def _pod_environment(**more: str) -> dict[str, str]:
    return {**{k: v for k, v in environment().items() if not k.startswith("PYTEST")}, **more}
