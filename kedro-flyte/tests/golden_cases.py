"""Plans whose generated files are kept: one a subject, each as small as it can be and still show it."""

from kedro_flyte.plan.conditions import Condition
from kedro_flyte.plan.model import Plan
from kedro_flyte.plan.view import AlternativeView, ChoiceView, FanOutView
from plan_views import node, plan, view

CSV = {"type": "pandas.CSVDataset"}


def _csv(place: str) -> dict[str, str]:
    return {**CSV, "filepath": place}


def _files_and_parameters(target: str) -> Plan:
    nodes = (
        node("load", "raw", "table", tags="tier.small"),
        node("train", "table params:model params:demo.rate", "model_ memory", tags="tier.large"),
        node("report", "model_ memory parameters", "picture"),
    )
    return plan(
        view(
            *nodes,
            pipeline="demo",
            catalog={
                "raw": _csv("data/raw.csv"),
                "table": {"type": "pandas.ParquetDataset", "filepath": "data/table.parquet"},
                "model_": {"type": "pickle.PickleDataset", "filepath": "data/model.pkl"},
                "picture": {"type": "matplotlib.MatplotlibDataset", "filepath": "data/p.png"},
            },
            parameters={
                "model": {"depth": 3, "names": ["a", "b"], "none": None, "text": 'it\'s "so"'},
                "demo": {"rate": 0.5, "flag": True},
            },
        ),
        target=target,
    )


def _ways_to_travel(target: str) -> Plan:
    nodes = (
        node("read", "folder@one", "remote"),
        node("write", "remote folder@two", "table versioned"),
        node("query", "table", "answer"),
        node("side effect", "answer"),
    )
    return plan(
        view(
            *nodes,
            catalog={
                "folder@one": {"type": "partitions.PartitionedDataset", "path": "data/folder"},
                "folder@two": {"type": "partitions.PartitionedDataset", "path": "data/folder"},
                "remote": _csv("s3://bucket/remote.csv"),
                "versioned": {**_csv("s3://bucket/versioned.csv"), "versioned": True},
                "table": {"type": "pandas.SQLTableDataset", "table_name": "t"},
                "answer": {"type": "MemoryDataset"},
            },
        ),
        target=target,
    )


def _names(target: str) -> Plan:
    names = ("1st", "class", "modèle", "数据", "a_b", "a.b", "a-b", "aB", "start_node")
    nodes = [node(name, "params:x", f"out_of_{name}") for name in names]
    return plan(view(*nodes, parameters={"x": 1}), target=target)


def _namespaces(target: str) -> Plan:
    steps = [
        (
            node(f"{name}.load", "start", f"{name}.table", namespace=name),
            node(f"{name}.train", f"{name}.table", f"{name}.model", namespace=name),
        )
        for name in ("one", "two")
    ]
    compare = node("compare", "one.model two.model", "comparison")
    nodes = (*steps[0], *steps[1], compare)
    project = view(*nodes, catalog={"start": _csv("data/start.csv")})
    return plan(project, group_by="namespace", target=target)


def _operations(target: str) -> Plan:
    nodes = (
        node("extract", "", "table", tags="tier.gpu env.light"),
        node("train", "table params:n", "model", tags="tier.large"),
    )
    config = {
        "tiers": {
            "gpu": {
                "cpu": 8,
                "memory": "32Gi",
                "gpu": 1,
                "gpu_kind": "nvidia-tesla-t4",
                "domino": "GPU",
            }
        },
        "environments": {"light": {"image": "registry.example.org/light:1"}},
        "domino": {"tier_ids": {"large": "large-k8s"}},
        "nodes": {"train": {"retries": 2, "timeout": 3600, "cache": {"version": "1"}}},
        "pipelines": {
            "__default__": {
                "schedules": {
                    "nightly": {"cron": "0 3 * * *", "timezone": "Europe/Berlin"},
                    "often": {"every": "6h", "inputs": {"n": 5}, "active": False},
                },
                "notifications": [{"by": "slack", "to": ["team@example.org"]}],
                "failure_policy": "finish_others",
                "max_parallelism": 10,
            }
        },
    }
    return plan(view(*nodes, parameters={"n": 1}), config, target=target)


def _snapshots_and_pins(target: str) -> Plan:
    nodes = (
        node("load", "rows", "table", tags="tier.small"),
        node("train", "table params:depth", "model", tags="tier.large"),
    )
    config = {
        "domino": {
            "profile": "production",
            "git_ref": {"type": "commitId", "value": "1a2b3c"},
            "artifacts_commit": "0123456789" * 4,
            "volume_size_gib": 10,
            "external_volumes": [{"name": "archive"}],
            "environments": {"default": {"name": "Domino Standard", "revision": "a1" * 12}},
        },
        "snapshots": {
            "loans": {
                "name": "credit-default",
                "version": 3,
                "remote": "s3://bucket/credit-default/v3",
                "paths": {"rows": "2024/rows.csv"},
            }
        },
    }
    catalog = {
        "rows": _csv("data/rows.csv"),
        "model": {
            "type": "pickle.PickleDataset",
            "filepath": "data/model.pkl",
            "metadata": {"kedro-viz": {"layer": "models"}},
        },
    }
    return plan(view(*nodes, catalog=catalog, parameters={"depth": 3}), config, target=target)


def _nothing_in_nothing_out(target: str) -> Plan:
    return plan(view(node("act")), target=target)


def _branches_and_maps(target: str) -> Plan:
    choice = ChoiceView(
        when="auc",
        condition=Condition(operator=">=", value=0.9),
        then=AlternativeView(name="keep", func="keep", inputs=("champion",)),
        otherwise=AlternativeView(name="train", func="train", inputs=("table", "params:rate")),
    )
    parts = {"type": "partitions.PartitionedDataset", "filename_suffix": ".csv"}
    scoring = FanOutView(over="letters", concurrency=8, min_success_ratio=0.9)
    return plan(
        view(
            node("measure", "table", "auc"),
            node("choose", "auc champion table params:rate", "model", "tier.large", choice=choice),
            node("score", "letters model", "scores rejected", fan_out=scoring),
            catalog={
                "table": {"type": "pandas.CSVDataset", "filepath": "data/table.csv"},
                "champion": {"type": "pickle.PickleDataset", "filepath": "data/champion.pkl"},
                "letters": {**parts, "path": "data/letters"},
                "scores": {**parts, "path": "data/scores"},
                "rejected": {"type": "json.JSONDataset", "filepath": "data/rejected.json"},
            },
            parameters={"rate": 0.1},
        ),
        target=target,
    )


CASES = {
    "branches and maps": _branches_and_maps,
    "files and parameters": _files_and_parameters,
    "ways to travel": _ways_to_travel,
    "names": _names,
    "namespaces": _namespaces,
    "operations": _operations,
    "snapshots and pins": _snapshots_and_pins,
    "nothing in, nothing out": _nothing_in_nothing_out,
}
