"""Branches and maps do the same under `kedro run`, `kedro flyte run`, and one process a task.

Where a task is a branch alone, Flyte chooses; where it is an `each` alone, Flyte maps. The oracle
is Kedro itself.
"""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flyte_standin import LocalStorage, Propeller, S3Server, check
from flyte_standin.storage import ACCESS_KEY, SECRET_KEY
from kedro_flyte.errors import TaskError
from kedro_flyte.runtime.steps.partitions import Files
from kedro_projects import Project, command, content, environment, flyte, kedro_run, logged
from selection import chosen
from workflows import packaged

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
    holds_not: tuple[str, ...] = ("step=",)
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


CONDITIONAL = ('conditional("choose")', 'step="then"', 'step="otherwise"')
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
        branching('("params:whole", ">", 9)', 0.95), (), ("conditional", "step="),
        control={"choose": "decides for choose: the workflow's input 'whole' is int or float"},
    ),
    "grouped": Case(
        branching('"is_good"', 0.95), (), ("conditional", "step="), ("--group-by", "pipeline"),
        control={"all": "decides for choose: the task has 3 nodes"},
    ),
    "partitions to partitions": Case(
        mapping(
            'each(shout, "parts", "params:mark", "loud", name="loud", concurrency=2), '
            'Node(count, "loud", "counted", name="count")',
            f"parts: {PARTS % 'parts'}\nloud: {PARTS % 'loud'}\ncounted: {JSON % 'counted'}",
            'mark: "!"', "b", "a", "deep/c",
        ),
        ("concurrency=2", 'step="split"', 'step="item"', 'step="gather"', "parts=parts"),
    ),
    "a list in a parameter": Case(
        mapping(
            'each(shout, "params:words", "params:mark", "loud", name="loud")',
            f"loud: {JSON % 'loud'}", 'mark: "!"\nwords: [x, a, bb]',
        ),
        ('step="split"',), ("concurrency", "items_folder"),
    ),
    "a dict in memory, called as the steps of its map": Case(
        mapping(
            'Node(make, "params:words", "loud_split", name="make"), '
            'each(shout, "loud_split", "params:mark", "loud_item", name="loud")',
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
        ('step="item"',),
    ),
    "an each in a branch, with an alternative called as its parameter": Case(
        mapping(
            'branch("params:go", each(shout, "parts", "params:mark", "loud", name="shout_all"), '
            'Node(make, "params:mark", "loud", name="go"), name="choose")',
            f"parts: {PARTS % 'parts'}\nloud: {PARTS % 'loud'}", 'mark: "!"\ngo: true', "a", "b",
        ),
        ("conditional",), ('step="item"',),
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
            found[name] = own, other, kedro_run(own).free
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


@pytest.mark.parametrize("target", ["flyte", pytest.param("domino", marks=pytest.mark.long)])
@pytest.mark.parametrize("name", CASES)
def test_kedro_flyte_run_gives_what_kedro_run_gives(name, target, made, tmp_path):
    own, other, free = made(name)
    log = tmp_path / "nodes.log"
    words = ("run", "--target", target, *CASES[name].options, "--output", str(tmp_path / "out"))

    flyte(other, *words, NODE_LOG=str(log))

    _compare({p.name.split(".")[0]: p for p in (tmp_path / "out").glob("[!.]*")}, own, free)
    assert sorted(logged(log)) == sorted(logged(own / "kedro.log"))


@pytest.mark.parametrize(
    "name", chosen(CASES, ["partitions to partitions", "a list in a parameter"])
)
def test_one_process_a_task_gives_what_kedro_run_gives(name, made, tmp_path):
    own, other, free = made(name)
    log = tmp_path / "nodes.log"
    package = packaged(other, "flows.on_flyte.demo__default", tmp_path / "package.tgz")
    assert check(package) == []
    propeller = Propeller(
        storage=LocalStorage(tmp_path / "store"),
        folder=tmp_path / "pods",
        workdir=other,
        pod_env=_pod_environment(NODE_LOG=str(log)),
    )

    execution = propeller.run(package, "flows.on_flyte.demo__default.default")

    assert execution.succeeded, execution.error
    assert sorted(logged(log)) == sorted(logged(own / "kedro.log"))
    plan = json.loads((other / "flows/on_flyte/demo__default.plan.json").read_text())
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
    text = (other / "flows/on_flyte/demo__default.py").read_text()

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
    plan = json.loads((other / "flows/on_flyte/demo__default.plan.json").read_text())
    for task, said in case.control.items():
        found = next(one for one in plan["tasks"] if one["label"] == task)
        assert found["control"].startswith(said)


def _pod_environment(**more: str) -> dict[str, str]:
    kept = {k: v for k, v in environment().items() if not k.startswith("PYTEST")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}"
    return {**kept, "PATH": path, **more}


@pytest.fixture(scope="module")
def s3():
    with S3Server() as storage:
        yield storage


@pytest.mark.long
def test_items_of_a_remote_folder_come_and_go_through_a_store(made, s3, tmp_path):
    own, other, _ = made("partitions to partitions")
    package = packaged(other, "flows.on_flyte.demo__default", tmp_path / "package.tgz")
    propeller = Propeller(
        storage=s3, folder=tmp_path / "pods", workdir=other, pod_env=_pod_environment()
    )

    execution = propeller.run(
        package, "flows.on_flyte.demo__default.default", {"parts": str(other / "data/parts")}
    )

    assert execution.succeeded, execution.error
    counted = json.loads(execution.output_bytes("counted"))
    assert counted == json.loads((own / "data/counted.json").read_text())


def test_items_at_remote_paths_are_read_and_written_in_place(s3, tmp_path):
    for name in ("a", "b"):
        s3.put(f"s3://flyte/parts/{name}.txt", name.encode())
    remote = PARTS.replace("data/", "s3://flyte/")
    root = mapping(
        'each(sort, "parts", outputs=["good", "rejected"], name="sort")',
        f"parts: {remote % 'parts'}\ngood: {remote % 'good'}\nrejected: {JSON % 'rejected'}",
    ).write(tmp_path / "project")
    flyte(root, "export")
    store = {
        "AWS_ENDPOINT_URL": s3.endpoint, "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
    }  # fmt: skip

    flyte(root, "run", "--output", str(tmp_path / "out"), **store)

    assert [s3.get(f"s3://flyte/good/{name}.txt") for name in ("a", "b")] == [b"A", b"B"]
    assert json.loads((tmp_path / "out/rejected.json").read_text()) == {}
    plan = json.loads((root / "flows/on_flyte/demo__default.plan.json").read_text())
    over = plan["tasks"][0]["map_over"]
    assert (over["over"], over["in_place"]) == ("a partition in place", ["good"])


def test_one_partition_of_a_folder_is_fetched_and_no_other(tmp_path):
    for name in ("a", "deep/b"):
        path = tmp_path / f"from/{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    (tmp_path / "from/notes.txt").write_text("no partition")
    files = Files(str(tmp_path / "from"), ".csv")

    folder = files.fetch("deep/b", tmp_path / "to")

    assert files.names() == ["a", "deep/b"]
    assert [p.name for p in folder.rglob("*") if p.is_file()] == ["b.csv"]
    with pytest.raises(TaskError, match="Partition 'c' is not in"):
        files.fetch("c", tmp_path / "to")


def test_a_failed_item_is_told_with_the_node_and_the_projects_own_traceback(tmp_path):
    root = mapping(
        'each(shout, "parts", "params:mark", "loud", name="make_loud")',
        f"parts: {PARTS % 'parts'}\nloud: {PARTS % 'loud'}",
        'mark: "!"', "a", "bad",
    ).write(tmp_path)  # fmt: skip

    mapped = command(root, "run")
    looped = command(root, "run-task", "make_loud")

    for done in (mapped, looped):
        text = " ".join(done.stderr.split())
        assert done.returncode == 1
        assert "Kedro node 'make_loud'" in text
        assert "Item 'bad' (ValueError: no good) of 'parts'" in text
        assert 'raise ValueError("no good")' in text
    assert "number 2 of 2" in looped.stderr


def test_the_package_holds_one_map_task_with_the_concurrency(made, tmp_path):
    _, other, _ = made("partitions to partitions")
    package = packaged(other, "flows.on_flyte.demo__default", tmp_path / "package.tgz")

    arrays = [
        node.array_node
        for workflow in package.workflows.values()
        for node in workflow.nodes
        if node.HasField("array_node")
    ]

    assert [array.parallelism for array in arrays] == [2]


def test_items_run_on_the_nodes_tier_and_the_steps_around_them_on_the_small_one(tmp_path):
    root = mapping(
        'each(shout, "parts", "params:mark", "loud", name="make_loud", tags="tier.large")',
        f"parts: {PARTS % 'parts'}\nloud: {PARTS % 'loud'}",
    ).write(tmp_path)

    flyte(root, "export")

    text = (root / "flows/on_flyte/demo__default.py").read_text()
    blocks = text.split("@task(")[1:]
    tiers = {block.split("def ")[1].split("(")[0]: re.split("[,)]", block)[0] for block in blocks}
    assert {name: tier.strip() for name, tier in tiers.items()} == {
        "make_loud_split": "resources=TIER_SMALL",
        "make_loud_item": "resources=TIER_LARGE",
        "make_loud_gather": "resources=TIER_SMALL",
    }


@pytest.mark.slow
def test_a_thousand_items_run_two_at_a_time_one_process_each(tmp_path):
    size = 1000
    root = mapping(
        'each(shout, "params:words", "params:mark", "loud", name="make_loud", concurrency=2)',
        f"loud: {JSON % 'loud'}",
        f"mark: '!'\nwords: {[f'w{at}' for at in range(size)]}",
    ).write(tmp_path / "project")
    flyte(root, "export")
    package = packaged(root, "flows.on_flyte.demo__default", tmp_path / "package.tgz")
    propeller = Propeller(
        storage=LocalStorage(tmp_path / "store"),
        folder=tmp_path / "pods",
        workdir=root,
        pod_env=_pod_environment(),
        max_parallelism=8,
    )

    execution = propeller.run(package, "flows.on_flyte.demo__default.default")

    assert execution.succeeded, execution.error
    assert len(execution.pods) == size + 2
    together = [
        sum(other.started <= pod.started < other.ended for other in execution.pods)
        for pod in execution.pods
    ]
    assert max(together) == 2
    loud = json.loads(Path(execution.output_path("o0")).read_text())
    assert loud == [f"W{at}!" for at in range(size)]


@pytest.mark.parametrize("function", ["score", "keep", "train", "helper"])
def test_the_code_of_alternatives_and_of_mapped_functions_is_in_the_key_of_the_cache(
    function, tmp_path
):
    names = ("score", "keep", "train", "helper")
    source = "from kedro.pipeline import Node, Pipeline\nfrom kedro_flyte import branch, each\n"
    source += "".join(f"\ndef {n}(x):\n    return x\n" for n in names)
    source = source.replace("def score(x):\n    return x", "def score(x):\n    return helper(x)")
    source += """
def create():
    return Pipeline([
        each(score, "params:xs", outputs="scored", name="map"),
        branch("params:go", Node(keep, "scored", "kept", name="keep"),
               Node(train, "scored", "kept", name="train"), name="choose"),
    ])
"""
    changed = source.replace(
        f"def {function}(x):\n    return", f"def {function}(x):\n    x = x\n    return"
    )
    assert changed != source
    versions = []
    for at, text in enumerate((source, changed)):
        root = Project(
            text,
            parameters="xs: [1, 2]\ngo: true",
            files={"conf/base/flyte.yml": "default: {cache: true}"},
        ).write(tmp_path / str(at))
        flyte(root, "export")
        plan = json.loads((root / "flows/on_flyte/demo__default.plan.json").read_text())
        versions.append({task["label"]: task["cache_version"] for task in plan["tasks"]})

    one, other = versions
    expected = {"choose"} if function in ("keep", "train") else {"map"}
    assert {label for label in one if one[label] != other[label]} == expected
