"""What ships and what does not, what tasks configure for themselves, and data at its edges."""

from kedro_projects import DOUBLE, Project

_CHAIN = (
    DOUBLE
    + """
def add(x, n):
    log("add")
    return x + n

def create():
    return Pipeline([Node(double("one"), "given", "twice", name="one"),
                     Node(add, ["twice", "params:n"], "sum", name="add")])
"""
)
_JSON = "{type: json.JSONDataset, filepath: data/%s.json}"
_CATALOG = f"""
given: {_JSON % "given"}
twice: {_JSON % "twice"}
sum: {_JSON % "sum"}
"""
_LETTERS = "буквы" * 8  # 80 bytes, and 240 where each is written with percent signs

CASES: dict[str, Project] = {
    "other values and another file on this machine": Project(
        _CHAIN,
        catalog=_CATALOG,
        parameters="n: 5",
        env="base",
        files={
            "data/given.json": "3",
            "data/mine.json": "100",
            "conf/local/parameters.yml": "n: 7",
            "conf/local/catalog.yml": f"given: {_JSON % 'mine'}",
        },
    ),
    "files that are left behind": Project(
        _CHAIN,
        catalog=_CATALOG,
        parameters="n: 5",
        files={
            "data/given.json": "3",
            "data/large.bin": b"0" * 1000,
            "notes/readme.md": "for people",
            ".gitignore": "*.bin\n",
            ".dockerignore": "notes\ndata/*.tmp\n",
            ".flyteignore": "*.md\n",
        },
    ),
    "nothing at all, of every kind": Project(
        """
from kedro.pipeline import Node, Pipeline

def nothing():
    log("nothing")
    return [], {}, "", 0

def same(rows, table, text, number, none, empty):
    log("same")
    return [rows, table, text, number, none, empty]

def create():
    return Pipeline([
        Node(nothing, None, ["rows", "table", "text", "number"], name="nothing"),
        Node(same, ["rows", "table", "text", "number", "params:none", "params:empty"],
             "all", name="same"),
    ])
""",
        catalog=f"""
rows: {_JSON % "rows"}
all: {_JSON % "all"}
""",
        parameters="none: null\nempty: {}",
    ),
    "odd keys of partitions": Project(
        f"""
from kedro.pipeline import Node, Pipeline

KEYS = ["x[1]", "q?", "st*r", "a b", "ü", "100%", "{_LETTERS}", "in/side", "a", "a-b"]

def write():
    log("write")
    return {{key: [at] for at, key in enumerate(KEYS)}}

def read(parts):
    log("read")
    return {{key: load() for key, load in sorted(parts.items())}}

def create():
    return Pipeline([Node(write, None, "parts", name="write"),
                     Node(read, "parts", "found", name="read")])
""",
        catalog=f"""
parts:
  type: partitions.PartitionedDataset
  path: data/parts
  dataset: json.JSONDataset
  filename_suffix: .json
found: {_JSON % "found"}
""",
    ),
}
