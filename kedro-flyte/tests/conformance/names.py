"""Names that are legal in Kedro and not elsewhere, and names that differ in marks alone."""

from kedro_projects import DOUBLE, Project

NODES = ("1st", "class", "modèle", "数据", "a_b", "a-b", "aB", "start_node", "end-node")
LONG = "a_very_long_name_that_goes_on_and_on_until_nobody_can_read_it_any_more_"
DATASETS = (
    "input", "my__data", "with space", "id", "name", "count", "task", "run_task", "x#y", "Über.Größe",
    "a/b", "_lead", "trail_", "X", "x", "import",
)  # fmt: skip

CASES: dict[str, Project] = {
    "names that the module itself would like": Project(
        DOUBLE
        + """
from kedro_flyte import branch, each

def many(x):
    log("many")
    return [x, x + 1]

def plus(item):
    return item + 1

def create():
    return Pipeline([
        Node(double("TIER_SMALL"), "given", "PickleFile", name="TIER_SMALL"),
        Node(double("JsonFile"), "PickleFile", "DefaultOutputs", name="JsonFile"),
        branch(when="params:retrain", then=Node(double("retrain"), "DefaultOutputs", "model", name="retrain"),
               otherwise=Node(double("task"), "DefaultOutputs", "model", name="task"), name="choose"),
        Node(many, "model", "items", name="many"),
        each(plus, over="items", outputs="score_item", name="score"),
    ])
""",
        catalog="given: {type: json.JSONDataset, filepath: data/given.json}",
        parameters="retrain: true",
        files={"data/given.json": "3"},
    ),
    "names of nodes and datasets": Project(
        DOUBLE
        + f"""
NODES = {NODES!r}
LONG = {LONG!r}
DATASETS = {DATASETS!r}

def total(**parts):
    log("total")
    return sum(parts.values())

def many(x):
    log("many")
    return tuple(x + i for i in range(len(DATASETS)))

def create():
    nodes = [Node(double(n), "params:x", n, name=n) for n in NODES]
    nodes += [Node(double(n), "params:x", n, name=n) for n in (LONG + "1", LONG + "2")]
    nodes.append(Node(double("a.b"), "params:x", "a.b", name="b", namespace="a"))
    nodes.append(Node(many, "params:x", list(DATASETS), name="many"))
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
        pipeline="flow",
    ),
    "names of parameters": Project(
        """
from kedro.pipeline import Node, Pipeline

def tell(*values):
    log("tell")
    return values

def create():
    names = ["größe", "with space", "a-b", "a_b", "class", "self", "1st", "Upper", "upper", "id", "plan",
             "deep.er.still.there"]
    return Pipeline([Node(tell, [f"params:{n}" for n in names], "told", name="tell")])
""",
        parameters="""
größe: 1
with space: 2
a-b: 3
a_b: 4
class: 5
self: 6
1st: 7
Upper: 8
upper: 9
id: 10
plan: 11
deep: {er: {still: {there: "it's \\"é\\" \\\\ {{x}} ${.more}", more: 12}}}
""",
    ),
}
