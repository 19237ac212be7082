"""The exported workflow does what `kedro run` does: shapes of graphs, kinds of data, nasty names.

Each case is a project. The oracle is Kedro itself: equal results, each node once, every edge of
`node_dependencies` kept by the order of the tasks, an export that is the same twice, and a package
that Flyte's compiler would take.
"""

import subprocess
import sys
from pathlib import Path

import pytest
from flyte_standin import Package, check
from kedro_projects import Project, content, environment, flyte, kedro_run, logged

CSV = "{type: pandas.CSVDataset, filepath: data/%s.csv}"
PICKLE = "{type: pickle.PickleDataset, filepath: data/%s.pkl}"
NAMES = ("1st", "class", "modèle", "数据", "a_b", "a.b", "a-b", "aB", "start_node", "end-node")
LONG = "a_very_long_name_that_goes_on_and_on_until_nobody_can_read_it_any_more_"

DOUBLE = """
from kedro.pipeline import Node, Pipeline

def double(name):
    def run(x):
        log(name)
        return 2 * x
    return run
"""

CASES: dict[str, Project] = {
    "linear, in memory": Project(
        DOUBLE
        + """
def create():
    return Pipeline([Node(double(n), i, o, name=n) for n, i, o in
                     [("one", "params:x", "a"), ("two", "a", "b"), ("three", "b", "c")]])
""",
        parameters="x: 1",
    ),
    "diamond of files and memory": Project(
        """
from kedro.pipeline import Node, Pipeline
import pandas as pd

def load(raw):
    log("load")
    return raw, {"rows": len(raw)}

def left(t):
    log("left")
    return t.assign(left=t.x + 1)

def join(t, l, rows):
    log("join")
    return t.merge(l, on="x").assign(rows=rows["rows"])

def create():
    return Pipeline([
        Node(load, "raw", ["table", "rows"], name="load"),
        Node(left, "table", "left_table", name="left"),
        Node(join, ["table", "left_table", "rows"], "joined", name="join"),
    ])
""",
        catalog=f"""
raw: {CSV % "raw"}
left_table: {CSV % "left"}
joined: {CSV % "joined"}
""",
        files={"data/raw.csv": "x\n1\n2\n"},
    ),
    "names": Project(
        DOUBLE
        + f"""
NAMES = {NAMES!r}
LONG = {LONG!r}

def total(**parts):
    log("total")
    return sum(parts.values())

def create():
    names = [n for n in NAMES if "." not in n]
    nodes = [Node(double(n), "params:x", n, name=n) for n in names]
    nodes += [Node(double(n), "params:x", "x " + n, name=n) for n in (LONG + "1", LONG + "2")]
    nodes.append(Node(double("a.b"), "params:x", "a.b", name="b", namespace="a"))
    more = ["input", "my__data", "with space", "id", "name", "count", "task", "run_task"]
    nodes += [Node(double(n), "params:x", n, name="make_" + str(i)) for i, n in enumerate(more)]
    inputs = [o for node in nodes for o in node.outputs]
    nodes.append(Node(total, dict(zip([f"p{{i}}" for i in range(99)], inputs)), "total", name="total"))
    return Pipeline(nodes)
""",
        parameters="x: 3",
    ),
    "a task, a dataset, a parameter and the pipeline of one name": Project(
        DOUBLE
        + """
def create():
    return Pipeline([Node(double("one"), "params:flow", "train", name="flow"),
                     Node(double("two"), "train", "flow", name="train"),
                     Node(double("three"), "flow", "end", name="params")])
""",
        parameters="flow: 2",
        registry="return {'flow': create()}",
    ),
    "transcoding": Project(
        """
from kedro.pipeline import Node, Pipeline

def write(raw):
    log("write")
    return raw.assign(y=raw.x * 2)

def read(text):
    log("a_read")  # a name that sorts before the writer's
    return text.upper()

def create():
    return Pipeline([Node(write, "raw", "table@pandas", name="write"),
                     Node(read, "table@text", "upper", name="a_read")])
""",
        catalog="""
raw: {type: pandas.CSVDataset, filepath: data/raw.csv}
table@pandas: {type: pandas.CSVDataset, filepath: data/table.csv, save_args: {index: false}}
table@text: {type: text.TextDataset, filepath: data/table.csv}
upper: {type: text.TextDataset, filepath: data/upper.txt}
""",
        files={"data/raw.csv": "x\n1\n"},
    ),
    "factory, versioned, cached, copy modes": Project(
        """
from kedro.pipeline import Node, Pipeline

def start(x):
    log("start")
    return {"x": x}

def more(d):
    log("more")
    return {**d, "more": 1}, [d["x"]]

def end(a, b, c):
    log("end")
    return {"a": a, "b": b, "c": c}

def create():
    return Pipeline([Node(start, "params:x", "first_json", name="start"),
                     Node(more, "first_json", ["second_kept", "third"], name="more"),
                     Node(end, ["first_json", "second_kept", "third"], "result_json", name="end")])
""",
        catalog="""
"{name}_json": {type: json.JSONDataset, filepath: "data/{name}.json"}
second_kept: {type: CachedDataset, dataset: {type: json.JSONDataset, filepath: data/second.json}}
third: {type: MemoryDataset, copy_mode: assign}
""",
        parameters="x: [1, null, 'é']",
    ),
    "folders, generators and dictionaries": Project(
        """
from kedro.pipeline import Node, Pipeline

def split(text):
    log("split")
    return {f"part_{i}": line for i, line in enumerate(text.split())}

def count(parts):
    log("count")
    for name in sorted(parts):
        yield {name: str(len(parts[name]()))}

def add(counts):
    log("add")
    return {"total": sum(int(load()) for load in counts.values())}

def create():
    return Pipeline([Node(split, "text", "parts", name="split"),
                     Node(count, "parts", "counts", name="count"),
                     Node(add, "counts", "total", name="add")])
""",
        catalog="""
text: {type: text.TextDataset, filepath: data/text.txt}
parts: {type: partitions.PartitionedDataset, path: data/parts, dataset: text.TextDataset, filename_suffix: .txt}
counts: {type: partitions.PartitionedDataset, path: data/counts, dataset: text.TextDataset, filename_suffix: .txt}
total: {type: json.JSONDataset, filepath: data/total.json}
""",
        files={"data/text.txt": "one three fifteen"},
    ),
    "no inputs, no outputs, lambda, partial, unnamed": Project(
        """
from functools import partial
from kedro.pipeline import Node, Pipeline, node

def make():
    log("make")
    return 5

def scale(factor, x):
    log("scale")
    return factor * x

def shout(x):
    log("shout")

def create():
    return Pipeline([node(make, None, "five"),
                     node(partial(scale, 3), "five", "fifteen"),
                     Node(lambda x: x + 1, "fifteen", "sixteen", name="plus"),
                     Node(shout, "sixteen", None, name="shout")])
"""
    ),
    "a table in a database, in place": Project(
        """
from kedro.pipeline import Node, Pipeline
import pandas as pd

def write():
    log("write")
    return pd.DataFrame({"x": [1, 2, 3]})

def read(table):
    log("a_read")
    return {"sum": int(table.x.sum())}

def create():
    return Pipeline([Node(write, None, "numbers", name="write"),
                     Node(read, "numbers", "sum", name="a_read")])
""",
        catalog="""
numbers: {type: demo.database.TableDataset, table: numbers}
sum: {type: json.JSONDataset, filepath: data/sum.json}
""",
        files={
            "src/demo/database.py": '''
            """A table of a database that every task reaches."""
            import os, sqlite3
            import pandas as pd
            from kedro.io import AbstractDataset

            class TableDataset(AbstractDataset):
                def __init__(self, table, metadata=None):
                    self._table = table
                def _at(self):
                    return sqlite3.connect(os.environ["DATABASE"])
                def load(self):
                    db = self._at()
                    try:
                        return pd.read_sql(f"select * from {self._table}", db)
                    finally:
                        db.close()
                def save(self, data):
                    db = self._at()
                    try:
                        data.to_sql(self._table, db, index=False, if_exists="replace")
                    finally:
                        db.close()
                def _describe(self):
                    return {"table": self._table}
            '''
        },
    ),
    "globals, runtime parameters, nested parameters": Project(
        """
from kedro.pipeline import Node, Pipeline

def tell(everything, model, rate, derived):
    log("tell")
    return {"all": sorted(everything), "model": model, "rate": rate, "derived": derived}

def create():
    return Pipeline([Node(tell, ["parameters", "params:model", "params:model.rate",
                                 "params:derived"], "told", name="tell")])
""",
        catalog="""
told: {type: json.JSONDataset, filepath: "data/${globals:folder}/${runtime_params:day, monday}.json"}
""",
        parameters="""
model: {rate: 0.5, depth: 3, name: "it's \\"é\\"", options: [1, 0.5, null, [a]], empty: {}, none: null}
derived: ${model.depth}
when: 2026-01-02
flag: true
""",
        files={"conf/base/globals.yml": "folder: out"},
    ),
    "namespaces": Project(
        DOUBLE
        + """
def create():
    inner = Pipeline([Node(double("in"), "x", "y", name="step"),
                      Node(double("out"), "y", "z", name="last")])
    return Pipeline(inner, namespace="one", inputs={"x": "start"}, outputs={"z": "between"}) + \\
        Pipeline(inner, namespace="two.deep", inputs={"x": "between"}, outputs={"z": "end"}) + \\
        Pipeline([Node(double("make"), "params:x", "start", name="make")])
""",
        catalog="""
between: {type: pickle.PickleDataset, filepath: data/between.pkl}
""",
        parameters="x: 7",
    ),
}

GROUPINGS = ("node", "namespace", "tag", "tier", "pipeline")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Return each case's project, run by Kedro once: (root, free outputs)."""
    found: dict[str, tuple[Path, dict]] = {}

    def of(case: str, database: str) -> tuple[Path, dict]:
        if case not in found:
            root = CASES[case].write(tmp_path_factory.mktemp("project"))
            pipeline = "flow" if "'flow'" in CASES[case].registry else "__default__"
            found[case] = root, kedro_run(root, pipeline)
        return found[case]

    return of


@pytest.fixture(autouse=True)
def database(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE", str(tmp_path / "database"))
    return str(tmp_path / "database")


def _pipeline_of(case: str) -> str:
    return "flow" if "'flow'" in CASES[case].registry else "__default__"


@pytest.mark.parametrize("grouping", GROUPINGS)
@pytest.mark.parametrize("case", CASES)
def test_results_equal_those_of_kedro_run(case, grouping, made, database, tmp_path):
    root, free = made(case, database)
    kept = {
        path.relative_to(root / "data"): path
        for path in sorted((root / "data").rglob("*"))
        if path.is_file()
    }
    before = {name: path.read_bytes() for name, path in kept.items()}
    log = tmp_path / "nodes.log"

    done = flyte(
        root, "run", "--pipeline", _pipeline_of(case), "--group-by", grouping,
        "--output", str(tmp_path / "out"), NODE_LOG=str(log),
    )  # fmt: skip

    assert sorted(logged(log)) == sorted(logged(root / "kedro.log")), done.stdout
    assert {name: path.read_bytes() for name, path in kept.items()} == before
    results = {path.stem: path for path in (tmp_path / "out").iterdir()} if (
        tmp_path / "out").exists() else {}  # fmt: skip
    for name, value in free.items():
        found = [p for stem, p in results.items() if stem == name] or [
            p for stem, p in results.items() if p.name.startswith(name)
        ]
        assert found, (name, sorted(results))
        assert content(found[0]) == value
    _compare_files(root, results)


def _compare_files(root: Path, results: dict[str, Path]) -> None:
    """Every result that Kedro keeps in a file has the bytes of Kedro's own."""
    own = {p.stem: p for p in (root / "data").rglob("*") if p.is_file()}
    names = {"left_table": "left", "between": "between", "first_json": "first",
             "result_json": "result", "second_kept": "second"}  # fmt: skip
    for name, path in results.items():
        same = own.get(names.get(name, name))
        if same is not None and path.is_file() and path.suffix == same.suffix:
            assert content(path) == content(same), name


@pytest.mark.parametrize("case", CASES)
def test_a_second_export_is_the_same_to_the_byte_and_passes_every_check(
    case, made, database, tmp_path
):
    root, _ = made(case, database)
    name = _pipeline_of(case)
    for number in ("one", "two"):
        flyte(root, "export", "--pipeline", name, "--output", str(tmp_path / number))

    one = {p.name: p.read_bytes() for p in (tmp_path / "one/flyte").iterdir() if p.is_file()}
    two = {p.name: p.read_bytes() for p in (tmp_path / "two/flyte").iterdir() if p.is_file()}
    assert one == two

    for words in (["format", "--check"], ["check"]):
        for length in ("88", "100", "120"):
            done = subprocess.run(
                [sys.executable, "-m", "ruff", *words, "--isolated", "--line-length", length,
                 tmp_path / "one"],
                capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert done.returncode == 0, done.stdout + done.stderr

    flyte(root, "export", "--pipeline", name)
    module = "flow" if name == "flow" else "default"
    findings = check(_package(root, module, tmp_path / "package.tgz"))
    assert findings == []


def _package(root: Path, module: str, path: Path) -> Package:
    done = subprocess.run(
        [Path(sys.executable).with_name("pyflyte"), "--pkgs", f"flows.flyte.{module}", "package",
         "--image", "registry/image:1", "--force", "--output", path],
        cwd=root, env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return Package.read(path)
