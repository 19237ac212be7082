"""Kedro-Viz shows branches and maps as the nodes that they are."""

import pytest
from kedro.pipeline import Node
from kedro_flyte import branch, each


def same(x):
    return x


@pytest.mark.filterwarnings("ignore")
def test_kedro_viz_shows_them_as_ordinary_nodes():
    pytest.importorskip("kedro_viz")
    from kedro_viz.models.flowchart.node_metadata import TaskNodeMetadata
    from kedro_viz.models.flowchart.nodes import GraphNode

    chosen = branch("w", Node(same, "x", "y", name="keep"), Node(same, "z", "y", name="train"))
    mapped = each(same, "xs", outputs="ys", name="score")

    shown = [GraphNode.create_task_node(node, node.name, set()) for node in (chosen, mapped)]
    about = [TaskNodeMetadata(task_node=node) for node in shown]

    assert [node.name for node in shown] == ["keep_or_train", "score"]
    assert [one.inputs for one in about] == [["w", "x", "z"], ["xs"]]
    assert [one.outputs for one in about] == [["y"], ["ys"]]
