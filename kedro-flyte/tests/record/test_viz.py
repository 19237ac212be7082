"""Kedro-Viz shows the last run of any kind, and the same of each."""

import json

import pytest
from record_runs import PROJECT, WAYS, ran


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return PROJECT.write(tmp_path_factory.mktemp("viz"))


def status(root, way, fail=""):
    """Return what Kedro-Viz answers of the last run, without times."""
    from kedro_viz.api.rest.responses.run_events import transform_events_to_structured_format

    ran(root, way, fail)
    events = json.loads((root / ".viz/kedro_pipeline_events.json").read_text())
    answer = transform_events_to_structured_format(events)
    nodes = {
        key: (one.status, one.error and one.error.message) for key, one in answer.nodes.items()
    }
    datasets = {one.name: (one.status, one.size) for one in answer.datasets.values()}
    return answer.pipeline.status, nodes, datasets


@pytest.mark.filterwarnings("ignore")  # of what Kedro-Viz imports
@pytest.mark.parametrize("fail", ["", "raise"])
def test_kedro_viz_tells_the_same_of_each_way_to_run(root, fail):
    own, *others = (status(root, way, fail) for way in WAYS)

    assert own[0].value == ("failed" if fail else "success")
    assert len(own[1]) == (2 if fail else 3)
    assert own[2]["rows"][1] == len('["row"]')
    assert all(other == own for other in others)
