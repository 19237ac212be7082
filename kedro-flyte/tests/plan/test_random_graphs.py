"""Any graph of any names, in any grouping: nothing is lost, doubled or out of order."""

import ast
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kedro_flyte.plan.model import Plan
from kedro_flyte.plan.serialization import from_json, to_json
from kedro_flyte.plan.view import NodeView, ProjectView, base_name, is_parameter
from kedro_flyte.targets.flyte.module import render
from plan_views import found, plan, view

# What Kedro takes for a name of a node, and nearly anything for one of a dataset.
NODE_NAMES = st.from_regex(r"[ab._\-1é数X]{1,5}", fullmatch=True) | st.from_regex(
    r"[\w.\-]{1,80}", fullmatch=True
)
DATASET_NAMES = st.from_regex(r"[ab._ \-1X]{1,4}", fullmatch=True) | st.text(
    st.characters(exclude_characters="@", exclude_categories=("Cs",)), min_size=1, max_size=60
)
TAGS = st.sets(
    st.sampled_from(["tier.small", "tier.large", "task.one", "daily", "Daily"]), max_size=2
)
ENTRIES = st.sampled_from(
    [
        None,
        {"type": "MemoryDataset", "copy_mode": "assign"},
        {"type": "pandas.CSVDataset", "filepath": "data/x y.csv", "versioned": True},
        {"type": "pickle.PickleDataset", "filepath": "data/no_suffix"},
        {"type": "json.JSONDataset", "filepath": "s3://bucket/x.json", "versioned": True},
        {"type": "partitions.PartitionedDataset", "path": "data/parts", "dataset": "x"},
        {"type": "CachedDataset", "dataset": {"type": "text.TextDataset", "filepath": "x.tar.gz"}},
        {"type": "pandas.SQLTableDataset", "table_name": "x", "credentials": "db"},
    ]
)
PARAMETERS = st.dictionaries(
    st.text(
        st.characters(exclude_characters=".", exclude_categories=("Cs",)), min_size=1, max_size=50
    ),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates(),
        lambda inner: (
            st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2)
        ),
        max_leaves=4,
    ),
    max_size=4,
)


@st.composite
def projects(draw: st.DrawFn) -> ProjectView:
    """Draw a project: nodes in an order in which they can run, each reading what earlier ones make."""
    names = draw(st.lists(NODE_NAMES, min_size=1, max_size=9, unique=True))
    datasets = draw(st.lists(DATASET_NAMES, min_size=2 * len(names), max_size=25, unique=True))
    datasets = [name for name in datasets if not is_parameter(name)]
    transcoded = {name: draw(st.booleans()) for name in datasets}
    parameters = draw(PARAMETERS)
    readable = ["parameters", *(f"params:{key}" for key in parameters)]
    sources, free = datasets[: len(datasets) // 3], datasets[len(datasets) // 3 :]

    def entry(name: str) -> str:
        return f"{name}@{draw(st.sampled_from('ab'))}" if transcoded.get(name) else name

    nodes, known = [], [*sources, *readable]
    for name in names:
        inputs = draw(st.lists(st.sampled_from(known), max_size=3)) if known else []
        made = [free.pop() for _ in range(draw(st.integers(0, 2))) if free]
        namespace = name.rpartition(".")[0]
        nodes.append(
            NodeView(
                name=name,
                func=draw(st.sampled_from(["<lambda>", "train", "größe"])),
                inputs=tuple(map(entry, inputs)),
                outputs=tuple(map(entry, made)),
                tags=frozenset(draw(TAGS)),
                namespace=namespace or None,
            )
        )
        known += made
    catalog = {
        e: draw(ENTRIES) for n in nodes for e in (*n.inputs, *n.outputs) if not is_parameter(e)
    }
    pipeline = draw(st.sampled_from(["__default__", names[0], *list(parameters)[:1]]))
    return view(*nodes, catalog=catalog, parameters=parameters, pipeline=pipeline)


GRAPHS = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)  # fmt: skip
GROUPINGS = st.sampled_from(["node", "namespace", "tag", "tier", "pipeline"])


@GRAPHS
@given(projects(), GROUPINGS)
def test_each_node_is_in_one_task_after_all_that_it_waits_for(project, grouping):
    made = plan(project, group_by=grouping)
    place = {name: (t, i) for t, task in enumerate(made.tasks) for i, name in enumerate(task.nodes)}

    assert sorted(place) == sorted(node.name for node in project.nodes)
    assert sum(len(task.nodes) for task in made.tasks) == len(project.nodes)
    assert all(
        place[before] < place[node] for node in place for before in project.dependencies[node]
    )


@GRAPHS
@given(projects(), GROUPINGS)
def test_whatever_a_node_reads_reaches_its_task(project, grouping):
    made = plan(project, group_by=grouping)
    maker = {base_name(e): t.id for t in made.tasks for n in t.nodes for e in made.node(n).outputs}

    for task in made.tasks:
        for name in task.nodes:
            read = {base_name(e) for e in made.node(name).inputs if not is_parameter(e)}
            for dataset in read & maker.keys():
                assert maker[dataset] == task.id or dataset in task.inputs


@GRAPHS
@given(projects(), GROUPINGS)
def test_a_plan_is_read_back_as_it_was_written(project, grouping):
    made = plan(project, group_by=grouping)
    again = from_json(to_json(made))

    assert to_json(again) == to_json(made)
    assert _comparable(again) == _comparable(made)


def _comparable(made: Plan) -> Any:
    return [
        made.tasks, made.datasets, made.nodes, made.sources, made.results, made.sub_workflows,
        [(p.keys, p.id, p.kind, repr(p.default)) for p in made.parameters],
    ]  # fmt: skip


@GRAPHS
@given(projects(), GROUPINGS)
def test_the_module_is_python_that_defines_every_name_once(project, grouping):
    made = plan(project, group_by=grouping)
    if found(made, "KF101"):
        return
    tree = ast.parse(render(made))
    compile(tree, "flow.py", "exec")
    defined = [item.name for item in tree.body if isinstance(item, (ast.FunctionDef, ast.ClassDef))]
    defined += [
        target.id
        for item in tree.body
        if isinstance(item, ast.Assign)
        for target in item.targets
        if isinstance(target, ast.Name)
    ]
    imported = [
        alias.name for item in tree.body if isinstance(item, ast.ImportFrom) for alias in item.names
    ]

    names = defined + imported
    assert sorted(set(names)) == sorted(names)
    assert {task.id for task in made.tasks} < set(defined)
