"""What flyte.yml asks for beside the graph: it changes no result, under any runner."""

from kedro_projects import DOUBLE, Project

_VARIANTS = (
    DOUBLE
    + """
def total(*parts):
    log("total")
    return sum(parts)

def create():
    variants = [
        Pipeline(
            [Node(double(f"{name}.first"), "x", "y", name="first", tags=["env.words", "tier.large"]),
             Node(double(f"{name}.second"), "y", "z", name="second", tags="slow")],
            namespace=name, inputs={"x": "start"}, outputs={"z": f"end_{name}"},
        )
        for name in ("small", "large")
    ]
    return Pipeline([
        Node(double("begin"), "given", "start", name="begin"),
        *variants,
        Node(total, ["end_small", "end_large"], "end", name="total"),
    ])

def tell(note):
    log("tell")

def alarms():
    return Pipeline([Node(tell, "params:note", None, name="tell")])
"""
)
_CATALOG = """
given: {type: json.JSONDataset, filepath: data/given.json}
end: {type: json.JSONDataset, filepath: data/end.json}
"""
_REGISTRY = """
from demo.flow import alarms

return {"__default__": create(), "alarms": alarms()}
"""


def _variants(settings: str) -> Project:
    """Return the same project each time, with settings of its own in flyte.yml."""
    return Project(
        _VARIANTS,
        catalog=_CATALOG,
        parameters="note: ''",
        registry=_REGISTRY,
        files={"data/given.json": "3", "conf/base/flyte.yml": settings},
    )


CASES: dict[str, Project] = {
    "retries, limits, caches, tiers and environments": _variants(
        """
tiers:
  large: {cpu: 2, memory: 3Gi, storage: 1Gi, domino: Big}
environments:
  default: {image: "registry.example.org/demo:1.0"}
  words: {image: "registry.example.org/demo:1.0-words"}
domino:
  environments:
    default: {name: Standard, id: 0123456789abcdef01234567}
    words: {name: Words, id: 0123456789abcdef01234568}
  tier_ids: {small: small-k8s, large: big-k8s}
default: {retries: 1}
tags:
  slow: {timeout: 600, interruptible: false}
namespaces:
  small: {retries: 3}
nodes:
  begin: {cache: true}
  total: {cache: true, retries: 0}
"""
    ),
    "schedules, notifications, a failure node, a workflow for each namespace": _variants(
        """
environments: {words: {}}
sub_workflows: namespace
pipelines:
  __default__:
    schedules:
      nightly: {cron: "0 3 * * *", timezone: Europe/Berlin, inputs: {given: "s3://bucket/given.json"}}
      often: {every: 6h, inputs: {given: shipped}, active: false, max_parallelism: 2}
    notifications:
      - {by: email, to: [team@example.org], phases: [failed]}
    on_failure: tell
    failure_policy: finish_others
    max_parallelism: 3
"""
    ),
    "a secret that credentials name": Project(
        """
from kedro.pipeline import Node, Pipeline

def add(orders):
    log("add")
    return {"total": sum(orders)}

def show(total):
    log("show")
    return [total["total"]]

def create():
    return Pipeline([Node(add, "orders", "total", name="add"),
                     Node(show, "total", "shown", name="show")])
""",
        catalog="""
orders: {type: demo.store.StoreDataset, credentials: warehouse}
total: {type: json.JSONDataset, filepath: data/total.json}
""",
        files={
            "conf/base/credentials.yml": "warehouse: {password: '${oc.env:WAREHOUSE_PASSWORD}'}",
            "conf/base/flyte.yml": (
                "secrets: [{group: warehouse, key: password, env: WAREHOUSE_PASSWORD}]"
            ),
            "src/demo/store.py": """
from kedro.io import AbstractDataset


class StoreDataset(AbstractDataset):
    def __init__(self, credentials):
        self._password = credentials["password"]

    def load(self):
        if self._password != "open sesame":
            raise PermissionError("The warehouse asks for a password")
        return [1, 2, 3]

    def save(self, data):
        raise NotImplementedError

    def _describe(self):
        return {}
""",
        },
    ),
}
