"""Shapes of graphs and kinds of nodes."""

from kedro_projects import DOUBLE, Project

CASES: dict[str, Project] = {
    "a single node": Project(
        DOUBLE
        + """
def create():
    return Pipeline([Node(double("only"), "params:x", "y", name="only")])
""",
        parameters="x: 1",
    ),
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
        catalog="""
raw: {type: pandas.CSVDataset, filepath: data/raw.csv}
left_table: {type: pandas.CSVDataset, filepath: data/left.csv}
joined: {type: pandas.CSVDataset, filepath: data/joined.csv}
""",
        files={"data/raw.csv": "x\n1\n2\n"},
    ),
    "in memory past a file": Project(
        DOUBLE
        + """
def first(x):
    log("a")
    return [x], x + 1

def last(kept, y):
    log("c")
    return {"kept": kept, "y": y}

def create():
    return Pipeline([Node(first, "params:x", ["kept", "stored"], name="a", tags="ends"),
                     Node(double("b"), "stored", "doubled", name="b"),
                     Node(last, ["kept", "doubled"], "end", name="c", tags="ends")])
""",
        catalog="""
stored: {type: json.JSONDataset, filepath: data/stored.json}
doubled: {type: json.JSONDataset, filepath: data/doubled.json}
""",
        parameters="x: 3",
    ),
    "a node between two of a namespace": Project(
        DOUBLE
        + """
def create():
    return Pipeline([Node(double("a"), "params:x", "one", name="a", namespace="n"),
                     Node(double("b"), "one", "two", name="b"),
                     Node(double("c"), "two", "three", name="c", namespace="n")])
""",
        parameters="x: 3",
    ),
    "a fan of 120 nodes": Project(
        DOUBLE
        + """
def total(*parts):
    log("total")
    return sum(parts)

def create():
    fan = [Node(double(f"fan.leaf_{i}"), "start", f"leaf_{i}", name=f"leaf_{i}", namespace="fan",
                tags="leaf") for i in range(120)]
    return Pipeline([Node(double("begin"), "params:x", "start", name="begin"), *fan,
                     Node(total, [f"leaf_{i}" for i in range(120)], "sum", name="total")])
""",
        parameters="x: 1",
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

class Adder:
    def __call__(self, x):
        log("add")
        return x + 1

def create():
    return Pipeline([node(make, None, "five"),
                     node(partial(scale, 3), "five", "fifteen"),
                     Node(lambda x: x + 1, "fifteen", "sixteen", name="plus"),
                     Node(Adder(), "sixteen", "seventeen", name="adder"),
                     Node(shout, "sixteen", None, name="shout")])
""",
    ),
    "namespaces in namespaces": Project(
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
    "arguments by name, by position, twice, and several outputs by name": Project(
        """
from kedro.pipeline import Node, Pipeline

def start(x):
    log("start")
    return {"low": x, "high": 10 * x}

def use(first, *rest, **named):
    log("use")
    return [first, list(rest), named]

def by_name(*, first, second):
    log("by_name")
    return first - second

def create():
    return Pipeline([Node(start, "params:x", {"low": "low", "high": "high"}, name="start"),
                     Node(use, ["low", "high", "low"], "used", name="use"),
                     Node(by_name, {"first": "high", "second": "low"}, "difference", name="by_name")])
""",
        parameters="x: 2",
    ),
}
