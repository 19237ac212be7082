"""Artifacts: files of an execution that are shown, or made into a dataset or a model."""

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Annotated, Any

import flytekit
from flytekit.types.file import FlyteFile
from kedro_flyte.errors import UnsupportedError

DATA = "data"
MODEL = "model"
REPORT = "report"
_TYPES = (DATA, MODEL, REPORT)


@dataclass(frozen=True)
class Artifact:
    """A group of files; `type` is DATA, MODEL or REPORT."""

    name: str
    type: str

    def __post_init__(self) -> None:
        if not self.name or self.type not in _TYPES:
            raise UnsupportedError(
                f"Artifact {self.name!r} of type {self.type!r} is not one: it has a name, and a "
                f"type of {', '.join(kind.upper() for kind in _TYPES)}."
            )

    def File(self, name: str, type: str = "") -> Any:  # noqa: A002, N802 - the plugin's words
        """Return the type of an output that is a file of this artifact.

        Raises:
            UnsupportedError: Neither the name nor `type` says what kind of file it is.
        """
        kind = type or PurePosixPath(name).suffix.removeprefix(".")
        if not kind:
            raise UnsupportedError(
                f"File '{name}' of artifact '{self.name}' has neither a suffix nor a type."
            )
        keys = ["artifact_type", "artifact_name"]
        told = flytekit.Artifact(name=name, partition_keys=keys)
        return Annotated[
            FlyteFile[kind],
            told(artifact_type=self.type, artifact_name=self.name),
        ]
