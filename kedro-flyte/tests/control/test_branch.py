"""`branch` is one Kedro node that runs one of two, and reads the inputs of that one alone."""

import inspect
import pickle

import pytest
from control_runs import RUNNERS, run
from kedro.io import DataCatalog, MemoryDataset
from kedro.pipeline import Node, Pipeline
from kedro.runner import SequentialRunner
from kedro_flyte import branch, each
from kedro_flyte.plan.conditions import Condition
from kedro_projects import Project, logged

FLOW = """
from kedro.pipeline import Node, Pipeline
from kedro_flyte import branch

def measure(x):
    log("measure")
    return x, x > 0.9

def keep(champion, x):
    log("keep")
    return champion + [x]

def retrain(fresh):
    log("retrain")
    return fresh.upper()

def tell(chosen):
    log("tell")
    return {"told": chosen}

def create():
    return Pipeline([
        Node(measure, "params:x", ["auc", "is_good"], name="measure"),
        branch(%s, Node(keep, ["champion", "params:x"], "chosen", name="keep"),
               Node(retrain, "fresh", "chosen", name="retrain"), name="choose"),
        Node(tell, "chosen", "told", name="tell"),
    ])
"""
CATALOG = """
champion: {type: json.JSONDataset, filepath: data/champion.json}
fresh: {type: text.TextDataset, filepath: data/fresh.txt}
"""
WHENS = {
    "a result": '"is_good"',
    "a comparison": '("auc", ">=", 0.95)',
    "a parameter": '"params:good"',
    "a text": '("params:mode", "==", "keep")',
}


def project(when: str, *, x: float, files: dict[str, str]) -> Project:
    word = "true" if x > 0.9 else "false"
    mode = "keep" if x > 0.9 else "retrain"
    return Project(
        FLOW % when,
        catalog=CATALOG,
        parameters=f"x: {x}\ngood: {word}\nmode: {mode}",
        files=files,
    )


@pytest.mark.parametrize("when", WHENS)
@pytest.mark.parametrize("runner", RUNNERS)
def test_the_branch_that_is_chosen_runs_and_the_other_ones_files_need_not_exist(
    runner, when, tmp_path
):
    high = project(WHENS[when], x=0.95, files={"data/champion.json": "[1]"})
    low = project(WHENS[when], x=0.5, files={"data/fresh.txt": "fresh"})

    kept = run(high.write(tmp_path / "high"), runner)
    trained = run(low.write(tmp_path / "low"), runner)

    assert kept.free["told"] == {"told": [1, 0.95]}, kept.text
    assert trained.free["told"] == {"told": "FRESH"}, trained.text
    assert sorted(logged(tmp_path / "high/nodes.log")) == ["keep", "measure", "tell"]
    assert sorted(logged(tmp_path / "low/nodes.log")) == ["measure", "retrain", "tell"]
    assert "Loading data from champion" in kept.text
    assert "Loading data from fresh" not in kept.text


def test_a_missing_file_of_the_branch_that_is_chosen_is_an_error_that_names_it(tmp_path):
    root = project(WHENS["a result"], x=0.5, files={"data/champion.json": "[1]"}).write(tmp_path)

    done = run(root)

    assert done.failed
    assert "fresh" in done.text
    assert "No such file" in done.text


def test_other_readers_of_an_input_of_a_branch_get_data(tmp_path):
    nodes = FLOW % '"is_good"' + (
        "\n_create = create\n\ndef create():\n"
        '    return _create() + Pipeline([Node(str.lower, "fresh", "lower", name="lower")])\n'
    )
    root = Project(
        nodes, CATALOG, "x: 0.95", files={"data/champion.json": "[]", "data/fresh.txt": "FRESH"}
    ).write(tmp_path)

    assert run(root).free["lower"] == "fresh"


def test_an_input_with_a_validator_is_validated_when_it_is_read_and_not_before(tmp_path):
    catalog = CATALOG.replace("fresh.txt}", "fresh.txt, validator: demo.checks.Loud}")
    files = {
        "src/demo/checks.py": """
        from demo.flow import log

        class Loud:
            def validate(self, data):
                log("validated " + data)
                return data
        """,
        "data/champion.json": "[1]",
        "data/fresh.txt": "fresh",
    }
    low = Project(FLOW % '"is_good"', catalog, "x: 0.5", files=files).write(tmp_path / "low")
    high = Project(FLOW % '"is_good"', catalog, "x: 0.95", files=files).write(tmp_path / "high")

    assert run(low).free["told"] == {"told": "FRESH"}
    assert run(high).free["told"] == {"told": [1, 0.95]}
    assert logged(low / "nodes.log") == ["measure", "validated fresh", "retrain", "tell"]
    assert logged(high / "nodes.log") == ["measure", "keep", "tell"]


def test_async_loading_reads_the_chosen_inputs_alone(tmp_path):
    root = project(WHENS["a result"], x=0.95, files={"data/champion.json": "[1]"}).write(tmp_path)

    done = run(root, "SequentialRunner", is_async=True)

    assert done.free["told"] == {"told": [1, 0.95]}, done.text


def test_typed_parameters_reach_the_alternatives(tmp_path):
    root = Project(
        """
        from dataclasses import dataclass
        from kedro.pipeline import Node, Pipeline
        from kedro_flyte import branch, each

        @dataclass
        class Options:
            rate: float

        def use(options: Options):
            return options.rate

        def scale(item, options: Options):
            return item * options.rate

        def create():
            return Pipeline([
                branch("params:wanted", Node(use, "params:options", "rate", name="use"),
                       Node(float, "params:one", "rate", name="other")),
                each(scale, "params:xs", "params:options", "scaled"),
            ])
        """,
        parameters="wanted: true\none: 1\nxs: [1, 2]\noptions: {rate: 0.5}",
    ).write(tmp_path)

    done = run(root, "ParallelRunner")

    assert done.free == {"rate": 0.5, "scaled": [0.5, 1.0]}, done.text
    assert "type hints" not in done.text


def add(x, y):
    return x + y


def double(x):
    return 2 * x


def two(x):
    return {"left": x, "right": -x}


def nodes(outputs="z"):
    return Node(add, ["x", "y"], outputs, name="add"), Node(double, "x", outputs, name="double")


def by_hand(node, **data):
    catalog = DataCatalog({name: MemoryDataset(value) for name, value in data.items()})
    found = SequentialRunner().run(Pipeline([node]), catalog)
    return {name: dataset.load() for name, dataset in found.items()}


def test_a_bare_runner_without_hooks_gives_the_same():
    node = branch("w", *nodes())

    assert by_hand(node, w=True, x=1, y=2) == {"z": 3}
    assert by_hand(node, w=False, x=1, y=2) == {"z": 2}


def test_a_branch_is_a_node_with_the_inputs_of_both_and_a_readable_name():
    node = branch(("w", ">", 1), *nodes(), tags="own")

    assert node.inputs == ["w", "x", "y"]
    assert (node.name, node.func.__name__) == ("add_or_double", "add_or_double")
    assert "double" in str(node)
    assert node.tags == {"own"}
    assert pickle.loads(pickle.dumps(node)) == node


def test_tags_of_the_alternatives_are_tags_of_the_branch():
    one, other = nodes()

    assert branch("w", one.tag("tier.large"), other).tags == {"tier.large"}


def test_namespaces_and_new_names_of_datasets_reach_the_right_alternative():
    inner = Pipeline([branch("w", *nodes(), name="choose")])
    outer = Pipeline(inner, namespace="deep", inputs={"w": "flag", "y": "other"})

    node = outer.nodes[0]

    assert node.inputs == ["flag", "deep.x", "other"]
    assert by_hand(node, flag=True, other=5, **{"deep.x": 1}) == {"deep.z": 6}


def test_one_dataset_may_be_the_condition_and_an_input():
    node = branch(("x", ">", 10), *nodes())

    assert by_hand(node, x=11, y=1) == {"z": 12}
    assert by_hand(node, x=2, y=1) == {"z": 4}


def test_a_branch_in_a_branch_decides_by_itself():
    inner = branch(
        "inner", Node(add, ["x", "y"], "z", name="add"), Node(double, "y", "z", name="d")
    )
    node = branch("outer", inner, Node(double, "x", "z", name="double"))

    assert by_hand(node, outer=True, inner=True, x=1, y=2) == {"z": 3}
    assert by_hand(node, outer=True, inner=False, x=1, y=2) == {"z": 4}
    assert by_hand(node, outer=False, inner=None, x=1, y=2) == {"z": 2}


def test_outputs_may_be_named_in_another_order_or_by_a_dictionary():
    one = Node(two, "x", {"left": "a", "right": "b"}, name="one")
    other = Node(lambda x: (x, x), "x", ["b", "a"], name="other")

    assert by_hand(branch("w", one, other), w=True, x=1) == {"a": 1, "b": -1}


def test_an_each_in_a_branch_runs_as_a_loop():
    node = branch("w", each(double, "xs", outputs="ys"), Node(sorted, "xs", "ys", name="sort"))

    assert by_hand(node, w=True, xs=[3, 1]) == {"ys": [6, 2]}
    assert by_hand(node, w=False, xs=[3, 1]) == {"ys": [1, 3]}


def test_an_each_of_several_outputs_in_a_branch_runs_as_a_loop():
    mapped = each(divmod_by, "xs", "y", ["div", "mod"])
    node = branch("w", mapped, Node(lambda: (0, 0), None, ["div", "mod"], name="none"))

    assert by_hand(node, w=True, xs=[7, 9], y=4) == {"div": [1, 2], "mod": [3, 1]}


def divmod_by(x, y):
    return divmod(x, y)


def test_alternatives_with_other_outputs_are_refused_by_name():
    one, _ = nodes()

    with pytest.raises(ValueError, match=r"same outputs: 'add' has \['z'\], 'double' has \['v'\]"):
        branch("w", one, Node(double, "x", "v", name="double"))


def test_an_alternative_without_outputs_is_refused():
    with pytest.raises(
        ValueError, match="'shout' is an alternative of a branch and has no outputs"
    ):
        branch("w", Node(print, "x", None, name="shout"), Node(print, "y", None, name="more"))


def test_a_generator_as_alternative_is_refused():
    def stream(x):
        yield x

    one, _ = nodes()

    with pytest.raises(ValueError, match="'stream' is an alternative of a branch and a generator"):
        branch("w", one, Node(stream, "x", "z", name="stream"))


def test_something_else_than_a_node_is_refused():
    with pytest.raises(TypeError, match="Kedro nodes"):
        branch("w", double, double)


@pytest.mark.parametrize("when", [("auc", ">="), ["auc", ">=", 1], 5])
def test_a_condition_that_is_none_is_refused(when):
    with pytest.raises(ValueError, match="is no condition"):
        branch(when, *nodes())


def test_an_unknown_comparison_lists_the_known_ones():
    with pytest.raises(ValueError, match=r"'=>' is no comparison. Known are: == != < <= > >="):
        branch(("auc", "=>", 0.9), *nodes())


def test_a_comparison_with_a_truth_value_is_refused():
    with pytest.raises(ValueError, match="not to True"):
        branch(("auc", "==", True), *nodes())


def test_a_number_that_decides_without_a_comparison_is_refused_when_it_runs():
    with pytest.raises(TypeError, match=r"'w' decides a branch and is a float, not a bool"):
        by_hand(branch("w", *nodes()), w=0.5, x=1, y=2)


def test_a_text_does_not_compare_to_a_number():
    with pytest.raises(TypeError, match=r"'w' > 3 decides a branch, and 'w' is a str"):
        by_hand(branch(("w", ">", 3), *nodes()), w="4", x=1, y=2)


@pytest.mark.parametrize(
    ("sign", "holds"),
    [("==", False), ("!=", True), ("<", True), ("<=", True), (">", False), (">=", False)],
)
def test_every_comparison_compares(sign, holds):
    assert Condition(operator=sign, value=2).holds(1, "x") is holds
    assert Condition(operator=sign, value="b").holds("a", "x") is holds


def test_numpy_values_decide_as_python_values_do():
    numpy = pytest.importorskip("numpy")

    assert Condition().holds(numpy.bool_(True), "x")
    assert Condition(operator=">", value=0.5).holds(numpy.float64(0.6), "x")
    assert not Condition(operator=">", value=0.5).holds(float("nan"), "x")


def test_the_function_of_a_branch_is_no_generator():
    assert not inspect.isgeneratorfunction(branch("w", *nodes()).func)
