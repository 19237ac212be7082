"""Kedro's datasets for a model, metrics and a picture, published when complete.

`e06_flows.datasets.staging` says what that means.
"""

from kedro_datasets.json import JSONDataset
from kedro_datasets.matplotlib import MatplotlibDataset
from kedro_datasets.pickle import PickleDataset

from e06_flows.datasets.staging import Staged

__all__ = ["Staged", "StagedJSONDataset", "StagedMatplotlibDataset", "StagedPickleDataset"]


class StagedPickleDataset(Staged, PickleDataset):  # type: ignore[misc]  # kedro-datasets is untyped
    """`pickle.PickleDataset`, published when complete."""


class StagedJSONDataset(Staged, JSONDataset):  # type: ignore[misc]  # kedro-datasets is untyped
    """`json.JSONDataset`, published when complete."""


class StagedMatplotlibDataset(Staged, MatplotlibDataset):  # type: ignore[misc]  # the same
    """`matplotlib.MatplotlibDataset` of one figure, published when complete."""
