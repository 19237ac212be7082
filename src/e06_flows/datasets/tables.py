"""Tables as files: one that the user provides, and those that appear when they are complete."""

from typing import Any

from kedro.io.core import DatasetError
from kedro_datasets.pandas import CSVDataset, ParquetDataset

from e06_flows.datasets.staging import Staged


class StagedCSVDataset(Staged, CSVDataset):  # type: ignore[misc]
    """`pandas.CSVDataset`, published when complete; see `e06_flows.datasets.staging`."""


class StagedParquetDataset(Staged, ParquetDataset):  # type: ignore[misc]
    """`pandas.ParquetDataset`, published when complete, which other pipelines read.

    `metadata: {made_by: PIPELINE}` in its catalog entry is what is said where it is missing.
    """

    def load(self) -> Any:
        """Load the file.

        Raises:
            DatasetError: It does not exist; says which pipeline makes it.
        """
        maker = (self.metadata or {}).get("made_by")
        if maker is not None and not self.exists():
            raise DatasetError(
                f"{self.file} does not exist yet. Make it first: kedro run --pipeline {maker}"
            )
        return super().load()


class OwnCSVDataset(CSVDataset):  # type: ignore[misc]
    """`pandas.CSVDataset` of a file that is not part of this project: the user puts it there."""

    def load(self) -> Any:
        """Load the file.

        Raises:
            DatasetError: It does not exist; says where to put it.
        """
        try:
            return super().load()
        except DatasetError as error:
            reason = error.__cause__
            if not isinstance(reason, FileNotFoundError):
                raise
            raise DatasetError(
                f"{reason.filename or reason} does not exist. This is a table of your own, which "
                "is not part of the project. Copy the CSV file to that place, or write its place "
                "as the filepath of its entry in the environment's catalog."
            ) from error
