"""Kinds of datasets."""

from kedro_projects import Project

CASES: dict[str, Project] = {
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
    return Pipeline([Node(write, "raw@table", "table@pandas", name="write"),
                     Node(read, "table@text", "upper", name="a_read"),
                     Node(read, "raw@text", "upper_raw", name="b_read")])
""",
        catalog="""
raw@table: {type: pandas.CSVDataset, filepath: data/raw.csv}
raw@text: {type: text.TextDataset, filepath: data/raw.csv}
table@pandas: {type: pandas.CSVDataset, filepath: data/table.csv, save_args: {index: false}}
table@text: {type: text.TextDataset, filepath: data/table.csv}
upper: {type: text.TextDataset, filepath: data/upper.txt}
""",
        files={"data/raw.csv": "x\n1\n"},
    ),
    "factories, cached, copy modes": Project(
        """
from kedro.pipeline import Node, Pipeline

def start(x):
    log("start")
    return {"x": x}, {"n": 1}

def more(d):
    log("more")
    return {**d, "more": 1}, [d["x"]], {"d": d}, [1]

def end(a, b, c, d, e):
    log("end")
    return {"a": a, "b": b, "c": c, "d": d, "e": e}

def create():
    return Pipeline([Node(start, "params:x", ["first_json", "n.inner"], name="start"),
                     Node(more, "first_json", ["second_kept", "third", "fourth", "fifth"], name="more"),
                     Node(end, ["first_json", "second_kept", "third", "fourth", "fifth"],
                          "result_json", name="end")])
""",
        catalog="""
"{name}_json": {type: json.JSONDataset, filepath: "data/{name}.json"}
"{namespace}.{name}": {type: pickle.PickleDataset, filepath: "data/{namespace}/{name}.pkl"}
second_kept: {type: CachedDataset, dataset: {type: json.JSONDataset, filepath: data/second.json}}
third: {type: MemoryDataset, copy_mode: assign}
fourth: {type: MemoryDataset, copy_mode: deepcopy}
fifth: {type: MemoryDataset, copy_mode: copy}
""",
        parameters="x: [1, null, 'é']",
    ),
    "a factory that catches all": Project(
        """
from kedro.pipeline import Node, Pipeline

def start(x):
    log("start")
    return {"x": x}, {"y": x}

def end(a, b):
    log("end")
    return {"a": a, "b": b}

def create():
    return Pipeline([Node(start, "params:x", ["first", "odd name"], name="start"),
                     Node(end, ["first", "odd name"], "last", name="end")])
""",
        catalog="""
"{any}": {type: json.JSONDataset, filepath: "data/{any}.json"}
""",
        parameters="x: 1",
    ),
    "versioned, on local disk": Project(
        """
from kedro.pipeline import Node, Pipeline

def start(raw):
    log("start")
    return raw.strip(), {"length": len(raw)}

def end(text, facts):
    log("end")
    return {"text": text, **facts}

def create():
    return Pipeline([Node(start, "raw", ["text", "facts"], name="start"),
                     Node(end, ["text", "facts"], "told", name="end")])
""",
        catalog="""
raw: {type: text.TextDataset, filepath: data/raw.txt, versioned: true}
text: {type: text.TextDataset, filepath: data/text.txt, versioned: true}
facts: {type: CachedDataset, versioned: true, dataset: {type: json.JSONDataset, filepath: data/facts.json}}
told: {type: json.JSONDataset, filepath: data/told.json, versioned: true}
""",
        files={
            "data/raw.txt/2026-01-01T00.00.00.000Z/raw.txt": "old",
            "data/raw.txt/2026-02-01T00.00.00.000Z/raw.txt": "new\n",
        },
    ),
    "folders, generators and functions that load or save": Project(
        """
from kedro.pipeline import Node, Pipeline

def split(text):
    log("split")
    return {f"part_{i}": line for i, line in enumerate(text.split())}

def count(parts):
    log("count")
    for name in sorted(parts):
        yield {name: str(len(parts[name]()))}

def late(parts):
    log("late")
    return {f"deep/{name}": (lambda load=load: load().upper()) for name, load in parts.items()}

def add(counts, late):
    log("add")
    return {"total": sum(int(load()) for load in counts.values()), "late": sorted(late)}

def create():
    return Pipeline([Node(split, "text", "parts", name="split"),
                     Node(count, "parts", "counts", name="count"),
                     Node(late, "parts", "late", name="late"),
                     Node(add, ["counts", "late"], "total", name="add")])
""",
        catalog="""
text: {type: text.TextDataset, filepath: data/text.txt}
parts: {type: partitions.PartitionedDataset, path: data/parts, dataset: text.TextDataset, filename_suffix: .txt}
counts: {type: partitions.PartitionedDataset, path: data/counts, dataset: text.TextDataset, filename_suffix: .txt}
late: {type: partitions.PartitionedDataset, path: data/late/, dataset: {type: text.TextDataset}, filename_suffix: .txt}
total: {type: json.JSONDataset, filepath: data/total.json}
""",
        files={"data/text.txt": "one three fifteen"},
    ),
    "increments that another node confirms": Project(
        """
from kedro.pipeline import Node, Pipeline

def read(parts):
    log("read")
    return {name: load() for name, load in parts.items()} if callable(next(iter(parts.values()))) else parts

def tell(read):
    log("tell")
    return sorted(read.items())

def create():
    return Pipeline([Node(read, "parts", "read", name="read"),
                     Node(tell, "read", "told", name="tell", confirms="parts")])
""",
        catalog="""
parts: {type: partitions.IncrementalDataset, path: data/parts, dataset: text.TextDataset, filename_suffix: .txt}
""",
        files={
            "data/parts/a.txt": "old",
            "data/parts/b.txt": "new",
            "data/parts/c.txt": "newer",
            "data/parts/CHECKPOINT": "a.txt",
        },
    ),
    "figures": Project(
        """
from kedro.pipeline import Node, Pipeline

def draw(x):
    log("draw")
    from matplotlib.figure import Figure
    def figure(n):
        made = Figure()
        made.subplots().plot([0, n])
        return made
    return {"one.png": figure(1), "two.png": figure(2)}, figure(x), {"three.png": figure(3)}, [figure(4)]

def create():
    return Pipeline([Node(draw, "params:x", ["folder", "single", "dotted", "listed"], name="draw")])
""",
        catalog="""
folder: {type: matplotlib.MatplotlibDataset, filepath: data/figures}
single: {type: matplotlib.MatplotlibDataset, filepath: data/single.png}
dotted: {type: matplotlib.MatplotlibDataset, filepath: data/dotted.png}
listed: {type: matplotlib.MatplotlibDataset, filepath: data/listed, versioned: true}
""",
        parameters="x: 5",
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
numbers: {type: demo.database.TableDataset, table: numbers, credentials: db}
sum: {type: json.JSONDataset, filepath: data/sum.json}
""",
        files={
            "conf/base/credentials.yml": "db: {place: '${oc.env:DATABASE}'}\n",
            "src/demo/database.py": '''
            """A table of a database that every task reaches."""
            import sqlite3
            import pandas as pd
            from kedro.io import AbstractDataset

            class TableDataset(AbstractDataset):
                def __init__(self, table, credentials, metadata=None):
                    self._table, self._place = table, credentials["place"]
                def load(self):
                    db = sqlite3.connect(self._place)
                    try:
                        return pd.read_sql(f"select * from {self._table}", db)
                    finally:
                        db.close()
                def save(self, data):
                    db = sqlite3.connect(self._place)
                    try:
                        data.to_sql(self._table, db, index=False, if_exists="replace")
                    finally:
                        db.close()
                def _describe(self):
                    return {"table": self._table}
            ''',
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
    "a dataset that a hook adds": Project(
        """
from kedro.pipeline import Node, Pipeline

def write(x):
    log("write")
    return {"x": x}

def read(added, written):
    log("read")
    return {"added": added, **written}

def create():
    return Pipeline([Node(write, "params:x", "written", name="write"),
                     Node(read, ["added", "written"], "told", name="read")])
""",
        catalog="""
told: {type: json.JSONDataset, filepath: data/told.json}
""",
        parameters="x: 1",
        settings="""
from kedro.framework.hooks import hook_impl
from kedro.io import MemoryDataset

class NoTracking:
    __name__ = "mlflow_hook"

class Adds:
    @hook_impl
    def after_catalog_created(self, catalog):
        catalog["added"] = MemoryDataset(data="of the hook")

HOOKS = (NoTracking(), Adds())
""",
    ),
    "an artifact that is kept in MLflow, too": Project(
        """
from kedro.pipeline import Node, Pipeline

def write(x):
    log("write")
    return {"x": x}

def read(kept):
    log("read")
    return kept["x"] + 1

def create():
    return Pipeline([Node(write, "params:x", "kept", name="write"),
                     Node(read, "kept", "more", name="read")])
""",
        catalog="""
kept:
  type: kedro_mlflow.io.artifacts.MlflowArtifactDataset
  dataset: {type: json.JSONDataset, filepath: data/kept.json}
""",
        parameters="x: 1",
        settings="",
        files={
            "conf/base/mlflow.yml": """
            server: {mlflow_tracking_uri: "sqlite:///mlflow.db"}
            tracking: {experiment: {name: demo}}
            """,
        },
    ),
}
