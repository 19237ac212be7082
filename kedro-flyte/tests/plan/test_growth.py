"""What a plan and its module cost grows with the project, and not with its square.

Calls of functions are counted, not seconds: a count is the same on every machine.
"""

import cProfile
import pstats

import pytest
from kedro_flyte.targets.domino.target import TARGET as DOMINO
from kedro_flyte.targets.flyte.target import TARGET as FLYTE
from plan_views import node, plan, view

TIMES = 4


def chain(size, **more):
    """Return a chain of nodes, each with its own group of parameters."""
    groups = {f"g{i}": {"rate": 0.5, "depth": 1, "kind": "x"} for i in range(size)}
    nodes = [
        node(f"n{i}", f"{f'd{i - 1}' if i else 'source'} params:g{i}", f"d{i}", **more)
        for i in range(size)
    ]
    catalog = {"source": {"type": "pandas.CSVDataset", "filepath": "data/source.csv"}}
    return view(*nodes, catalog=catalog, parameters=groups)


def files(size, **more):
    """Return nodes that read one table, each with a versioned file of its own."""
    entry = {"type": "pandas.CSVDataset", "versioned": True}
    catalog = {f"d{i}": {**entry, "filepath": f"data/{i}.csv"} for i in range(size)}
    catalog["source"] = {"type": "pandas.CSVDataset", "filepath": "data/source.csv"}
    return view(*(node(f"n{i}", "source", f"d{i}", **more) for i in range(size)), catalog=catalog)


def long_names(size, **more):
    """Return a chain of nodes, each with outputs whose names do not fit into a line."""
    parts = [f"{'long_' * 6}{part}" for part in ("model", "result", "evaluation")]
    nodes, read = [], "source"
    for i in range(size):
        made = " ".join(f"{part}_{i}" for part in parts)
        nodes.append(node(f"n{i}", read, made, **more))
        read = made
    catalog = {"source": {"type": "pandas.CSVDataset", "filepath": "data/source.csv"}}
    return view(*nodes, catalog=catalog)


def calls(target, read, **how):
    """Return how many calls it takes to plan and render a project."""
    with cProfile.Profile() as profile:
        target.render(plan(read, target=target.name, **how))
    made = pstats.Stats(profile).get_stats_profile().func_profiles.values()
    return sum(int(str(one.ncalls).split("/")[0]) for one in made if one.file_name != "~")


@pytest.mark.parametrize("shape", [chain, files, long_names])
@pytest.mark.parametrize("target", [FLYTE, DOMINO], ids=lambda one: one.name)
def test_four_times_the_nodes_cost_four_times_the_calls(target, shape):
    few, many = (calls(target, shape(size)) for size in (50, 50 * TIMES))
    assert many < 1.5 * TIMES * few


@pytest.mark.parametrize("shape", [chain, files, long_names])
def test_namespaces_of_many_nodes_cost_no_more(shape):
    read = (shape(size, namespace="one.two") for size in (50, 50 * TIMES))
    few, many = (calls(FLYTE, one, group_by="namespace") for one in read)
    assert many < 1.5 * TIMES * few
