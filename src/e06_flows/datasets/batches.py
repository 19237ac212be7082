"""Batches of rows: partitions that are read late, and that know whether they are finished.

A partition is loaded as a `Batch`, which has read nothing yet. So one that cannot be read fails
where its reader can set it aside, and one that is finished is not read at all.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import pandas as pd
from fsspec.core import url_to_fs
from fsspec.implementations.local import LocalFileSystem
from kedro.io import AbstractDataset
from kedro.io.core import DatasetError
from kedro.utils import load_obj
from kedro_flyte import current_task

_SHOWN = 3


class BadBatchError(ValueError):
    """A batch cannot be used; the message is the reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A partition, before it is read.

    Attributes:
        name: Of the partition.
        record: What was recorded of it when it was last worked on; None if it never was.
    """

    name: str
    record: dict[str, Any] | None
    _path: str
    _rows: "AbstractDataset[Any, Any]"
    _schema: str | None
    _credentials: dict[str, Any]

    def fingerprint(self) -> str:
        """Return a hash of the file's bytes, whatever its name and date.

        Raises:
            BadBatchError: The file cannot be read.
        """
        files, path = url_to_fs(self._path, **self._credentials)
        try:
            with files.open(path, "rb") as file:
                return hashlib.file_digest(file, "blake2b").hexdigest()[:32]
        except OSError as error:
            raise BadBatchError(f"cannot be read: {error}") from error

    def read(self) -> pd.DataFrame:
        """Return the rows, as the schema has checked them.

        Raises:
            BadBatchError: They cannot be read, or are not what the schema says.
        """
        try:
            rows: pd.DataFrame = self._rows.load()
        except DatasetError as error:
            raise BadBatchError(
                f"cannot be read: {_first_line(error.__cause__ or error)}"
            ) from error
        return _checked(rows, self._schema) if self._schema else rows


class BatchDataset(AbstractDataset[Any, Batch]):
    """A partition that is loaded as a `Batch`: the `dataset` of a PartitionedDataset to read."""

    def __init__(
        self,
        *,
        filepath: str,
        rows: dict[str, Any],
        batches: dict[str, str],
        records: dict[str, str],
        schema: str | None = None,
        credentials: dict[str, Any] | None = None,
    ) -> None:
        """Args are the keys of the catalog entry.

        Args:
            filepath: Of the partition.
            rows: The dataset that reads it.
            batches: The `path` of the folder of all partitions: what a partition is called is its
                path from there, without the suffix.
            records: The `path` of the folder with a JSON file for each that was worked on.
            schema: A model of pandera for the rows.
            credentials: For the files.
        """
        self._filepath = filepath
        self._folder, self._records = batches["path"], records["path"]
        self._schema, self._credentials = schema, credentials or {}
        given = {"credentials": credentials} if credentials else {}
        self._rows: AbstractDataset[Any, Any] = AbstractDataset.from_config(
            "rows", {**rows, "filepath": filepath, **given}
        )

    def load(self) -> Batch:
        """Return the batch; nothing but its record is read."""
        name = self._name()
        return Batch(
            name=name,
            record=self._record(name),
            _path=self._filepath,
            _rows=self._rows,
            _schema=self._schema,
            _credentials=self._credentials,
        )

    def _name(self) -> str:
        """Return the name; the file's own where an orchestrator has brought it from its folder."""
        _, path = url_to_fs(self._filepath, **self._credentials)
        _, batches = url_to_fs(self._folder, **self._credentials)
        folder = f"{batches.rstrip('/')}/"
        inside = path.removeprefix(folder)
        whole = inside if path.startswith(folder) else path.rpartition("/")[2]
        return str(PurePosixPath(whole).with_suffix(""))

    def _record(self, name: str) -> dict[str, Any] | None:
        files, path = url_to_fs(f"{self._records}/{name}.json", **self._credentials)
        if isinstance(files, LocalFileSystem) and current_task() is not None:
            return None  # a task's results are those of its execution, not what lies on its disk
        try:
            record: dict[str, Any] = json.loads(files.read_text(path, encoding="utf-8"))
        except (OSError, ValueError):  # none is there, or it was cut off when it was written
            return None
        return record

    def save(self, data: Any) -> None:  # noqa: ARG002  Kedro's
        """Refuse: batches come from elsewhere.

        Raises:
            DatasetError: Always.
        """
        raise DatasetError(f"{self._filepath} is a batch to read, and is not written here.")

    def _describe(self) -> dict[str, Any]:
        return {"filepath": self._filepath, "records": self._records, "schema": self._schema}


def _checked(rows: pd.DataFrame, schema: str) -> pd.DataFrame:
    from pandera.errors import SchemaErrors

    try:
        return load_obj(schema).validate(rows, lazy=True)  # type: ignore[no-any-return]
    except SchemaErrors as error:
        raise BadBatchError(_failures(error.failure_cases)) from error


def _failures(cases: pd.DataFrame) -> str:
    """Say which checks fail, how often, and one value that does."""
    named = cases.astype({"column": str, "check": str, "failure_case": str})
    absent = named["check"] == "column_in_dataframe"
    found = [f"there is no column {name}" for name in named.loc[absent, "failure_case"]]
    for (column, check), group in named[~absent].groupby(["column", "check"], sort=False):
        found.append(
            f"{column}: {check} fails {len(group)} times, e.g. {group['failure_case'].iloc[0]}"
        )
    more = f"; and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return "; ".join(found[:_SHOWN]) + more


def _first_line(error: BaseException) -> str:
    return f"{type(error).__name__}: {str(error).strip().splitlines()[0]}"
