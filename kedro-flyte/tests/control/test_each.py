"""`each` maps a function over the items of a dataset, one at a time, and keeps keys and order."""

import inspect
import json
import pickle
from pathlib import Path

import pytest
from control_runs import RUNNERS, run
from kedro.io import DataCatalog, MemoryDataset
from kedro.pipeline import Node, Pipeline
from kedro.runner import SequentialRunner
from kedro_datasets.json import JSONDataset
from kedro_datasets.partitions import PartitionedDataset
from kedro_flyte import branch, each
from kedro_flyte.errors import ItemError
from kedro_projects import Project, logged

PARTS = "{type: partitions.PartitionedDataset, path: data/%s, filename_suffix: .txt, dataset: text.TextDataset%s}"
FLOW = """
from kedro.pipeline import Node, Pipeline
from kedro_flyte import each

def shout(text, mark):
    log(f"load {text}")
    if text == "bad":
        raise ValueError("no good")
    return text.upper() + mark

def sort(text):
    return (None, text) if text == "bad" else (text.upper(), None)

def create():
    return Pipeline([%s])
"""


def texts(*names: str) -> dict[str, str]:
    return {f"data/parts/{name}.txt": name for name in names}


def parts_of(root: Path, name: str) -> dict[str, str]:
    folder = root / "data" / name
    return {p.relative_to(folder).as_posix(): p.read_text() for p in sorted(folder.rglob("*.txt"))}


def project(node: str, catalog: str = "", parameters: str = 'mark: "!"', **files: str) -> Project:
    return Project(FLOW % node, catalog or "{}", parameters, files=files)


@pytest.mark.parametrize("runner", RUNNERS)
def test_partitions_become_partitions_of_the_same_names(runner, tmp_path):
    root = Project(
        FLOW % 'each(shout, "parts", "params:mark", "loud")',
        f"parts: {PARTS % ('parts', '')}\nloud: {PARTS % ('loud', '')}",
        'mark: "!"',
        files=texts("b", "a", "deep/c"),
    ).write(tmp_path)

    done = run(root, runner)

    assert not done.failed, done.text
    assert parts_of(root, "loud") == {"a.txt": "A!", "b.txt": "B!", "deep/c.txt": "DEEP/C!"}


@pytest.mark.parametrize("runner", RUNNERS)
@pytest.mark.parametrize(
    ("items", "expected"),
    [("[b, a]", ["B!", "A!"]), ("{y: b, x: a}", {"y": "B!", "x": "A!"}), ("[]", []), ("{}", {})],
)
def test_a_list_becomes_a_list_and_a_dict_a_dict_in_their_order(runner, items, expected, tmp_path):
    root = project(
        'each(shout, "params:items", "params:mark", "loud")',
        parameters=f'mark: "!"\nitems: {items}',
    ).write(tmp_path)

    done = run(root, runner)

    assert done.free == {"loud": expected}, done.text
    assert list(done.free["loud"]) == list(expected)


def test_each_result_is_saved_before_the_next_item_is_loaded(tmp_path):
    root = Project(
        FLOW % 'each(shout, "parts", "params:mark", "loud")',
        f"parts: {PARTS % ('parts', '')}\nloud: {{type: demo.loud.LoudPartitionedDataset, path: data/loud, "
        "filename_suffix: .txt, dataset: text.TextDataset}",
        'mark: "!"',
        files={
            "src/demo/loud.py": """
            from kedro_datasets.partitions import PartitionedDataset
            from demo.flow import log

            class LoudPartitionedDataset(PartitionedDataset):
                def save(self, data):
                    log(f"save {' '.join(data)}")
                    super().save(data)
            """,
            **texts("a", "b"),
        },
    ).write(tmp_path)

    assert not run(root).failed
    assert logged(root / "nodes.log") == ["load a", "save a", "load b", "save b"]


def test_a_list_makes_partitions_whose_names_sort_as_the_list(tmp_path):
    root = project(
        'each(shout, "params:items", "params:mark", "loud")',
        f"loud: {PARTS % ('loud', '')}",
        f'mark: ""\nitems: {json.dumps([f"x{n}" for n in range(11)])}',
    ).write(tmp_path)

    assert not run(root).failed
    assert list(parts_of(root, "loud").items())[:3] == [
        ("00.txt", "X0"),
        ("01.txt", "X1"),
        ("02.txt", "X2"),
    ]
    assert len(parts_of(root, "loud")) == 11


def test_overwrite_removes_old_partitions_and_no_new_ones(tmp_path):
    root = Project(
        FLOW % 'each(shout, "parts", "params:mark", "loud")',
        f"parts: {PARTS % ('parts', '')}\nloud: {PARTS % ('loud', ', overwrite: true')}",
        'mark: "!"',
        files={**texts("a", "b"), "data/loud/old.txt": "old"},
    ).write(tmp_path)

    done = run(root)

    assert parts_of(root, "loud") == {"a.txt": "A!", "b.txt": "B!"}
    assert "keeps all of its results in memory: loud is saved once" in done.text


def test_an_item_that_fails_is_named_by_its_key(tmp_path):
    root = Project(
        FLOW % 'each(shout, "parts", "params:mark", "loud")',
        f"parts: {PARTS % ('parts', '')}\nloud: {PARTS % ('loud', '')}",
        'mark: "!"',
        files=texts("a", "bad", "c"),
    ).write(tmp_path)

    done = run(root)

    assert done.failed
    assert (
        "ItemError: Item 'bad' (ValueError: no good) of 'parts', number 2 of 3, failed."
        in done.text
    )


def test_a_failed_item_may_be_tolerated_and_is_logged_with_its_reason(tmp_path):
    root = Project(
        FLOW % 'each(shout, "parts", "params:mark", "loud", min_success_ratio=0.6)',
        f"parts: {PARTS % ('parts', '')}\nloud: {PARTS % ('loud', '')}",
        'mark: "!"',
        files=texts("a", "bad", "c"),
    ).write(tmp_path)

    done = run(root)

    assert not done.failed
    assert parts_of(root, "loud") == {"a.txt": "A!", "c.txt": "C!"}
    assert "ValueError: no good" in done.text
    assert "left out" in done.text


def test_a_bad_item_can_go_to_an_output_of_its_own(tmp_path):
    root = Project(
        FLOW % 'each(sort, "parts", outputs=["good", "rejected"])',
        "\n".join(f"{name}: {PARTS % (name, '')}" for name in ("parts", "good", "rejected")),
        files=texts("a", "bad", "c"),
    ).write(tmp_path)

    done = run(root)

    assert not done.failed, done.text
    assert parts_of(root, "good") == {"a.txt": "A", "c.txt": "C"}
    assert parts_of(root, "rejected") == {"bad.txt": "bad"}


def test_partitions_and_a_file_can_be_outputs_of_one_each(tmp_path):
    root = Project(
        FLOW % 'each(sort, "parts", outputs=["good", "rejected"])',
        f"parts: {PARTS % ('parts', '')}\ngood: {PARTS % ('good', '')}\n"
        "rejected: {type: json.JSONDataset, filepath: data/rejected.json}",
        files=texts("a", "bad"),
    ).write(tmp_path)

    assert not run(root).failed
    assert parts_of(root, "good") == {"a.txt": "A"}
    assert json.loads((root / "data/rejected.json").read_text()) == {"bad": "bad"}


def test_an_each_in_a_branch_makes_partitions(tmp_path):
    root = Project(
        FLOW % 'branch("params:go", each(shout, "params:items", "params:mark", "loud"), '
        'Node(lambda: {}, None, "loud", name="nothing"))',
        f"loud: {PARTS % ('loud', '')}",
        'mark: "!"\ngo: true\nitems: [a, b]',
    )
    root.nodes = root.nodes.replace("import each", "import branch, each")

    done = run(root.write(tmp_path))

    assert not done.failed, done.text
    assert parts_of(tmp_path, "loud") == {"0.txt": "A!", "1.txt": "B!"}


def double(x):
    return 2 * x


def small(x):
    if x > 9:
        raise ValueError(f"{x} is large")
    return x


def both(x):
    return x, -x


def by_hand(node, **data):
    catalog = DataCatalog({name: MemoryDataset(value) for name, value in data.items()})
    found = SequentialRunner().run(Pipeline([node]), catalog)
    return {name: dataset.load() for name, dataset in found.items()}


def test_a_bare_runner_without_hooks_gives_the_same():
    assert by_hand(each(double, "xs", outputs="ys"), xs=[1, 2]) == {"ys": [2, 4]}
    assert by_hand(each(double, "xs", outputs="ys"), xs={"a": 1}) == {"ys": {"a": 2}}


def test_a_bare_runner_maps_partitions_too(tmp_path):
    parts = PartitionedDataset(path=str(tmp_path), dataset=JSONDataset, filename_suffix=".json")
    parts.save({"a": 1, "b": 2})
    catalog = DataCatalog({"xs": parts})

    found = SequentialRunner().run(Pipeline([each(double, "xs", outputs="ys")]), catalog)

    assert found["ys"].load() == {"a": 2, "b": 4}


def test_functions_in_a_dict_are_called_for_their_items():
    assert by_hand(each(double, "xs", outputs="ys"), xs={"a": lambda: 4}) == {"ys": {"a": 8}}


def test_an_item_without_a_result_is_left_out():
    node = each(lambda x: x or None, "xs", outputs="ys", name="some")

    assert by_hand(node, xs=[1, 0, 2]) == {"ys": [1, 2]}


def test_several_outputs_get_a_value_each():
    assert by_hand(each(both, "xs", outputs=["a", "b"]), xs=[1, 2]) == {"a": [1, 2], "b": [-1, -2]}
    assert by_hand(each(both, "xs", outputs=["a", "b"]), xs=[]) == {"a": [], "b": []}


def test_a_function_that_returns_another_number_of_values_is_named_with_its_item():
    with pytest.raises(ItemError, match=r"Item 0 .*returned a int and not a tuple of 2"):
        by_hand(each(double, "xs", outputs=["a", "b"]), xs=[1])


def test_too_many_failures_list_the_items_and_their_reasons():
    node = each(small, "xs", outputs="ys", min_success_ratio=0.75)

    with pytest.raises(ItemError) as failure:
        by_hand(node, xs={"a": 1, "b": 10, "c": 11, "d": 2})

    assert "2 of the first 3 items of 'xs' failed; of all 4, 75% must succeed" in str(failure.value)
    assert "'b' (ValueError: 10 is large)" in str(failure.value)
    assert "'c' (ValueError: 11 is large)" in str(failure.value)


def test_another_kind_of_data_is_refused_by_name():
    with pytest.raises(TypeError, match="'xs' is a str"):
        by_hand(each(double, "xs", outputs="ys"), xs="text")


def test_an_each_is_a_node_with_a_readable_name_that_pickles():
    node = each(double, "xs", outputs="ys", tags="tier.small")

    assert node.name.startswith("each_double__")
    assert str(node).endswith("double([xs]) -> [ys]")
    assert node.tags == {"tier.small"}
    assert inspect.isgeneratorfunction(node.func)
    assert pickle.loads(pickle.dumps(node)) == node
    assert each(double, "xs", outputs="ys", name="mine").name == "mine"


def test_namespaces_rename_the_datasets_of_an_each():
    node = Pipeline([each(double, "xs", outputs="ys")], namespace="deep").nodes[0]

    assert (node.inputs, node.outputs) == (["deep.xs"], ["deep.ys"])
    assert by_hand(node, **{"deep.xs": [1]}) == {"deep.ys": [2]}


def test_a_function_that_takes_other_arguments_is_refused():
    with pytest.raises(TypeError, match="double"):
        each(double, "xs", ["more"], "ys")


def test_a_branch_within_each_is_refused_by_name():
    one = Node(double, "x", "y", name="one")

    with pytest.raises(TypeError, match="a branch cannot run inside `each`"):
        each(branch("w", one, one), "xs", outputs="ys")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"outputs": ""}, "has no outputs"),
        ({"outputs": []}, "has no outputs"),
        ({"outputs": "ys", "concurrency": 0}, "concurrency=0"),
        ({"outputs": "ys", "min_success_ratio": 0}, "min_success_ratio=0"),
        ({"outputs": "ys", "min_success_ratio": 1.5}, "min_success_ratio=1.5"),
    ],
)
def test_what_cannot_be_is_refused(words, message):
    with pytest.raises(ValueError, match=message):
        each(double, "xs", **words)
