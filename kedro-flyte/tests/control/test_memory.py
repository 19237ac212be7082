"""`each` over many partitions: memory does not grow with their number."""

import re

import pytest
from control_runs import run
from kedro_projects import Project

SIZE = 200_000  # bytes a partition
FLOW = """
import tracemalloc
from kedro.pipeline import Node, Pipeline
from kedro_flyte import each

tracemalloc.start()

def turn(data):
    return data[::-1]


def turn_and_keep(data):
    return data[::-1], data


def create():
    return Pipeline([each(%s, name="turn")])
"""
ONE = 'turn, "parts", outputs="turned"'
TWO = 'turn_and_keep, "parts", outputs=["turned", "kept"]'
SETTINGS = """
class Peak:
    from kedro.framework.hooks import hook_impl

    @hook_impl
    def before_node_run(self):
        import tracemalloc
        tracemalloc.reset_peak()

    @hook_impl
    def after_pipeline_run(self):
        import tracemalloc
        print("PEAK", tracemalloc.get_traced_memory()[1])


class NoTracking:
    __name__ = "mlflow_hook"


HOOKS = (NoTracking(), Peak())
"""
PARTS = "{type: partitions.PartitionedDataset, path: data/%s, filename_suffix: .bin, dataset: {type: pickle.PickleDataset}}"


def peak(folder, count, mapping=ONE):
    import pickle

    root = Project(
        FLOW % mapping,
        "\n".join(f"{name}: {PARTS % name}" for name in ("parts", "turned", "kept")),
        settings=SETTINGS,
        files={
            f"data/parts/{n:05d}.bin": pickle.dumps(bytes([n % 256]) * SIZE) for n in range(count)
        },
    ).write(folder)
    done = run(root)
    assert not done.failed, done.text[-3000:]
    assert len(list((root / "data/turned").iterdir())) == count
    return int(re.search(r"PEAK (\d+)", done.text)[1])


@pytest.mark.long
def test_memory_stays_flat_over_a_thousand_partitions(tmp_path):
    few, many = peak(tmp_path / "few", 50), peak(tmp_path / "many", 1000)

    # A thousand partitions hold 200 MB; the listing of their names and datasets is all that grows.
    assert many - few < 0.1 * 950 * SIZE, (few, many)


def test_partitions_of_several_outputs_are_not_kept_either(tmp_path):
    few, many = peak(tmp_path / "few", 10, TWO), peak(tmp_path / "many", 100, TWO)

    assert many - few < 10 * SIZE, (few, many)
