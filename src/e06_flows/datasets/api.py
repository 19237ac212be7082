"""A table that an HTTP API gives."""

from typing import Any

import pandas as pd
from kedro.io.core import DatasetError
from kedro_datasets.api import APIDataset


class APITableDataset(APIDataset):  # type: ignore[misc]  # kedro-datasets is untyped
    """`api.APIDataset` whose answer is a JSON list of records, loaded as a table.

    So a table from an API is validated as one from a file is, and no node knows the difference.
    """

    def load(self) -> pd.DataFrame:
        """Ask the API.

        Raises:
            DatasetError: It does not answer, answers with an error, or with something else than
                records.
        """
        response = super().load()
        try:
            records = response.json()
        except ValueError as error:
            raise DatasetError(_complaint(response)) from error
        if not isinstance(records, list) or not all(isinstance(row, dict) for row in records):
            raise DatasetError(_complaint(response))
        return pd.DataFrame.from_records(records)


def _complaint(response: Any) -> str:
    asked, _, _ = response.url.partition("?")  # what comes after it may be a key
    return (
        f"{asked} answers with {response.text[:60]!r}..., where a JSON list of "
        'records is wanted, such as [{"Id": 1, ...}]. Correct the url, or its params, in the '
        "catalog."
    )
